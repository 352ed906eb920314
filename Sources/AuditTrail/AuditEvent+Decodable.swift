/// Reads what ``AuditEvent/appendLine(to:)`` writes; members that are not known are left alone.
extension AuditEvent: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, type, actor, target, client, method, endpoint, details, count
        case milliseconds = "time_ms"
        case actorName = "actor_name"
        case targetType = "target_type"
        case userAgent = "user_agent"
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try members.decode(ULID.self, forKey: .id),
            type: try members.decode(AuditEventType.self, forKey: .type),
            at: try members.decode(Int64.self, forKey: .milliseconds))
        actor = try members.decodeIfPresent(String.self, forKey: .actor)
        actorName = try members.decodeIfPresent(String.self, forKey: .actorName)
        targetType = try members.decodeIfPresent(String.self, forKey: .targetType)
        target = try members.decodeIfPresent(String.self, forKey: .target)
        client = try members.decodeIfPresent(String.self, forKey: .client)
        method = try members.decodeIfPresent(String.self, forKey: .method)
        endpoint = try members.decodeIfPresent(String.self, forKey: .endpoint)
        userAgent = try members.decodeIfPresent(String.self, forKey: .userAgent)
        details = try members.decodeIfPresent([String: String].self, forKey: .details) ?? [:]
        count = try members.decode(Int.self, forKey: .count)
        guard count > 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .count, in: members, debugDescription: "An event stands for itself at least.")
        }
    }
}
