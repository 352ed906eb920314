internal import CCrypt
internal import CryptoExtras

/// bcrypt by the C library's `crypt`; only to verify.
enum Bcrypt {
    /// 2^15 rounds take some seconds.
    private static let costMax = 15
    private static let storedBytes = 60
    /// The size of `struct crypt_data` (crypt(3)).
    private static let workspaceBytes = 32_768

    static func verify(_ password: String, against stored: String) -> Bool {
        guard stored.utf8.count == storedBytes, let cost = Int(stored.dropFirst(4).prefix(2)), cost <= costMax else {
            return false
        }
        let workspace = UnsafeMutableRawBufferPointer.allocate(byteCount: workspaceBytes, alignment: 16)
        defer { unsafe workspace.deallocate() }
        // It must be zero at first, and holds the password afterwards.
        unsafe workspace.initializeMemory(as: UInt8.self, repeating: 0)
        defer { unsafe workspace.initializeMemory(as: UInt8.self, repeating: 0) }
        // Reads both texts to their NUL, and answers with a text inside the workspace.
        guard let text = unsafe crypt_rn(password, stored, workspace.baseAddress, Int32(workspace.count)) else {
            return false
        }
        // Keys are compared in constant time.
        return SymmetricKey(data: unsafe Array(String(cString: text).utf8)) == SymmetricKey(data: Array(stored.utf8))
    }
}
