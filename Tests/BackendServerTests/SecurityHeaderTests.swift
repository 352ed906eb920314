import HTTPTypes
import Storage
import Testing

@testable import BackendServer

@Suite struct SecurityHeaderTests {
    /// Weakness 79: answers of the error handler went out without them.
    @Test func `weakness 79: an internal error has the headers that every answer has`() async throws {
        let backend = try Backend()
        let good = try await backend.send(.get, "/api/cloud/jobs")
        try backend.database.close()
        let bad = try await backend.send(.get, "/api/cloud/jobs")
        #expect(good.status == 200 && bad.status == 500)
        for answer in [good, bad] {
            for name in [
                "X-Content-Type-Options", "X-Frame-Options", "X-XSS-Protection", "Referrer-Policy",
                "Permissions-Policy", "Content-Security-Policy",
            ] {
                let values = answer.headers[values: try #require(HTTPField.Name(name))]
                #expect(values.count == 1, "\(answer.status): \(name)")
            }
        }
    }
}
