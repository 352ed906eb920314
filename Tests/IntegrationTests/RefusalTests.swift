import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct RefusalTests {
        /// `EX_CONFIG` of sysexits.h: nothing but the settings helps.
        static let refused: Int32 = 78

        /// The occupant is an installation that is ready, which the other must not take for itself.
        @Test(arguments: ["TUNERGATE_TLS_LISTEN", "TUNERGATE_LOCAL_LISTEN"])
        func `a busy port is one sentence that names it and its setting`(setting: String) async throws {
            try await Installation.running { occupant in
                try await StateFolder.temporary { state in
                    let port = setting == "TUNERGATE_TLS_LISTEN" ? occupant.tlsPort : occupant.localPort
                    let (exitCode, output, errors) = try await Installation.refusal(
                        state: state, [setting: "127.0.0.1:\(port)"])
                    #expect(exitCode == Self.refused)
                    #expect(output == "")
                    #expect(sentences(errors).count == 1, "\(errors)")
                    #expect(errors.contains("\(port)"))
                    #expect(errors.contains(setting))
                }
            }
        }

        @Test func `a state folder that cannot be written is one sentence that names it`() async throws {
            try await StateFolder.temporary { logs in
                let (exitCode, output, errors) = try await Installation.refusal(
                    state: logs, ["SIMPLETUNER_STATE_DIR": "/proc/version/state"])
                #expect(exitCode == Self.refused)
                #expect(output == "")
                #expect(sentences(errors).count == 1, "\(errors)")
                #expect(errors.contains("/proc/version/state"))
            }
        }

        @Test func `a bad setting is one sentence that names it`() async throws {
            try await StateFolder.temporary { state in
                let (exitCode, output, errors) = try await Installation.refusal(
                    state: state, ["TUNERGATE_WORKERS": "many"])
                #expect(exitCode == Self.refused)
                #expect(output == "")
                #expect(sentences(errors).count == 1, "\(errors)")
                #expect(errors.contains("TUNERGATE_WORKERS"))
            }
        }

        @Test func `an access log that cannot be opened is named, with its setting`() async throws {
            try await StateFolder.temporary { state in
                let path = "/proc/version/access.log"
                let (exitCode, _, errors) = try await Installation.refusal(
                    state: state, ["TUNERGATE_ACCESS_LOG": path])
                #expect(exitCode == Self.refused)
                #expect(errors.contains(path))
                #expect(errors.contains("Set TUNERGATE_ACCESS_LOG"))
            }
        }

        /// The lines for people: those of the log begin with a brace.
        private func sentences(_ errors: String) -> [Substring] {
            errors.split(separator: "\n").filter { !$0.hasPrefix("{") }
        }
    }
}
