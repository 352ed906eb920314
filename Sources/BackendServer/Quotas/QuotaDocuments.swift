import HTTPTypes
import JSON
import Jobs

extension Quota {
    var document: JSONValue {
        var (user, level): (JSONValue, JSONValue) = (.null, .null)
        switch scope {
        case .global: break
        case .level(let id): level = JSONValue(Int(id))
        case .user(let id): user = JSONValue(Int(id))
        }
        return [
            "id": JSONValue(Int(id)), "quota_type": .string(type.rawValue), "limit_value": JSONValue(limit),
            "action": .string(action.rawValue), "user_id": user, "level_id": level,
            "is_global": .bool(scope == .global),
        ]
    }

    /// Reads what is to be made.
    ///
    /// Teams and organisations do not exist here, and a quota for one is refused: it would hold for nobody.
    ///
    /// - Throws: ``Refusal`` 400 for an unknown type or action, 422 for another member that is not as it must be.
    init(_ members: [String: JSONValue]) throws(Refusal) {
        let name = members["quota_type"]?.text ?? ""
        guard let type = QuotaType(rawValue: name) else {
            throw Refusal(unknown: "quota_type", name, QuotaType.allCases.map(\.rawValue), "types")
        }
        let actionName = members["action"].flatMap { $0.isNull ? nil : $0.text ?? "" } ?? QuotaAction.block.rawValue
        guard let action = QuotaAction(rawValue: actionName) else {
            throw Refusal(unknown: "action", actionName, QuotaAction.allCases.map(\.rawValue), "actions")
        }
        guard let limit = members["limit_value"]?.double, limit > 0, limit.isFinite else {
            throw Refusal(invalid: "limit_value", in: "body", "Input should be greater than 0")
        }
        for name in ["team_id", "org_id"] where members[name].map({ !$0.isNull }) == true {
            throw Refusal(.badRequest, "\(name) is not known here: there are no teams and organisations.")
        }
        let user = try Self.id("user_id", members)
        let level = try Self.id("level_id", members)
        guard user == nil || level == nil else {
            throw Refusal(.badRequest, "A quota is for a user or for a level, not for both.")
        }
        self.init(
            id: 0, type: type, limit: limit, action: action,
            scope: user.map { .user($0) } ?? level.map { .level($0) } ?? .global)
    }

    private static func id(_ name: String, _ members: [String: JSONValue]) throws(Refusal) -> Int64? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let number = value.integer, number > 0 else {
            throw Refusal(invalid: name, in: "body", "Input should be a valid integer")
        }
        return Int64(number)
    }
}

/// How somebody's quotas stand.
struct QuotaStanding: Sendable {
    let submitter: Submitter
    let statuses: [QuotaStatus]

    private var blocking: [QuotaStatus] {
        submitter.passesQuotas ? [] : statuses.filter { $0.quota.action == .block && $0.isExceeded }
    }

    var document: JSONValue {
        [
            "user_id": JSONValue(Int(submitter.userID)),
            "statuses": .array(statuses.map(\.document)),
            "can_submit": .bool(blocking.isEmpty),
            "blocking_reasons": .array(blocking.map { .string($0.sentence) }),
        ]
    }

    /// What a job of a cost would do to them.
    ///
    /// - Parameter cost: In US dollars.
    /// - Returns: One row for each quota.
    func impact(of cost: Double) -> JSONValue {
        let refused = statuses.filter {
            $0.quota.action == .block && $0.isPassed(byJobOf: cost) && !submitter.passesQuotas
        }
        return [
            "estimated_cost": JSONValue(cost),
            "can_submit": .bool(refused.isEmpty),
            "impact": .array(
                statuses.map {
                    [
                        "quota_type": .string($0.quota.type.rawValue), "limit": JSONValue($0.quota.limit),
                        "current": JSONValue($0.current), "action": .string($0.quota.action.rawValue),
                        "would_exceed": .bool($0.isPassed(byJobOf: cost)),
                    ]
                }),
        ]
    }
}

extension QuotaStatus {
    fileprivate var document: JSONValue {
        [
            "quota_type": .string(quota.type.rawValue), "limit": JSONValue(quota.limit),
            "current": JSONValue(current), "action": .string(quota.action.rawValue),
            "is_exceeded": .bool(isExceeded), "is_warning": .bool(isWarning), "percent_used": JSONValue(percentUsed),
            "message": isWarning ? .string(sentence) : .null, "source": .string(quota.scope.name),
        ]
    }
}

extension Refusal {
    /// A word that is none of a list: `Invalid quota_type: x. Valid types: ['cost_monthly', …]`.
    init(unknown field: String, _ word: String, _ known: [String], _ plural: String) {
        let list = known.map { "'\($0)'" }.joined(separator: ", ")
        self.init(.badRequest, "Invalid \(field): \(word.prefix(64)). Valid \(plural): [\(list)]")
    }
}
