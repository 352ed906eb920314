import Testing

/// The arrows of the design: executable → service → driver → core, never up, never sideways between services.
@Suite struct ImportArrowTests {
    private static let core: Set = [
        "NetworkAddress", "GatePolicy", "RateLimit", "AuditTrail", "AuditChain", "HTTP1", "HTTP2", "JSON", "TOML",
        "Accounts", "Jobs", "Webhooks", "WebhookInbox", "S3",
    ]
    private static let drivers: Set = [
        "Reactor", "Spool", "TLSSession", "Settings", "Telemetry", "Passwords", "Storage", "ObjectStore", "Providers",
        "Secrets", "YAMLDocument",
    ]
    private static let services: Set = ["GatewayServer", "BackendServer", "ControlTool"]
    private static let programs: Set = ["gateway", "backend", "tunergate"]

    /// Within a layer an arrow needs a reason: a policy and a query list networks; a chain is of events; a job has members
    /// of a document, and so has a kept webhook; a document of one kind is read into the values of another; an account has
    /// times as a job has; events of providers change jobs; a spool writes with the reactor's files; sessions seal into the
    /// reactor's buffers; logging is set up from its settings, and those are read from a document; secrets are in documents,
    /// and come from other servers by the one way out.
    private static let sideways: [String: Set<String>] = [
        "GatePolicy": ["NetworkAddress"], "AuditTrail": ["NetworkAddress"], "AuditChain": ["AuditTrail"],
        "TOML": ["JSON"], "Jobs": ["JSON"], "Accounts": ["Jobs"], "Webhooks": ["JSON", "Jobs"],
        "WebhookInbox": ["JSON"], "Spool": ["Reactor"], "TLSSession": ["Reactor"], "Telemetry": ["Settings"],
        "Settings": ["YAMLDocument"],
        "Secrets": ["Providers", "Reactor", "YAMLDocument"],
    ]

    /// What core may import besides our own: nothing that does I/O.
    private static let pureLibraries: Set = ["Synchronization", "Collections", "Crypto"]
    private static let coreWithCrypto: Set = ["Webhooks", "S3", "AuditChain", "Accounts"]

    private func layer(of module: String) -> Int? {
        for (layer, modules) in [Self.core, Self.drivers, Self.services, Self.programs].enumerated()
        where modules.contains(module) { return layer }
        return nil
    }

    @Test func `every module has a layer, and imports point down`() async throws {
        for file in try await SourceTree.sources() {
            guard let own = layer(of: file.module) else {
                Issue.record("\(file.module) has no layer: add it to this test and to the design")
                continue
            }
            for name in file.imports {
                guard let other = layer(of: name) else { continue }
                let isSideways = Self.sideways[file.module]?.contains(name) ?? false
                #expect(other < own || isSideways, "\(file.path) imports \(name)")
            }
        }
    }

    @Test func `core does no input or output`() async throws {
        for file in try await SourceTree.sources() where Self.core.contains(file.module) {
            for name in file.imports where layer(of: name) == nil {
                let mayCrypto = name != "Crypto" || Self.coreWithCrypto.contains(file.module)
                #expect(Self.pureLibraries.contains(name) && mayCrypto, "\(file.path) imports \(name)")
            }
        }
    }

    @Test func `the gateway's sources import no NIO, no database and no full Foundation`() async throws {
        let gateway: Set = [
            "gateway", "GatewayServer", "HTTP1", "HTTP2", "NetworkAddress", "GatePolicy", "RateLimit", "AuditTrail",
            "JSON", "WebhookInbox", "Spool", "Reactor", "TLSSession", "Settings", "Telemetry", "YAMLDocument",
        ]
        for file in try await SourceTree.sources() where gateway.contains(file.module) {
            for name in file.imports {
                let isBanned = name.hasPrefix("NIO") || ["GRDB", "Foundation", "Dispatch"].contains(name)
                #expect(!isBanned, "\(file.path) imports \(name)")
            }
        }
    }

    @Test func `only the drivers that wrap C are unsafe`() async throws {
        let wrappers: Set = ["Reactor", "TLSSession", "ObjectStore", "YAMLDocument", "Passwords"]
        for file in try await SourceTree.sources() where !wrappers.contains(file.module) {
            let lines = file.text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            #expect(!lines.contains { $0.contains("unsafe ") || $0.contains("(unsafe)") }, "\(file.path) is unsafe")
        }
    }
}
