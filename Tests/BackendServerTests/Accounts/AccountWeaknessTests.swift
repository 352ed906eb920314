import Accounts
import Foundation
import GRDB
import HTTPTypes
import JSON
import Jobs
import Synchronization
import Testing

@testable import BackendServer
@testable import Storage

/// The weaknesses of SimpleTuner's access control, by their numbers in the contract (27.1): none of them is here.
@Suite struct AccountWeaknessTests {
    private typealias People = SignedInBackend

    @Test func `weakness 1: a stranger does not open registration, and nobody registers as administrator`() async throws
    {
        let people = try await SignedInBackend()
        let open = #"{"enabled":true,"default_level":"admin"}"#
        #expect(try await people.send(.put, "/api/cloud/settings/registration", open).status == 401)
        let researcher = try await people.member("ann")
        #expect(try await people.send(.put, "/api/cloud/settings/registration", open, as: researcher).status == 403)
        #expect(try await people.send(.put, "/api/cloud/settings/registration", open, as: people.admin).status == 400)
        #expect(try await people.send(.post, "/api/auth/register", People.person("eve")).status == 403)
        let set = try await people.send(
            .put, "/api/cloud/settings/registration", #"{"enabled":true,"default_level":"viewer"}"#, as: people.admin)
        #expect(set.status == 200)
        let eve = try People.session(try await people.send(.post, "/api/auth/register", People.person("eve")))
        #expect(
            try await people.send(.get, "/api/auth/me", as: eve).body["permissions"] == ["config.view", "job.view.own"])
    }

    @Test func `weakness 2: whoever is not signed in sees no job, and nobody sees a token`() async throws {
        let people = try await SignedInBackend()
        let ann = try await people.member("ann")
        var job = Job(id: "job-1", kind: .cloud, provider: "replicate", configName: nil, createdAt: people.backend.now)
        job.userID = Int64(try await people.id(of: ann))
        let grant = UploadGrant(jobID: job.id, nonce: Array(repeating: 1, count: 16), tokenHash: [1])
        try await people.backend.database.write { [job] in try JobTable.insert(job, upload: grant, into: $0) }
        for path in ["/api/cloud/jobs", "/api/cloud/jobs/job-1", "/api/queue"] {
            #expect(try await people.send(.get, path).status == 401, "\(path)")
        }
        let seen = try await people.send(.get, "/api/cloud/jobs", as: ann)
        #expect(seen.body["total"] == 1 && !seen.text.contains("token"))
        let bob = try await people.member("bob")
        #expect(try await people.send(.get, "/api/cloud/jobs", as: bob).body["total"] == 0)
        #expect(try await people.send(.get, "/api/cloud/jobs/job-1", as: bob).status == 403)
    }

    @Test func `weakness 3: what is done to a job is asked of its owner's permissions`() async throws {
        let people = try await SignedInBackend()
        let (ann, bob) = (try await people.member("ann"), try await people.member("bob"))
        var job = Job(id: "job-1", kind: .cloud, provider: "replicate", configName: nil, createdAt: people.backend.now)
        job.userID = Int64(try await people.id(of: ann))
        try await people.backend.put(job)
        let writes: [(HTTPRequest.Method, String)] = [
            (.post, "job-1/cancel"), (.delete, "job-1"), (.get, "job-1/logs"), (.get, "job-1/logs/stream"),
            (.get, "job-1/inline-progress"), (.post, "sync"), (.post, "job-1/retry"),
        ]
        for (method, path) in writes {
            #expect(try await people.send(method, "/api/cloud/jobs/\(path)").status == 401, "\(path)")
            #expect(try await people.send(method, "/api/cloud/jobs/\(path)", as: bob).status == 403, "\(path)")
        }
        #expect(try await people.send(.get, "/api/cloud/jobs/job-1/inline-progress", as: ann).status == 200)
    }

    @Test func `weaknesses 4 and 5: settings are changed by administrators alone, and that is written down`()
        async throws
    {
        let people = try await SignedInBackend()
        let ann = try await people.member("ann")
        let writes: [(HTTPRequest.Method, String, String?)] = [
            (.put, "/api/cloud/providers/replicate", #"{"http_timeout":9}"#),
            (.put, "/api/cloud/providers/replicate/config", #"{"http_timeout":9}"#),
            (.patch, "/api/cloud/providers/replicate/advanced", #"{"http_timeout":9}"#),
            (.put, "/api/cloud/providers/replicate/token", #"{"api_token":"r8_x"}"#),
            (.delete, "/api/cloud/providers/replicate/token", nil),
            (.put, "/api/cloud/metrics-config", "{}"),
            (.put, "/api/metrics/config", "{}"),
            (.post, "/api/metrics/config/templates/minimal", nil),
            (.put, "/api/cloud/polling/setting", #"{"enabled":true}"#),
            (.put, "/api/cloud/data-consent/setting", #"{"consent":"allow"}"#),
            (.post, "/api/queue/concurrency", "{}"), (.post, "/api/quotas", "{}"),
            (.post, "/api/approvals/rules", "{}"), (.get, "/api/audit", nil), (.get, "/api/audit/verify", nil),
            (.get, "/api/audit/stats", nil), (.get, "/api/audit/types", nil), (.get, "/api/audit/security", nil),
            (.get, "/api/audit/user/1", nil), (.get, "/api/users", nil),
        ]
        for (method, path, body) in writes {
            let stranger = try await people.send(method, path, body).status
            let member = try await people.send(method, path, body, as: ann).status
            #expect(stranger == 401 || stranger == 404, "\(path): \(stranger)")
            #expect(member == 403 || member == 404, "\(path): \(member)")
        }
        let done = try await people.send(
            .put, "/api/cloud/providers/replicate", #"{"http_timeout":9}"#, as: people.admin)
        #expect(done.status == 200)
        let entry = try await people.trail("?event_type=provider.configured").first
        #expect(entry?["actor_username"] == "root" && entry?["actor_id"] == 2)
        let denied = try await people.trail("?event_type=security.permission_denied&limit=500")
        #expect(denied.contains { $0["actor_username"] == "ann" })
    }

    @Test func `weakness 7: a key may what it was made for, and makes no stronger one`() async throws {
        let people = try await SignedInBackend()
        let key = try await people.key(
            #"{"name":"ci","scoped_permissions":["job.view.own","api.keys.own"]}"#, as: people.admin)
        #expect(try await people.send(.get, "/api/cloud/jobs", as: key).status == 200)
        #expect(try await people.send(.get, "/api/audit", as: key).status == 403)
        #expect(try await people.send(.get, "/api/users", as: key).status == 403)
        let stronger = try await people.send(
            .post, "/api/auth/api-keys", #"{"name":"x","scoped_permissions":["*"]}"#, as: key)
        #expect(stronger.status == 400)
        // One that is made for nothing in particular is as weak as the one that made it.
        let child = try await people.key(#"{"name":"child"}"#, as: key)
        #expect(try await people.send(.get, "/api/audit", as: child).status == 403)
        #expect(try await people.send(.get, "/api/cloud/jobs", as: child).status == 200)
        let submit = try await people.send(.post, "/api/cloud/jobs/submit", #"{"config":{"a":1}}"#, as: key)
        #expect(submit.status == 200 && submit.body["error"] == "Permission denied: job.submit")
    }

    @Test func `weakness 8: the first administrator is made on the machine, or with the code from the log`()
        async throws
    {
        let backend = try Backend()
        let person = SignedInBackend.person("eve")
        func firstAdmin(_ headers: [String: String], code: String? = nil) async throws -> Int {
            let body = code.map { person.dropLast() + #","setup_code":"\#($0)"}"# } ?? person
            return try await backend.send(.post, "/api/auth/setup/first-admin", body, headers: headers).status
        }
        let stranger = SignedInBackend.stranger
        #expect(try await backend.send(.get, "/api/cloud/jobs", headers: stranger).status == 401)
        #expect(try await firstAdmin(stranger) == 403)
        #expect(try await firstAdmin(stranger, code: "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA") == 403)
        // A page of somebody else that is looked at on this machine.
        let page = SignedInBackend.machine.merging(["Origin": "https://evil.example"]) { $1 }
        #expect(try await firstAdmin(page) == 403)
        #expect(try await firstAdmin(page, code: backend.accounts.setupCode.text) == 403)
        #expect(try await firstAdmin(stranger, code: backend.accounts.setupCode.text.lowercased()) == 200)
        #expect(try await firstAdmin(stranger, code: backend.accounts.setupCode.text) == 409)
    }

    @Test func `weakness 9: requests at the same time are all of the machine's administrator`() async throws {
        let backend = try Backend()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await backend.send(.get, "/api/cloud/jobs", headers: SignedInBackend.machine).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 20))
    }

    @Test func `weakness 9: of first administrators at the same time one is made`() async throws {
        let backend = try Backend()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await backend.send(
                        .post, "/api/auth/setup/first-admin", SignedInBackend.person("root\(number)"),
                        headers: SignedInBackend.machine
                    ).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
    }

    @Test func `weakness 10: nobody is left without an administrator`() async throws {
        let backend = try Backend()
        let machine = SignedInBackend.machine
        let plain = try await backend.send(.post, "/api/users", SignedInBackend.person("ann"), headers: machine)
        #expect(plain.status == 409, "\(plain.text)")
        let status = try await backend.send(.get, "/api/auth/setup/status", headers: machine).body
        #expect(status["needs_setup"] == true && status["user_count"] == 0)

        let people = try await SignedInBackend()
        #expect(
            try await people.send(.patch, "/api/users/2", #"{"is_admin":false,"level_names":[]}"#, as: people.admin)
                .status == 409)
        #expect(try await people.send(.post, "/api/users/2/deactivate", as: people.admin).status == 400)
        #expect(try await people.send(.delete, "/api/users/2", as: people.admin).status == 400)
        // Not even by whoever holds the socket.
        #expect(try await people.backend.send(.delete, "/api/users/2").status == 409)
    }

    @Test func `weakness 11: who is switched off is out at once, with sessions and keys`() async throws {
        let people = try await SignedInBackend()
        let ann = try await people.member("ann")
        let key = try await people.key(#"{"name":"ci"}"#, as: ann)
        let id = try await people.id(of: ann)
        #expect(try await people.send(.post, "/api/users/\(id)/deactivate", as: people.admin).status == 200)
        #expect(try await people.send(.get, "/api/auth/me", as: ann).status == 401)
        #expect(try await people.send(.get, "/api/auth/me", as: key).status == 401)
        #expect(try await people.login("ann").status == 401)
        #expect(try await people.send(.post, "/api/users/\(id)/activate", as: people.admin).status == 200)
        // The session has ended; the key is its owner's again.
        #expect(try await people.send(.get, "/api/auth/me", as: ann).status == 401)
        #expect(try await people.send(.get, "/api/auth/me", as: key).status == 200)
    }

    @Test func `weakness 12: no secret is in the database, and a new password ends other sessions`() async throws {
        let people = try await SignedInBackend()
        let ann = try await people.member("ann")
        let other = try SignedInBackend.session(try await people.login("ann"))
        let key = try await people.key(#"{"name":"ci"}"#, as: ann)
        let changed = try await people.send(
            .put, "/api/users/me/password",
            #"{"current_password":"longpassword1","new_password":"anotherlong1"}"#, as: ann)
        #expect(changed.status == 200)
        #expect(try await people.send(.get, "/api/auth/me", as: ann).status == 200)
        #expect(try await people.send(.get, "/api/auth/me", as: other).status == 401)
        #expect(try await people.login("ann").status == 401)
        #expect(try await people.login("ann", "anotherlong1").status == 200)
        let folder = people.backend.folder.path
        let secrets = [ann["Cookie"]?.split(separator: "=").last.map(String.init), key["X-API-Key"], "anotherlong1"]
        var files = 0
        for name in try #require(FileManager.default.enumerator(atPath: folder)).compactMap({ $0 as? String })
        where name.contains("jobs.db") {
            files += 1
            let path = folder + "/" + name
            let bytes = try Data(contentsOf: URL(filePath: path))
            for secret in secrets { #expect(try bytes.range(of: Data(#require(secret).utf8)) == nil) }
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect((mode ?? 0o777) & 0o007 == 0)
        }
        #expect(files >= 2)
    }

    @Test func `weakness 13: an unknown name costs as much as a wrong password, and is answered alike`() async throws {
        let people = try await SignedInBackend()
        let wrong = try await people.login("root", "wrongpassword")
        let unknown = try await people.login("nobody", "wrongpassword")
        #expect(wrong.status == 401 && unknown.status == 401 && wrong.text == unknown.text)
        // The same work is done, against a hash that is kept for nobody.
        let hashed = Mutex<[String]>([])
        let work = PasswordWork(fits: { _, stored in
            hashed.withLock { $0.append(stored) }
            return true
        })
        #expect(try await work.verify("x", against: nil).fits == false)
        #expect(hashed.withLock { $0.map { $0.prefix(31) } } == ["$argon2id$v=19$m=19456,t=2,p=1$"])
    }

    @Test func `weakness 14: a key is found by an index`() async throws {
        let people = try await SignedInBackend()
        let plan = try await people.backend.database.read { database in
            try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN SELECT * FROM api_keys WHERE key_hash = ?", arguments: [Data([1])]
            ).map { $0["detail"] as String }
        }
        #expect(plan.allSatisfy { $0.contains("USING INDEX") } && !plan.isEmpty)
    }

    @Test func `weakness 15: a page of another origin does nothing in somebody's name`() async throws {
        let people = try await SignedInBackend()
        func hint(_ headers: [String: String]) async throws -> Int {
            try await people.send(
                .post, "/api/cloud/hints/dismiss/git",
                as: people.admin.merging(headers) { $1 }
            ).status
        }
        #expect(try await hint(["Origin": "https://evil.example"]) == 403)
        #expect(try await hint(["Origin": "null"]) == 403)
        #expect(try await hint(["Sec-Fetch-Site": "same-site"]) == 403)
        #expect(try await hint(["Sec-Fetch-Site": "cross-site", "Origin": "https://localhost"]) == 403)
        #expect(try await hint(["Origin": "https://localhost", "Sec-Fetch-Site": "same-origin"]) == 200)
        #expect(try await hint(["Origin": "http://localhost:8000", "Sec-Fetch-Site": "cross-site"]) == 200)
        #expect(try await hint([:]) == 200)
        let login = try await people.login(
            "root", as: SignedInBackend.stranger.merging(["Origin": "https://evil.example"]) { $1 })
        #expect(login.status == 403)
    }

    @Test func `weakness 16: outputs are read by whom their job belongs to`() async throws {
        let people = try await SignedInBackend()
        let (ann, bob) = (try await people.member("ann"), try await people.member("bob"))
        var job = Job(id: "job-1", kind: .cloud, provider: "replicate", configName: nil, createdAt: people.backend.now)
        job.userID = Int64(try await people.id(of: ann))
        try await people.backend.put(job)
        let folder = people.backend.folder.path + "/outputs/job-1"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("weights".utf8).write(to: URL(filePath: folder + "/model.bin"))
        for path in ["", "/outputs", "/outputs/model.bin", "/job-1", "/job-1/model.bin"] {
            let path = "/api/cloud/storage" + path
            #expect(try await people.send(.get, path).status == 401, "\(path)")
            let (own, other) = (try await people.send(.get, path, as: ann), try await people.send(.get, path, as: bob))
            #expect(
                own.status == 200
                    && (own.text.contains("job-1") || own.text.contains("model.bin") || own.text == "weights"),
                "\(path): \(own.text)")
            #expect(
                other.status != 200 || !(other.text.contains("job-1") || other.text.contains("model.bin")),
                "\(path): \(other.text)")
        }
        #expect(try await people.send(.get, "/api/cloud/storage/job-1", as: people.admin).status == 200)
    }
}
