import Foundation
import HTTPTypes
import JSON
import Testing

@testable import BackendServer

@Suite struct ConfigFolderTests {
    private let backend: Backend
    private let configs: ConfigFolder

    init() throws {
        backend = try Backend()
        configs = ConfigFolder(path: backend.folder.path + "/config")
    }

    private func put(_ text: String, _ name: String, _ file: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(configs.path)/\(name)", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(configs.path)/\(name)/\(file)"))
    }

    @Test func `of several files JSON goes first, then TOML, then the environment`() throws {
        try put("LEARNING_RATE=1", "a", "config.env")
        #expect(try configs.config(named: "a") == ["--learning_rate": "1"])
        try put("learning_rate = 2\n[x]\ny = 3", "a", "config.toml")
        #expect(try configs.config(named: "a") == ["learning_rate": 2, "x": ["y": 3]])
        try put(#"{"learning_rate":4}"#, "a", "config.json")
        #expect(try configs.config(named: "a") == ["learning_rate": 4])
    }

    @Test func `all that can be submitted are named, and nothing else`() throws {
        for (name, file) in [("t", "config.toml"), ("e", "config.env"), ("j", "config.json"), ("o", "other.json")] {
            try put("", name, file)
        }
        try FileManager.default.createDirectory(
            atPath: configs.path + "/d/config.toml", withIntermediateDirectories: true)
        #expect(configs.names() == ["e", "j", "t"])
    }

    @Test(arguments: [
        ("config.toml", "a = 1\n b = [", "config.toml, line 2, column 7: a value is missing"),
        ("config.env", "A=1\nB", "config.env, line 2: this is no KEY=VALUE"),
        ("config.json", "[]", "config.json is not a JSON object"),
        ("config.env", String(repeating: "#", count: 1024 * 1024 + 1), "config.env is longer than 1 MiB"),
        ("config.toml", String(repeating: "#", count: 1024 * 1024 + 1), "config.toml is longer than 1 MiB"),
    ])
    func `what cannot be read says where, and is not submitted`(file: String, text: String, reason: String) async throws
    {
        try put(text, "a", file)
        let sentence = "Configuration 'a' cannot be used: \(reason)."
        let got = try await backend.send(.get, "/api/configs/a")
        #expect(got.status == 422)
        #expect(got.body["detail"]?.text == sentence)
        #expect(try await backend.send(.post, "/api/configs/a/validate").body["errors"] == [.string(sentence)])
        #expect(try await backend.submit(#"{"config_name_to_load":"a"}"#)["error"]?.text == sentence)
        #expect(backend.replicate.predictions().isEmpty)
    }

    @Test func `a configuration in TOML is submitted`() async throws {
        try put("\"--rank\" = 16\npush_to_hub = true", "a", "config.toml")
        #expect(try await backend.submit(#"{"config_name_to_load":"a"}"#)["success"] == true)
        let sent = try #require(backend.replicate.predictions().first?["input"]?["config_json"]?.text)
        #expect(sent == #"{"--rank":16,"push_to_hub":true}"#)
    }

    @Test(arguments: ["..", ".", "", "a/../a", "../config/a", "a/config.toml", "/etc", "a\0", ".a"])
    func `a name is one plain folder`(name: String) throws {
        try put("a = 1", "a", "config.toml")
        #expect(throws: ConfigFolder.Problem.badName) { try configs.config(named: name) }
    }

    @Test func `a link in a folder leads nowhere`() throws {
        try put("a = 1", "a", "config.toml")
        try FileManager.default.createDirectory(atPath: configs.path + "/b", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: configs.path + "/b/config.toml", withDestinationPath: configs.path + "/a/config.toml")
        #expect(throws: ConfigFolder.Problem.missing) { try configs.config(named: "b") }
        #expect(configs.names() == ["a"])
    }
}
