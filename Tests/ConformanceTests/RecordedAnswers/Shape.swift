import TestSupport

/// What an answer looks like: its keys, and the JSON types of their values.
///
/// Written as JSON in which each value is the name of its type: `string`, `number`, `boolean`, `null`, `any`, or several
/// with `|` between. An array has the shape of all its elements; `$job` and the like are shapes with a name. Under `+`
/// an object lists the members that are ours alone, under `*` the shape of members of any name.
struct Shape {
    private let description: JSON

    init(_ text: String) throws { description = text.hasPrefix("$") ? .string(text) : try JSON(text.utf8) }

    /// What differs, each as a path and a few words; empty when nothing does.
    func differences(from value: JSON) throws -> [String] {
        try Self.differences(description, value, at: "")
    }

    private static let named: [String: String] = [
        "$refused": #"""
        {"success":"boolean","job_id":"null","status":"null","error":"string","data_uploaded":"boolean",
         "upload_id":"null","cost_limit_warning":"null","quota_warnings":["string"],"idempotent_hit":"boolean"}
        """#,
        "$job": #"""
        {"job_id":"string","job_type":"string","provider":"string","status":"string","config_name":"string|null",
         "created_at":"string","started_at":"string|null","completed_at":"string|null","cost_usd":"number|null",
         "hardware_type":"string","error_message":"string|null","output_url":"string|null","user_id":"number|null",
         "metadata":{"*":"string|null"},"is_terminal":"boolean","is_active":"boolean",
         "duration_seconds":"number|null","+":["queue_position","upload_progress","finished_at","data_upload",
         "estimated_wait_seconds","requires_approval","attempt","priority","estimated_cost"]}
        """#,
        "$user": #"""
        {"id":"number","email":"string","username":"string","display_name":"string|null","avatar_url":"null",
         "auth_provider":"string","is_active":"boolean","is_admin":"boolean","email_verified":"boolean",
         "created_at":"string","last_login_at":"string|null",
         "levels":[{"id":"number","name":"string","priority":"number"}],"permissions":["string"],
         "+":["resource_rules","org_id","organization","teams"]}
        """#,
        "$entries": #"""
        {"entries":[{"id":"number","timestamp":"string","event_type":"string","actor_id":"number|null",
         "actor_username":"string|null","actor_ip":"string|null","target_type":"string|null",
         "target_id":"string|null","action":"string","details":"any"}],"total":"number","has_more":"boolean"}
        """#,
        "$advanced": #"""
        {"ssl_verify":"boolean","ssl_ca_bundle":"string|null","proxy_url":"string|null","http_timeout":"number",
         "webhook_ip_allowlist_enabled":"boolean","webhook_allowed_ips":["string"],
         "+":["applied"]}
        """#,
        "$metrics": #"""
        {"prometheus_enabled":"boolean","prometheus_categories":["string"],"tensorboard_enabled":"boolean",
         "endpoint_url":"string"}
        """#,
        "$health": #"""
        {"status":"string","version":"string","uptime_seconds":"number","timestamp":"string",
         "components":[{"name":"string","status":"string","latency_ms":"number|null","message":"string|null"}]}
        """#,
        // Ours: `detail` is a text always, and what is wrong where is told beside it.
        "$invalid": #"{"detail":"string","errors":[{"type":"string","loc":["string|number"],"msg":"string"}]}"#,
        // Ours: an error with a code has `detail` too, which is what the command line prints.
        "$coded": #"{"error":"string","message":"string","detail":"string","details":"any"}"#,
        "$detail": #"{"detail":"string"}"#,
        "$stored": #"{"ETag":"string","Key":"string","Bucket":"string"}"#,
        "$listing": #"""
        {"Contents":[{"Key":"string","Size":"number","LastModified":"number"}],"Name":"string",
         "+":["IsTruncated","NextContinuationToken","KeyCount"]}
        """#,
        "$quotas": #"""
        {"user_id":"number","statuses":[{"quota_type":"string","limit":"number","current":"number","action":"string",
         "is_exceeded":"boolean","is_warning":"boolean","percent_used":"number","message":"string|null",
         "source":"string"}],"can_submit":"boolean","blocking_reasons":["string"]}
        """#,
    ]

    private static func differences(_ shape: JSON, _ value: JSON, at path: String) throws -> [String] {
        switch (shape, value) {
        case (.string(let name), _) where name.hasPrefix("$"):
            guard let text = named[name] else { return ["\(path): there is no shape \(name)"] }
            return try differences(JSON(text.utf8), value, at: path)
        case (.string(let names), _):
            let types = names.split(separator: "|").map(String.init)
            return types.contains("any") || types.contains(value.type)
                ? [] : ["\(path) is \(value.type), not \(names)"]
        case (.array(let shapes), .array(let elements)):
            guard let shape = shapes.first else { return elements.isEmpty ? [] : ["\(path) is not empty"] }
            return try elements.enumerated().flatMap { try differences(shape, $1, at: "\(path)[\($0)]") }
        case (.object(let shapes), .object(let members)):
            return try differences(shapes, members, at: path)
        default: return ["\(path) is \(value.type), not \(shape.type)"]
        }
    }

    private static func differences(
        _ shapes: [String: JSON], _ members: [String: JSON], at path: String
    ) throws -> [String] {
        let own = Set((shapes["+"] ?? .array([])).elements.compactMap(\.string))
        let wanted = shapes.filter { !["+", "*"].contains($0.key) }
        var found = wanted.keys.filter { members[$0] == nil }.sorted().map { "\(path).\($0) is missing" }
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            if let shape = wanted[key] ?? shapes["*"] {
                found += try differences(shape, value, at: "\(path).\(key)")
            } else if !own.contains(key) {
                found.append("\(path).\(key) is nobody's")
            }
        }
        return found
    }
}

extension JSON {
    fileprivate var type: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
