import Testing

@testable import ControlTool

@Suite struct GatewayControlTests {
    @Test(arguments: [("/run/a b.sock", "%2Frun%2Fa%20b.sock"), ("A-z_0.9", "A-z_0.9"), ("é&=?", "%C3%A9%26%3D%3F")])
    func `what a URL would read otherwise is encoded`(text: String, encoded: String) {
        #expect(GatewayControl.encode(text) == encoded)
    }

    @Test func `a refusal is told in the gateway's words, if it has any`() {
        #expect(GatewayProblem(status: 409, body: "{\"detail\": \"Later.\"}").description == "Later.")
        #expect(GatewayProblem(status: 500, body: "oops").description == "The gateway answered 500.")
    }

    @Test func `the status of a gateway reads as one line for each thing`() throws {
        let json = """
            {"pid":7,"version":"1.2","phase":"serving","uptime_seconds":3,"workers":2,
             "listeners":[{"door":"tls","address":"0.0.0.0:8001","sockets":2}],
             "certificates":[{"name":"a.test","not_after":0}],
             "connections":{"open":1,"accepted":2,"refused":3,"tunnels_open":4,"upstream_open":5},
             "requests":{"open":1,"http1":2,"http2":3},"breaker":"closed",
             "settings":{"file":null,"reloads":1,"failed_reloads":1,"last_reload_successful":false},
             "policy":{"version":7,"refused":"No."},"audit":{"written":8,"dropped":9,"failure":"No space."},
             "webhooks":{"kept":1,"waiting":2,"refused":3,"failure":null}}
            """
        let expected = """
            gateway 1.2, process 7, serving, up 3 s, 2 workers
            listens tls 0.0.0.0:8001
            certificate a.test until 1970-01-01T00:00:00Z
            connections 1 open, 2 accepted, 3 refused, 4 tunnels
            requests 1 open, 2 by HTTP/1, 3 by HTTP/2
            backend 5 connections, breaker closed
            settings from the environment; the last reload was refused
            policy version 7; the file is refused: No.
            audit events 8 written, 9 lost; they cannot be written now: No space.
            webhooks 1 kept, 2 waiting for the backend, 3 not kept

            """
        #expect(try GatewayStatus(json: json).text == expected)
    }

    @Test func `a reload tells what changed and what still waits`() throws {
        let outcome = try ReloadOutcome(json: "{\"changed\":[\"a\",\"b\"],\"needs_new_process\":[\"workers\"]}")
        #expect(outcome.text == "reloaded: a, b\nwaits for tunergate upgrade or a restart: workers\n")
        #expect(
            try ReloadOutcome(json: "{\"changed\":[],\"needs_new_process\":[]}").text == "reloaded, nothing changed\n")
    }
}
