import Providers
import Testing

@testable import BackendServer

@Suite struct GatewayLinkTests {
    private let gateway = FakeGateway(policyFile: "/nowhere")

    private var link: GatewayLink {
        GatewayLink(socketPath: "/run/t x/g.sock", outbound: gateway.outbound, stopwatch: gateway.stopwatch)
    }

    @Test func `the question goes to the control socket`() async throws {
        gateway.behave(.says(#"{"version":7,"refused":"x","new":[]}"#))
        #expect(try await link.answer().get() == GatewayStanding(version: 7, refused: "x"))
        #expect(gateway.urls == ["http+unix://%2Frun%2Ft%20x%2Fg.sock/policy"])
    }

    /// Each row: what the gateway says, whether it uses version 7 and if not, why, and whether that was waited for.
    @Test(
        arguments: [
            (.says(#"{"version":7,"refused":null}"#), nil, false),
            (.says(#"{"version":8}"#), nil, false),
            (.says(#"{"version":7,"refused":"providers: No."}"#), nil, false),
            (.says(#"{"version":6,"refused":null}"#), "The gateway uses version 6.", true),
            (
                .says(#"{"version":6,"refused":"providers: No."}"#), "The gateway refuses the policy: providers: No.",
                true
            ),
            (.isAbsent, "No gateway listens at its control socket.", false),
            (.isMute, "The gateway does not say which policy it uses.", true),
            (.answers(404), "The gateway does not say which policy it uses.", true),
            (.says("{"), "The gateway does not say which policy it uses.", true),
            (.says(#"{"version":"7"}"#), "The gateway does not say which policy it uses.", true),
        ] as [(FakeGateway.Behaviour, String?, Bool)])
    func `a change waits a second at most, and not at all for nobody`(
        behaviour: FakeGateway.Behaviour, problem: String?, isWaitedFor: Bool
    ) async {
        gateway.behave(behaviour)
        #expect(await link.problem(applying: 7) == problem)
        #expect(gateway.time >= (isWaitedFor ? GatewayLink.patience : .zero))
        #expect(gateway.time <= (isWaitedFor ? GatewayLink.patience + GatewayLink.pause : .zero))
        #expect(gateway.questions <= 201)
    }

    @Test func `whoever went away is not waited for`() async {
        gateway.behave(.says(#"{"version":6}"#))
        gateway.cut()
        #expect(await link.problem(applying: 7) == "The gateway uses version 6.")
        #expect(gateway.questions == 1)
    }

    @Test func `a refusal is cut to a length that fits everywhere`() {
        let standing = GatewayStanding(version: 1, refused: String(repeating: "x", count: 10_000))
        #expect((standing.refusal?.count ?? 0) < 300)
    }
}
