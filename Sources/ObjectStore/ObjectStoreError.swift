/// Why the store did not do what it was asked.
public enum ObjectStoreError: Error, Equatable, Sendable {
    case noSuchKey
    case noSuchUpload
    /// The key is a legal name, but no plain path, and this store keeps plain files only.
    case notAPlainPath
    /// A folder of the key is an object, or the key itself is a folder.
    case nameConflict
    /// The key exists and had to be new.
    case exists
    /// A part is missing or is not the one that the client means.
    case invalidPart
    case partTooSmall
    /// Another call is at work on the same upload.
    case busy
    case metadataTooLarge
    case full
    /// The disk failed to keep something earlier; nothing is written until somebody has looked.
    case readOnly
    /// The folder's filesystem cannot hold an object's metadata beside its bytes.
    case withoutAttributes
    /// Anything else that the kernel refused.
    case system(call: String, code: Int32)

    var code: Int32? {
        if case .system(_, let code) = self { code } else { nil }
    }

    var isAbsent: Bool { code.map(SystemCode.isAbsent) ?? false }
}
