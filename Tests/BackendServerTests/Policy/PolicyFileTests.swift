import Foundation
import GatePolicy
import Reactor
import Storage
import Testing

@testable import BackendServer

@Suite struct PolicyFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/policy.json"
    }

    private func policy(_ version: Int, _ networks: [String] = []) -> GatePolicy {
        GatePolicy(version: version, providers: ["replicate": ProviderPolicy(webhookAllowedIPs: networks)])
    }

    private func published() throws -> GatePolicy {
        try JSONDecoder().decode(GatePolicy.self, from: Data(contentsOf: URL(filePath: path)))
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    @Test func `it is readable for the group alone, and lies in the folder without a trace of its making`() throws {
        try PolicyFile(path: path).write(policy(1, ["10.0.0.0/8"]))
        #expect(try published() == policy(1, ["10.0.0.0/8"]))
        #expect(try names == ["policy.json"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
    }

    @Test func `an older version never takes the place of a newer one`() throws {
        let file = PolicyFile(path: path)
        try file.write(policy(5))
        try file.write(policy(4, ["10.0.0.0/8"]))
        #expect(try published() == policy(5))
        #expect(file.version == 5)
        try file.write(policy(6))
        #expect(file.version == 6)
        // Another process begins anew: the database says what is newest.
        try PolicyFile(path: path).write(policy(2))
        #expect(try published() == policy(2))
    }

    /// Each row: what somebody puts in the file's place; nil takes it away.
    @Test(arguments: [nil, "", "{", #"{"version":1,"providers":null}"#] as [String?])
    func `a file that was damaged or removed is written anew, and a whole one is left alone`(damage: String?) throws {
        let file = PolicyFile(path: path)
        #expect(try !file.write(policy(5)))
        let made = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        #expect(try !file.write(policy(5)))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int == made)
        if let damage {
            try Data(damage.utf8).write(to: URL(filePath: path))
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(try !file.write(policy(4)))
        #expect(try file.write(policy(5)))
        #expect(try published() == policy(5))
    }

    @Test func `of many writes at once the last version stays`() async throws {
        let file = PolicyFile(path: path)
        await withTaskGroup { group in
            for version in (1...40).shuffled() {
                group.addTask { try? await onDisk { try file.write(policy(version)) } }
            }
        }
        #expect(try published() == policy(40))
        #expect(try names == ["policy.json"])
    }

    /// Each row: how far a predecessor came with its next file before it was killed.
    @Test(arguments: [0, 1, 40, 1000])
    func `a crash before the rename leaves the old file, and what it left is removed`(length: Int) throws {
        try PolicyFile(path: path).write(policy(1))
        let next = try policy(2, ["10.0.0.0/8"]).document
        try Data(next.prefix(length)).write(to: URL(filePath: path + ".new"))
        #expect(try published() == policy(1))
        #expect(PolicyFile(path: path).predecessor()?.version == 1)
        try PolicyFile(path: path).write(policy(2))
        #expect(try published() == policy(2))
        #expect(try names == ["policy.json"])
    }

    @Test func `whoever reads while it is replaced finds a whole one`() async throws {
        let file = PolicyFile(path: path)
        let networks = (0..<2000).map { "10.\($0 / 256).\($0 % 256).0/24" }
        try file.write(policy(1))
        try await withThrowingTaskGroup { group in
            group.addTask { for version in 2...60 { try file.write(policy(version, networks)) } }
            group.addTask {
                var last = 1
                while last < 60 {
                    let version = try published().version
                    #expect(version >= last)
                    last = version
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a policy that no gateway would take is not written`() throws {
        let file = PolicyFile(path: path)
        try file.write(policy(1))
        #expect(throws: PolicyError.self) { try file.write(policy(2, ["10.0.0.0/33"])) }
        #expect(try published() == policy(1))
        #expect(file.version == 1)
    }

    @Test func `a file that cannot be written is tried again`() throws {
        let missing = folder.path + "/later"
        let file = PolicyFile(path: missing + "/policy.json")
        #expect(throws: SystemError.self) { try file.write(policy(1)) }
        #expect(file.version == nil)
        try FileManager.default.createDirectory(atPath: missing, withIntermediateDirectories: false)
        try file.write(policy(1))
        #expect(file.version == 1)
    }

    @Test(arguments: [
        "", "{", "[]", #"{"version":1}"#, #"{"version":-1,"providers":null}"#,
        #"{"version":9223372036854775807,"providers":null}"#,
    ])
    func `a predecessor that cannot be read is none`(text: String) throws {
        #expect(PolicyFile(path: path).predecessor() == nil)
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(PolicyFile(path: path).predecessor() == nil)
    }
}
