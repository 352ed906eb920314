import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct SecurityHeaderTests {
        private static let expected = [
            "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "X-XSS-Protection": "1; mode=block",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
            "Content-Security-Policy":
                "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
        ]

        /// Whoever of the two answers, and whatever: each header once.
        @Test func `weakness 79: every answer tells browsers not to make more of it than it is`() async throws {
            try await Installation.running(.up, ["RATE_LIMIT_CALLS": "100"]) { tuner in
                let paths = [
                    (path: "/health", status: 200), ("/api/cloud/health", 200), ("/nowhere", 404),
                    ("/api/cloud/jobs?limit=x", 422), ("/a%2F..%2Fb/%2e%2e/x", 400), ("/api/cloud/storage/none/x", 404),
                    ("/api/webhooks/nobody", 422),
                ]
                var answers: [(String, Int, Answer)] = []
                for (path, status) in paths {
                    answers.append((path, status, try await tuner.client.get(tuner.secureURL + path)))
                }
                for number in 1...6 {
                    let answer = try await tuner.client.send(
                        "POST", tuner.secureURL + "/api/auth/login", headers: ["X-Forwarded-For": "203.0.113.9"],
                        body: [])
                    if number == 6 { answers.append(("too many", 429, answer)) }
                }
                for (path, status, answer) in answers {
                    #expect(answer.status == status, "\(path)")
                    for (name, value) in Self.expected {
                        let values = answer.headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
                        #expect(values == [value], "\(path): \(name)")
                    }
                }
            }
        }
    }
}
