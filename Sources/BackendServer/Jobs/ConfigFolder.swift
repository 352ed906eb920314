import FoundationEssentials
import JSON
import TOML

/// The training configurations that lie in the state folder, one in each folder: `config/{name}/config.json`, else
/// `config.toml`, else `config.env`, the order in which SimpleTuner looks.
struct ConfigFolder: Sendable {
    static let bytesMax = 1024 * 1024
    static let namesMax = 1000
    let path: String

    enum Problem: Error, Equatable {
        case badName
        case missing
        /// The reason is the rest of a sentence that begins with the file's name.
        case unreadable(Form, String)

        func sentence(_ name: String) -> String {
            switch self {
            case .badName: "'\(name.prefix(64))' cannot be the name of a configuration."
            case .missing: "Configuration '\(name)' has no config.json, config.toml or config.env."
            case .unreadable(let form, let reason):
                "Configuration '\(name)' cannot be used: \(form.file)\(reason)."
            }
        }
    }

    /// How a configuration is written: of several files the first counts.
    enum Form: String, CaseIterable {
        case json, toml, env

        var file: String { "config.\(rawValue)" }

        /// - Throws: ``Problem``.
        func options(_ bytes: [UInt8]) throws(Problem) -> [String: JSONValue] {
            switch self {
            case .json:
                guard let members = (try? JSONValue(parsing: bytes))?.members else {
                    throw .unreadable(self, " is not a JSON object")
                }
                return members
            case .toml:
                do throws(TOMLError) { return try JSONValue(toml: bytes).members ?? [:] } catch {
                    throw .unreadable(self, ", \(error)")
                }
            case .env:
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw .unreadable(self, " is not UTF-8")
                }
                do throws(EnvironmentFile.Fault) { return try EnvironmentFile(text).options } catch {
                    throw .unreadable(self, ", \(error)")
                }
            }
        }
    }

    /// The names of the configurations, sorted, at most `namesMax` of them.
    func names() -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return entries.lazy.sorted().filter { isConfig($0) }.prefix(Self.namesMax).map(\.self)
    }

    private func isConfig(_ name: String) -> Bool {
        Self.isPlain(name) && Form.allCases.contains { attributes(of: name, $0) != nil }
    }

    /// Of a configuration's file; nil when it is none.
    private func attributes(of name: String, _ form: Form) -> [FileAttributeKey: Any]? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)/\(form.file)"),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        return attributes
    }

    /// Reads a configuration by its name, which is one plain folder name.
    func config(named name: String) throws(Problem) -> [String: JSONValue] {
        guard Self.isPlain(name) else { throw .badName }
        for form in Form.allCases {
            guard let attributes = attributes(of: name, form) else { continue }
            guard let size = attributes[.size] as? UInt64, size <= Self.bytesMax else {
                throw .unreadable(form, " is longer than 1 MiB")
            }
            guard let data = try? Data(contentsOf: URL(filePath: "\(path)/\(name)/\(form.file)")) else {
                throw .unreadable(form, " cannot be read")
            }
            return try form.options(Array(data))
        }
        throw .missing
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
