internal import RateLimit
internal import YAMLDocument

/// Rules of the rate limiter as the file gives them: a list of groups, one rule each.
extension SettingsFileReader {
    private static let ruleKeys = ["pattern", "calls", "period", "methods", "reason"]
    private static let remedy =
        "Give each rule a pattern and calls, and as you like period, methods and reason, and nothing else."

    mutating func rateRules(_ items: [YAMLNode], _ key: String) -> SettingValue? {
        var rules: [RateLimitSettings.Rule] = []
        for item in items {
            guard case .mapping(let members) = item.content else {
                report(item.place, key, "has an item that is \(Self.shown(item))", Self.remedy)
                continue
            }
            for member in members where !Self.ruleKeys.contains(member.key) {
                report(member.place, key, "has a rule with the key \(member.key)", Self.remedy)
            }
            if let rule = rateRule(members, item, key) { rules.append(rule) }
        }
        return .rateRules(rules)
    }

    private mutating func rateRule(
        _ members: [YAMLMember], _ item: YAMLNode, _ key: String
    ) -> RateLimitSettings.Rule? {
        typealias Rule = RateLimitSettings.Rule
        guard let pattern = pattern(members, item, key),
            let calls = number("calls", members, item, key, in: Rule.callsRange, otherwise: nil),
            let period = number("period", members, item, key, in: Rule.periodRange, otherwise: 60),
            let methods = methods(members, key)
        else { return nil }
        var reason = ""
        if let member = members.first(where: { $0.key == "reason" }) {
            guard let text = text("reason", [member], item, key, Self.remedy) else { return nil }
            reason = text
        }
        return Rule(pattern: pattern, calls: calls, periodSeconds: period, methods: methods, reason: reason)
    }

    private mutating func pattern(_ members: [YAMLMember], _ item: YAMLNode, _ key: String) -> String? {
        guard let text = text("pattern", members, item, key, Self.remedy) else { return nil }
        guard let problem = RulePattern.problem(in: text) else { return text }
        let place = members.first { $0.key == "pattern" }?.value.place ?? item.place
        report(place, key, "has the pattern \(quoted(text)): \(problem)", "Write it as in ^/api/cloud/expensive$.")
        return nil
    }

    private mutating func number(
        _ name: String, _ members: [YAMLMember], _ item: YAMLNode, _ key: String, in range: ClosedRange<Int>,
        otherwise fallback: Int?
    ) -> Int? {
        guard let member = members.first(where: { $0.key == name }) else {
            if fallback == nil { report(item.place, key, "has a rule without \(name)", Self.remedy) }
            return fallback
        }
        guard case .scalar(let text) = member.value.content, let number = RateLimitSettings.Rule.number(text, in: range)
        else {
            report(
                member.value.place, key, "has a rule whose \(name) is \(Self.shown(member.value))",
                SettingKind.integer(range).remedy)
            return nil
        }
        return number
    }

    /// One method, or a list of them; none is all.
    private mutating func methods(_ members: [YAMLMember], _ key: String) -> [String]? {
        guard let member = members.first(where: { $0.key == "methods" }) else { return [] }
        let nodes: [YAMLNode]
        switch member.value.content {
        case .empty: return []
        case .sequence(let items): nodes = items
        default: nodes = [member.value]
        }
        var methods: [String] = []
        for node in nodes {
            guard case .scalar(let word) = node.content,
                RateLimitSettings.Rule.knownMethods.contains(word.uppercased())
            else {
                report(
                    node.place, key, "has a rule with the method \(Self.shown(node))",
                    "Use \(RateLimitSettings.Rule.knownMethods.joined(separator: ", ")).")
                return nil
            }
            methods.append(word.uppercased())
        }
        return methods
    }
}
