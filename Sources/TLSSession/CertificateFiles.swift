internal import Glibc

/// Reads certificates from the disk, with a bound on what is taken in.
enum CertificateFiles {
    /// More than a chain of certificates and a key can be.
    static let bytesMax = 1 << 20

    static func pair(_ place: CertificatePlace) throws(CertificateError) -> CertificatePair {
        guard let chain = read(place.chainPath) else {
            throw CertificateError(path: place.chainPath, problem: .unreadable)
        }
        guard let key = read(place.keyPath) else {
            throw CertificateError(path: place.keyPath, problem: .unreadable)
        }
        return try CertificatePair(chainPath: place.chainPath, chain: chain, keyPath: place.keyPath, key: key)
    }

    static func authority(_ place: AuthorityPlace) throws(CertificateError) -> ClientAuthority {
        guard let pem = read(place.path) else { throw CertificateError(path: place.path, problem: .unreadable) }
        return try ClientAuthority(name: place.name, path: place.path, pem: pem)
    }

    /// The pairs of a folder and of the folders in it.
    static func pairs(in folder: String) -> [CertificatePlace] {
        let names = self.names(in: folder)
        let holdsKey = { (path: String) in
            read(path).map { PEMText.count(of: "PRIVATE KEY-----", in: $0) > 0 } ?? false
        }
        var found = CertificateFolder.pairs(in: folder, names: names, holdsKey: holdsKey)
        for name in CertificateFolder.subfolders(among: names) where isFolder(folder + "/" + name) {
            guard found.count <= CertificateFolder.pairsMax else { break }
            let below = folder + "/" + name
            let pairs = CertificateFolder.pairs(in: below, names: self.names(in: below), holdsKey: holdsKey)
            if name == "default" { found.insert(contentsOf: pairs, at: 0) } else { found += pairs }
        }
        return found
    }

    /// The folders whose changes may change what ``pairs(in:)`` finds, besides those of the files themselves.
    static func foldersBelow(_ folder: String) -> [String] {
        CertificateFolder.subfolders(among: names(in: folder)).map { folder + "/" + $0 }.filter(isFolder)
    }

    static func exists(_ path: String) -> Bool {
        // The path is copied to the kernel within the call.
        unsafe access(path, F_OK) == 0
    }

    /// A regular file's bytes; nil when it cannot be read or is too large.
    private static func read(_ path: String) -> [UInt8]? {
        // Not blocking: a pipe under that name must not stop us.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count <= bytesMax {
            // The kernel writes at most the block's length into it.
            let count = unsafe block.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            guard count > 0 else { return nil }
            bytes += block[..<count]
        }
        return nil
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        // The path is copied to the kernel, which fills the local, within the call.
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func names(in folder: String) -> [String] {
        // The stream is closed below; each entry is valid until the next call and is copied.
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
