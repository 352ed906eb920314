import JSON
import Jobs
import Providers
import S3
import Settings

/// What a job was ordered to do, as it is kept until it is sent and for another try.
///
/// Its upload token is not in there: it is made again from the job's nonce when the job is sent.
struct StoredOrder: Sendable {
    var config: TrainingConfig
    var dataloader: [JSONValue]
    var webhookURL: String?
    /// Where the results go; nil when they do not come here.
    var publishOrigin: PublicURL?
    var profile: HardwareProfile

    init(_ order: JobOrder, _ plan: SubmissionPlan, webhookURL: String?) {
        config = plan.config
        dataloader = order.dataloader
        self.webhookURL = webhookURL
        publishOrigin = plan.storesResults ? plan.origin : nil
        profile = plan.profile
    }

    /// - Returns: Nil for what is no order.
    init?(_ document: JSONValue) {
        guard let options = document["config"]?.members,
            let profile = document["hardware_profile"]?.text.flatMap({ HardwareProfile(rawValue: $0) })
        else { return nil }
        config = TrainingConfig(options)
        dataloader = document["dataloader"]?.elements ?? []
        webhookURL = document["webhook_url"]?.text
        publishOrigin = document["publish_origin"]?.text.flatMap { PublicURL($0) }
        self.profile = profile
    }

    var document: JSONValue {
        [
            "config": .object(config.options),
            "dataloader": .array(dataloader),
            "webhook_url": JSONValue(webhookURL),
            "publish_origin": JSONValue(publishOrigin?.origin),
            "hardware_profile": .string(profile.rawValue),
        ]
    }

    /// The configuration as the provider gets it.
    func configToSend(job: String, nonce: [UInt8]?, _ tokens: UploadTokens) -> TrainingConfig {
        guard let publishOrigin, let nonce else { return config }
        var config = config
        let token = tokens.token(job: job, nonce: nonce)
        config.publish(to: publishOrigin, token: token, secret: tokens.secret(token: token))
        return config
    }
}
