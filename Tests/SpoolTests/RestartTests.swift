import Reactor
import Testing

@testable import Spool

/// Writers and an ingester that stop at any instant, in random orders that a seed repeats.
@Suite struct RestartTests {
    /// What the ingester's database holds: a transaction changes both or neither.
    private struct Ingested {
        var ids: [String] = []
        var known: Set<String> = []
        var positions: [Int64: SpoolPosition] = [:]

        mutating func commit(_ batch: SpoolBatch) {
            for record in batch.records.map({ String(decoding: $0, as: UTF8.self) })
            where known.insert(record).inserted { ids.append(record) }
            positions[batch.end.segment] = batch.end
        }
    }

    private enum Step: CaseIterable { case write, die, dieTorn, ingest, ingestAndDieBefore, ingestAndDieAfter, age }

    /// Each segment's turn, as far as it can be read.
    private func ingest(_ step: Step, _ folder: TemporaryFolder, _ ingested: inout Ingested, limit: Int) throws {
        let reader = SpoolReader(folder: folder.path, limits: Self.limits)
        for segment in try reader.segments() {
            while true {
                let position = ingested.positions[segment] ?? SpoolPosition(segment: segment, offset: 0)
                let batch = try reader.read(from: position, limit: limit)
                if step == .ingestAndDieBefore { return }
                ingested.commit(batch)
                if step == .ingestAndDieAfter { return }
                if batch.isFinished, try reader.remove(batch.end) { ingested.positions[segment] = nil }
                if batch.isFinished || batch.end == position { break }
            }
        }
    }

    private static var limits: SpoolLimits {
        var limits = SpoolLimits()
        (limits.segmentBytes, limits.segmentMilliseconds, limits.recordBytes) = (120, 1000, 32)
        return limits
    }

    @Test(arguments: 0..<100)
    func `every synced record is ingested once, in its writer's order`(seed: Int) throws {
        let folder = try TemporaryFolder()
        var randomness = Seeded(state: UInt64(seed))
        var (ingested, synced, next) = (Ingested(), [String](), 0)
        var writer = folder.writer(Self.limits)
        var now: Int64 = 0
        for _ in 0..<200 {
            now += Int64.random(in: 0..<50, using: &randomness)
            let step = Step.allCases.randomElement(using: &randomness) ?? .write
            switch step {
            case .write:
                let records = (0..<Int.random(in: 1...4, using: &randomness)).map { "record \(next + $0)" }
                next += records.count
                let lines = Array(records.map { $0 + "\n" }.joined().utf8)
                _ = try writer.write(lines, at: now, wallMilliseconds: now)
                synced += records
            case .die:
                writer = folder.writer(Self.limits)
            case .dieTorn:
                writer = folder.writer(Self.limits)
                try tear(folder, using: &randomness)
            case .age:
                now += 1000
                writer.closeIfAged(at: now)
            case .ingest, .ingestAndDieBefore, .ingestAndDieAfter:
                try ingest(step, folder, &ingested, limit: Int.random(in: 1...200, using: &randomness))
            }
        }
        writer.close()
        try ingest(.ingest, folder, &ingested, limit: 100)
        #expect(ingested.ids == synced)
        #expect(try folder.reader.segments() == [])
        #expect(ingested.positions.isEmpty)
    }

    /// The writer died within a write: a part of a record that was never said to be safe follows the last line.
    private func tear(_ folder: TemporaryFolder, using randomness: inout Seeded) throws {
        guard let last = try folder.reader.segments().last else { return }
        let path = folder.file(of: last)
        let torn = Array("{\"torn\":".utf8.prefix(Int.random(in: 1...8, using: &randomness)))
        let file = try AppendedFile(path: path)
        let isWritten = file.append(torn.span)
        #expect(isWritten)
    }
}

/// A small generator with a seed, so that a failure can be seen again.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
