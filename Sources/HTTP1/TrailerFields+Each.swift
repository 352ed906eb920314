extension TrailerFields {
    /// Goes through lines that were let pass, for who writes them in another form.
    ///
    /// - Parameters:
    ///   - lines: From ``passable(_:names:)``.
    ///   - names: Recognises them.
    ///   - body: Gets each name and value.
    public static func each(
        _ lines: Span<UInt8>, names: FieldNames, _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void
    ) {
        var index = 0
        while index < lines.count, let field = try? FieldLine.parse(lines, at: index, names: names) {
            body(lines.extracting(field.nameBytes), lines.extracting(field.value))
            index = field.line.upperBound
        }
    }
}
