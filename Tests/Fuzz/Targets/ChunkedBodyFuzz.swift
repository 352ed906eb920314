import HTTP1

/// The payload is what the chunks hold, however they arrive; trailers that pass are lines that came.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = input(start, count)
    let whole = Reading(bytes, cutAt: [])
    for cut in cuts(of: bytes) { require(Reading(bytes, cutAt: [cut]) == whole, "another body when cut at \(cut)") }
    if bytes.count <= 256 { require(Reading(bytes, cutAt: Array(bytes.indices)) == whole, "another body byte by byte") }
    if whole.refusal != nil { return 0 }
    if let reference = referenceReading(bytes) {
        require(whole.end == reference.end && whole.payload == reference.payload, "not what the chunks hold")
    } else {
        require(whole.end == nil, "a body ends that has no end")
    }
    checkTrailers(whole)
    return 0
}

private struct Reading: Equatable {
    var payload: [UInt8] = []
    var end: Int?
    var refusal: Int?
    var trailers: [UInt8] = []

    init(_ bytes: [UInt8], cutAt cuts: [Int]) {
        var reader = BodyReader(.chunked)
        let bounds = [0] + cuts + [bytes.count]
        do {
            for (lower, upper) in zip(bounds, bounds.dropFirst()) {
                let part = Array(bytes[lower..<upper])
                var taken: [UInt8] = []
                let step = try reader.take(part.span, from: 0) { taken += part[$0] }
                payload += taken
                guard step.hasEnded else { continue }
                end = lower + step.index
                break
            }
            trailers = end == nil ? [] : reader.trailers
        } catch {
            refusal = error.status
            // What came before the fault depends on the cuts; the fault does not.
            payload = []
        }
    }
}

/// A slow and simple reader of what the decoder accepted; nil when there is no whole body.
private func referenceReading(_ bytes: [UInt8]) -> (payload: [UInt8], end: Int)? {
    var payload: [UInt8] = []
    var index = 0
    func line() -> [UInt8]? {
        guard let end = bytes[index...].indices.dropLast().first(where: { bytes[$0] == 0x0d && bytes[$0 + 1] == 0x0a })
        else { return nil }
        defer { index = end + 2 }
        return Array(bytes[index..<end])
    }
    while let text = line() {
        let digits = text.prefix { $0 != UInt8(ascii: ";") }
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0, !digits.contains(0x2b)
        else { return nil }
        if size == 0 {
            while let trailer = line() { if trailer.isEmpty { return (payload, index) } }
            return nil
        }
        guard bytes.count - index >= size + 2 else { return nil }
        payload += bytes[index..<index + size]
        index += size
        guard bytes[index] == 0x0d, bytes[index + 1] == 0x0a else { return nil }
        index += 2
    }
    return nil
}

private func checkTrailers(_ reading: Reading) {
    let names = FieldNames()
    let passed = TrailerFields.passable(reading.trailers.span, names: names)
    require(passed.isEmpty || passed.suffix(2) == [0x0d, 0x0a], "trailers that pass end in the middle of a line")
    require(TrailerFields.passable(passed.span, names: names) == passed, "what passed does not pass again")
    for line in passed.split(separator: 0x0a) { requireSafe(Array(line.dropLast())) }
}
