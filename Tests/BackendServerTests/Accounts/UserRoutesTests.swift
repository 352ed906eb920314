import Accounts
import HTTPTypes
import JSON
import Testing

@testable import BackendServer
@testable import Storage

@Suite struct UserRoutesTests {
    @Test func `an account is made, changed and removed, and the trail tells who did it`() async throws {
        let people = try await SignedInBackend()
        let made = try await people.send(
            .post, "/api/users", SignedInBackend.person("ann"), as: people.admin)
        #expect(made.status == 201 && made.body["levels"]?.elements?.first?["name"] == "researcher")
        let id = try #require(made.body["id"]?.integer)
        let path = "/api/users/\(id)"
        let changed = try await people.send(
            .patch, path, #"{"display_name":"Ann B.","level_names":["viewer"],"is_active":true}"#, as: people.admin)
        #expect(
            changed.body["display_name"] == "Ann B." && changed.body["permissions"] == ["config.view", "job.view.own"])
        #expect(try await people.send(.get, path, as: people.admin).body == changed.body)
        #expect(try await people.send(.get, "/api/users", as: people.admin).body.elements?.count == 2)
        #expect(try await people.send(.delete, path, as: people.admin).body == ["success": true])
        #expect(try await people.send(.get, path, as: people.admin).status == 404)
        #expect(try await people.login("ann").status == 401)
        let types = try await people.trail("?target_id=\(id)&limit=10").map { $0["event_type"] }
        #expect(types == ["user.deleted", "user.updated", "user.created"])
        // A number is not given twice: jobs of somebody who is gone are not somebody else's.
        let next = try await people.send(.post, "/api/users", SignedInBackend.person("bob"), as: people.admin)
        #expect(next.body["id"] == JSONValue(id + 1))
    }

    @Test(arguments: [
        (#"{"username":"ann","password":"longpassword1"}"#, 422), (#"{"email":"a@b","username":"an"}"#, 422),
        (#"{"email":"a@b","username":"ann b"}"#, 422), (#"{"email":"nobody","username":"ann"}"#, 422),
        (#"{"email":"a@b","username":"ann","password":"short"}"#, 422),
        (#"{"email":"a@b","username":"ann","level_names":["king"]}"#, 422),
        (#"{"email":"a@b","username":"ann","level_names":"viewer"}"#, 422),
        (#"{"email":"a@b","username":"ann","is_admin":"yes"}"#, 422),
        (#"{"email":"a@b","username":"ROOT"}"#, 400), (#"{"email":"Root@example.com","username":"ann"}"#, 400),
        ("[]", 422), ("{", 422),
    ])
    func `what cannot be an account is told`(body: String, status: Int) async throws {
        let people = try await SignedInBackend()
        let answer = try await people.send(.post, "/api/users", body, as: people.admin)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.body["detail"]?.text?.isEmpty == false)
        #expect(try await people.send(.get, "/api/users", as: people.admin).body.elements?.count == 1)
    }

    @Test func `a slip in a change is told by its name`() async throws {
        let people = try await SignedInBackend()
        let answer = try await people.send(.patch, "/api/users/2", #"{"is_activ":false}"#, as: people.admin)
        #expect(answer.status == 422 && answer.body["detail"]?.text?.contains("is_activ") == true)
        #expect(try await people.send(.patch, "/api/users/99", #"{"is_active":false}"#, as: people.admin).status == 404)
        #expect(try await people.send(.patch, "/api/users/x", #"{"is_active":false}"#, as: people.admin).status == 422)
    }

    @Test func `who administers users without being an administrator gives no more than they have`() async throws {
        let people = try await SignedInBackend()
        let clerk = try await people.member("clerk")
        let id = try await people.id(of: clerk)
        let given = try await people.send(
            .post, "/api/users/\(id)/permissions", #"{"permission_name":"admin.users","granted":true}"#,
            as: people.admin)
        #expect(given.status == 200)
        func status(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> Int {
            try await people.send(method, path, body, as: clerk).status
        }
        #expect(try await status(.get, "/api/users") == 200)
        #expect(try await status(.post, "/api/users", #"{"email":"a@b","username":"ann","is_admin":true}"#) == 403)
        #expect(
            try await status(.post, "/api/users", #"{"email":"a@b","username":"ann","level_names":["lead"]}"#) == 403)
        #expect(try await status(.post, "/api/users", #"{"email":"a@b","username":"ann"}"#) == 201)
        // Neither for themselves.
        #expect(try await status(.post, "/api/users/\(id)/levels", #"{"level_name":"admin"}"#) == 403)
        #expect(try await status(.patch, "/api/users/\(id)", #"{"is_admin":true}"#) == 403)
        #expect(
            try await status(.post, "/api/users/\(id)/permissions", #"{"permission_name":"admin.config"}"#) == 403)
        // Nor the password of whoever may more.
        for body in [#"{"password":"newpassword1"}"#, #"{"is_active":false}"#, #"{"email":"x@y"}"#] {
            #expect(try await status(.patch, "/api/users/2", body) == 403, "\(body)")
        }
        #expect(try await status(.delete, "/api/users/2") == 403)
        #expect(try await status(.post, "/api/users/2/deactivate") == 403)
        #expect(try await people.login("root").status == 200)
    }

    @Test func `levels and permissions are given and taken one by one`() async throws {
        let people = try await SignedInBackend()
        let ann = try await people.member("ann")
        let id = try await people.id(of: ann)
        let path = "/api/users/\(id)"
        func permissions() async throws -> [JSONValue] {
            try await people.send(.get, "/api/auth/me", as: ann).body["permissions"]?.elements ?? []
        }
        func change(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> Int {
            try await people.send(method, path, body, as: people.admin).status
        }
        #expect(try await change(.post, path + "/levels", #"{"level_name":"lead"}"#) == 200)
        #expect(try await permissions().contains("admin.audit"))
        #expect(try await change(.delete, path + "/levels/lead") == 200)
        #expect(try await change(.delete, path + "/levels/lead") == 404)
        #expect(try await !permissions().contains("admin.audit"))
        #expect(
            try await change(.post, path + "/permissions", #"{"permission_name":"job.submit","granted":false}"#) == 200)
        #expect(try await !permissions().contains("job.submit"))
        #expect(try await change(.delete, path + "/permissions/job.submit") == 200)
        #expect(try await permissions().contains("job.submit"))
        #expect(try await change(.post, path + "/permissions", #"{"permission_name":"job.fly"}"#) == 422)
        #expect(try await change(.post, path + "/levels", #"{"level_name":"king"}"#) == 422)
        let types = try await people.trail("?target_id=\(id)&limit=20").map { $0["event_type"] }
        #expect(types.filter { $0 == "user.level.changed" }.count == 2)
        #expect(types.filter { $0 == "user.permission.changed" }.count == 2)
    }

    @Test func `the words that forms are filled with are there`() async throws {
        let people = try await SignedInBackend()
        let levels = try await people.send(.get, "/api/users/meta/levels").body.elements ?? []
        #expect(levels.map { $0["name"] } == ["viewer", "researcher", "lead", "admin"])
        #expect(levels.last?["permissions"] == ["*"] && levels.first?["is_system"] == true)
        #expect(try await people.send(.get, "/api/users/meta/permissions").status == 401)
        let permissions = try await people.send(.get, "/api/users/meta/permissions", as: people.admin).body
        #expect(permissions.elements?.count == Permission.allCases.count)
        let status = try await people.send(.get, "/api/users/meta/auth-status").body
        #expect(status == ["in_use": true, "user_count": 1, "has_external_providers": false])
    }

    @Test(arguments: [
        "/api/auth/me", "/api/auth/check", "/api/auth/api-keys", "/api/users", "/api/users/me", "/api/users/2",
    ])
    func `what is told of people is stored by nobody on the way`(path: String) async throws {
        let people = try await SignedInBackend()
        let answer = try await people.send(.get, path, as: people.admin)
        #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store")
    }

    @Test func `a password is changed by who knows it`() async throws {
        let people = try await SignedInBackend()
        func change(_ body: String) async throws -> Int {
            try await people.send(.post, "/api/auth/change-password", body, as: people.admin).status
        }
        #expect(try await change(#"{"current_password":"x","new_password":"anotherlong1"}"#) == 401)
        #expect(try await change(#"{"current_password":"longpassword1","new_password":"short"}"#) == 422)
        #expect(try await change(#"{"current_password":"longpassword1"}"#) == 422)
        #expect(try await change(#"{"current_password":"longpassword1","new_password":"anotherlong1"}"#) == 200)
        #expect(try await people.trail("?event_type=user.password.changed").first?["actor_username"] == "root")
    }

    @Test func `quotas and approvals know the levels of who asks`() async throws {
        let people = try await SignedInBackend()
        let ann = try await people.member("ann")
        let quota = try await people.send(
            .post, "/api/quotas", #"{"quota_type":"jobs_per_day","limit_value":1,"level_id":2}"#, as: people.admin)
        #expect(quota.status == 200, "\(quota.text)")
        let mine = try await people.send(.get, "/api/quotas/me", as: ann).body["statuses"]?.elements ?? []
        #expect(mine.map { $0["quota_type"] } == ["jobs_per_day"])
        let roots = try await people.send(.get, "/api/quotas/me", as: people.admin).body["statuses"]?.elements
        #expect(roots?.isEmpty == true)
        let id = try await people.id(of: ann)
        #expect(
            try await people.send(.get, "/api/quotas/user/\(id)", as: people.admin).body["statuses"]?.elements?.count
                == 1)
        #expect(try await people.send(.get, "/api/quotas/user/4711", as: people.admin).status == 404)

        let rule = #"{"name":"all","condition":"cost_exceeds","threshold":"0","required_approver_level":"admin"}"#
        #expect(try await people.send(.post, "/api/approvals/rules", rule, as: people.admin).status == 200)
        let submitted = try await people.send(.post, "/api/cloud/jobs/submit", #"{"config":{"a":1}}"#, as: ann)
        #expect(submitted.body["status"] == "pending", "\(submitted.text)")
        let requests = try await people.send(.get, "/api/approvals/requests", as: people.admin).body["requests"]
        let request = try #require(requests?.elements?.first?["id"]?.integer)
        let lead = try await people.member("lead1", "lead")
        let path = "/api/approvals/requests/\(request)"
        #expect(try await people.send(.post, path + "/approve", as: ann).status == 403)
        let low = try await people.send(.post, path + "/approve", as: lead)
        #expect(low.status == 403 && low.body["detail"]?.text?.contains("'admin'") == true)
        #expect(try await people.send(.post, path + "/reject", #"{"reason":"x"}"#, as: lead).status == 403)
        #expect(try await people.send(.post, path + "/approve", as: people.admin).status == 200)
    }

    @Test func `names that SimpleTuner let in beside each other keep nobody from being switched off`() async throws {
        let people = try await SignedInBackend()
        let now = people.backend.now
        for (id, name) in [(7, "ann"), (8, "Ann")] as [(Int64, String)] {
            let account = Account(
                id: id, email: "\(name)@b", username: name, displayName: name, createdAt: now, levels: [.lead])
            _ = try await people.backend.database.write {
                try UserTable.insert(account, id: id, passwordHash: nil, into: $0)
            }
        }
        for id in [7, 8] {
            #expect(try await people.send(.delete, "/api/users/\(id)/levels/lead", as: people.admin).status == 200)
            #expect(try await people.send(.post, "/api/users/\(id)/deactivate", as: people.admin).status == 200)
        }
        #expect(try await people.send(.patch, "/api/users/7", #"{"username":"ANN"}"#, as: people.admin).status == 400)
    }

    @Test func `an administrator who cannot sign in is none`() async throws {
        let people = try await SignedInBackend()
        let other = #"{"email":"a@b","username":"other","is_admin":true}"#
        #expect(try await people.send(.post, "/api/users", other, as: people.admin).status == 201)
        let off = try await people.send(.patch, "/api/users/2", #"{"is_active":false}"#, as: people.admin)
        #expect(off.status == 400)
        let down = #"{"is_admin":false,"level_names":[]}"#
        #expect(try await people.send(.patch, "/api/users/2", down, as: people.admin).status == 409)
        // With a password the other is one.
        #expect(
            try await people.send(.patch, "/api/users/3", #"{"password":"longpassword3"}"#, as: people.admin).status
                == 200)
        #expect(try await people.send(.patch, "/api/users/2", down, as: people.admin).status == 200)
    }

    @Test func `what somebody tries beyond their rights is in the trail`() async throws {
        let people = try await SignedInBackend()
        let clerk = try await people.member("clerk")
        let id = try await people.id(of: clerk)
        _ = try await people.send(
            .post, "/api/users/\(id)/permissions", #"{"permission_name":"admin.users"}"#, as: people.admin)
        #expect(try await people.send(.patch, "/api/users/\(id)", #"{"is_admin":true}"#, as: clerk).status == 403)
        let entry = try await people.trail("?event_type=security.permission_denied").first
        #expect(entry?["actor_username"] == "clerk" && entry?["target_id"] == .string("/api/users/\(id)"))
        #expect(
            try await people.send(
                .post, "/api/users/2/permissions", #"{"permission_name":"job.submit","granted":false}"#,
                as: people.admin
            ).status == 409)
        #expect(
            try await people.send(.post, "/api/users", SignedInBackend.person("Local"), as: people.admin).status == 422)
    }

    @Test func `who may not approve by a rule does not change it away`() async throws {
        let people = try await SignedInBackend()
        let lead = try await people.member("lead1", "lead")
        let rule = #"{"name":"all","condition":"cost_exceeds","threshold":"0","required_approver_level":"admin"}"#
        #expect(try await people.send(.post, "/api/approvals/rules", rule, as: people.admin).status == 200)
        let path = "/api/approvals/rules/1"
        #expect(try await people.send(.patch, path, #"{"is_active":false}"#, as: lead).status == 403)
        #expect(try await people.send(.delete, path, as: lead).status == 403)
        #expect(
            try await people.send(.patch, path, #"{"required_approver_level":"lead"}"#, as: people.admin).status == 200)
        #expect(try await people.send(.patch, path, #"{"is_active":false}"#, as: lead).status == 200)
    }
}
