import Testing

@testable import GatewayServer

@Suite struct WorkerCountersTests {
    @Test func `each bucket holds what is below its bound and not below the one before`() {
        for index in 0..<LatencyHistogram.bucketCount {
            guard let bound = LatencyHistogram.bound(ofBucket: index) else {
                #expect(index == LatencyHistogram.bucketCount - 1)
                continue
            }
            #expect(LatencyHistogram.bucket(of: bound - 1) == index)
            #expect(LatencyHistogram.bucket(of: bound) == index + 1)
        }
        #expect(LatencyHistogram.bucket(of: 0) == 0)
        #expect(LatencyHistogram.bucket(of: -5) == 0)
        #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.bucketCount - 1)
    }

    @Test(arguments: [(100, 0), (204, 1), (308, 2), (499, 3), (599, 4), (999, 4)])
    func `an answer counts for its class`(status: Int, index: Int) {
        #expect(WorkerCounters.AnswerClass(status: status).rawValue == index)
    }

    @Test func `the workers' numbers are added up`() {
        let all = [WorkerCounters(), WorkerCounters()]
        all[0].requests.bump(.http2)
        all[1].requests.bump(.http2, by: 2)
        all[0].connectionsOpen.bump()
        all[1].connectionsOpen.bump(by: -1)
        all[1].latency.record(microseconds: 20)
        let totals = CounterTotals(all)
        #expect(totals.requests(.http1) == 0)
        #expect(totals.requests(.http2) == 3)
        #expect(totals.connectionsOpen == 0)
        #expect(totals.latencies(inBucket: 1) == 1)
        #expect(totals.latencyMicroseconds == 20)
    }

    @Test func `every kind has a place in its row, and names as the settings write them`() {
        let counters = WorkerCounters()
        for limit in WorkerCounters.Limit.allCases { counters.limitHits.bump(limit) }
        #expect(WorkerCounters.Limit.allCases.allSatisfy { counters.limitHits.count($0) == 1 })
        #expect(MetricsPage.snakeCase("\(WorkerCounters.Limit.connectionsPerClient)") == "connections_per_client")
        #expect(MetricsPage.snakeCase("\(WorkerCounters.Limit.http2Glitches)") == "http2_glitches")
    }
}
