import JSON
import Jobs
import Providers
import Settings

/// What Replicate says on its status page, asked seldom and once for everybody.
struct PlatformStatus: Sendable {
    private static let patience = Duration.seconds(10)
    private static let entriesMax = 20
    private static let pageURL = "https://www.replicatestatus.com"

    private let finding = RecentFinding<JSONValue>(lifetimeSeconds: 60)

    func document(_ desk: ProviderDesk) async throws -> JSONValue {
        let way = desk.way(try await desk.configuration())
        let url = desk.settings.replicateStatusURL
        return await finding.value(desk.clock) { await Self.ask(way, url) }
    }

    private static func ask(_ way: Outbound, _ url: String) async -> JSONValue {
        let call = OutboundCall(method: .get, url: url, headers: [.init("Accept", "application/json")], body: nil)
        do throws(OutboundFailure) {
            let answer = try await way.send(call, patience)
            guard answer.status == 200, let summary = try? JSONValue(parsing: answer.body), summary.members != nil
            else {
                return document(of: nil, error: "The status page answered \(answer.status)")
            }
            return document(of: summary, error: nil)
        } catch {
            return document(of: nil, error: "The status page cannot be read: \(error.reason)")
        }
    }

    /// The page's own lists, under the names that clients know; without a page nothing is known to be wrong.
    static func document(of summary: JSONValue?, error: String?) -> JSONValue {
        func entries(_ names: String...) -> [JSONValue] {
            Array((names.lazy.compactMap { summary?[$0]?.elements }.first ?? []).prefix(entriesMax))
        }
        let maintenances = entries("scheduled_maintenances")
        let incidents = entries("ongoing_incidents", "incidents")
        return [
            "operational": .bool(incidents.isEmpty),
            "ongoing_incidents": .array(incidents),
            "in_progress_maintenances": .array(
                entries("in_progress_maintenances") + maintenances.filter { $0["status"] == "in_progress" }),
            "scheduled_maintenances": .array(maintenances.filter { $0["status"] != "in_progress" }),
            "status_page_url": .string(pageURL),
            "error": JSONValue(error),
        ]
    }
}
