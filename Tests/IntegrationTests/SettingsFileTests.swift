import FoundationEssentials
import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct SettingsFileTests {
        static let refused: Int32 = 78
        static let bad = "workers: 2\nlog:\n  level: LOUD\nlimits:\n  head_byte: 2048\n"

        /// `gateway` and `backend` read nothing themselves: their programs were given the file's name.
        @Test(arguments: ["up", "gateway", "backend", "check"])
        func `a bad file is refused with every place in it`(command: String) async throws {
            try await StateFolder.temporary { state in
                let path = try write(Self.bad, state)
                let result = try await Tool.tunergate().run(
                    [command, "--config", path],
                    environment: ["HOME": state.path, "SIMPLETUNER_STATE_DIR": state.path])
                #expect(result.exitCode == Self.refused)
                #expect(result.output == "")
                #expect(
                    result.errors.contains("\(path):3:10: log.level is \"LOUD\". Use DEBUG, INFO, WARNING or ERROR.\n"))
                #expect(
                    result.errors.contains(
                        "\(path):5:3: limits.head_byte is no setting. Did you mean limits.head_bytes?\n"))
                #expect(!state.exists("config"))
            }
        }

        @Test func `a good file takes effect, and the environment wins over it`() async throws {
            try await StateFolder.temporary { folder in
                let path = try write("log: {format: text}\nlisten: {tls: \"192.0.2.1:1\"}\n", folder)
                try await Installation.running(.up, ["TUNERGATE_CONFIG": path]) { installation in
                    #expect(!installation.log.isEmpty)
                    #expect(!installation.log.split(separator: "\n").contains { $0.hasPrefix("{") })
                    let answer = try await installation.client.get(installation.secureURL + "/health")
                    #expect(answer.status == 200)
                }
            }
        }

        @Test func `a check shows what holds and where it is from`() async throws {
            try await StateFolder.temporary { state in
                let path = try write("workers: 2\n", state)
                let result = try await Tool.tunergate().run(
                    ["check"],
                    environment: [
                        "HOME": "/home/u", "TUNERGATE_CONFIG": path, "REPLICATE_API_TOKEN": "r8_token",
                        "TUNERGATE_WORKER": "1",
                    ])
                #expect(result.exitCode == 0)
                #expect(result.output.hasPrefix("ok\nstate_dir "))
                let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
                #expect(lines.contains(["workers", "2", "\(path):1:10"]))
                #expect(!result.output.contains("r8_token"))
                #expect(
                    result.errors
                        == "tunergate: TUNERGATE_WORKER is set, but is no setting. Did you mean TUNERGATE_WORKERS?\n")
            }
        }

        private func write(_ text: String, _ folder: StateFolder) throws -> String {
            try Data(text.utf8).write(to: URL(filePath: folder.file("settings.yaml")))
            return folder.file("settings.yaml")
        }
    }
}
