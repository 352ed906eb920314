import HTTPTypes
import JSON
import Testing

@testable import BackendServer

@Suite struct DataPreviewTests {
    /// Weakness 6: anybody named a folder of the server, and was told how many files it has and how large they are.
    @Test func `weakness 6: a folder that a client names is not looked into`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.get, "/api/cloud/hints")
        func preview(_ folder: String) async throws -> JSONValue {
            let body: JSONValue = [["id": "x", "type": "local", "instance_data_dir": .string(folder)]]
            let answer = try await backend.send(.post, "/api/cloud/data-consent/preview", body.jsonText)
            #expect(answer.status == 200)
            #expect(answer.body["datasets"]?.elements?.first?["instance_data_dir"] == .string(folder))
            return try JSONValue(parsing: answer.text.replacing(folder, with: ""))
        }
        // The database is in there, so that there is something to count.
        #expect(try await preview(backend.folder.path) == preview("/no/such/folder"))
        let stranger = try await backend.send(
            .post, "/api/cloud/data-consent/preview", "[]", headers: ["X-Real-IP": "203.0.113.9"])
        #expect(stranger.status == 401)
    }
}
