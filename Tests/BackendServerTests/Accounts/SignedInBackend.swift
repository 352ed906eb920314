import HTTPTypes
import JSON
import Testing

@testable import BackendServer

/// A backend with accounts, and people who ask it from other machines.
struct SignedInBackend {
    static let stranger = ["X-Real-IP": "203.0.113.9"]
    static let machine = ["X-Real-IP": "127.0.0.1", "Host": "localhost"]

    let backend: Backend
    /// The administrator's session.
    let admin: [String: String]

    init(_ variables: [String: String] = [:]) async throws {
        backend = try Backend(variables)
        let answer = try await backend.send(
            .post, "/api/auth/setup/first-admin", Self.person("root"), headers: Self.machine)
        #expect(answer.status == 200, "\(answer.text)")
        admin = try Self.session(answer)
    }

    static func person(_ name: String, password: String = "longpassword1") -> String {
        #"{"email":"\#(name)@example.com","username":"\#(name)","password":"\#(password)"}"#
    }

    /// What a browser shows after an answer that signed it in.
    static func session(_ answer: Backend.Answer) throws -> [String: String] {
        let cookie = try #require(answer.headers[.setCookie])
        return ["Cookie": String(cookie.prefix { $0 != ";" }), "X-Real-IP": "203.0.113.9"]
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, as headers: [String: String] = stranger
    ) async throws -> Backend.Answer {
        try await backend.send(method, path, body, headers: headers)
    }

    /// Makes somebody of a level, and signs them in.
    func member(_ name: String, _ level: String = "researcher") async throws -> [String: String] {
        let made = try await send(
            .post, "/api/users",
            #"{"email":"\#(name)@example.com","username":"\#(name)","password":"longpassword1","level_names":["\#(level)"]}"#,
            as: admin)
        #expect(made.status == 201, "\(made.text)")
        return try Self.session(try await login(name))
    }

    func login(
        _ name: String, _ password: String = "longpassword1", as headers: [String: String] = stranger
    ) async throws -> Backend.Answer {
        try await send(
            .post, "/api/auth/login", #"{"username":"\#(name)","password":"\#(password)"}"#, as: headers)
    }

    func key(_ body: String, as headers: [String: String]) async throws -> [String: String] {
        let answer = try await send(.post, "/api/auth/api-keys", body, as: headers)
        #expect(answer.status == 200, "\(answer.text)")
        return ["X-API-Key": try #require(answer.body["key"]?.text), "X-Real-IP": "203.0.113.9"]
    }

    func id(of headers: [String: String]) async throws -> Int {
        try #require(try await send(.get, "/api/auth/me", as: headers).body["id"]?.integer)
    }

    /// The types of the trail's entries, newest first.
    func trail(_ query: String = "") async throws -> [JSONValue] {
        try await backend.send(.get, "/api/audit\(query)").body["entries"]?.elements ?? []
    }
}
