/// A text in which `*` stands for anything.
///
/// Takes a time that grows with the product of the lengths at most; a pattern of the user's cannot stop the program as
/// a regular expression could.
struct Wildcard {
    private let pattern: [UInt8]

    init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

    func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        var (index, place) = (0, 0)
        var retry: (place: Int, index: Int)?
        while index < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                retry = (place, index)
                place += 1
            } else if place < pattern.count, pattern[place] == text[index] {
                (index, place) = (index + 1, place + 1)
            } else if let last = retry {
                retry = (last.place, last.index + 1)
                (index, place) = (last.index + 1, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
