import TestSupport
import Testing

extension ConformanceTests {
    /// Before there is an account, and after.
    @Suite struct RecordedAccountTests {
        private typealias Row = RecordedAnswer

        private static let first = #"{"email":"root@example.com","username":"root","password":"longpassword1"}"#
        private static let signedIn = #"{"success":"boolean","user":"$user","message":"string"}"#
        private static let setUp = #"""
            {"needs_setup":"boolean","has_admin":"boolean","user_count":"number","registration_enabled":"boolean"}
            """#

        @Test func `accounts, sessions and keys`() async throws {
            try await Installation.running(.up) { tuner in
                let before = try await tuner.holds([
                    Row("002", "GET /api/auth/setup/status", shape: Self.setUp),
                    Row(
                        "003", "GET /api/auth/check",
                        shape:
                            #"{"authenticated":"boolean","user_id":"number","username":"string","is_admin":"boolean"}"#),
                    Row("107", "GET /api/users/me", shape: "$user"),
                    Row("136", "POST /api/auth/setup/first-admin", body: Self.first, shape: Self.signedIn),
                    Row("137", "POST /api/auth/setup/first-admin", body: Self.first, status: 409, shape: "$detail"),
                ])
                #expect(before["002"]?.json["needs_setup"] == true)
                #expect(before["003"]?.json["username"] == "local")
                let cookie = try #require(before["136"]?.header("Set-Cookie"))
                let session = String(cookie.prefix { $0 != ";" })
                #expect(session.hasPrefix("simpletuner_session="))
                for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
                    #expect(cookie.contains(attribute), "\(attribute)")
                }

                // Ours: a write that a browser's cookie vouches for says which page it is from.
                let browser = ["Cookie": session, "Origin": tuner.secureURL]
                let keyed = try await tuner.holds([
                    Row(
                        "143", "POST /api/auth/api-keys",
                        body: #"{"name":"ci","expires_days":30,"scoped_permissions":["job.view.own"]}"#,
                        headers: browser, shape: #"{"key":"string","key_info":"any"}"#),
                    Row("144", "GET /api/auth/api-keys", headers: ["Cookie": session], shape: Self.keys),
                ])
                let key = try #require(keyed["143"]?.json["key"].string)
                #expect(key.hasPrefix("st_") && key.count == 35)
                #expect(keyed["144"]?.json.elements.first?["key_prefix"].string == String(key.prefix(11)))

                try await tuner.holds(Self.afterwards, ["session": session, "key": key])
                let settings = try await tuner.holds([
                    Row(
                        "155", "PUT /api/cloud/settings/registration",
                        body: #"{"enabled":true,"default_level":"researcher"}"#, headers: browser,
                        shape: #"""
                            {"enabled":"boolean","default_level":"string","email_configured":"boolean",
                             "email_required_warning":"string|null"}
                            """#),
                    Row(
                        "156", "POST /api/auth/register",
                        body: #"{"email":"a@example.com","username":"alice","password":"longpassword1"}"#,
                        shape: Self.signedIn),
                    Row(
                        "161", "PUT /api/users/me/password",
                        body: #"{"current_password":"x","new_password":"anotherlong1"}"#, headers: browser,
                        status: 401, shape: "$detail"),
                    Row(
                        "178", "DELETE /api/auth/api-keys/\(keyed["143"]?.json["key_info"]["id"].int ?? 0)",
                        headers: browser, shape: #"{"success":"boolean"}"#),
                ])
                let alice = String(try #require(settings["156"]?.header("Set-Cookie")).prefix { $0 != ";" })
                try await tuner.holds([
                    Row(
                        "158", "GET /api/cloud/jobs", headers: ["Cookie": alice],
                        shape: #"{"jobs":[],"total":"number","+":["has_more"]}"#),
                    Row(
                        "170", "GET /api/quotas/user/4711", headers: ["Cookie": session], status: 404,
                        shape: "$detail"),
                    Row("157", "GET /api/audit", headers: ["Cookie": alice], status: 403, shape: "$coded"),
                ])
            }
        }

        private static let keys = #"""
            [{"id":"number","name":"string","key_prefix":"string","created_at":"string","last_used_at":"string|null",
             "expires_at":"string|null","is_active":"boolean","scoped_permissions":["string"]}]
            """#

        private static let afterwards = [
            Row("140", "POST /api/auth/login", body: #"{"username":""}"#, status: 422, shape: "$invalid"),
            Row(
                "163", "POST /api/auth/login", body: #"{"username":"root","password":"wrong"}"#, status: 401,
                shape: "$detail"),
            Row(
                "141", "POST /api/auth/register",
                body: #"{"email":"a@example.com","username":"alice","password":"longpassword1"}"#, status: 403,
                shape: "$detail"),
            // Ours: a bearer is a key, and a key may what it was made for.
            Row("146", "GET /api/auth/me", headers: ["Authorization": "Bearer {key}"], shape: "$user"),
            Row("147", "GET /api/audit?limit=1", headers: ["X-API-Key": "{key}"], status: 403, shape: "$coded"),
            Row("148", "GET /api/cloud/jobs", status: 401, shape: "$detail"),
            Row("149", "GET /api/cloud/storage", status: 401, shape: "$detail"),
            Row("152", "GET /api/cloud/metrics/prometheus", shape: nil),
            Row(
                "153", "POST /api/cloud/jobs/submit", body: #"{"config":{"a":1}}"#, headers: ["X-API-Key": "{key}"],
                shape: "$refused"),
        ]

        /// Rows 163 to 165 and 177: the limit is for the client, whoever they say they are.
        @Test func `guessing a password`() async throws {
            try await Installation.running(.up, ["RATE_LIMIT_CALLS": "100"]) { tuner in
                try await tuner.holds([
                    Row("136", "POST /api/auth/setup/first-admin", body: Self.first, shape: Self.signedIn)
                ])
                let guess = #"{"username":"root","password":"wrong"}"#
                let stranger = ["X-Forwarded-For": "203.0.113.9"]
                func row(_ record: String, _ status: Int) -> Row {
                    Row(
                        record, "POST /api/auth/login", body: guess, headers: stranger, status: status, shape: "$detail"
                    )
                }
                try await tuner.holds(Array(repeating: row("163", 401), count: 5))
                let refused = try await tuner.holds([row("164", 429)])
                #expect(refused["164"]?.json["detail"] == "Rate limit exceeded. Please try again later.")
                #expect(refused["164"]?.header("Retry-After") != nil)
                // Ours: an address that the client claims is none of this machine's.
                var claimed = row("165", 429)
                claimed.headers["X-Forwarded-For"] = "127.0.0.1, 203.0.113.9"
                try await tuner.holds([claimed])
            }
        }
    }
}
