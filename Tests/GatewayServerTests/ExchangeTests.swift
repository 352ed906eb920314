import Testing

@testable import GatewayServer

@Suite struct ExchangeTests {
    @Test func `a request and its response leave the connection ready for the next`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        let receives = exchange.receivesBody
        #expect(receives)
        exchange.upstreamReady()
        exchange.requestEnded()
        let hadEnded = exchange.responseStarted()
        #expect(hadEnded)
        let action = exchange.responseEnded()
        #expect(action == .complete)
        let isIdle = exchange.isIdle
        #expect(isIdle)
    }

    @Test func `an answer before the end of its request ends both connections`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        exchange.upstreamReady()
        let hadEnded = exchange.responseStarted()
        #expect(!hadEnded)
        let action = exchange.responseEnded()
        #expect(action == .answeredEarly)
        let receives = exchange.receivesBody
        #expect(!receives)
    }

    @Test func `a request that ends while its answer comes down completes`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        exchange.upstreamReady()
        _ = exchange.responseStarted()
        exchange.requestEnded()
        let action = exchange.responseEnded()
        #expect(action == .complete)
    }

    @Test func `an upstream lost before it answers is told to the client, once`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        exchange.requestEnded()
        exchange.upstreamReady()
        let first = exchange.upstreamLost()
        let nextMayFollow = exchange.refused()
        let second = exchange.upstreamLost()
        #expect(first == .refuse)
        #expect(nextMayFollow)
        #expect(second == .ignore)
    }

    @Test func `a request is kept to its end, and the connection carries the next`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        exchange.upstreamReady()
        exchange.kept()
        let (isKeeping, receives, isConnecting) = (exchange.isKeeping, exchange.receivesBody, exchange.isConnecting)
        #expect(isKeeping && receives && !isConnecting)
        let loss = exchange.upstreamLost()
        #expect(loss == .ignore)
        exchange.requestEnded()
        let (keepsOn, hasEnded) = (exchange.isKeeping, !exchange.receivesBody)
        #expect(keepsOn && hasEnded)
        let nextMayFollow = exchange.refused()
        #expect(nextMayFollow)
    }

    @Test func `a kept request that is refused before its end leaves no place for the next`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        exchange.kept()
        let awaits = exchange.awaitsAnswer
        #expect(awaits)
        let nextMayFollow = exchange.refused()
        #expect(!nextMayFollow)
    }

    @Test func `a request that is refused before its end leaves no place for the next`() {
        var connecting = Exchange.idle
        connecting.requestStarted()
        let afterHead = connecting.refused()
        #expect(!afterHead)
        var idle = Exchange.idle
        let beforeHead = idle.refused()
        #expect(!beforeHead)
        let receives = connecting.receivesBody
        #expect(!receives)
    }

    @Test func `an upstream lost in the middle of its answer cuts the client`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        exchange.requestEnded()
        exchange.upstreamReady()
        _ = exchange.responseStarted()
        let action = exchange.upstreamLost()
        #expect(action == .cutClient)
    }

    @Test func `a stale connection sends the request back to the queue, with what it knew`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        exchange.requestEnded()
        exchange.upstreamReady()
        exchange.upstreamWasStale()
        let isConnecting = exchange.isConnecting
        #expect(isConnecting)
        exchange.upstreamReady()
        let hadEnded = exchange.responseStarted()
        #expect(hadEnded)
    }

    @Test func `losing an upstream between exchanges changes nothing`() {
        var exchange = Exchange.idle
        let action = exchange.upstreamLost()
        let isIdle = exchange.isIdle
        #expect(action == .ignore)
        #expect(isIdle)
    }

    @Test func `a tunnel ends both sides when one is lost`() {
        var exchange = Exchange.idle
        exchange.requestStarted()
        exchange.requestEnded()
        exchange.upstreamReady()
        exchange.switchedProtocols()
        let isTunnelling = exchange.isTunnelling
        let receives = exchange.receivesBody
        let action = exchange.upstreamLost()
        let again = exchange.upstreamLost()
        #expect(isTunnelling)
        #expect(!receives)
        #expect(action == .endTunnel)
        #expect(again == .ignore)
    }
}
