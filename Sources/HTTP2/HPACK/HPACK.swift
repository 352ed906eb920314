/// The compression of field sections (RFC 7541).
public enum HPACK {
    /// Why a block cannot be decoded.
    ///
    /// The dynamic table is lost with it, so the connection has to end (RFC 9113, section 4.3).
    public enum DecodingError: Error, Equatable {
        case truncated
        case integerTooLarge
        case unknownIndex
        case tableTooLarge
        /// A table's size may change only where a block begins (RFC 7541, section 4.2).
        case lateTableSize
        case badHuffmanCode
    }
}
