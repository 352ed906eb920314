import FoundationEssentials
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// All changes that a running gateway can be told, at once and under load, by clients that never try again.
    @Suite struct ZeroLossTests {
        /// How many changes of each kind: few for every run, or what is promised.
        private struct Amount {
            let reloads, certificates, upgrades: Int

            static var chosen: Amount {
                ProcessInfo.processInfo.environment["TUNERGATE_ZERO_LOSS"] == "full"
                    ? Amount(reloads: 100, certificates: 100, upgrades: 10)
                    : Amount(reloads: 20, certificates: 20, upgrades: 3)
            }
        }

        @Test(arguments: [Installation.Extent.gateway, .up])
        func `no request is lost to reloads, new certificates, new binaries and a stop`(
            extent: Installation.Extent
        ) async throws {
            try await StateFolder.temporary { folder in
                try folder.write("", to: "settings.yaml")
                try await Self.makeCertificates(folder)
                let settings = [
                    "TUNERGATE_CONFIG": folder.file("settings.yaml"), "TUNERGATE_CERT_DIR": folder.file("certificates"),
                    "TUNERGATE_WORKERS": "2", "TUNERGATE_DRAIN_SECONDS": "60",
                    "TUNERGATE_UPSTREAM": "unix:\(folder.file("backend.sock"))",
                ]
                // The backend has to be there before the installation says that it is ready.
                async let load = PythonScript("steady_load.py").run([folder.path])
                try await Installation.running(extent, settings) { tuner in
                    try folder.write("\(tuner.tlsPort)", to: "load-port")
                    try await wait(until: "all clients were at work") { folder.exists("load-running") }
                    try await change(tuner, folder, .chosen)
                    try folder.write("", to: "load-finish")
                    try await wait(until: "requests were held") { folder.exists("load-held") }
                    try await stop(tuner, folder)
                }
                try check(try await load)
            }
        }

        private func change(_ tuner: Installation, _ folder: StateFolder, _ amount: Amount) async throws {
            async let reloads: Void = reload(tuner, folder, amount.reloads)
            async let certificates: Void = swapCertificates(tuner, folder, amount.certificates)
            for _ in 0..<amount.upgrades {
                let result = try await tuner.command(["upgrade"])
                #expect(result.exitCode == 0, "\(result.errors)")
            }
            _ = try await (reloads, certificates)
        }

        private func reload(_ tuner: Installation, _ folder: StateFolder, _ count: Int) async throws {
            for number in 0..<count {
                try folder.write("limits:\n  idle_seconds: \(60 + number % 7)\n", to: "settings.yaml")
                let result = try await tuner.command(["reload"])
                #expect(result.exitCode == 0, "\(result.errors)")
            }
        }

        /// A folder as Kubernetes mounts a secret.
        private static func makeCertificates(_ folder: StateFolder) async throws {
            try await shell("mkdir $1; cd $1; ln -s ..data/tls.crt ..data/tls.key .", folder.file("certificates"))
            try await makeCertificate(folder, 0)
        }

        private static func makeCertificate(_ folder: StateFolder, _ number: Int) async throws {
            let script = """
                cd $1; old=$(readlink ..data || echo ..none); mkdir ..$2
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 -keyout ..$2/tls.key \
                    -out ..$2/tls.crt -subj "/CN=revision $2" -addext subjectAltName=DNS:load.test 2>/dev/null
                ln -s ..$2 ..new; mv -T ..new ..data; rm -rf "$old"
                """
            try await shell(script, folder.file("certificates"), "\(number)")
        }

        private func swapCertificates(_ tuner: Installation, _ folder: StateFolder, _ count: Int) async throws {
            let untilShown = """
                until openssl s_client -connect 127.0.0.1:$1 -servername load.test </dev/null 2>/dev/null \
                    | openssl x509 -noout -subject 2>/dev/null | grep -q "revision $2\\$"; do sleep 0.02; done
                """
            for number in 1...count {
                try await Self.makeCertificate(folder, number)
                try await Self.shell(untilShown, "\(tuner.tlsPort)", "\(number)")
            }
        }

        private static func shell(_ script: String, _ arguments: String...) async throws {
            let result = try await Tool("sh").run(["-euc", script, "sh"] + arguments)
            try #require(result.exitCode == 0, "\(script): \(result.errors)")
        }

        /// Stops the gateway while requests of every kind are under way, and lets those end once it drains.
        private func stop(_ tuner: Installation, _ folder: StateFolder) async throws {
            try await wait(until: "the older gateways had ended") {
                tuner.processes.filter { $0.name == "tunergate-gateway" }.count == 1
            }
            (tuner.supervisor ?? tuner.gateway)?.send(SIGTERM)
            try await wait(until: "the gateway drained") {
                try JSON(try await tuner.control("GET", "/status").text.utf8)["phase"] == "draining"
            }
            try folder.write("", to: "load-release")
            try await wait(until: "everything had ended") { tuner.processes.isEmpty }
            #expect(try await tuner.stop() == 0)
            #expect(!tuner.log.contains("are cut"))
        }

        private func check(_ told: JSON) throws {
            #expect(told["lost"] == .object([:]), "\(told)")
            #expect(told["refused"] == .object([:]), "\(told)")
            #expect(told["answered"] == told["sent"], "\(told)")
            #expect(told["requests"].int ?? 0 > 500)
            #expect(told["certificates"].int ?? 0 > Amount.chosen.certificates / 2)
        }
    }
}
