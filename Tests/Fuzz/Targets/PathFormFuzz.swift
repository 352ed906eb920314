import HTTP1

/// The normal form of a path is normal: it has no segment to resolve, and is its own form.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let target = input(start, count)
    // What a head's parser lets through.
    guard !target.isEmpty, target[0] == UInt8(ascii: "/"), !target.contains(where: { $0 <= 0x20 || $0 >= 0x7f }) else {
        return 0
    }
    var form = PathForm()
    guard let path = read(&form, target) else { return 0 }
    require(path.first == UInt8(ascii: "/"), "a path without its slash")
    require(!path.contains(UInt8(ascii: "?")), "a query in a path")
    let segments = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
        require(
            segment.elementsEqual(".".utf8) == false && segment.elementsEqual("..".utf8) == false,
            "a dot segment is left")
        require(!segment.isEmpty || index == segments.count - 1, "an empty segment is left")
    }
    let escapes = path.indices.dropLast(2).map { String(decoding: path[$0...$0 + 2], as: UTF8.self) }
    let holdsSeparator = escapes.contains("%2F") || escapes.contains("%5C")
    require(form.holdsEscapedSeparator == holdsSeparator, "an escaped separator is missed or made up")
    // The storage that a longer path left behind must not shine through.
    _ = read(&form, Array("/x%2fy/a/b/../c//d/%7Euser/./e".utf8))
    require(read(&form, target) == path, "the form depends on what was read before")
    require(form.holdsEscapedSeparator == holdsSeparator, "what was read before shines through")
    require(read(&form, path) == path, "the normal form is not its own")
    return 0
}

private func read(_ form: inout PathForm, _ target: [UInt8]) -> [UInt8]? {
    do {
        try form.read(target.span)
    } catch {
        require(error.status == 400, "a path is refused with \(error.status)")
        return nil
    }
    let path = form.path(of: target.span)
    return path.array(0..<path.count)
}
