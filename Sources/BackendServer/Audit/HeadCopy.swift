import AuditChain
import FoundationEssentials

/// A copy of the chain's head in a file of its own.
///
/// Whoever puts back an older database puts back its head with it, and nothing inside would tell. The file lies outside
/// the folder of the database, and is only ever replaced by a head that the chain reached from it.
struct HeadCopy: Sendable {
    let path: String

    enum Content: Equatable {
        /// None was written yet, or somebody who knows of an older database took it away.
        case none
        case head(ChainAnchor)
        /// Not what we write.
        case illegible
    }

    /// Reads the file: sequence, hash and signature, with blanks between them.
    func read() throws -> Content {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else { return .none }
        let words = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let sequence = Int64(words[0]), let hash = ChainHash(hex: words[1]),
            let signature = ChainHash(hex: words[2])
        else { return .illegible }
        return .head(ChainAnchor(role: .head, sequence: sequence, hash: hash, signature: signature))
    }

    func write(_ head: ChainAnchor) throws {
        try PrivateFile(path: path).write(Array("\(head.sequence) \(head.hash) \(head.signature)\n".utf8))
    }
}
