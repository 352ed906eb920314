import Synchronization
import TestSupport
import Testing

extension IntegrationTests {
    /// Who comes from SimpleTuner's own server with its database.
    @Suite struct TakeoverTests {
        @Test(arguments: ["config/cloud/jobs.db", "cloud/jobs.db"])
        func `SimpleTuner's jobs and configuration are there at the first start, wherever it kept them`(
            file: String
        ) async throws {
            try await Installation.running(.up, seeding: { try await Self.leave(file, in: $0) }) { tuner in
                // There are accounts, so that this machine alone is nobody.
                #expect(try await tuner.client.get(tuner.secureURL + "/api/cloud/jobs").status == 401)
                let root = try await Self.signIn("root", "longpassword1", to: tuner)
                func get(_ path: String) async throws -> JSON {
                    try await tuner.client.send("GET", tuner.secureURL + path, headers: root).json
                }
                #expect(try await get("/api/cloud/jobs")["total"] == 2)
                let ended = try await get("/api/cloud/jobs/prediction-ended")["job"]
                #expect(ended["status"] == "completed")
                #expect(ended["cost_usd"] == .number(1.5))
                #expect(try await get("/api/cloud/jobs/prediction-failed")["job"]["status"] == "failed")
                let config = try await get("/api/cloud/providers/replicate/config")["config"]
                #expect(config["webhook_allowed_ips"] == ["10.0.0.0/8"])
                #expect(config["hardware_profile"] == "h100-x2")
                #expect(tuner.state.exists(file + ".simpletuner"))
                #expect(tuner.log.contains("was taken over"))

                try await tuner.killBackend()
                try await tuner.untilReady()
                #expect(try await get("/api/cloud/jobs")["total"] == 2)
            }
        }

        @Test func `people sign in as they did, may what they could, and their keys are good`() async throws {
            let file = "config/cloud/jobs.db"
            let key = Mutex<String?>(nil)
            try await Installation.running(
                .up,
                seeding: { state in
                    let known = try await Self.leave(file, in: state)
                    key.withLock { $0 = known["key"].string }
                }
            ) { tuner in
                func get(_ path: String, _ headers: [String: String]) async throws -> Answer {
                    try await tuner.client.send("GET", tuner.secureURL + path, headers: headers)
                }
                let ann = try await Self.signIn("ann@example.com", "longpassword2", to: tuner)
                let me = try await get("/api/auth/me", ann).json
                #expect(me["id"] == 3 && me["username"] == "ann" && me["is_admin"] == false)
                #expect(me["levels"].elements.map { $0["name"] } == ["researcher", "auditor"])
                let permissions = me["permissions"].elements
                // Given by a level of their own, given and taken by name.
                #expect(permissions.contains("admin.audit") && permissions.contains("job.view.all"))
                #expect(!permissions.contains("job.submit"))
                // Kept by a slow hash of ours from now on.
                _ = try await Self.signIn("ann", "longpassword2", to: tuner)
                for (name, password) in [("ann", "longpassword1"), ("gone", "longpassword3"), ("local", "")] {
                    #expect(try await Self.login(name, password, to: tuner).status != 200, "\(name)")
                }
                let headers = ["X-API-Key": try #require(key.withLock { $0 })]
                #expect(try await get("/api/cloud/jobs", headers).json["total"] == 1)
                #expect(try await get("/api/audit", headers).status == 403)
                // A session is not: it was in clear, in a file that everybody could read.
                let old = ["Cookie": "simpletuner_session=a-session-as-it-is-sent"]
                #expect(try await get("/api/auth/me", old).status == 401)
            }
        }

        private static func login(_ name: String, _ password: String, to tuner: Installation) async throws -> Answer {
            try await tuner.client.send(
                "POST", tuner.secureURL + "/api/auth/login", headers: ["Content-Type": "application/json"],
                body: Array(#"{"username":"\#(name)","password":"\#(password)"}"#.utf8))
        }

        /// - Returns: The cookie.
        private static func signIn(
            _ name: String, _ password: String, to tuner: Installation
        ) async throws -> [String: String] {
            let answer = try await login(name, password, to: tuner)
            #expect(answer.status == 200, "\(answer.text)")
            return ["Cookie": String(try #require(answer.header("Set-Cookie")).prefix { $0 != ";" })]
        }

        @discardableResult
        private static func leave(_ file: String, in state: StateFolder) async throws -> JSON {
            try await PythonScript("simpletuner_database.py").run([state.file(file)])
        }
    }
}
