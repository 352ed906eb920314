import Foundation
import Settings
import Testing

@testable import BackendServer

@Suite struct AuditKeyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func settings(_ key: String?) throws -> BackendSettings {
        var variables = ["SIMPLETUNER_STATE_DIR": folder.path, "TUNERGATE_RUNTIME_DIR": "/run/t"]
        variables["SIMPLETUNER_AUDIT_KEY"] = key
        return try BackendSettings(environment: Environment(variables))
    }

    private var file: String { folder.path + "/audit.key" }

    @Test func `without a key of its own an installation makes one, once, for itself alone`() throws {
        let key = try AuditKey.find(try settings(nil))
        #expect(key.count == 32 && Set(key).count > 8)
        #expect(try AuditKey.find(try settings(nil)) == key)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        #expect(!FileManager.default.fileExists(atPath: file + ".new"))
    }

    @Test func `weakness 64: a key that was given is its own bytes, and no file is made`() throws {
        let text = String(repeating: "0f", count: 16)
        #expect(try AuditKey.find(try settings(text)) == Array(text.utf8))
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func `a short key and half a file are refused, without a word of them`() throws {
        let short = String(repeating: "s", count: 31)
        let refusal = #expect(throws: StartupError.self) { try AuditKey.find(try settings(short)) }
        #expect(refusal?.description.contains("SIMPLETUNER_AUDIT_KEY is shorter than 32 bytes.") == true)
        #expect(refusal?.description.contains("sss") == false)
        try Data(short.utf8).write(to: URL(filePath: file))
        let damage = #expect(throws: StartupError.self) { try AuditKey.find(try settings(nil)) }
        #expect(damage?.description.contains("is damaged") == true)
    }
}
