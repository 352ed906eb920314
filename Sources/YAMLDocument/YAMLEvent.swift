internal import CYAML

/// What the parser of libyaml sees next.
///
/// This file is all that touches C: events come out of it as values, with texts of their own.
enum YAMLEvent: Equatable {
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case mappingStart
    case collectionEnd
    case alias
    case documentStart
    case anchored
    case tagged
    case silent

    /// Parses a text to its end.
    ///
    /// - Parameters:
    ///   - text: UTF-8.
    ///   - take: Gets each event and says whether to go on.
    /// - Returns: Where and why the text is no YAML; nil when it is, or when `take` had enough.
    static func read(_ text: ArraySlice<UInt8>, _ take: (YAMLEvent, YAMLPlace) -> Bool) -> YAMLFault? {
        // The parser keeps pointers into itself, so it gets a place of its own, and it is deleted before that goes.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { unsafe parser.deallocate() }
        guard unsafe yaml_parser_initialize(parser) == 1 else { return outOfMemory }
        defer { unsafe yaml_parser_delete(parser) }
        // The parser reads the text where it is, and only as long as this closure runs.
        return unsafe text.withUnsafeBufferPointer { bytes in
            unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
            unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            return unsafe loop(parser, take)
        }
    }

    private static let outOfMemory = YAMLFault(
        YAMLPlace(line: 1, column: 1), "is too much for the memory that is left", "Free some memory.")

    // The parser is initialised and has its text: `read` has seen to it.
    private static func loop(
        _ parser: UnsafeMutablePointer<yaml_parser_t>, _ take: (YAMLEvent, YAMLPlace) -> Bool
    ) -> YAMLFault? {
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else { return unsafe fault(parser.pointee) }
            // Each event owns its texts; they are copied before it is deleted.
            defer { unsafe yaml_event_delete(&event) }
            if unsafe event.type == YAML_STREAM_END_EVENT || event.type == YAML_NO_EVENT { return nil }
            let place = unsafe place(event.start_mark)
            for seen in unsafe events(event) where !take(seen, place) { return nil }
        }
    }

    // Which member of the union is valid follows from the event's type. Anchors and tags come first, so that whoever
    // refuses them does so before the value.
    private static func events(_ event: yaml_event_t) -> [YAMLEvent] {
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            let text = unsafe String(decoding: bytes, as: UTF8.self)
            return unsafe marks(scalar.anchor, scalar.tag) + [.scalar(text, isPlain: isPlain)]
        case YAML_SEQUENCE_START_EVENT:
            return unsafe marks(event.data.sequence_start.anchor, event.data.sequence_start.tag) + [.sequenceStart]
        case YAML_MAPPING_START_EVENT:
            return unsafe marks(event.data.mapping_start.anchor, event.data.mapping_start.tag) + [.mappingStart]
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return [.collectionEnd]
        case YAML_ALIAS_EVENT: return [.alias]
        case YAML_DOCUMENT_START_EVENT: return [.documentStart]
        default: return [.silent]
        }
    }

    // Null or a text: only that is asked.
    private static func marks(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?
    ) -> [YAMLEvent] {
        (unsafe anchor == nil ? [] : [.anchored]) + (unsafe tag == nil ? [] : [.tagged])
    }

    private static func place(_ mark: yaml_mark_t) -> YAMLPlace {
        YAMLPlace(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    // The texts of a parser's error are literals of the library.
    private static func fault(_ parser: yaml_parser_t) -> YAMLFault {
        if unsafe parser.error == YAML_MEMORY_ERROR { return outOfMemory }
        let place = unsafe place(parser.problem_mark)
        var what = "is no YAML here"
        if let problem = unsafe parser.problem { what += ": \(unsafe String(cString: problem))" }
        if let context = unsafe parser.context {
            what += " \(unsafe String(cString: context))"
            let line = unsafe Int(parser.context_mark.line) + 1
            if line != place.line { what += " in line \(line)" }
        }
        return YAMLFault(place, what, "Look at the indentation, the colons and the quotes around this place.")
    }
}
