internal import CTLS

/// Certificates read from PEM text, in the order of the text; freed with their owner.
@safe
final class CertificateChain: @unchecked Sendable {
    /// Longer chains than this serve nobody.
    static let countMax = 16

    // Owned: made in init, freed in deinit, and only read in between.
    let certificates: [OpaquePointer]

    /// - Returns: Nil when the text holds no certificate, too many, or a broken one.
    init?(pem: [UInt8]) {
        unsafe certificates = unsafe PEMText.withBIO(pem) { unsafe Self.read($0) }
        // The loop ends with "no more PEM" or with a certificate that cannot be read, which must not pass unnoticed.
        let blocks = PEMText.count(of: "-----BEGIN CERTIFICATE-----", in: pem)
        guard unsafe (1...Self.countMax).contains(certificates.count), unsafe blocks == certificates.count else {
            return nil
        }
    }

    private static func read(_ bio: OpaquePointer) -> [OpaquePointer] {
        var found: [OpaquePointer] = unsafe []
        while unsafe found.count <= countMax, let next = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
            unsafe found.append(next)
        }
        return unsafe found
    }

    deinit {
        unsafe certificates.forEach { unsafe X509_free($0) }
    }
}

enum PEMText {
    /// Lends the bytes to the library's readers.
    static func withBIO<Result>(_ bytes: [UInt8], _ body: (OpaquePointer) -> Result) -> Result {
        defer { ERR_clear_error() }
        // The BIO reads the array in place and is freed before the array can go.
        return unsafe bytes.withUnsafeBytes { buffer in
            guard let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, numericCast(buffer.count)) else {
                preconditionFailure("the TLS library has no memory for a BIO")
            }
            defer { unsafe BIO_free(bio) }
            return unsafe body(bio)
        }
    }

    static func count(of marker: StaticString, in bytes: [UInt8]) -> Int {
        let wanted = Array("\(marker)".utf8)
        var (index, count) = (0, 0)
        while index + wanted.count <= bytes.count {
            if bytes[index] == wanted[0], bytes[index..<index + wanted.count].elementsEqual(wanted) { count += 1 }
            index += 1
        }
        return count
    }
}
