/// A YAML document as a tree of values that know where they are written.
///
/// It reads what people write by hand: mappings, lists and texts. What makes YAML dangerous or ambiguous is refused:
/// aliases (a few lines of them make billions of values), anchors, tags, keys that are there twice or are no names,
/// further documents, and more than a person would write. It knows nothing of what the values mean.
public struct YAMLDocument: Equatable, Sendable {
    public static let bytesMax = 1 << 20
    public static let depthMax = 16
    public static let nodesMax = 20_000
    public static let faultsMax = 100

    /// Nil when the document is empty or broken.
    public let root: YAMLNode?
    /// In the order of the text; with one of them the document is not to be used, but its other values can still be
    /// checked.
    public let faults: [YAMLFault]

    public init(_ bytes: [UInt8]) {
        let text: ArraySlice<UInt8>
        switch YAMLText.check(bytes) {
        case .success(let checked): text = checked
        case .failure(let fault):
            root = nil
            faults = [fault.fault]
            return
        }
        var builder = YAMLTreeBuilder()
        if let fault = YAMLEvent.read(text, { builder.take($0, at: $1) }) {
            root = nil
            faults = builder.faults + [Self.explain(fault, text)]
        } else {
            root = builder.root
            faults = builder.faults
        }
    }

    /// The parser does not say what a tab did; people who use tabs do not see them.
    private static func explain(_ fault: YAMLFault, _ text: ArraySlice<UInt8>) -> YAMLFault {
        let lines = String(decoding: text, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.indices.contains(fault.place.line - 1) else { return fault }
        let indentation = lines[fault.place.line - 1].prefix { $0 == " " || $0 == "\t" }
        guard indentation.contains("\t") else { return fault }
        return YAMLFault(fault.place, fault.problem, "Indent with spaces, not with tabs.")
    }
}
