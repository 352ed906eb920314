/// Every bound of the gateway: sizes, counts and times.
///
/// What each means, its range and its default are in ``Schema``, under the same name.
public struct GatewayLimits: Equatable, Sendable {
    public let headBytes: Int
    public let headFields: Int
    public let targetBytes: Int
    /// 0 is no limit, as for the two below.
    public let bodyBytes: Int
    public let storageBodyBytes: Int
    public let webhookBodyBytes: Int

    public let connections: Int
    public let connectionsPerClient: Int
    public let streams: Int
    public let bufferedBytes: Int

    public let headSeconds: Int
    public let idleSeconds: Int
    public let stallSeconds: Int
    /// 0 is no limit.
    public let minimumBytesPerSecond: Int
    public let answerSeconds: Int
    public let tunnelSeconds: Int
    public let connectMilliseconds: Int

    init(_ values: SettingsValues) {
        headBytes = values.integer("limits.head_bytes")
        headFields = values.integer("limits.head_fields")
        targetBytes = values.integer("limits.target_bytes")
        bodyBytes = values.integer("limits.body_bytes")
        storageBodyBytes = values.integer("limits.storage_body_bytes")
        webhookBodyBytes = values.integer("limits.webhook_body_bytes")
        connections = values.integer("limits.connections")
        connectionsPerClient = values.integer("limits.connections_per_client")
        streams = values.integer("limits.streams")
        bufferedBytes = values.integer("limits.buffered_bytes")
        headSeconds = values.integer("limits.head_seconds")
        idleSeconds = values.integer("limits.idle_seconds")
        stallSeconds = values.integer("limits.stall_seconds")
        minimumBytesPerSecond = values.integer("limits.minimum_bytes_per_second")
        answerSeconds = values.integer("limits.answer_seconds")
        tunnelSeconds = values.integer("limits.tunnel_seconds")
        connectMilliseconds = values.integer("limits.connect_milliseconds")
    }
}
