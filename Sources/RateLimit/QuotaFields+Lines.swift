extension QuotaFields {
    /// How a head writes its fields: what comes before, between and behind a value.
    public struct Form: Sendable {
        /// The five names as they are written, one behind the other.
        fileprivate let names: [UInt8]
        /// Where each ends.
        fileprivate let ends: [5 of Int]
        fileprivate let isHPACK: Bool

        private init(isHPACK: Bool, _ write: (String) -> [UInt8]) {
            var names: [UInt8] = []
            ends = [5 of Int] { index in
                names += write("\(QuotaFields.told[index].name)")
                return names.count
            }
            self.names = names
            self.isHPACK = isHPACK
        }

        /// Lines of HTTP/1.1, each with its end.
        public static let lines = Form(isHPACK: false) { Array("\($0): ".utf8) }

        /// Literals of HPACK without indexing and compression (RFC 7541, section 6.2.2).
        public static let literals = Form(isHPACK: true) { name in
            [0x00, UInt8(name.utf8.count)] + Array(name.lowercased().utf8)
        }
    }

    /// In the order in which they are written; `Retry-After` is the refusal's own.
    fileprivate static let told: [5 of Field] = [.limit, .remaining, .reset, .policy, .rateLimit]

    /// Appends all fields but `Retry-After`.
    ///
    /// - Parameters:
    ///   - decision: What became of the request.
    ///   - policy: The rule's name in quotes: one of ``RuleTable/policyNames``.
    ///   - form: How they are written.
    ///   - unixMilliseconds: Now.
    ///   - bytes: What they are appended to.
    public static func append(
        _ decision: RateDecision, policy: [UInt8], as form: Form, unixMilliseconds: Int64, to bytes: inout [UInt8]
    ) {
        // In one step: each append to an array asks anew whether it is alone and has room.
        bytes.append(addingCapacity: form.names.count + told.count * valueBytesMax) { output in
            let (names, policy) = (form.names.span, policy.span)
            var start = 0
            for index in told.indices {
                append(names.extracting(start..<form.ends[index]), to: &output)
                start = form.ends[index]
                if form.isHPACK {
                    output.append(UInt8(length(told[index], decision, policy, unixMilliseconds)))
                    append(told[index], decision, policy, unixMilliseconds, to: &output)
                } else {
                    append(told[index], decision, policy, unixMilliseconds, to: &output)
                    output.append(UInt8(ascii: "\r"))
                    output.append(UInt8(ascii: "\n"))
                }
            }
        }
    }

    /// Appends them for the rule for all that no other is for.
    public static func append(
        _ decision: RateDecision, as form: Form, unixMilliseconds: Int64, to bytes: inout [UInt8]
    ) {
        append(decision, policy: fallback, as: form, unixMilliseconds: unixMilliseconds, to: &bytes)
    }

    /// The name, in quotes, of the rule for all that no other is for.
    private static let fallback = Array("\"default\"".utf8)
}
