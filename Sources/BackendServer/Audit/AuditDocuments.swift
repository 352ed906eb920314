import AuditChain
import AuditTrail
import JSON
import Jobs

extension ChainEntry {
    /// The entry as `/api/audit` lists it.
    var document: JSONValue {
        [
            "id": .number(String(sequence)),
            "timestamp": .string(Timestamp(milliseconds: event.milliseconds).description),
            "event_type": .string(event.type.name),
            "actor_id": event.actor.flatMap { Int($0) }.map { JSONValue($0) } ?? JSONValue(event.actor),
            "actor_username": JSONValue(event.actorName),
            "actor_ip": JSONValue(event.client),
            "target_type": JSONValue(event.targetType),
            "target_id": JSONValue(event.target),
            "action": .string(event.action),
            "details": details,
        ]
    }

    /// What else is known; the request's own members win over those of the same name.
    private var details: JSONValue {
        var details = event.details.mapValues { JSONValue.string($0) }
        for (name, value) in [
            ("method", event.method), ("endpoint", event.endpoint), ("user_agent", event.userAgent),
        ] {
            if let value { details[name] = .string(value) }
        }
        details["count"] = JSONValue(event.count)
        return .object(details)
    }
}

extension ChainVerifier.Verdict {
    /// The verdict as `/api/audit/verify` tells it; of a broken chain the first break.
    var document: JSONValue {
        [
            "valid": .bool(isValid),
            "entries_checked": JSONValue(checkedCount),
            "broken_links": .array(firstBreak.map { [$0.document] } ?? []),
            "first_id": firstSequence.map { .number(String($0)) } ?? .null,
            "last_id": lastSequence.map { .number(String($0)) } ?? .null,
            "reason": JSONValue(firstBreak?.flaw.sentence),
        ]
    }
}

extension ChainVerifier.Break {
    fileprivate var document: JSONValue {
        [
            "id": .number(String(sequence)),
            "error": .string(flaw.rawValue),
            "expected": JSONValue(expectedHash?.description),
            "actual": JSONValue(actualHash?.description),
        ]
    }
}

extension ChainVerifier.Flaw {
    fileprivate var sentence: String {
        switch self {
        case .altered: "An entry is not what was written."
        case .missing: "Entries are missing."
        case .disordered: "Entries are out of order."
        case .unlinked: "An entry does not follow the one before it."
        case .tailCut: "The last entries are missing."
        case .beyondHead: "There are entries after the signed head."
        case .headDiffers: "The last entry is not the one that the head names."
        case .headForged: "The head is missing, forged, or signed with another key."
        case .floorForged: "The floor is forged, or signed with another key."
        case .otherKey: "The trail was signed with another key than the one that is set: nothing was checked."
        case .setBack: "The database is older than the copy of the head outside it, or another one."
        case .copyForged: "The copy of the head outside the database is damaged, forged, or signed with another key."
        }
    }
}
