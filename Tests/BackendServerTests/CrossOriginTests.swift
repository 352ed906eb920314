import HTTPTypes
import Testing

@testable import BackendServer

@Suite struct CrossOriginTests {
    private static let page = ["Origin": "http://localhost:8000"]

    @Test func `a page that may use the API is told so before it asks, with all methods that there are`() async throws {
        let answer = try await Backend().send(
            .options, "/api/cloud/jobs",
            headers: Self.page.merging([
                "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "content-type,x-api-key",
            ]) { own, _ in own })
        #expect(answer.status == 200)
        #expect(answer.text == "OK")
        #expect(answer.headers[.accessControlAllowOrigin] == "http://localhost:8000")
        #expect(answer.headers[.accessControlAllowCredentials] == "true")
        #expect(answer.headers[.accessControlAllowMethods]?.contains("PATCH") == true)
        #expect(answer.headers[.accessControlAllowHeaders] == "content-type,x-api-key")
        #expect(answer.headers[.accessControlMaxAge] == "3600")
        #expect(answer.headers[.vary] == "Origin")
    }

    @Test func `a page that may reads answers, refusals too`() async throws {
        let backend = try Backend()
        for path in ["/api/cloud/health", "/nowhere"] {
            let answer = try await backend.send(.get, path, headers: Self.page)
            #expect(answer.headers[.accessControlAllowOrigin] == "http://localhost:8000")
        }
    }

    @Test(arguments: [
        "http://localhost:8001", "https://localhost:8000", "null", "http://localhost:8000.evil.example",
        "http://evil.example", "*", "",
    ])
    func `no other page may`(origin: String) async throws {
        let backend = try Backend()
        let preflight = try await backend.send(
            .options, "/api/cloud/jobs", headers: ["Origin": origin, "Access-Control-Request-Method": "POST"])
        #expect(preflight.status == 400)
        let answer = try await backend.send(.get, "/api/cloud/health", headers: ["Origin": origin])
        for headers in [preflight.headers, answer.headers] {
            #expect(headers[.accessControlAllowOrigin] == nil)
            #expect(headers[.accessControlAllowCredentials] == nil)
        }
    }
}
