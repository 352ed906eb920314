import Accounts
import JSON
import Jobs
import Testing

@testable import BackendServer

@Suite struct EventBoardTests {
    private let now = Timestamp(seconds: 1_700_000_000)
    private let ann = Caller(userID: 2, username: "ann", permissions: PermissionSet([.jobViewOwn]))
    private let bob = Caller(userID: 3, username: "bob", permissions: PermissionSet([.jobViewOwn]))
    private let lead = Caller(userID: 4, username: "lead", permissions: PermissionSet([.jobViewAll]))

    private func event(_ number: Int, for audience: Event.Audience = .everybody) -> Event {
        Event(nil, ["n": JSONValue(number)], for: audience)
    }

    private func numbers(_ board: inout EventBoard, _ id: EventBoard.ListenerID?) throws -> [Int] {
        let listener = try #require(id)
        let taken = board.take(listener)
        return try #require(taken).frames.compactMap { $0.data["n"]?.integer }
    }

    @Test func `weakness 71: an event of a job is told to its owner and to those who may see all`() throws {
        var board = EventBoard()
        let ids = [ann, bob, lead].map { board.join($0, client: $0.username, after: nil, now: now) }
        board.publish(event(1, for: .owner(2)), now: now)
        board.publish(event(2, for: .owner(nil)), now: now)
        board.publish(event(3, for: .user(3)), now: now)
        for (id, expected) in zip(ids, [[1], [3], [1, 2]]) {
            let heard = try numbers(&board, id)
            #expect(heard == expected)
        }
    }

    @Test func `weakness 71: what a listener does not read is bounded, and it is told what it lost`() throws {
        var board = EventBoard()
        let id = board.join(lead, client: "a", after: nil, now: now)
        for number in 1...(EventBoard.queueMax + 10) { board.publish(event(number), now: now) }
        let listener = try #require(id)
        let taken = board.take(listener)
        let frames = try #require(taken).frames
        #expect(frames.count == EventBoard.queueMax + 1)
        #expect(frames.first?.name == "lagged")
        // The greeting is the oldest, so one event fewer is lost than was told.
        #expect(frames.first?.data["dropped"] == 11)
        #expect(frames.last?.data["n"] == JSONValue(EventBoard.queueMax + 10))
    }

    @Test func `weakness 71: a client has five streams, a user twenty, and all have a hundred`() {
        var board = EventBoard()
        let first = (0..<6).map { _ in board.join(ann, client: "a", after: nil, now: now) }
        #expect(first.map { $0 != nil } == [true, true, true, true, true, false])
        for client in 0..<200 { _ = board.join(ann, client: "b\(client)", after: nil, now: now) }
        #expect(board.listeners.count == EventBoard.listenersPerUserMax)
        for user in 100..<300 {
            let other = Caller(userID: Int64(user), username: "u", permissions: PermissionSet())
            _ = board.join(other, client: "c\(user)", after: nil, now: now)
        }
        #expect(board.listeners.count == EventBoard.listenersMax)
        board.leave(first[0] ?? 0)
        let again = board.join(ann, client: "a", after: nil, now: now)
        #expect(again != nil)
    }

    @Test func `who comes back hears what it missed, as far as that is remembered, and nothing of others'`() throws {
        var board = EventBoard()
        board.publish(event(1), now: now)
        board.publish(event(2, for: .owner(3)), now: now)
        board.publish(event(3), now: now)
        // 99 is a number of another life of the process.
        for (caller, after, expected) in [
            (ann, 1, [3]), (bob, 1, [2, 3]), (ann, nil, []), (ann, 99, [1, 3]), (ann, -5, [1, 3]),
        ] as [(Caller, Int?, [Int])] {
            let id = board.join(caller, client: "\(after ?? 0)", after: after, now: now)
            let heard = try numbers(&board, id)
            #expect(heard == expected)
        }
    }

    @Test func `a number of an earlier life of the process hides nothing of this one`() throws {
        var board = EventBoard(born: 5000)
        for number in 1...3 { board.publish(event(number), now: now) }
        for (after, expected) in [(2, [1, 2, 3]), (4999, [1, 2, 3]), (5001, [2, 3])] {
            let joined = board.join(ann, client: "\(after)", after: after, now: now)
            let taken = board.take(try #require(joined))
            let frames = try #require(taken).frames
            #expect(frames.compactMap { $0.data["n"]?.integer } == expected)
            #expect(!frames.contains { $0.name == "lagged" })
        }
    }

    /// The greeting has the number that the listener came with, for it is taken before what was missed.
    @Test func `who is cut off behind the greeting misses nothing`() throws {
        var board = EventBoard()
        for number in 1...3 { board.publish(event(number), now: now) }
        for (after, greeting) in [(1, 1), (99, 0), (nil, 3)] as [(Int?, Int)] {
            let joined = board.join(ann, client: "\(greeting)", after: after, now: now)
            let taken = board.take(try #require(joined))
            #expect(taken?.frames.first?.id == greeting)
        }
    }

    @Test func `who was away too long is told how much is lost`() throws {
        var board = EventBoard()
        for number in 1...(EventBoard.rememberedMax + 5) { board.publish(event(number, for: .user(3)), now: now) }
        for (after, dropped) in [(2, 3), (5, nil), (nil, nil)] as [(Int?, Int?)] {
            let joined = board.join(ann, client: "\(after ?? 0)", after: after, now: now)
            let taken = board.take(try #require(joined))
            let frames = try #require(taken).frames
            #expect(frames.first { $0.name == "lagged" }?.data["dropped"]?.integer == dropped)
        }
    }

    @Test func `no more than a thousand events are remembered`() throws {
        var board = EventBoard()
        for number in 1...(EventBoard.rememberedMax + 5) { board.publish(event(number), now: now) }
        let id = board.join(ann, client: "a", after: EventBoard.rememberedMax + 3, now: now)
        let latest = try numbers(&board, id)
        #expect(latest == [EventBoard.rememberedMax + 4, EventBoard.rememberedMax + 5])
        let other = board.join(ann, client: "b", after: 0, now: now)
        let all = try numbers(&board, other)
        #expect(all.count == EventBoard.queueMax)
        #expect(all.last == EventBoard.rememberedMax + 5)
    }

    @Test func `a quiet stream has heartbeats and then an end`() throws {
        var board = EventBoard()
        let joined = board.join(ann, client: "a", after: nil, now: now)
        let id = try #require(joined)
        _ = board.take(id)
        board.beat(now: now.adding(seconds: 15))
        board.beat(now: now.adding(seconds: 30))
        let quiet = board.take(id)
        #expect(quiet?.frames.map(\.name) == ["heartbeat"])
        #expect(quiet?.isLast == false)
        board.publish(event(1), now: now.adding(seconds: 31))
        board.beat(now: now.adding(seconds: 630))
        let busy = board.take(id)
        #expect(busy?.isLast == false)
        board.beat(now: now.adding(seconds: 631))
        let idle = board.take(id)
        #expect(idle?.isLast == true)
    }

    @Test func `a frame has its id, its name and one line of data, with CRLF`() {
        let frame = EventFrame(id: 7, name: "error", data: ["text": "a\r\nevent: forged"])
        #expect(frame.text == "id: 7\r\nevent: error\r\ndata: {\"text\":\"a\\r\\nevent: forged\"}\r\n\r\n")
    }
}
