internal import FoundationEssentials
internal import SystemPackage

/// A script of Tests/Fixtures, run by the Python that has the packages of the tests.
public struct PythonScript: Sendable {
    /// What the script printed is not what was asked of it.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Settings of the host that would lead an S3 client elsewhere.
    private static let forgotten = [
        "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_REQUEST_CHECKSUM_CALCULATION",
        "AWS_RESPONSE_CHECKSUM_VALIDATION", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "HTTP_PROXY", "HTTPS_PROXY",
        "http_proxy", "https_proxy",
    ]

    private let path: String

    public init(_ name: String) {
        path = Checkout.fixture(name)
    }

    /// Runs the script to its end.
    ///
    /// - Parameters:
    ///   - arguments: What follows the script's name.
    ///   - environment: What it finds in its environment.
    /// - Returns: The JSON that it printed.
    /// - Throws: When it failed or printed something else.
    public func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> JSON {
        let virtual = Checkout.build.appending("venv/bin/python").string
        let python =
            FileManager.default.isExecutableFile(atPath: virtual) ? Tool(path: virtual) : Tool("python3")
        var changes: [String: String?] = Dictionary(uniqueKeysWithValues: Self.forgotten.map { ($0, nil) })
        for (name, value) in environment { changes[name] = value }
        // An account's own files under ~/.aws must not speak either.
        changes["AWS_CONFIG_FILE"] = "/dev/null"
        changes["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
        changes["AWS_EC2_METADATA_DISABLED"] = "true"
        let result = try await python.run([path] + arguments, environment: changes)
        guard result.exitCode == 0, let json = try? JSON(result.output.utf8) else {
            throw Failure(
                description: "\(path) \(arguments) ended with \(result.exitCode): \(result.output)\(result.errors)")
        }
        return json
    }
}
