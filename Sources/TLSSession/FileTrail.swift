internal import Glibc

/// The folders through which a path leads: where something must change before the path means another file.
///
/// Kubernetes and certbot do not change files but links to them: `tls.crt → ..data/tls.crt`, `..data → ..2026_1`. The
/// trail has the folder of every link and the folder of the file.
enum FileTrail {
    /// The kernel follows no more links than this either (path_resolution(7)).
    static let linksMax = 40

    static func folders(of path: String) -> Set<String> {
        folders(of: path, link: readLink, exists: CertificateFiles.exists)
    }

    /// - Parameters:
    ///   - path: Absolute.
    ///   - link: What a link says; nil for all that is none.
    ///   - exists: Whether there is something of that name.
    /// - Returns: The folders to watch.
    static func folders(of path: String, link: (String) -> String?, exists: (String) -> Bool) -> Set<String> {
        var found: Set<String> = []
        var folder = ""
        var rest = parts(path)
        var links = 0
        while let name = rest.popLast() {
            if name == ".." {
                folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
                continue
            }
            let entry = name == "." ? folder : folder + "/" + name
            if let target = name == "." ? nil : link(entry), links < linksMax {
                links += 1
                found.insert(folder.isEmpty ? "/" : folder)
                if target.hasPrefix("/") { folder = "" }
                rest += parts(target)
                continue
            }
            if rest.isEmpty || !exists(entry) {
                // The last part, or the first that is missing and may appear.
                found.insert(folder.isEmpty ? "/" : folder)
                return found
            }
            folder = entry
        }
        return found
    }

    /// A path's parts, the first one last.
    private static func parts(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init).reversed()
    }

    private static func readLink(_ path: String) -> String? {
        // The kernel writes at most the buffer's length into it, and the path is copied within the call.
        var count = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            count = unsafe readlink(path, UnsafeMutableRawPointer(start), buffer.count)
            filled = max(0, count)
        }
        return count > 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
