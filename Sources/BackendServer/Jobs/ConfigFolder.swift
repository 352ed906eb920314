import FoundationEssentials
import JSON

/// The training configurations that lie in the state folder: `config/{name}/config.json`.
struct ConfigFolder: Sendable {
    static let bytesMax = 1024 * 1024
    static let namesMax = 1000
    let path: String

    enum Problem: Error, Equatable {
        case badName
        case missing
        case unreadable

        func sentence(_ name: String) -> String {
            switch self {
            case .badName: "'\(name.prefix(64))' cannot be the name of a configuration."
            case .missing: "Configuration '\(name)' has no config.json."
            case .unreadable: "Configuration '\(name)' is not a JSON object of at most 1 MiB."
            }
        }
    }

    /// The names of the configurations, sorted, at most `namesMax` of them.
    func names() -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return entries.lazy.sorted().filter { isConfig($0) }.prefix(Self.namesMax).map(\.self)
    }

    private func isConfig(_ name: String) -> Bool {
        Self.isPlain(name) && FileManager.default.fileExists(atPath: "\(path)/\(name)/config.json")
    }

    /// Reads a configuration by its name, which is one plain folder name.
    func config(named name: String) throws(Problem) -> [String: JSONValue] {
        guard Self.isPlain(name) else { throw .badName }
        let file = "\(path)/\(name)/config.json"
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { throw .missing }
        guard let size = attributes[.size] as? UInt64, size <= Self.bytesMax,
            let data = try? Data(contentsOf: URL(filePath: file)),
            let members = (try? JSONValue(parsing: Array(data)))?.members
        else { throw .unreadable }
        return members
    }

    private static func isPlain(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
