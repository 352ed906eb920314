import HTTPTypes
import Hummingbird

extension Request {
    /// A parameter of the query; an empty one counts as absent.
    func query(_ name: Substring) -> String? {
        guard let value = uri.queryParameters[name], !value.isEmpty else { return nil }
        return String(value)
    }

    /// Refuses a parameter that nobody reads: its slip would go unseen.
    func allowQuery(_ names: Set<Substring> = []) throws {
        guard let other = uri.queryParameters.first(where: { !names.contains($0.key) })?.key else { return }
        throw Refusal(invalid: String(other.prefix(64)), in: "query", "There is no such parameter.")
    }

    /// An integer within a range.
    func query(_ name: Substring, default value: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = query(name) else { return value }
        guard let number = Int(text) else {
            throw Refusal(invalid: String(name), in: "query", "Input should be a valid integer")
        }
        guard number >= range.lowerBound else {
            throw Refusal(
                invalid: String(name), in: "query", "Input should be greater than or equal to \(range.lowerBound)")
        }
        guard number <= range.upperBound else {
            throw Refusal(
                invalid: String(name), in: "query", "Input should be less than or equal to \(range.upperBound)")
        }
        return number
    }

    func isSet(_ name: Substring) -> Bool {
        ["true", "1", "yes", "on"].contains(query(name)?.lowercased())
    }
}
