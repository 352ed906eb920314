import Accounts
import HTTPTypes
import JSON
import Jobs
import Testing

@testable import BackendServer
@testable import Storage

@Suite struct SignInTests {
    @Test func `a session is a cookie that no script and no other site's page has, for a day or for thirty`()
        async throws
    {
        let people = try await SignedInBackend()
        let secure = SignedInBackend.stranger.merging(["X-Forwarded-Proto": "https"]) { $1 }
        let short = try #require(try await people.login("root", as: secure).headers[.setCookie])
        for part in ["simpletuner_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Secure", "Max-Age=86400"] {
            #expect(short.contains(part), "\(part)")
        }
        let long = try await people.send(
            .post, "/api/auth/login", #"{"username":"root","password":"longpassword1","remember_me":true}"#)
        #expect(long.headers[.setCookie]?.contains("Max-Age=2592000") == true)
        #expect(long.headers[.setCookie]?.contains("Secure") == false)
        #expect(long.headers[.cacheControl] == "no-store")
    }

    @Test func `the name or the address signs in, whatever the case of its letters`() async throws {
        let people = try await SignedInBackend()
        for name in ["root", "ROOT", "root@example.com", "Root@Example.com"] {
            #expect(try await people.login(name).status == 200, "\(name)")
        }
        for name in ["roo", "root%", "' OR 1=1 --", "root@example.co"] {
            #expect(try await people.login(name).status == 401, "\(name)")
        }
    }

    @Test func `signing out ends the session, and is said to be done even without one`() async throws {
        let people = try await SignedInBackend()
        let session = try SignedInBackend.session(try await people.login("root"))
        let out = try await people.send(.post, "/api/auth/logout", as: session)
        #expect(out.body == ["success": true] && out.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(try await people.send(.get, "/api/auth/me", as: session).status == 401)
        #expect(try await people.send(.post, "/api/auth/logout").body == ["success": true])
        #expect(try await people.trail("?event_type=auth.logout").count == 1)
    }

    @Test func `a session is over when its time is`() async throws {
        let people = try await SignedInBackend()
        let cookie = try #require(people.admin["Cookie"]?.split(separator: "=").last.map(String.init))
        let (database, now) = (people.backend.database, people.backend.now)
        let after = now.adding(seconds: AccountDesk.longSessionSeconds)
        #expect(try await database.signIn(.session(cookie), now: after.adding(seconds: -1)) != .nobody)
        #expect(try await database.signIn(.session(cookie), now: after) == .nobody)
    }

    @Test func `a key is over when its days are, and is dead when it was revoked`() async throws {
        let people = try await SignedInBackend()
        let key = try await people.key(#"{"name":"ci","expires_days":1}"#, as: people.admin)
        let text = try #require(key["X-API-Key"])
        let (database, now) = (people.backend.database, people.backend.now)
        #expect(try await database.signIn(.key(text), now: now.adding(seconds: 86_399)) != .nobody)
        #expect(try await database.signIn(.key(text), now: now.adding(seconds: 86_400)) == .nobody)
        let id = try #require(
            try await people.send(.get, "/api/auth/api-keys", as: people.admin).body.elements?.first?["id"]?.integer)
        let ann = try await people.member("ann")
        // Others' keys are not there.
        #expect(try await people.send(.delete, "/api/auth/api-keys/\(id)", as: ann).status == 404)
        #expect(try await people.send(.delete, "/api/auth/api-keys/\(id)", as: people.admin).status == 200)
        #expect(try await people.send(.get, "/api/auth/me", as: key).status == 401)
    }

    @Test(arguments: ["X-API-Key", "Authorization", "authorization"])
    func `a key is shown in any of its places`(place: String) async throws {
        let people = try await SignedInBackend()
        let key = try #require(try await people.key(#"{"name":"ci"}"#, as: people.admin)["X-API-Key"])
        let value = ["X-API-Key": key, "Authorization": "Bearer \(key)", "authorization": "ApiKey \(key)"][place]
        let headers = [place: try #require(value), "X-Real-IP": "203.0.113.9"]
        #expect(try await people.send(.get, "/api/auth/check", as: headers).body["username"] == "root")
        // It needs no page to say where it is from.
        let write = try await people.send(
            .post, "/api/cloud/hints/dismiss/git", as: headers.merging(["Origin": "https://evil.example"]) { $1 })
        #expect(write.status == 200)
    }

    @Test func `a key that is shown and good for nothing is nobody's, also on this machine`() async throws {
        let people = try await SignedInBackend()
        let wrong = SignedInBackend.machine.merging(["X-API-Key": "st_" + String(repeating: "a", count: 32)]) { $1 }
        #expect(try await people.send(.get, "/api/cloud/jobs", as: wrong).status == 401)
        #expect(try await people.send(.get, "/api/auth/check", as: wrong).body["authenticated"] == false)
    }

    @Test func `with the first account the machine is nobody, but for whoever holds the socket`() async throws {
        let people = try await SignedInBackend()
        #expect(try await people.send(.get, "/api/cloud/jobs", as: SignedInBackend.machine).status == 401)
        #expect(try await people.backend.send(.get, "/api/cloud/jobs").status == 200)
        // So a lost password is no lost installation.
        let reset = try await people.backend.send(.patch, "/api/users/2", #"{"password":"brandnewword1"}"#)
        #expect(reset.status == 200)
        #expect(try await people.login("root").status == 401)
        #expect(try await people.login("root", "brandnewword1").status == 200)
        #expect(try await people.send(.get, "/api/auth/me", as: people.admin).status == 401)
    }

    @Test func `every client administers when the operator says so, until there is an account`() async throws {
        let backend = try Backend(["TUNERGATE_SINGLE_USER": "anybody"])
        let network = ["X-Real-IP": "192.0.2.7"]
        #expect(try await backend.send(.get, "/api/cloud/jobs", headers: network).status == 200)
        let page = network.merging(["Origin": "https://evil.example"]) { $1 }
        #expect(try await backend.send(.get, "/api/cloud/jobs", headers: page).status == 401)
        #expect(
            try await backend.send(
                .post, "/api/auth/setup/first-admin", SignedInBackend.person("root"),
                headers: SignedInBackend.machine
            ).status == 200)
        #expect(try await backend.send(.get, "/api/cloud/jobs", headers: network).status == 401)
    }

    @Test func `guessing makes an account wait, but not whoever is signed in from their own address`() async throws {
        let people = try await SignedInBackend()
        let elsewhere = ["X-Real-IP": "198.51.100.1"]
        for _ in 0..<5 { #expect(try await people.login("root", "wrongwrong", as: elsewhere).status == 401) }
        for name in ["root", "root@example.com"] {
            let waits = try await people.login(name, as: elsewhere)
            #expect(waits.status == 429 && waits.headers[.retryAfter] == "1", "\(waits.text)")
        }
        #expect(try await people.login("root", as: ["X-Real-IP": "198.51.100.2"]).status == 429)
        // The session of the administrator was begun on this machine.
        #expect(try await people.login("root", as: SignedInBackend.machine).status == 200)
        #expect(try await people.login("root", as: elsewhere).status == 200)
        // A name that nobody has waits like others.
        for _ in 0..<5 { #expect(try await people.login("nobody", as: elsewhere).status == 401) }
        #expect(try await people.login("nobody", as: elsewhere).status == 429)
        let failed = try await people.trail("?event_type=auth.login.failed&limit=500")
        #expect(failed.first?["actor_id"] == .null && failed.contains { $0["target_id"] == "2" })
    }

    @Test func `what has changed for somebody ends their streams, and tells them`() async throws {
        let people = try await SignedInBackend()
        let ann = try await people.member("ann")
        let id = Int64(try await people.id(of: ann))
        let events = people.backend.events
        func listen(_ user: Int64) throws -> EventStream {
            try #require(
                events.join(
                    Caller(userID: user, username: "x", permissions: PermissionSet()), client: "c", after: nil))
        }
        let (hers, others) = (try listen(id), try listen(2))
        _ = try await people.send(.post, "/api/users/\(id)/levels", #"{"level_name":"lead"}"#, as: people.admin)
        let taken = try #require(events.take(hers.id))
        #expect(taken.isLast && taken.frames.last?.data["type"] == "session_invalidated")
        #expect(events.take(others.id)?.isLast == false)
    }

    @Test func `who signs in while the password changes is not in afterwards, and does not bring the old one back`()
        async throws
    {
        let people = try await SignedInBackend()
        let (database, now) = (people.backend.database, people.backend.now)
        let old = try #require(try await database.passwordHash(of: 2))
        let changed = try await people.backend.send(.patch, "/api/users/2", #"{"password":"brandnewword1"}"#)
        #expect(changed.status == 200)
        let new = try await database.passwordHash(of: 2)
        // What was verified before the change comes to its session only now.
        let late = try await database.beginSession(
            hash: [1], of: 2, now: now, seconds: 60, client: nil, verified: old, newPasswordHash: "of the old one")
        #expect(late == nil)
        #expect(try await database.passwordHash(of: 2) == new)
        let good = try await database.beginSession(
            hash: [2], of: 2, now: now, seconds: 60, client: nil, verified: new, newPasswordHash: nil)
        #expect(good?.id == 2)
    }

    @Test func `whoever has a session does not find out the password by it`() async throws {
        let people = try await SignedInBackend()
        func change(_ current: String) async throws -> Int {
            try await people.send(
                .post, "/api/auth/change-password",
                #"{"current_password":"\#(current)","new_password":"anotherlong1"}"#,
                as: people.admin.merging(SignedInBackend.machine) { $1 }
            ).status
        }
        for _ in 0..<5 { #expect(try await change("wrongwrong") == 401) }
        #expect(try await change("longpassword1") == 429)
        let failed = try await people.trail("?event_type=auth.login.failed")
        #expect(failed.first?["actor_id"] == 2 && failed.first?["target_id"] == "2")
    }

    @Test func `of failed logins each account has an entry of its own`() async throws {
        let people = try await SignedInBackend()
        _ = try await people.member("leo")
        for name in ["nobody", "root", "leo", "leo"] { _ = try await people.login(name, "wrongwrong") }
        let entries = try await people.trail("?event_type=auth.login.failed&limit=10")
        #expect(entries.map { $0["target_id"]?.text } == ["3", "2", nil])
    }

    @Test func `a key makes none that outlives it`() async throws {
        let people = try await SignedInBackend()
        let key = try await people.key(#"{"name":"day","expires_days":1}"#, as: people.admin)
        for body in [#"{"name":"child"}"#, #"{"name":"child","expires_days":300}"#] {
            _ = try await people.key(body, as: key)
        }
        let keys = try await people.send(.get, "/api/auth/api-keys", as: people.admin).body.elements ?? []
        #expect(keys.count == 3 && Set(keys.map { $0["expires_at"]?.text }).count == 1)
    }

    @Test func `a key that was made for one thing gets nothing else, not even what everybody gets`() async throws {
        let people = try await SignedInBackend()
        let key = try await people.key(#"{"name":"x","scoped_permissions":["admin.users"]}"#, as: people.admin)
        let paths = [
            "/api/queue/me", "/api/metrics/costs", "/api/quotas/me", "/api/quotas/status", "/api/auth/api-keys",
            "/api/events", "/api/cloud/circuit-breakers", "/api/cloud/cost-limit/status",
            "/api/cloud/data-consent/setting",
        ]
        for path in paths { #expect(try await people.send(.get, path, as: key).status == 403, "\(path)") }
        let writes = [
            "/api/cloud/hints/dismiss/git", "/api/webhooks/test", "/api/cloud/billing/refresh",
            "/api/cloud/data-consent/preview",
        ]
        for path in writes { #expect(try await people.send(.post, path, "{}", as: key).status == 403, "\(path)") }
        #expect(try await people.send(.put, "/api/users/me/password", "{}", as: key).status == 403)
        #expect(try await people.send(.get, "/api/users", as: key).status == 200)
    }

    @Test func `a page of another origin signs nobody out`() async throws {
        let people = try await SignedInBackend()
        let evil = ["Origin": "https://evil.example"]
        #expect(try await people.send(.post, "/api/auth/logout", as: evil).status == 403)
        #expect(try await people.send(.post, "/api/auth/logout", as: people.admin.merging(evil) { $1 }).status == 403)
        #expect(try await people.send(.get, "/api/auth/me", as: people.admin).status == 200)
    }
}
