import RateLimit

/// What clients are told of their limits, one text for each rule and form.
struct QuotaTexts {
    private var lines: [QuotaText]
    private var literals: [QuotaText]

    init(_ rules: RuleTable) {
        // What was counted before limits were switched off is still told.
        let names = rules.policyNames.isEmpty ? [Array("\"default\"".utf8)] : rules.policyNames
        lines = names.map { QuotaText(policy: $0, as: .lines) }
        literals = names.map { QuotaText(policy: $0, as: .literals) }
    }

    /// The fields for a request that was counted.
    ///
    /// - Parameters:
    ///   - permit: How it was counted.
    ///   - edition: Which table these texts are for: in another the rule may be another one, and is not named.
    ///   - form: How they are written.
    ///   - unixMilliseconds: Now.
    /// - Returns: The fields' bytes.
    mutating func tell(
        _ permit: RatePermit, edition: Int, as form: QuotaText.Form, unixMilliseconds: Int64
    ) -> [UInt8] {
        let rule = permit.edition == edition ? permit.rule : lines.count - 1
        switch form {
        case .lines:
            lines[rule].tell(permit.decision, unixMilliseconds: unixMilliseconds)
            return lines[rule].bytes
        case .literals:
            literals[rule].tell(permit.decision, unixMilliseconds: unixMilliseconds)
            return literals[rule].bytes
        }
    }
}
