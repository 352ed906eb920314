import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct StreamingTests {
        static let gibibyte = 1 << 30
        static let mebibyte = 1 << 20

        @Test func `weakness 38: a gibibyte up and a gibibyte down each pass through one mebibyte of the gateway`()
            async throws
        {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    let gateway = try #require(tuner.gateway)
                    let source = try tuner.state.sparseFile("gibibyte", size: Self.gibibyte)
                    let warmUp = try tuner.state.sparseFile("warm-up", size: 4 * Self.mebibyte)

                    // Code and buffers that any transfer needs are in memory before the count begins.
                    try await upload(warmUp, as: "warm-up", job, tuner)
                    try await download("warm-up", size: 4 * Self.mebibyte, job, tuner)

                    let up = try await growth(of: gateway) { try await upload(source, as: "big", job, tuner) }
                    #expect(up <= Self.mebibyte)
                    let down = try await growth(of: gateway) {
                        try await download("big", size: Self.gibibyte, job, tuner)
                    }
                    #expect(down <= Self.mebibyte)
                }
            }
        }

        /// How much the peak of a process's memory rises over where it stood, in bytes.
        private func growth(of process: RunningProcess, over work: () async throws -> Void) async throws -> Int {
            try process.forgetPeakMemory()
            let before = try #require(process.peakMemory)
            try await work()
            return try #require(process.peakMemory) - before
        }

        private func upload(_ file: String, as key: String, _ job: CloudJob, _ tuner: Installation) async throws {
            let result = try await curl(
                tuner, job, ["--upload-file", file, "--write-out", "%{http_code}", job.keys.url(key)])
            #expect(result == "200")
        }

        private func download(_ key: String, size: Int, _ job: CloudJob, _ tuner: Installation) async throws {
            let result = try await curl(
                tuner, job, ["--write-out", "%{http_code} %{size_download}", job.keys.url(key)])
            #expect(result == "200 \(size)")
        }

        private func curl(_ tuner: Installation, _ job: CloudJob, _ arguments: [String]) async throws -> String {
            let result = try await Tool("curl").run(
                [
                    "--silent", "--show-error", "--output", "/dev/null", "--cacert", tuner.certificatePath,
                    "--header", "X-Upload-Token: \(job.keys.token)",
                ] + arguments,
                patience: .seconds(600)
            )
            #expect(result.exitCode == 0, "\(result.errors)")
            return result.output
        }
    }
}
