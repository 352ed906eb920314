internal import CReactor
internal import Glibc

/// The process at the other end of a Unix socket, as the kernel knew it when it connected.
public struct PeerProcess: Equatable, Sendable {
    public let userID: UInt32
    public let processID: Int32
}

extension Socket {
    /// Who is at the other end of a Unix socket (SO_PEERCRED, unix(7)).
    ///
    /// - Returns: The peer.
    /// - Throws: When this is no Unix socket.
    public borrowing func peerProcess() throws(SystemError) -> PeerProcess {
        var user: UInt32 = .max
        var process: Int32 = 0
        // The locals are written within the call.
        _ = try SystemError.check(unsafe creactor_peer(descriptor, &user, &process))
        return PeerProcess(userID: user, processID: process)
    }

    /// What one message can carry of descriptors.
    public static let descriptorsMax = Int(CREACTOR_DESCRIPTORS_MAX)

    /// Sends bytes and descriptors in one message (SCM_RIGHTS, unix(7)).
    ///
    /// The receiver gets duplicates: ours stay open and stay ours.
    ///
    /// - Parameters:
    ///   - bytes: At least one, or the kernel drops the descriptors.
    ///   - descriptors: At most ``descriptorsMax``.
    /// - Returns: How much went; the descriptors go with the first byte.
    public borrowing func send(_ bytes: [UInt8], with descriptors: [Int32]) -> Transfer {
        precondition(!bytes.isEmpty, "descriptors travel with at least one byte")
        precondition(1...Self.descriptorsMax ~= descriptors.count, "a message carries 1 to 253 descriptors")
        let result = unsafe bytes.withUnsafeBufferPointer { source in
            // Both arrays are read within the call.
            unsafe creactor_send_descriptors(
                descriptor, source.baseAddress, source.count, descriptors, Int32(descriptors.count))
        }
        if result >= 0 { return .bytes(result) }
        let code = Int32(-result)
        return code == EAGAIN || code == EINTR ? .wouldBlock : .failed(SystemError(code: code))
    }

    /// Receives bytes, and the descriptors that came with them, which are the caller's to close from then on.
    ///
    /// - Parameters:
    ///   - bytes: Get what came appended.
    ///   - descriptors: Likewise.
    /// - Returns: How many bytes came.
    public borrowing func receive(into bytes: inout [UInt8], with descriptors: inout [Int32]) -> Transfer {
        var taken = [Int32](repeating: -1, count: Self.descriptorsMax)
        var count: Int32 = 0
        var piece = [UInt8](repeating: 0, count: 4096)
        let result = unsafe piece.withUnsafeMutableBufferPointer { target in
            // Written within the call: at most the piece's length, and at most as many descriptors as there are places.
            unsafe creactor_receive_descriptors(descriptor, target.baseAddress, target.count, &taken, &count)
        }
        guard result >= 0 else {
            let code = Int32(-result)
            return code == EAGAIN || code == EINTR ? .wouldBlock : .failed(SystemError(code: code))
        }
        descriptors += taken.prefix(Int(count))
        bytes += piece.prefix(result)
        return result == 0 ? .ended : .bytes(result)
    }
}
