import AuditChain
import Settings

/// Where the key of the audit trail's chain comes from.
enum AuditKey {
    /// Finds the key: `SIMPLETUNER_AUDIT_KEY`, else the file `audit.key`, which is made on first use.
    ///
    /// The text's own bytes are the key. Nothing is decoded: 64 hexadecimal digits are base64 as well, and two readers
    /// of one text would disagree about every entry.
    ///
    /// - Parameter settings: What the backend was told.
    /// - Returns: At least ``AuditChain/HashChain/keyBytesMin`` bytes.
    /// - Throws: `StartupError`.
    static func find(_ settings: BackendSettings) throws -> [UInt8] {
        guard let text = settings.auditKey else { return try KeyFile.audit(settings.paths.auditKey).load() }
        guard text.utf8.count >= HashChain.keyBytesMin else {
            throw StartupError(
                "SIMPLETUNER_AUDIT_KEY is shorter than \(HashChain.keyBytesMin) bytes."
                    + " Set it to what `openssl rand -hex 32` prints, or not at all.")
        }
        return Array(text.utf8)
    }
}
