/// Makes the tree out of events, and says what of it is refused.
struct YAMLTreeBuilder {
    private(set) var root: YAMLNode?
    private(set) var faults: [YAMLFault] = []

    private var open: [Collection] = []
    private var documents = 0
    private var nodes = 0
    private var isTagged = false

    /// A mapping or sequence whose end has not come yet.
    private struct Collection {
        let place: YAMLPlace
        let isMapping: Bool
        let isTagged: Bool
        var items: [YAMLNode] = []
        var members: [YAMLMember] = []
        var lines: [String: Int] = [:]
        var key: Key?
    }

    /// What stands before the value that comes next.
    private enum Key {
        case name(String, YAMLPlace)
        case refused
    }

    /// - Returns: Whether to go on.
    mutating func take(_ event: YAMLEvent, at place: YAMLPlace) -> Bool {
        switch event {
        case .silent: break
        case .documentStart:
            documents += 1
            if documents > 1 { return stop(place, "has a second document", "Keep one, and no line of three dashes.") }
        case .alias:
            fault(place, "uses an alias", "Write out the value that is meant.")
            return add(.refused, at: place)
        case .anchored: fault(place, "uses an anchor", "Remove it: there are no aliases that could refer to it.")
        case .tagged:
            fault(place, "uses a tag", "Remove the word with the exclamation mark.")
            isTagged = true
        case .scalar(let text, let isPlain):
            let isEmpty = isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
            return add(claimTag() ? .refused : isEmpty ? .empty : .scalar(text), at: place)
        case .sequenceStart: return begin(place, isMapping: false)
        case .mappingStart: return begin(place, isMapping: true)
        case .collectionEnd: return end()
        }
        return true
    }

    private mutating func begin(_ place: YAMLPlace, isMapping: Bool) -> Bool {
        guard open.count < YAMLDocument.depthMax else {
            return stop(place, "is nested more than \(YAMLDocument.depthMax) deep", "No setting lies that deep.")
        }
        open.append(Collection(place: place, isMapping: isMapping, isTagged: claimTag()))
        return true
    }

    private mutating func end() -> Bool {
        guard let ended = open.popLast() else { preconditionFailure("a collection ends that never began") }
        if ended.isTagged { return add(.refused, at: ended.place) }
        return add(ended.isMapping ? .mapping(ended.members) : .sequence(ended.items), at: ended.place)
    }

    private mutating func claimTag() -> Bool {
        defer { isTagged = false }
        return isTagged
    }

    /// A value is complete: it goes to whatever it lies in.
    private mutating func add(_ content: YAMLNode.Content, at place: YAMLPlace) -> Bool {
        nodes += 1
        guard nodes <= YAMLDocument.nodesMax else {
            return stop(place, "has more than \(YAMLDocument.nodesMax) values", "Leave in it nothing but settings.")
        }
        let node = YAMLNode(place: place, content: content)
        guard let last = open.indices.last else {
            root = node
            return true
        }
        guard open[last].isMapping else {
            open[last].items.append(node)
            return true
        }
        switch open[last].key {
        case nil: open[last].key = key(node)
        case .refused: open[last].key = nil
        case .name(let name, let keyPlace):
            open[last].members.append(YAMLMember(key: name, place: keyPlace, value: node))
            open[last].key = nil
        }
        return faults.count < YAMLDocument.faultsMax
    }

    private mutating func key(_ node: YAMLNode) -> Key {
        guard case .scalar(let name) = node.content, Self.isName(name) else {
            // What was refused already is not told twice.
            if node.content != .refused {
                fault(node.place, "has a key that is no name", "Use letters, digits and _ only.")
            }
            return .refused
        }
        guard let last = open.indices.last else { preconditionFailure("a key outside of a mapping") }
        if let line = open[last].lines[name] {
            faults.append(
                YAMLFault(node.place, of: path(name), "is there twice, first in line \(line)", "Remove one."))
            return .refused
        }
        open[last].lines[name] = node.place.line
        return .name(name, node.place)
    }

    /// The key with all that it lies below.
    private func path(_ name: String) -> String {
        let above = open.compactMap { collection in
            if case .name(let name, _) = collection.key { name } else { nil }
        }
        return (above + [name]).joined(separator: ".")
    }

    private static func isName(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_-.".unicodeScalars.contains(scalar))
            }
    }

    private mutating func fault(_ place: YAMLPlace, _ problem: String, _ remedy: String) {
        faults.append(YAMLFault(place, problem, remedy))
    }

    private mutating func stop(_ place: YAMLPlace, _ problem: String, _ remedy: String) -> Bool {
        fault(place, problem, remedy)
        root = nil
        return false
    }
}
