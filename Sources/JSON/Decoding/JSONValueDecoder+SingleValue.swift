/// The leaves: everything that the standard library decodes ends here.
extension JSONValueDecoder: SingleValueDecodingContainer {
    public func decodeNil() -> Bool { value.isNull }

    public func decode(_ type: Bool.Type) throws -> Bool {
        guard let bool = value.bool else { throw mismatch(type) }
        return bool
    }

    public func decode(_ type: String.Type) throws -> String {
        guard let text = value.text else { throw mismatch(type) }
        return text
    }

    public func decode(_ type: Double.Type) throws -> Double { try floating(type) }
    public func decode(_ type: Float.Type) throws -> Float { try floating(type) }
    public func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    public func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    public func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    public func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    public func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    public func decode(_ type: Int128.Type) throws -> Int128 { try integer(type) }
    public func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    public func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    public func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    public func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    public func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }
    public func decode(_ type: UInt128.Type) throws -> UInt128 { try integer(type) }

    /// The nearest number there is to what was written; what is beyond all of them is none.
    private func floating<Number: BinaryFloatingPoint & LosslessStringConvertible>(
        _ type: Number.Type
    ) throws -> Number {
        guard case .number(let literal) = value else { throw mismatch(type) }
        guard let number = Number(literal), number.isFinite else { throw unfit(literal, type) }
        return number
    }

    /// Exactly what was written: `7`, but neither `7.0` nor `7e0`, which other programs may have rounded.
    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard case .number(let literal) = value else { throw mismatch(type) }
        guard let number = Number(literal) else { throw unfit(literal, type) }
        return number
    }

    private func unfit(_ literal: String, _ type: Any.Type) -> DecodingError {
        .dataCorrupted(
            DecodingError.Context(
                codingPath: codingPath, debugDescription: "\(literal.prefix(64)) is not exactly a value of \(type)."))
    }
}
