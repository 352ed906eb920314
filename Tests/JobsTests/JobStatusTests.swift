import Jobs
import Testing

@Suite struct JobStatusTests {
    /// Each row: where a job is, and where an event may move it.
    @Test(
        arguments: [
            (from: JobStatus.pending, to: [.uploading, .queued, .running, .completed, .failed, .cancelled]),
            (from: .uploading, to: [.queued, .running, .completed, .failed, .cancelled]),
            (from: .queued, to: [.running, .completed, .failed, .cancelled]),
            (from: .running, to: [.completed, .failed, .cancelled]),
            (from: .completed, to: []),
            (from: .failed, to: []),
            (from: .cancelled, to: []),
        ] as [(from: JobStatus, to: [JobStatus])])
    func `a job only walks forward and never leaves its end`(from: JobStatus, to: [JobStatus]) {
        #expect(JobStatus.allCases.filter { from.moves(to: $0) } == to)
    }

    @Test(
        arguments: [
            ("canceled", JobStatus.cancelled), ("starting", .queued), ("processing", .running),
            ("succeeded", .completed),
            ("error", .failed), ("RUNNING", .running), ("pending", .pending), ("uploading", .uploading),
            ("aborted", nil), ("", nil),
        ] as [(String, JobStatus?)])
    func `a provider's word is read, and an unknown one changes nothing`(word: String, status: JobStatus?) {
        #expect(JobStatus(spelling: word) == status)
    }

    @Test func `exactly the last three states are terminal`() {
        #expect(JobStatus.allCases.filter(\.isTerminal) == [.completed, .failed, .cancelled])
    }
}
