import Jobs
import Testing

/// The state machine, over every sequence of news: what is finished stays as it is.
@Suite struct JobLifeTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    @Test(arguments: JobStatus.allCases, JobStatus.allCases)
    func `a job only walks forward, and never out of a terminal state`(from: JobStatus, to: JobStatus) {
        var job = Job(id: "j", kind: .cloud, provider: nil, configName: nil, createdAt: now, status: from)
        var update = JobUpdate()
        update.status = to
        job.apply(update, prices: .standard, now: now)
        if from.isTerminal { #expect(job.status == from) }
        #expect(job.status == from || job.status == to)
        #expect(!to.moves(to: from) || !from.moves(to: to))
    }

    @Test func `whatever comes in whatever order, the first terminal news decides`() {
        for first in JobStatus.allCases {
            for second in JobStatus.allCases {
                for third in JobStatus.allCases {
                    var job = Job(id: "j", kind: .cloud, provider: nil, configName: nil, createdAt: now)
                    for status in [first, second, third] {
                        var update = JobUpdate()
                        update.status = status
                        job.apply(update, prices: .standard, now: now)
                    }
                    let end = [first, second, third].first(where: \.isTerminal)
                    if let end { #expect(job.status == end) } else { #expect(!job.status.isTerminal) }
                }
            }
        }
    }
}
