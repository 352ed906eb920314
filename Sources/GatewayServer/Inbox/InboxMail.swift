import Reactor
import Synchronization

/// What an inbox's thread has to say to one worker.
final class InboxMail: Sendable {
    struct Note: Sendable {
        /// Of the draft.
        let ticket: UInt64
        /// Whether it is on the disk.
        let isKept: Bool
    }

    private let notes = Mutex<[Note]>([])
    private let waker: Waker

    /// - Parameter waker: The worker's.
    init(waker: Waker) {
        self.waker = waker
    }

    /// Leaves a note, and wakes the worker to read it.
    func leave(_ note: Note) {
        notes.withLock { $0.append(note) }
        waker.wake()
    }

    /// The notes since the last time, in order.
    func takeAll() -> [Note] {
        notes.withLock { notes in
            defer { notes = [] }
            return notes
        }
    }
}
