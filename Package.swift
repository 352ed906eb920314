// swift-tools-version: 6.3
import PackageDescription

/// The settings of every target of ours.
///
/// `public` between modules plus cross-module optimisation is what makes a module border free; `package` access is
/// never inlined across modules on this compiler.
let rules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// Sources are also held to strict memory safety: each unsafe expression is marked `unsafe`, with its reason above.
let sourceRules = rules + [.strictMemorySafety()]

/// The modules that each request passes: in a release build their checks for overlapping access are left out.
///
/// They were 31 % of the gateway's own instructions for a small request. Everything is touched by one thread there, the
/// compiler goes on proving what it can, and the tests run a debug build, which checks all of it.
let dataPathRules =
    sourceRules + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

func dataPath(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: dataPathRules)
}

func source(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: sourceRules)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: sourceRules)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: rules)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
/// The TLS library of the gateway, unless it is the distribution's.
let boringSSL = Target.Dependency.product(
    name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["BoringSSL"]))
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "TunerGate",
    products: [
        .executable(name: "tunergate", targets: ["tunergate"]),
        .executable(name: "tunergate-gateway", targets: ["gateway"]),
        .executable(name: "tunergate-backend", targets: ["backend"]),
        .library(name: "RateLimit", targets: ["RateLimit"]),
    ],
    traits: [
        .trait(name: "BoringSSL", description: "The gateway has its TLS library built in."),
        .trait(name: "SystemOpenSSL", description: "The gateway links the distribution's OpenSSL."),
        .default(enabledTraits: ["BoringSSL"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        // Core: bytes and values, no I/O, no clock.
        dataPath("NetworkAddress"),
        dataPath("GatePolicy", ["NetworkAddress"]),
        dataPath("RateLimit"),
        dataPath("AuditTrail", ["NetworkAddress"]),
        source("AuditChain", ["AuditTrail", crypto]),
        dataPath("HTTP1"),
        dataPath("HTTP2"),
        source("JSON"),
        source("TOML", ["JSON"]),
        source("Jobs", ["JSON"]),
        source("Accounts", ["Jobs", crypto]),
        source("Webhooks", ["JSON", "Jobs", crypto]),
        source("WebhookInbox", ["JSON"]),
        source("S3", [crypto]),

        // Drivers: one kind of I/O each.
        dataPath("Reactor", ["CReactor", "NetworkAddress"]),
        .target(name: "CReactor"),
        source("Spool", ["Reactor"]),
        dataPath("TLSSession", ["Reactor", "CTLS"]),
        .target(
            name: "CTLS",
            dependencies: [boringSSL, .target(name: "COpenSSL", condition: .when(traits: ["SystemOpenSSL"]))]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        source("Settings", ["NetworkAddress", "RateLimit", "YAMLDocument"]),
        source("YAMLDocument", ["CYAML", system]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        source("Telemetry", ["Settings", logging, system]),
        source("Passwords", ["CArgon2", "CCrypt", cryptoExtras]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        source(
            "Storage",
            [
                "Accounts", "AuditChain", "AuditTrail", "JSON", "Jobs", "NetworkAddress", "Webhooks", crypto, grdb,
                system,
            ]),
        source("ObjectStore", ["S3", "CObjectStore"]),
        .target(name: "CObjectStore"),
        source(
            "Providers", ["JSON", "Jobs", "NetworkAddress", "S3", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL]),

        source("Secrets", ["JSON", "Jobs", "Providers", "Reactor", "S3", "YAMLDocument", crypto]),

        // Services: one process each.
        dataPath(
            "GatewayServer",
            [
                "AuditTrail", "GatePolicy", "HTTP1", "HTTP2", "JSON", "NetworkAddress", "RateLimit", "Reactor",
                "Settings", "Spool", "TLSSession", "Telemetry", "WebhookInbox", logging,
            ]),
        source(
            "BackendServer",
            [
                "Accounts", "AuditChain", "AuditTrail", "GatePolicy", "JSON", "Jobs", "NetworkAddress", "ObjectStore",
                "Passwords", "Providers", "Reactor", "S3", "Secrets", "Settings", "Spool", "Storage", "TOML",
                "Telemetry", "WebhookInbox", "Webhooks", crypto, httpTypes, hummingbird, hummingbirdCore, logging,
                nioCore, nioHTTPTypes, nioPosix, serviceLifecycle, system, unixSignals,
            ]
        ),
        source(
            "ControlTool",
            [
                "Settings", "Telemetry",
                argumentParser, asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix, subprocess, system, unixSignals,
            ]
        ),
        program("gateway", ["GatewayServer", "Reactor", "Settings"]),
        program("backend", ["BackendServer", "Reactor", "Settings"]),
        program("tunergate", ["ControlTool", argumentParser]),

        // Tests of the real binaries, and what they share.
        .target(
            name: "TestSupport",
            dependencies: [
                asyncHTTPClient, crypto, httpTypes, hummingbird, logging, nioCore, nioHTTP1, nioPosix, nioSSL,
                subprocess, system,
            ],
            path: "Tests/TestSupport",
            swiftSettings: rules
        ),
        tests("JSONTests", ["JSON", "AuditTrail", "GatePolicy"]),
        tests("TOMLTests", ["TOML", "JSON"]),
        tests("AccountsTests", ["Accounts", "Jobs"]),
        tests("PasswordsTests", ["Passwords"]),
        tests("JobsTests", ["Jobs", "JSON"]),
        tests("WebhooksTests", ["Webhooks", "JSON", "Jobs"]),
        tests("WebhookInboxTests", ["WebhookInbox"]),
        tests(
            "StorageTests",
            ["Accounts", "AuditChain", "AuditTrail", "JSON", "Jobs", "NetworkAddress", "Storage", crypto, grdb]),
        tests("S3Tests", ["S3"]),
        tests("ObjectStoreTests", ["ObjectStore", "S3"]),
        tests("ProvidersTests", ["Providers", "JSON", "Jobs", "NetworkAddress", asyncHTTPClient]),
        tests("SecretsTests", ["Secrets", "JSON", "Jobs", "Providers", "YAMLDocument"]),
        tests(
            "BackendServerTests",
            [
                "Accounts", "AuditChain", "AuditTrail", "BackendServer", "GatePolicy", "JSON", "Jobs", "NetworkAddress",
                "ObjectStore", "Passwords", "Providers", "Reactor", "S3", "Secrets", "Settings", "Spool", "Storage",
                "WebhookInbox", "Webhooks", crypto, grdb, httpTypes, hummingbird, hummingbirdTesting, logging, nioCore,
            ]
        ),
        tests("ControlToolTests", ["ControlTool", "Settings", nioCore, nioPosix, system]),
        tests("NetworkAddressTests", ["NetworkAddress", "HTTP1"]),
        tests("GatePolicyTests", ["GatePolicy", "NetworkAddress"]),
        tests("RateLimitTests", ["RateLimit"]),
        tests("AuditTrailTests", ["AuditTrail", "NetworkAddress"]),
        tests("AuditChainTests", ["AuditChain", "AuditTrail"]),
        tests("SpoolTests", ["Spool", "AuditTrail", "NetworkAddress", "Reactor"]),
        .target(name: "StrictnessTable", path: "Tests/Fixtures/StrictnessTable", swiftSettings: rules),
        tests("HTTP1Tests", ["HTTP1", "StrictnessTable"]),
        tests("HTTP2Tests", ["HTTP2"]),
        tests("SettingsTests", ["Settings"]),
        tests("YAMLDocumentTests", ["YAMLDocument"]),
        tests("TelemetryTests", ["Telemetry", logging]),
        .target(name: "CTLSClient", dependencies: ["CTLS"], path: "Tests/CTLSClient"),
        tests("TLSSessionTests", ["TLSSession", "CTLS", "CTLSClient", "Reactor"]),
        tests(
            "GatewayServerTests",
            ["GatewayServer", "HTTP1", "NetworkAddress", "Reactor", "Settings", "Spool", "WebhookInbox"]),
        tests("ReactorTests", ["Reactor"]),
        tests("TidyTests", [subprocess, system]),
        tests("IntegrationTests", ["AuditTrail", "Spool", "TestSupport", "WebhookInbox"]),
        tests("ConformanceTests", ["TestSupport", "StrictnessTable"]),
    ]
)
