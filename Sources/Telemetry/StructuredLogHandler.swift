internal import Logging

/// Writes each log event as one line: a JSON object of the form that SimpleTuner's users parse, or text.
struct StructuredLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level

    private let label: String
    private let sink: LogSink
    private let isJSON: Bool
    private let clock: @Sendable () -> Int64

    /// - Parameters:
    ///   - label: The logger's name, `simpletuner.cloud.jobs`.
    ///   - level: The lowest level that is written.
    ///   - isJSON: Whether lines are JSON objects.
    ///   - sink: Where they go.
    ///   - clock: Wall-clock milliseconds since 1970.
    init(label: String, level: Logger.Level, isJSON: Bool, sink: LogSink, clock: @escaping @Sendable () -> Int64) {
        self.label = label
        logLevel = level
        self.isJSON = isJSON
        self.sink = sink
        self.clock = clock
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        fields.merge(metadataProvider?.get() ?? [:]) { $1 }
        fields.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error { fields["error"] = "\(error)" }
        sink.write(isJSON ? json(event, fields) : text(event, fields))
    }

    private func json(_ event: LogEvent, _ fields: Logger.Metadata) -> String {
        var fields = fields
        var line = JSONText()
        line.add("timestamp", LogTimestamp.text(milliseconds: clock()))
        line.add("level", Self.name(of: event.level))
        line.add("logger", label)
        line.add("message", event.message.description)
        if let id = fields.removeValue(forKey: "correlation_id") { line.add("correlation_id", id.description) }
        var source = JSONText()
        source.add("file", Self.fileName(event.file))
        source.add("line", json: String(event.line))
        source.add("function", event.function)
        line.add("source", json: source.closed)
        if !fields.isEmpty {
            var extra = JSONText()
            for (key, value) in fields.sorted(by: { $0.key < $1.key }) { extra.add(key, value.description) }
            line.add("extra", json: extra.closed)
        }
        return line.closed
    }

    private func text(_ event: LogEvent, _ fields: Logger.Metadata) -> String {
        var line = LogTimestamp.text(milliseconds: clock()) + " " + Self.name(of: event.level) + " " + label + " "
        // Quoted like JSON, because a message may hold what a client sent.
        JSONText.quote(event.message.description, into: &line)
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            line += " " + key + "="
            JSONText.quote(value.description, into: &line)
        }
        return line
    }

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The level's name in Python's `logging`, which dashboards filter by.
    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }
}
