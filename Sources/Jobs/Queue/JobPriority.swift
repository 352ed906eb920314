/// The named priorities of a job; any number from 0 to 50 can be set.
public enum JobPriority: Int, CaseIterable, Sendable {
    case low = 0
    case normal = 10
    case high = 20
    case urgent = 30
    case critical = 40

    public static let range = 0...50

    /// The name of the highest named one that is not above a number.
    public static func name(of number: Int) -> String {
        "\(allCases.last { $0.rawValue <= number } ?? .low)"
    }
}
