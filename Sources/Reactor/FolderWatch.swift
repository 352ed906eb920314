internal import CReactor
internal import Glibc

/// Tells that something changed in some folders (inotify(7)).
///
/// Tells no more than that: whoever follows files through links and renames must look again anyway, and a queue that
/// overflowed is a change like any other. A folder that was replaced by another of its name is followed when
/// ``follow(_:)`` is called the next time.
public final class FolderWatch {
    /// Readable when something changed.
    public let descriptor: Int32
    private var watches: Set<Int32> = []

    public init() throws(SystemError) {
        descriptor = try SystemError.check(creactor_watch())
    }

    deinit {
        close(descriptor)
    }

    /// Follows these folders and no others; those that are missing or may not be read are left out.
    public func follow(_ folders: Set<String>) {
        var current: Set<Int32> = []
        for folder in folders {
            // The path is copied to the kernel within the call. A folder that is followed already keeps its number.
            let watch = unsafe creactor_watch_folder(descriptor, folder)
            if watch >= 0 { current.insert(watch) }
        }
        for old in watches.subtracting(current) { creactor_unwatch(descriptor, old) }
        watches = current
    }

    /// Takes what was told.
    ///
    /// - Returns: Whether something changed since the last call.
    public func takeChanges() -> Bool {
        var block = [UInt8](repeating: 0, count: 4096)
        var hasChanged = false
        while true {
            // The kernel writes whole events, at most the block's length.
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return hasChanged }
            hasChanged = true
        }
    }
}
