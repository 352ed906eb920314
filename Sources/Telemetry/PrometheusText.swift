/// Prometheus' text format 0.0.4, one family at a time.
public struct PrometheusText: Sendable {
    public enum Kind: String, Sendable { case counter, gauge }

    /// One line of a family: its labels in order, and its value.
    public struct Sample: Sendable {
        let labels: [(name: String, value: String)]
        let value: Double

        public init(_ value: Double, labels: [(name: String, value: String)] = []) {
            self.labels = labels
            self.value = value
        }
    }

    /// The `Content-Type` that goes with the text, byte for byte: scrapers refuse a malformed one.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    public private(set) var text = ""

    public init() {}

    /// Adds a family; one without samples leaves no trace.
    public mutating func add(_ name: String, _ kind: Kind, help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name
            if !sample.labels.isEmpty {
                let labels = sample.labels.map { "\($0.name)=\"\(Self.escape($0.value, quotes: true))\"" }
                text += "{" + labels.joined(separator: ",") + "}"
            }
            text += " \(Self.number(sample.value))\n"
        }
    }

    /// Adds a family of one sample without labels.
    public mutating func add(_ name: String, _ kind: Kind, help: String, _ value: Double) {
        add(name, kind, help: help, [Sample(value)])
    }

    /// Adds a histogram.
    ///
    /// - Parameters:
    ///   - name: The family's name; its samples get `_bucket`, `_sum` and `_count` behind it.
    ///   - help: What is measured.
    ///   - buckets: Upper bounds, rising and finite, and how many values each bucket holds by itself.
    ///   - beyond: How many values are above the last bound.
    ///   - sum: All values together.
    public mutating func addHistogram(
        _ name: String, help: String, buckets: [(bound: Double, count: Int)], beyond: Int, sum: Double
    ) {
        text += "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) histogram\n"
        var total = 0
        for bucket in buckets {
            total += bucket.count
            text += "\(name)_bucket{le=\"\(Self.number(bucket.bound))\"} \(total)\n"
        }
        total += beyond
        text += "\(name)_bucket{le=\"+Inf\"} \(total)\n\(name)_sum \(Self.number(sum))\n\(name)_count \(total)\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return String(value)
    }

    private static func escape(_ value: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
