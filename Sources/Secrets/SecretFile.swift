import FoundationEssentials
import JSON
import Providers
import Reactor
import Synchronization
import YAMLDocument

/// Why the secrets file cannot be used; no word of what is in it.
public struct SecretFileProblem: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// The secrets file: `secrets.json`, `secrets.yaml` or `secrets.yml`, the first that is there; one flat object.
///
/// It is written whole, for this user's eyes only, and stays in its form: in a YAML file the lines of one secret are
/// replaced, and the others, comments included, are left as they are. Where there is none, `secrets.json` is made.
public final class SecretFile: Sendable {
    private static let names = ["secrets.json", "secrets.yaml", "secrets.yml"]
    private static let bytesMax = 1 << 20

    private struct Known {
        let path: String
        let stamp: FileStamp
        let values: SecretValues
    }

    private let folder: String
    private let known = Mutex<Known?>(nil)

    /// - Parameter folder: Where it is: `~/.simpletuner`.
    public init(folder: String) { self.folder = folder }

    /// What is in it now; nothing when it is not there, or cannot be read.
    ///
    /// It is read again only when it was changed.
    public var values: SecretValues {
        known.withLock { known in
            guard let path = path, let stamp = FileStamp(of: path) else {
                known = nil
                return [:]
            }
            if let known, known.path == path, known.stamp == stamp { return known.values }
            // A file that cannot be read now may be in the middle of an edit: what it said before holds.
            let values = (try? Self.read(path)) ?? known?.values ?? [:]
            known = Known(path: path, stamp: stamp, values: values)
            return values
        }
    }

    private var path: String? {
        Self.names.map { "\(folder)/\($0)" }.first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Sets a secret, or takes it out.
    ///
    /// - Returns: The file's path; of no use when there is none and nothing to take out.
    func set(_ name: SecretName, to value: String?) throws(SecretFileProblem) -> String {
        // The lock makes one change of all that comes at the same time.
        let result: Result<String, SecretFileProblem> = known.withLock { known in
            known = nil
            return Result { () throws(SecretFileProblem) in
                let path = path ?? "\(folder)/\(Self.names[0])"
                try Self.write(try Self.changed(path, name, value), to: path)
                return path
            }
        }
        return try result.get()
    }

    private static func changed(
        _ path: String, _ name: SecretName, _ value: String?
    ) throws(SecretFileProblem) -> [UInt8] {
        let bytes = FileManager.default.fileExists(atPath: path) ? try contents(path) : []
        guard path.hasSuffix(".json") else { return try SecretYAML(bytes).setting(name, to: value) }
        var members = bytes.isEmpty ? [:] : try members(bytes)
        for key in members.keys where SecretName(key) == name { members[key] = nil }
        if let value { members[name.text] = .string(value) }
        return Array((JSONValue.object(members).jsonText + "\n").utf8)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(SecretFileProblem) {
        let url = URL(filePath: path)
        do {
            try Folder(path: url.deletingLastPathComponent().path)
                .replace(url.lastPathComponent, with: bytes.span, mode: 0o600)
        } catch {
            throw SecretFileProblem("The secrets file cannot be written. Make its folder writable for this user.")
        }
    }

    private static func read(_ path: String) throws(SecretFileProblem) -> SecretValues {
        let bytes = try contents(path)
        guard path.hasSuffix(".json") else { return try SecretYAML(bytes).values }
        return SecretValues(.object(try members(bytes)))
    }

    private static func members(_ bytes: [UInt8]) throws(SecretFileProblem) -> [String: JSONValue] {
        guard let members = (try? JSONValue(parsing: bytes))?.members else {
            throw SecretFileProblem("The secrets file is no JSON object. Repair it, or remove it.")
        }
        return members
    }

    private static func contents(_ path: String) throws(SecretFileProblem) -> [UInt8] {
        guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= bytesMax else {
            throw SecretFileProblem("The secrets file cannot be read. Give this user the file.")
        }
        return Array(data)
    }
}
