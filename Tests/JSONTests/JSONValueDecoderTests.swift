import AuditTrail
import GatePolicy
import JSON
import Testing

@Suite struct JSONValueDecoderTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONValueDecoder(JSONValue(parsing: text)).decode(type)
    }

    private func failure<Value: Decodable>(_ type: Value.Type, _ text: String) -> (path: String, sentence: String)? {
        do {
            _ = try decode(type, text)
            return nil
        } catch let error as DecodingError {
            let context: DecodingError.Context
            switch error {
            case .typeMismatch(_, let place), .valueNotFound(_, let place), .keyNotFound(_, let place),
                .dataCorrupted(let place):
                context = place
            @unknown default: return nil
            }
            let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
            return (path.joined(separator: "."), context.debugDescription)
        } catch {
            return nil
        }
    }

    @Test func `a policy is read`() throws {
        let policy = try decode(
            GatePolicy.self,
            """
            {"version": 7, "providers": {"replicate": {"webhook_allowed_ips": ["10.0.0.0/8", "::1"],
             "webhook_limit": {"calls": 9, "period_seconds": 5}}, "b": {"webhook_allowed_ips": null}},
             "limits": {"/x": {"calls": 1, "period_seconds": 2}}, "switches": {"storage": false}, "new": [{}]}
            """)
        let expected = GatePolicy(
            version: 7,
            providers: [
                "replicate": ProviderPolicy(
                    webhookAllowedIPs: ["10.0.0.0/8", "::1"], webhookLimit: LimitOverride(calls: 9, periodSeconds: 5)),
                "b": ProviderPolicy(),
            ],
            limits: ["/x": LimitOverride(calls: 1, periodSeconds: 2)],
            switches: PolicySwitches(servesStorage: false))
        #expect(policy == expected)
        #expect(try decode(GatePolicy.self, #"{"version":1,"providers":null}"#).providers == nil)
    }

    @Test func `an audit event is read as it was written`() throws {
        let id = try #require(ULID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        var event = AuditEvent(id: id, type: .rateLimited, at: .max)
        event.actor = "é\n"
        event.details = ["reason": "x", "n": "1"]
        event.count = 3
        #expect(try JSONValueDecoder(JSONValue(parsing: event.line)).decode(AuditEvent.self) == event)
    }

    private struct Shapes: Decodable, Equatable {
        let maybe: Int?
        let list: [Int?]
        let deep: [[String: Double]]
        let nested: [String: Int??]
    }

    @Test func `optionals, lists and dictionaries nest`() throws {
        let shapes = try decode(
            Shapes.self, #"{"maybe":null,"list":[1,null,3],"deep":[{"a":0.5},{}],"nested":{"x":null,"y":2}}"#)
        #expect(
            shapes
                == Shapes(
                    maybe: nil, list: [1, nil, 3], deep: [["a": 0.5], [:]],
                    nested: ["x": nil, "y": 2]))
        #expect(try decode(Shapes.self, #"{"list":[],"deep":[],"nested":{}}"#).maybe == nil)
    }

    /// A type that reads in every other way there is.
    private struct ByHand: Decodable {
        enum Key: String, CodingKey { case list, object, rest = "super" }
        var found: [String] = []

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Key.self)
            found = members.allKeys.map(\.rawValue).sorted()
            var list = try members.nestedUnkeyedContainer(forKey: .list)
            found.append("\(try list.decodeNil())\(try list.decodeNil())")
            var inner = try list.nestedUnkeyedContainer()
            found.append(try inner.decode(String.self))
            found.append(try list.nestedContainer(keyedBy: Key.self).decode(String.self, forKey: .list))
            found.append("\(try list.decodeIfPresent(Int.self) ?? -1) \(list.isAtEnd) \(list.currentIndex)")
            found.append("\(try Bool(from: list.superDecoder()))")
            found.append("\(try list.decodeIfPresent(Int.self) ?? -1) \(list.isAtEnd)")
            found.append(
                try members.nestedContainer(keyedBy: Key.self, forKey: .object).decode(String.self, forKey: .rest))
            found.append(try String(from: members.superDecoder()))
            found.append(try String(from: members.superDecoder(forKey: .rest)))
        }
    }

    @Test func `containers are walked by hand too`() throws {
        let text = #"{"list":[null,["a"],{"list":"b"},4,true],"object":{"super":"c"},"super":"d","other":1}"#
        #expect(
            try decode(ByHand.self, text).found
                == ["list", "object", "super", "truefalse", "a", "b", "4 false 4", "true", "-1 true", "c", "d", "d"])
    }

    @Test func `integers are exact up to their ends`() throws {
        #expect(
            try decode([Int64].self, "[9223372036854775807,-9223372036854775808,9007199254740993]")
                == [.max, .min, 9_007_199_254_740_993])
        #expect(try decode([UInt64].self, "[18446744073709551615,0]") == [.max, 0])
        #expect(try decode([UInt128].self, "[340282366920938463463374607431768211455]") == [.max])
        #expect(try decode([UInt8].self, "[255]") == [255])
        #expect(try decode([Double].self, "[1e3,-0.5,7]") == [1000, -0.5, 7])
    }

    @Test(arguments: ["256", "-1", "1.0", "1e1", "99999999999999999999999999999999999999999999"])
    func `a number that is not exactly of its type is refused`(literal: String) {
        #expect(failure([UInt8].self, "[1,\(literal)]")?.path == "1")
        #expect(failure([UInt8].self, "[\(literal)]")?.sentence == "\(literal) is not exactly a value of UInt8.")
    }

    @Test func `a number beyond all numbers is refused`() {
        #expect(failure([Double].self, "[1e999]")?.sentence == "1e999 is not exactly a value of Double.")
        #expect(failure([Float].self, "[1e39]") != nil)
    }

    /// Each row: a policy that is none, where, and why.
    @Test(arguments: [
        (#"[]"#, "", "Expected an object, found an array."),
        (#"{"providers":{}}"#, "", #"There is no member "version"."#),
        (#"{"version":1}"#, "", #"There is no member "providers"."#),
        (#"{"version":"1","providers":{}}"#, "version", "Expected a number, found a string."),
        (#"{"version":null,"providers":{}}"#, "version", "Expected a number, found null."),
        (#"{"version":1,"providers":{"a":null}}"#, "providers.a", "Expected an object, found null."),
        (
            #"{"version":1,"providers":{"a":{"webhook_allowed_ips":["x",true]}}}"#, "providers.a.webhook_allowed_ips.1",
            "Expected a string, found a boolean."
        ),
        (
            #"{"version":1,"providers":{"a":{"webhook_allowed_ips":{}}}}"#, "providers.a.webhook_allowed_ips",
            "Expected an array, found an object."
        ),
        (
            #"{"version":1,"providers":{},"switches":{"storage":0}}"#, "switches.storage",
            "Expected a boolean, found a number."
        ),
    ])
    func `an error names its place`(text: String, path: String, sentence: String) throws {
        let fault = try #require(failure(GatePolicy.self, text))
        #expect(fault.path == path)
        #expect(fault.sentence == sentence)
    }

    @Test func `behind the end of a list there is nothing`() throws {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                for _ in 0..<2 { _ = try list.decode(Int.self) }
            }
        }
        #expect(failure(Pair.self, "[1,2]") == nil)
        #expect(failure(Pair.self, "[1]")?.path == "1")
        #expect(failure(Pair.self, "[1]")?.sentence == "The array has no more elements.")
    }
}
