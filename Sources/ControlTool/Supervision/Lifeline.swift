internal import SystemPackage

/// A pipe that never carries anything and ends when this process does.
///
/// Its reading end is the standard input of every supervised program, and such a program stops when that ends. The
/// writing end is ours alone: a started program keeps no descriptors but the three standard ones. The kernel closes
/// it however we die, so not even SIGKILL to the supervisor leaves a program behind.
struct Lifeline: Sendable {
    let readingEnd: FileDescriptor
    private let writingEnd: FileDescriptor

    /// - Throws: When the process has no descriptors left.
    init() throws {
        (readingEnd, writingEnd) = try FileDescriptor.pipe()
    }
}
