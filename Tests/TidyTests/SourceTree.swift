import SystemPackage
import Testing

/// The source files of the project, found from this file's own place.
struct SourceTree {
    struct File {
        /// The target that it belongs to: the folder below `Sources` or `Tests`.
        let module: String
        let path: String
        let text: String

        /// The modules that the file imports.
        var imports: [String] {
            text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").drop { $0 == "public" || $0 == "internal" || $0 == "@testable" }
                guard words.first == "import", words.count >= 2 else { return nil }
                // `import struct A.B` names a thing in a module.
                let named = words.count == 3 ? words[words.startIndex + 2] : words[words.startIndex + 1]
                return named.split(separator: ".").first.map(String.init)
            }
        }
    }

    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

    /// Every Swift file below `Sources`.
    static func sources() async throws -> [File] { try await files(below: "Sources") }

    /// Every Swift file below `Tests`.
    static func tests() async throws -> [File] { try await files(below: "Tests") }

    private static func files(below folder: String) async throws -> [File] {
        let folder = root.appending(folder)
        let paths = try await output(of: "find", [folder.string, "-name", "*.swift", "-type", "f"])
        let files = try paths.split(separator: "\n").map { path in
            let relative = path.dropFirst(folder.string.count + 1)
            let module = try #require(relative.split(separator: "/").first.map(String.init))
            return File(module: module, path: String(relative), text: try read(FilePath(String(path))))
        }
        return try #require(files.isEmpty ? nil : files)
    }

    static func read(_ path: FilePath) throws -> String {
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try block.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
                bytes += block[..<count]
            }
        }
    }
}
