import HTTP2

/// Blocks decode to the same fields each time, within the limits, and to the same when they are written without tables.
///
/// The input is a row of blocks for one decoder, each behind one byte with its length.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = input(start, count)
    var first = HPACK.Decoder(tableBytes: tableMax)
    var second = HPACK.Decoder(tableBytes: tableMax)
    var index = 0
    while index < bytes.count {
        let end = min(bytes.count, index + 1 + Int(bytes[index]))
        let block = Array(bytes[(index + 1)..<end])
        index = end
        let fields = decode(block, &first, keeping: 4096)
        require(first.tableSize <= tableMax, "the dynamic table is larger than allowed")
        require(first.tableCount * 32 <= tableMax, "the dynamic table has more entries than fit")
        // A block that is decoded for the table's sake alone does the same to the table.
        let quiet = decode(block, &second, keeping: 0)
        require((quiet == nil) == (fields == nil), "a block is refused or not by what is kept of it")
        require(first.tableSize == second.tableSize && first.tableCount == second.tableCount, "two tables for one")
        guard let fields else { return 0 }
        checkRewritten(fields)
    }
    return 0
}

private let tableMax = 256

/// Kept and used again, as a worker does.
nonisolated(unsafe) private var section = HPACK.FieldSection()

private func decode(_ block: [UInt8], _ decoder: inout HPACK.Decoder, keeping bytes: Int) -> [[UInt8]]? {
    section.reset(bytes: bytes, fields: 50, cookies: 50)
    do {
        try decoder.decode(block.span, into: &section)
    } catch {
        return nil
    }
    // Pseudo-fields are bounded by their bytes alone: the second of a kind is refused anyway.
    let counted = (0..<section.count).filter { section.name($0).first != UInt8(ascii: ":") }
    require(counted.count <= 100, "more fields than allowed")
    let fields = (0..<section.count).flatMap { [section.name($0), section.value($0)] }
    require(fields.reduce(0) { $0 + $1.count } <= bytes, "more bytes than allowed")
    return fields
}

private func checkRewritten(_ fields: [[UInt8]]) {
    var block: [UInt8] = []
    for index in stride(from: 0, to: fields.count, by: 2) {
        block.append(0x10)
        for text in fields[index...index + 1] { block += length(text.count) + text }
    }
    var decoder = HPACK.Decoder(tableBytes: 0)
    require(decode(block, &decoder, keeping: 1 << 20) == fields, "other fields when written anew")
}

private func length(_ count: Int) -> [UInt8] {
    guard count >= 127 else { return [UInt8(count)] }
    var (rest, bytes) = (count - 127, [UInt8(127)])
    while rest >= 128 {
        bytes.append(UInt8(rest & 127 | 128))
        rest >>= 7
    }
    return bytes + [UInt8(rest)]
}
