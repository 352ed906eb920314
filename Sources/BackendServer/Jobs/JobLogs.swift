import HTTPTypes
import JSON
import Jobs
import Providers
import Storage

/// What a job printed, as its provider keeps it.
struct JobLogs: Sendable {
    /// A page waits for it.
    private static let patience = Duration.seconds(15)

    let database: JobDatabase
    let providers: ProviderDesk

    /// The job, and the end of what it printed.
    ///
    /// - Parameter job: The job; one that no provider knows has printed nothing.
    /// - Returns: At most `Prediction.logBytesMax` bytes.
    /// - Throws: `Refusal` 502 or 504 when the provider does not tell.
    func logs(of job: Job) async throws -> String {
        guard let id = job.externalID, job.provider == ProviderName.replicate.rawValue,
            let client = await providers.replicate(try await providers.configuration(), patience: Self.patience)
        else { return "" }
        do throws(ProviderError) {
            return try await client.prediction(id).logs
        } catch .refused(status: 404, _) {
            return ""
        } catch .unclear {
            throw Refusal(.gatewayTimeout, code: "provider_timeout", "The provider did not tell the job's log.")
        } catch {
            throw Refusal(.badGateway, code: "provider_error", "The provider did not tell the job's log.")
        }
    }
}
