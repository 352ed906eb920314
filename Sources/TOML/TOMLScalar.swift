import JSON

/// Numbers, truths, dates and times: what is written without quotes.
enum TOMLScalar {
    enum Reading: Equatable {
        case known(JSONValue)
        case tooLarge
        case unknown
    }

    static func value(_ word: [UInt8]) -> Reading {
        let text = String(decoding: word, as: UTF8.self)
        switch text {
        case "true": return .known(true)
        case "false": return .known(false)
        // JSON has no spelling for them.
        case "inf", "+inf", "-inf", "nan", "+nan", "-nan": return .known(.string(text))
        default: break
        }
        if TOMLDate.isDateOrTime(word[...]) { return .known(.string(text)) }
        if word.count > 2, word[0] == UInt8(ascii: "0"), let base = bases[word[1]] {
            return integer(word[2...], base: base)
        }
        return decimal(word)
    }

    private static let bases: [UInt8: Int] = [
        UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2,
    ]

    private static func integer(_ digits: ArraySlice<UInt8>, base: Int) -> Reading {
        guard let plain = withoutUnderscores(digits, { digit($0, below: base) }) else { return .unknown }
        guard let number = Int64(plain, radix: base) else { return .tooLarge }
        return .known(.number(String(number)))
    }

    /// A whole number, or one with a fraction, an exponent or both.
    private static func decimal(_ word: [UInt8]) -> Reading {
        let isNegative = word.first == UInt8(ascii: "-")
        let unsigned = word.first == UInt8(ascii: "+") || isNegative ? word.dropFirst() : word[...]
        let mantissa = unsigned.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        guard var literal = withoutUnderscores(whole, isDigit), whole.count == 1 || whole.first != UInt8(ascii: "0")
        else { return .unknown }
        if isNegative { literal = "-" + literal }
        if unsigned.count == whole.count {
            guard let number = Int64(literal) else { return .tooLarge }
            return .known(.number(String(number)))
        }
        if mantissa.count > whole.count {
            guard let fraction = withoutUnderscores(mantissa.dropFirst(whole.count + 1), isDigit) else {
                return .unknown
            }
            literal += "." + fraction
        }
        if unsigned.count > mantissa.count {
            guard let exponent = exponent(unsigned.dropFirst(mantissa.count + 1)) else { return .unknown }
            literal += "e" + exponent
        }
        guard let number = Double(literal), number.isFinite else { return .tooLarge }
        return .known(.number(literal))
    }

    private static func exponent(_ word: ArraySlice<UInt8>) -> String? {
        let isNegative = word.first == UInt8(ascii: "-")
        let digits = word.first == UInt8(ascii: "+") || isNegative ? word.dropFirst() : word
        return withoutUnderscores(digits, isDigit).map { isNegative ? "-" + $0 : $0 }
    }

    /// Digits, between any two of which one underscore may be; nil for anything else.
    private static func withoutUnderscores(_ word: ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool) -> String? {
        var digits: [UInt8] = []
        var previous = UInt8(ascii: "_")
        for byte in word {
            if byte == UInt8(ascii: "_") {
                guard previous != byte else { return nil }
            } else {
                guard isDigit(byte) else { return nil }
                digits.append(byte)
            }
            previous = byte
        }
        return previous == UInt8(ascii: "_") ? nil : String(decoding: digits, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { digit(byte, below: 10) }

    private static func digit(_ byte: UInt8, below base: Int) -> Bool {
        guard let value = Character(Unicode.Scalar(byte)).hexDigitValue else { return false }
        return value < base
    }
}
