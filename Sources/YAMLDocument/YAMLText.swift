/// The checks before any parsing: what cannot be text is told by its place, not by what a parser makes of it.
enum YAMLText {
    struct Refusal: Error { let fault: YAMLFault }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The text without a byte order mark.
    static func check(_ bytes: [UInt8]) -> Result<ArraySlice<UInt8>, Refusal> {
        let start = YAMLPlace(line: 1, column: 1)
        guard bytes.count <= YAMLDocument.bytesMax else {
            return refuse(start, "is larger than 1 MiB", "Leave in it nothing but settings.")
        }
        // UTF-16 begins with its mark, or has a zero in one of the first two bytes (YAML 1.2, 5.2).
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            || (bytes.count > 1 && (bytes[0] == 0) != (bytes[1] == 0))
        {
            return refuse(start, "is UTF-16", "Save it as UTF-8.")
        }
        let text = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: text.span)
        } catch {
            let before = text.prefix(error.byteOffsets.lowerBound)
            return refuse(place(after: before), "has a byte that is not UTF-8", "Save it as UTF-8.")
        }
        if let (before, scalar) = firstControl(text) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            return refuse(
                place(after: before),
                "has the control character U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)",
                "Remove it.")
        }
        return .success(text)
    }

    private static func refuse(
        _ place: YAMLPlace, _ problem: String, _ remedy: String
    ) -> Result<ArraySlice<UInt8>, Refusal> {
        .failure(Refusal(fault: YAMLFault(place, problem, remedy)))
    }

    /// The first character that a YAML text must not have (YAML 1.2, 5.1), and what is before it.
    private static func firstControl(_ text: ArraySlice<UInt8>) -> (before: ArraySlice<UInt8>, Unicode.Scalar)? {
        var offset = 0
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if !isPrintable(scalar) { return (text.prefix(offset), scalar) }
            offset += UTF8.width(scalar)
        }
        return nil
    }

    /// Not so the other line ends of YAML 1.1, which no editor shows as such.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...: true
        default: false
        }
    }

    private static func place(after text: ArraySlice<UInt8>) -> YAMLPlace {
        var (line, column, last) = (1, 1, UInt8(0))
        for byte in text {
            if byte == 0x0A || byte == 0x0D {
                if !(byte == 0x0A && last == 0x0D) { line += 1 }
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            last = byte
        }
        return YAMLPlace(line: line, column: column)
    }
}
