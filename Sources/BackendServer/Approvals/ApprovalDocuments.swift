import HTTPTypes
import JSON
import Jobs

extension ApprovalRule {
    private static let textMax = 1024

    /// `type` and `enabled` are what the command line reads.
    var document: JSONValue {
        [
            "id": JSONValue(Int(id)), "name": .string(name), "description": .string(description),
            "condition": .string(condition.rawValue), "type": .string(condition.rawValue),
            "threshold": .string(threshold), "is_active": .bool(isActive), "enabled": .bool(isActive),
            "priority": JSONValue(priority), "applies_to_provider": JSONValue(provider),
            "applies_to_level": JSONValue(level), "exempt_levels": .array(exemptLevels.map { .string($0) }),
            "required_approver_level": .string(approverLevel), "created_at": .string(createdAt.description),
            "created_by": createdBy.map { JSONValue(Int($0)) } ?? .null,
        ]
    }

    /// Takes over what a request sets.
    ///
    /// - Parameters:
    ///   - members: Of the body; one that is missing or null leaves the rule as it is.
    ///   - isNew: Whether name, condition and threshold have to be there.
    /// - Throws: ``Refusal`` 400 for an unknown condition, 422 for what is not as it must be.
    mutating func change(_ members: [String: JSONValue], isNew: Bool) throws(Refusal) {
        name = try Self.text("name", members, isNeeded: isNew) ?? name
        description = try Self.text("description", members) ?? description
        if let word = try Self.text("condition", members, isNeeded: isNew) {
            guard let condition = Condition(rawValue: word) else {
                throw Refusal(unknown: "condition", word, Condition.allCases.map(\.rawValue), "conditions")
            }
            self.condition = condition
        }
        if let number = members["threshold"], number.double != nil {
            threshold = number.jsonText
        } else {
            threshold = try Self.text("threshold", members, isNeeded: isNew && condition != .firstJob) ?? threshold
        }
        if condition.isNumeric {
            guard let number = Double(threshold), number >= 0, number.isFinite else {
                throw Refusal(invalid: "threshold", in: "body", "Input should be a number that is not negative")
            }
        }
        if let value = members["is_active"], !value.isNull {
            guard let isActive = value.bool else {
                throw Refusal(invalid: "is_active", in: "body", "Input should be a valid boolean")
            }
            self.isActive = isActive
        }
        if let value = members["priority"], !value.isNull {
            guard let priority = value.integer, (-1000...1000).contains(priority) else {
                throw Refusal(invalid: "priority", in: "body", "Input should be between -1000 and 1000")
            }
            self.priority = priority
        }
        provider = try Self.text("applies_to_provider", members) ?? provider
        level = try Self.text("applies_to_level", members) ?? level
        approverLevel = try Self.text("required_approver_level", members) ?? approverLevel
        if let value = members["exempt_levels"], !value.isNull {
            guard let levels = value.elements, levels.count <= 32, levels.allSatisfy({ $0.text != nil }) else {
                throw Refusal(invalid: "exempt_levels", in: "body", "Input should be a list of at most 32 strings")
            }
            exemptLevels = levels.compactMap(\.text)
        }
    }

    private static func text(
        _ name: String, _ members: [String: JSONValue], isNeeded: Bool = false
    ) throws(Refusal) -> String? {
        guard let value = members[name], !value.isNull else {
            if isNeeded { throw Refusal(invalid: name, in: "body", "Field required") }
            return nil
        }
        guard let text = value.text, text.utf8.count <= textMax, !isNeeded || !text.isEmpty else {
            throw Refusal(invalid: name, in: "body", "Input should be a string of at most \(textMax) bytes")
        }
        return text
    }
}

extension ApprovalRequest {
    var document: JSONValue {
        [
            "id": JSONValue(Int(id)), "job_id": .string(jobID), "user_id": userID.map { JSONValue(Int($0)) } ?? .null,
            "rule_id": ruleID.map { JSONValue(Int($0)) } ?? .null, "status": .string(status.rawValue),
            "reason": .string(reason), "provider": JSONValue(provider), "config_name": JSONValue(configName),
            "estimated_cost": JSONValue(estimatedCost), "hardware_type": JSONValue(hardwareType),
            "required_approver_level": .string(requiredLevel),
            "reviewed_by": reviewedBy.map { JSONValue(Int($0)) } ?? .null,
            "reviewed_at": JSONValue(reviewedAt?.description), "review_notes": JSONValue(notes),
            "created_at": .string(createdAt.description), "expires_at": .string(expiresAt.description),
        ]
    }

    /// As the command line reads it.
    var shortDocument: JSONValue {
        [
            "id": JSONValue(Int(id)), "job_id": .string(jobID), "status": .string(status.rawValue),
            "config_name": JSONValue(configName), "requested_at": .string(createdAt.description),
            "reason": .string(reason),
        ]
    }

    /// What somebody is answered who decided.
    var decision: JSONValue {
        [
            "success": true, "request_id": JSONValue(Int(id)), "job_id": .string(jobID),
            "status": .string(status.rawValue),
        ]
    }
}
