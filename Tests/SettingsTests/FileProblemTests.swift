import Settings
import Testing

/// What a file can be refused for: the place, the key, what is wrong, and what to do, word for word.
@Suite struct FileProblemTests {
    @Test(
        arguments: [
            ("workerz: 2", "1:1: workerz is no setting. Did you mean workers?"),
            (
                "colour: red",
                "1:1: colour is no setting. Remove it; \"tunergate check --manual\" lists all settings."
            ),
            ("wrokesr: 2", "1:1: wrokesr is no setting. Did you mean workers?"),
            ("tls:\n  kye: /k.pem", "2:3: tls.kye is no setting. Did you mean tls.key?"),
            ("limit:\n  head_bytes: 1", "1:1: limit is no setting. Did you mean limits?"),
            ("limits:\n  head_byts: 1", "2:3: limits.head_byts is no setting. Did you mean limits.head_bytes?"),
            ("limits:\n  headBytes: 1", "2:3: limits.headBytes is no setting. Did you mean limits.head_bytes?"),
            ("head_bytes: 1", "1:1: head_bytes is no setting. Did you mean limits.head_bytes?"),
            ("TUNERGATE_HEAD_BYTES: 1", "1:1: TUNERGATE_HEAD_BYTES is no setting. Did you mean limits.head_bytes?"),
            (
                "drain: 5",
                "1:8: drain is a group of settings, not a value. "
                    + "Put settings such as drain.seconds into it, each in a line of its own and indented."
            ),
            (
                "limits: [1]",
                "1:9: limits is a group of settings, not a value. "
                    + "Put settings such as limits.head_bytes into it, each in a line of its own and indented."
            ),
            ("workers: [1]", "1:10: workers is a list. Set it to a whole number from 1 to 64."),
            ("just text", "1:1: The file does not hold settings. Write lines such as \"workers: 4\"."),
            ("- workers", "1:1: The file does not hold settings. Write lines such as \"workers: 4\"."),
            ("workers: 1\nworkers: 1", "2:1: workers is there twice, first in line 1. Remove one."),
            ("log.level: INFO\nlog: {level: INFO}", "2:7: log.level is there twice. Remove one."),
            (
                "workers: \"\\e[2J\\0\"", "1:10: workers is \"\\u{1B}[2J\\0\". Set it to a whole number from 1 to 64."
            ),
            ("state_dir: \"/a\\nb\"", "1:12: state_dir is \"/a\\nb\". Write an absolute path: begin it with /."),
            ("admin_uids: [1, x]", "1:17: admin_uids has an item that is \"x\". List user ids, as in 991,992."),
            ("admin_uids: [[1]]", "1:14: admin_uids has an item that is a list. List user ids, as in 991,992."),
            (
                "tls: {certificates: [/a.crt]}",
                "1:22: tls.certificates has an item that is \"/a.crt\". "
                    + "Give each item the keys certificate and key, and nothing else."
            ),
            (
                "tls: {certificates: [{certificate: /a.crt}]}",
                "1:22: tls.certificates has an item without key. "
                    + "Give each item the keys certificate and key, and nothing else."
            ),
            (
                "tls: {certificates: [{certificate: /a.crt, key: /a.key, password: x}]}",
                "1:57: tls.certificates has an item with the key password. "
                    + "Give each item the keys certificate and key, and nothing else."
            ),
            (
                "rate_limits:\n  rules:\n    - {pattern: /a/(b, calls: 5}",
                "3:17: rate_limits.rules has the pattern \"/a/(b\": it has something that no path holds, "
                    + "or a wildcard inside a segment at its character 4. Write it as in ^/api/cloud/expensive$."
            ),
            (
                "rate_limits: {rules: [{pattern: /a}]}",
                "1:23: rate_limits.rules has a rule without calls. Give each rule a pattern and calls, "
                    + "and as you like period, methods and reason, and nothing else."
            ),
            (
                "rate_limits: {rules: [{pattern: /a, calls: 5, methods: FETCH}]}",
                "1:56: rate_limits.rules has a rule with the method \"FETCH\". "
                    + "Use GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS."
            ),
            (
                "tls: {client_authorities: [{name: , authority: /ca.pem}]}",
                "1:35: tls.client_authorities has an item whose name is empty. "
                    + "Give each item the keys name and authority, and nothing else."
            ),
            ("tls:\n  key: /k.pem", nil),
            (
                "limits: {head_bytes: 17KiB, buffered_bytes: 16KiB}",
                "1:22: limits.head_bytes is 17408, more than limits.buffered_bytes, which is 16384. "
                    + "Lower the one or raise the other."
            ),
            (
                "a:\n\tb: 1",
                "2:1: The file is no YAML here: found character that cannot start any token while scanning for the next "
                    + "token. Indent with spaces, not with tabs."
            ),
            ("workers: &n 1", "1:10: The file uses an anchor. Remove it: there are no aliases that could refer to it."),
        ] as [(String, String?)])
    func `one thing wrong is one sentence`(text: String, message: String?) {
        let expected =
            message.map { "\(Sample.path):\($0)" }
            ?? "SIMPLETUNER_SSL_CERT is not set, but tls.key is. Set both or none."
        #expect(Sample.problems(file: text) == [expected])
    }

    @Test func `everything wrong is told at once, in the order of the file, then of the environment`() {
        let text = """
            log: {level: LOUD}
            nothing: 1
            workers: *n
            limits:
              streams: 0
              streams: 1
              idle_seconds: never
            """
        #expect(
            Sample.problems(file: text, environment: ["TUNERGATE_HEAD_BYTES": "1", "SIMPLETUNER_HTTP_TIMEOUT": "x"])
                == [
                    "/etc/tunergate.yaml:1:14: log.level is \"LOUD\". Use DEBUG, INFO, WARNING or ERROR.",
                    "/etc/tunergate.yaml:2:1: nothing is no setting. Remove it; \"tunergate check --manual\" lists all settings.",
                    "/etc/tunergate.yaml:3:10: The file uses an alias. Write out the value that is meant.",
                    "/etc/tunergate.yaml:5:12: limits.streams is \"0\". Set it to a whole number from 1 to 1000.",
                    "/etc/tunergate.yaml:6:3: limits.streams is there twice, first in line 5. Remove one.",
                    "/etc/tunergate.yaml:7:17: limits.idle_seconds is \"never\". Set it to a whole number from 1 to 86400.",
                    "TUNERGATE_HEAD_BYTES is \"1\". Set it to a number of bytes from 1024 to 65536, such as 65536 or 64KiB.",
                    "SIMPLETUNER_HTTP_TIMEOUT is \"x\". Set it to a whole number from 1 to 3600.",
                ])
    }

    @Test func `what is shown of a long value, and how many problems, is bounded`() {
        let long = String(repeating: "x", count: 100_000)
        let problem = Sample.problems(file: "workers: \(long)").first ?? ""
        #expect(problem.utf8.count < 250 && problem.contains("…\""))
        #expect(Sample.problems(file: "\(long.prefix(90)): 1").count == 1)

        let many = (0..<5000).map { "k\($0): 1\n" }.joined()
        let error = #expect(throws: SettingsErrors.self) { try Sample.report(file: many) }
        #expect(error?.description.split(separator: "\n").count == 51)
        #expect(error?.description.hasSuffix("And 4950 more problems of this kind.") == true)
    }

    @Test(arguments: [
        (["TUNERGATE_UPSTREAM": "unix:/" + String(repeating: "u", count: 107)], "TUNERGATE_UPSTREAM"),
        (["TUNERGATE_RUNTIME_DIR": "/" + String(repeating: "r", count: 100)], "TUNERGATE_RUNTIME_DIR"),
    ])
    func `a socket's path that Linux cannot take is refused`(environment: [String: String], name: String) {
        let problems = Sample.problems(environment: environment)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(name) == true)
        #expect(problems.first?.contains("longer than the 107 bytes that Linux allows") == true)
    }

    @Test(arguments: [nil, "home", ""]) func `without a home the state folder must be set`(home: String?) {
        let variables = home.map { ["HOME": $0] } ?? [:]
        let error = #expect(throws: SettingsErrors.self) {
            try GatewaySettings(environment: Environment(variables), cores: 1)
        }
        #expect(
            error?.description
                == "SIMPLETUNER_STATE_DIR is not set, and HOME is no absolute path to derive it from. "
                + "Set it to a folder that this process may write.")
    }
}
