/// A job that was submitted through the gateway and reached the platform.
public struct CloudJob: Sendable {
    public let id: String
    public let prediction: Prediction
    public let keys: StorageKeys
}

/// What the submission puts into a prediction's input, so that the training can bring its results home.
public struct StorageKeys: Sendable {
    public let endpoint: String
    public let bucket: String
    public let accessKey: String
    public let secretKey: String

    /// Reads the list of publishers that a training finds in its configuration.
    public init?(input: JSON) {
        let configuration = input["config_json"].unfolded
        let lists = ["publishing_config", "--publishing_config"].map { configuration[$0].unfolded.elements }
        guard let publisher = lists.joined().first(where: { $0["provider"] == "s3" }),
            let endpoint = publisher["endpoint_url"].string,
            let bucket = publisher["bucket"].string,
            let accessKey = publisher["access_key"].string,
            let secretKey = publisher["secret_key"].string
        else { return nil }
        self.endpoint = endpoint
        self.bucket = bucket
        self.accessKey = accessKey
        self.secretKey = secretKey
    }

    /// The token itself, for clients that send it in a header instead of signing with it.
    public var token: String { accessKey == "local" ? secretKey : accessKey }

    public func url(_ key: String) -> String { "\(endpoint)/\(bucket)/\(key)" }
}

/// A submission that did not get through.
public struct SubmissionFailed: Error {
    let answer: String
}

extension StandInReplicate {
    /// What an installation has to be told to use this platform.
    public var settings: [String: String] {
        ["TUNERGATE_REPLICATE_URL": url, "REPLICATE_API_TOKEN": token]
    }
}

extension Installation {
    /// A small but complete submission.
    public static func order(idempotencyKey: String? = nil) -> JSON {
        [
            "config": ["--model_type": "lora", "--model_family": "sdxl"],
            "dataloader_config": [["id": "pictures", "type": "local"]],
            "config_name": "demo",
            "idempotency_key": idempotencyKey.map(JSON.string) ?? .null,
        ]
    }

    /// Submits an order through the TLS listener.
    ///
    /// - Parameter order: The body.
    /// - Returns: The answer, whatever it is.
    /// - Throws: When there is none.
    public func submit(_ order: JSON) async throws -> Answer {
        try await client.post(secureURL + "/api/cloud/jobs/submit?provider=replicate", order)
    }

    /// Submits a job that is expected to reach the platform.
    ///
    /// - Parameter platform: Where it arrives.
    /// - Returns: The job, seen from both ends.
    /// - Throws: `SubmissionFailed` when either end does not know it.
    public func submitJob(to platform: StandInReplicate) async throws -> CloudJob {
        let answer = try await submit(Self.order())
        guard answer.json["success"] == true, let id = answer.json["job_id"].string,
            let prediction = platform.predictions.last, let keys = StorageKeys(input: prediction.input)
        else { throw SubmissionFailed(answer: answer.text) }
        return CloudJob(id: id, prediction: prediction, keys: keys)
    }

    /// The job object, as any client gets it.
    public func job(_ id: String) async throws -> JSON {
        try await client.get(secureURL + "/api/cloud/jobs/" + id).json["job"]
    }

    /// The job object without what the clock alone changes, so that two of them tell whether anything happened.
    ///
    /// - Parameter id: The job.
    /// - Returns: The object.
    /// - Throws: When there is no answer.
    public func facts(of id: String) async throws -> JSON {
        try await job(id).without("duration_seconds")
    }

    /// Runs one command of the training's storage client.
    ///
    /// - Parameters:
    ///   - arguments: The command and what follows it.
    ///   - keys: The keys that the submission handed out.
    /// - Returns: What it printed.
    /// - Throws: When the client failed.
    public func storage(_ arguments: String..., keys: StorageKeys) async throws -> JSON {
        try await PythonScript("storage_client.py").run(
            arguments,
            environment: [
                "ENDPOINT": keys.endpoint, "BUCKET": keys.bucket, "ACCESS_KEY": keys.accessKey,
                "SECRET_KEY": keys.secretKey, "CA_FILE": certificatePath,
            ])
    }
}
