/// Where the slots are found: by key, and by when they were last used.
extension WindowTable {
    func find(_ key: WindowKey, _ hash: UInt64) -> UInt32? {
        var index = buckets[bucket(hash)]
        while index != Self.none {
            if slots[Int(index)].key == key { return index }
            index = slots[Int(index)].chain
        }
        return nil
    }

    private func bucket(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash) & (buckets.count - 1)
    }

    /// Puts a key that is not there into a slot, as the latest used.
    mutating func insert(_ key: WindowKey, _ hash: UInt64, _ now: Int64) -> UInt32 {
        let index: UInt32
        if free == Self.none {
            index = UInt32(slots.count)
            slots.append(Slot(key: key, latest: now))
        } else {
            index = free
            free = slots[Int(index)].chain
            freeCount -= 1
            slots[Int(index)] = Slot(key: key, latest: now)
        }
        let place = bucket(hash)
        slots[Int(index)].chain = buckets[place]
        buckets[place] = index
        link(index)
        return index
    }

    /// Takes a slot out of its chain, and keeps it for another key.
    mutating func unchain(_ index: UInt32) {
        let place = bucket(slots[Int(index)].key.hash(seed: seed))
        if buckets[place] == index {
            buckets[place] = slots[Int(index)].chain
        } else {
            var before = buckets[place]
            while slots[Int(before)].chain != index { before = slots[Int(before)].chain }
            slots[Int(before)].chain = slots[Int(index)].chain
        }
        slots[Int(index)].chain = free
        free = index
        freeCount += 1
    }

    /// Makes a slot the latest used.
    mutating func use(_ index: UInt32) {
        guard index != newest else { return }
        unlink(index)
        link(index)
    }

    private mutating func link(_ index: UInt32) {
        slots[Int(index)].older = newest
        slots[Int(index)].newer = Self.none
        if newest == Self.none { oldest = index } else { slots[Int(newest)].newer = index }
        newest = index
    }

    mutating func unlink(_ index: UInt32) {
        let (older, newer) = (slots[Int(index)].older, slots[Int(index)].newer)
        if older == Self.none { oldest = newer } else { slots[Int(older)].newer = newer }
        if newer == Self.none { newest = older } else { slots[Int(newer)].older = older }
    }
}
