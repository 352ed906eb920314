import HTTP2
import Testing

@Suite struct RandomBytesTests {
    /// A generator that gives the same numbers in each run (SplitMix64).
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

    /// Frames that are nearly right: one of a few numbers, any kind and flags, content of any or of good form.
    private func frame(_ random: inout Seeded) -> [UInt8] {
        let stream = UInt32.random(in: 0...12, using: &random)
        let blocks = [
            Block.get(), Block.post([("content-length", "3")]), Block.of([("x", "y")]), [0xbe, 0xbf], [0x20],
        ]
        var content = blocks.randomElement(using: &random) ?? []
        if Bool.random(using: &random) {
            content = (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
        }
        return ClientFrame.raw(
            UInt8.random(in: 0...10, using: &random), UInt8.random(in: 0...63, using: &random), stream, content)
    }

    private func act(_ client: inout Client, _ random: inout Seeded) {
        guard let stream = client.handles.values.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: client.answer(stream, ends: Bool.random(using: &random))
        case 1: _ = client.connection.dataFrame(stream, available: 100, hasEnded: Bool.random(using: &random))
        case 2: client.connection.reset(stream, .cancel, workspace: &client.workspace)
        case 3: client.connection.release(stream, workspace: &client.workspace)
        case 4: client.connection.consumed(stream, 3, workspace: &client.workspace)
        default: break
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `nothing a client sends stops the process, and all of it is used or kept within bounds`(seed: UInt64) {
        var random = Seeded(state: seed)
        for _ in 0..<25 {
            var client = Client.ready()
            for _ in 0..<40 where !client.told.contains(.failed) {
                client.send(frame(&random))
                act(&client, &random)
            }
            #expect(client.connection.openCount <= 100)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a block of random bytes is decoded or refused`(seed: UInt64) {
        var random = Seeded(state: seed)
        var section = HPACK.FieldSection()
        for _ in 0..<500 {
            var decoder = HPACK.Decoder(tableBytes: 300)
            for _ in 0..<4 {
                let block = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                section.reset(bytes: 200, fields: 10, cookies: 2)
                do { try decoder.decode(block.span, into: &section) } catch { break }
                #expect(decoder.tableSize <= 300)
                #expect(section.count <= 12)
            }
        }
    }
}
