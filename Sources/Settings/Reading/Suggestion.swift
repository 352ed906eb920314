/// The setting that somebody meant who wrote one that does not exist.
enum Suggestion {
    /// Beyond this it is no slip of the fingers, and comparing would cost too much.
    static let lengthMax = 64

    /// A key of the file, or a group of them.
    ///
    /// - Parameter key: With all that it lies below.
    /// - Returns: Nil when nothing is near.
    static func nearest(to key: String) -> String? {
        if let setting = Schema.settings.first(where: { $0.variable == key.uppercased() }) { return setting.key }
        // The right word in the wrong place.
        let leaf = last(of: key)
        if let moved = Schema.settings.first(where: { plain(last(of: $0.key)) == plain(leaf) }) { return moved.key }
        let keys = Schema.settings.map(\.key)
        let groups = keys.compactMap { key in key.lastIndex(of: ".").map { String(key[..<$0]) } }
        return nearest(to: key, among: keys + groups, allowing: leaf.count)
    }

    /// The variable that somebody meant; nil when nothing is near.
    static func nearestVariable(to name: String) -> String? {
        nearest(to: name, among: Schema.settings.map(\.variable), allowing: name.count / 3)
    }

    private static func nearest(to word: String, among candidates: [String], allowing length: Int) -> String? {
        guard word.utf8.count <= lengthMax else { return nil }
        let distances = candidates.map { (candidate: $0, distance: distance(plain(word), plain($0))) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, length / 3) ? best.candidate : nil
    }

    private static func last(of key: String) -> Substring {
        key.lastIndex(of: ".").map { key[key.index(after: $0)...] } ?? key[...]
    }

    /// Letters and digits only: `headBytes` and `head-bytes` are spellings of `head_bytes`.
    private static func plain(_ word: some StringProtocol) -> [UInt8] {
        word.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
    }

    /// How many letters must be added, dropped, changed or swapped with their neighbour.
    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...other.count)
        for row in one.indices {
            var line = [row + 1]
            for column in other.indices {
                var cost = min(line[column], last[column + 1]) + 1
                cost = min(cost, last[column] + (one[row] == other[column] ? 0 : 1))
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                    cost = min(cost, before[column - 1] + 1)
                }
                line.append(cost)
            }
            (before, last) = (last, line)
        }
        return last[other.count]
    }
}
