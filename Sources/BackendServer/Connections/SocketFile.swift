import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix

/// The path that the backend listens at.
struct SocketFile {
    let path: String

    /// Makes the folder, and removes what a killed predecessor left.
    ///
    /// A socket is removed only when connecting to it is refused: somebody who answers is not disturbed.
    ///
    /// - Throws: `StartupError`.
    func prepare() async throws {
        try makeFolder()
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return }
        guard attributes[.type] as? FileAttributeType == .typeSocket else {
            throw StartupError("\(path) is not a socket. Remove it, or set TUNERGATE_RUNTIME_DIR to another folder.")
        }
        guard try await isAbandoned() else {
            throw StartupError("Another process serves \(path). Stop it, or set TUNERGATE_RUNTIME_DIR.")
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Gives the bound socket its mode: for this user and its group.
    ///
    /// Until then it has what the umask left, which lets in nobody else either.
    func open() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: path)
    }

    private func makeFolder() throws {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw StartupError(
                "The folder \(folder) cannot be made. Make it writable for this user, or set TUNERGATE_RUNTIME_DIR.")
        }
    }

    private func isAbandoned() async throws -> Bool {
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(unixDomainSocketPath: path).get()
            try await channel.close()
            return false
        } catch let error as IOError where error.errnoCode == ECONNREFUSED {
            return true
        }
    }
}
