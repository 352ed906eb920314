internal import FoundationEssentials
internal import SystemPackage

/// The folder with the binaries that the tests run.
///
/// `TUNERGATE_BIN` decides. Without it the binaries that were built last are taken, release or those beside the
/// tests: old ones would test yesterday's work.
enum ProductFolder {
    struct NotBuilt: Error, CustomStringConvertible {
        let description = "No tunergate binary found. Run swift build first, or set TUNERGATE_BIN."
    }

    /// The folder that `TUNERGATE_BIN` names; nil when it is not set.
    static var chosen: FilePath? {
        ProcessInfo.processInfo.environment["TUNERGATE_BIN"].map { FilePath($0) }
    }

    static func find() throws -> FilePath {
        if let chosen { return chosen }
        let tests = FilePath(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let candidates = [
            Checkout.build.appending("release"), Checkout.build.appending("debug"), tests.removingLastComponent(),
        ]
        let built = candidates.compactMap { folder in lastBuilt(folder).map { (folder, $0) } }
        guard let newest = built.max(by: { $0.1 < $1.1 }) else { throw NotBuilt() }
        return newest.0
    }

    /// When the youngest binary of a folder was built; nil when one is missing.
    private static func lastBuilt(_ folder: FilePath) -> Date? {
        let dates = ["tunergate", "tunergate-gateway", "tunergate-backend"].map { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder.appending(name).string)
            return attributes?[.modificationDate] as? Date
        }
        guard dates.allSatisfy({ $0 != nil }) else { return nil }
        return dates.compactMap { $0 }.max()
    }
}
