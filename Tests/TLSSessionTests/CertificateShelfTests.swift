import FoundationEssentials
import Glibc
import Reactor
import Testing

@testable import TLSSession

/// Certificates on the disk: found, watched, and swapped in the ways of those who write them.
@Suite struct CertificateShelfTests {
    /// A folder that is gone after the test, and a shelf over it whose time is the test's.
    final class Disk {
        let path: String
        var now: Int64 = 0
        var date = Int64(time(nil))
        private var shelf: CertificateShelf?

        init() {
            path = "/tmp/tunergate-tls-\(UInt32.random(in: 0...UInt32.max))"
            mkdir(path, 0o700)
        }

        deinit {
            try? FileManager.default.removeItem(atPath: path)
        }

        func folder(_ name: String) {
            mkdir(path + "/" + name, 0o700)
        }

        func write(_ name: String, _ bytes: [UInt8]) {
            let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            precondition(Glibc.write(file, bytes, bytes.count) == bytes.count, "the test cannot write \(name)")
            close(file)
        }

        func link(_ name: String, to target: String) {
            symlink(target, path + "/" + name + ".new")
            rename(path + "/" + name + ".new", path + "/" + name)
        }

        func delete(_ name: String) {
            remove(path + "/" + name)
        }

        func start(_ places: CertificatePlaces) throws -> CertificateShelf.Look {
            let made = try CertificateShelf(places: places, protocols: [.http1], now: now)
            shelf = made
            return made.look(now: now, date: date)
        }

        /// Lets time pass until the next look, as the gateway's loop does; nil when nothing was noticed.
        func notice() -> CertificateShelf.Look? {
            guard let shelf else { return nil }
            shelf.noticeChanges(now: now)
            guard shelf.nextLook <= now + 2000 else { return nil }
            now = shelf.nextLook
            return shelf.look(now: now, date: date)
        }

        func lookLater() -> CertificateShelf.Look? {
            guard let shelf else { return nil }
            now = shelf.nextLook
            return shelf.look(now: now, date: date)
        }
    }

    private func leaf(_ name: String) -> TestAuthority {
        HandshakeTests.leaf(name)
    }

    private func shown(_ context: TLSContext?, _ name: String) -> String? {
        context.flatMap { TestClient.connect(to: $0, .init(name: name)).shown }
    }

    @Test func `a hundred swaps of a Kubernetes secret are each served`() throws {
        let disk = Disk()
        func revision(_ number: Int) {
            let one = TestAuthority(
                .init(names: ["a.example.com"], commonName: "revision \(number)"), issuer: HandshakeTests.root)
            disk.folder("..\(number)")
            disk.write("..\(number)/tls.crt", one.chain)
            disk.write("..\(number)/tls.key", one.keyPEM)
            disk.link("..data", to: "..\(number)")
        }
        revision(0)
        disk.link("tls.crt", to: "..data/tls.crt")
        disk.link("tls.key", to: "..data/tls.key")
        let start = try disk.start(.init(folder: disk.path))
        #expect(start.problems.isEmpty)
        #expect(shown(start.context, "a.example.com") == "revision 0")
        for number in 1...100 {
            revision(number)
            let look = try #require(disk.notice())
            #expect(look.problems.isEmpty)
            #expect(shown(look.context, "a.example.com") == "revision \(number)")
            for file in ["tls.crt", "tls.key"] { disk.delete("..\(number - 1)/\(file)") }
            disk.delete("..\(number - 1)")
            let after = disk.notice()
            #expect(after?.context == nil && after?.problems.isEmpty != false)
        }
    }

    @Test func `certbot's links are followed, also while only one of them is new`() throws {
        let disk = Disk()
        for folder in ["archive", "archive/a", "live", "live/a"] { disk.folder(folder) }
        func renew(_ number: Int, _ one: TestAuthority) {
            disk.write("archive/a/fullchain\(number).pem", one.chain)
            disk.write("archive/a/privkey\(number).pem", one.keyPEM)
        }
        renew(1, leaf("a.example.com"))
        for file in ["fullchain", "privkey"] { disk.link("live/a/\(file).pem", to: "../../archive/a/\(file)1.pem") }
        let start = try disk.start(.init(folder: disk.path + "/live"))
        #expect(shown(start.context, "a.example.com") == "a.example.com")
        let fresh = TestAuthority(.init(names: ["a.example.com"], commonName: "fresh"), issuer: HandshakeTests.root)
        renew(2, fresh)
        disk.link("live/a/privkey.pem", to: "../../archive/a/privkey2.pem")
        let half = try #require(disk.notice())
        #expect(half.context == nil)
        #expect(half.problems.map(\.problem) == [.mismatch])
        disk.link("live/a/fullchain.pem", to: "../../archive/a/fullchain2.pem")
        let whole = try #require(disk.notice())
        #expect(whole.problems.isEmpty)
        #expect(shown(whole.context, "a.example.com") == "fresh")
    }

    @Test func `a pair that is half written or half gone keeps the old one`() throws {
        let disk = Disk()
        let (old, new) = (leaf("a.example.com"), leaf("b.example.com"))
        disk.write("a.crt", old.chain)
        disk.write("a.key", old.keyPEM)
        let start = try disk.start(.init(folder: disk.path))
        #expect(start.context?.pairs.count == 1)
        disk.write("a.crt", Array(new.chain.dropLast(100)))
        let half = try #require(disk.notice())
        #expect(half.context == nil && half.problems.map(\.problem) == [.chain] && half.news.count == 1)
        let again = try #require(disk.lookLater())
        #expect(again.context == nil && again.problems.count == 1 && again.news.isEmpty)
        disk.write("a.crt", new.chain)
        #expect(disk.notice()?.problems.map(\.problem) == [.mismatch])
        disk.delete("a.key")
        let keyless = try #require(disk.notice())
        #expect(keyless.context == nil && keyless.problems.contains { $0.problem == .unreadable })
        disk.write("a.key", new.keyPEM)
        #expect(shown(disk.notice()?.context, "b.example.com") == "b.example.com")
        disk.delete("a.crt")
        disk.delete("a.key")
        let empty = try #require(disk.notice())
        #expect(empty.context == nil && empty.problems.map(\.problem) == [.emptyFolder])
    }

    @Test func `a pair may come and go, and a change that nobody told of is seen within a minute`() throws {
        let disk = Disk()
        let (one, two) = (leaf("a.example.com"), leaf("b.example.com"))
        disk.write("one.crt", one.chain)
        disk.write("one.key", one.keyPEM)
        _ = try disk.start(.init(folder: disk.path))
        disk.folder("two")
        disk.write("two/fullchain.pem", two.chain)
        disk.write("two/privkey.pem", two.keyPEM)
        let more = try #require(disk.notice())
        #expect(shown(more.context, "b.example.com") == "b.example.com")
        disk.write("two/fullchain.pem", one.chain)
        disk.write("two/privkey.pem", one.keyPEM)
        let before = disk.now
        let later = try #require(disk.lookLater())
        #expect(later.context != nil && disk.now - before <= 60_000)
        for file in ["fullchain", "privkey"] { disk.delete("two/\(file).pem") }
        let fewer = try #require(disk.notice())
        #expect(fewer.context?.pairs.count == 1)
        #expect(fewer.news == [.removed(path: disk.path + "/two/fullchain.pem")])
    }

    @Test func `pairs that are named go before those of the folder, and an authority is watched too`() throws {
        let disk = Disk()
        disk.folder("more")
        for (name, one) in [("named", leaf("a.example.com")), ("more/b", leaf("b.example.com"))] {
            disk.write(name + ".crt", one.chain)
            disk.write(name + ".key", one.keyPEM)
        }
        let (first, second) = (TestAuthority.root("first"), TestAuthority.root("second"))
        let client = TestAuthority(.init(commonName: "client"), issuer: second)
        let places = CertificatePlaces(
            pairs: [.init(chainPath: disk.path + "/named.crt", keyPath: disk.path + "/named.key")],
            folder: disk.path + "/more", authorities: [.init(name: "b.example.com", path: disk.path + "/ca.pem")])
        let none = try disk.start(places)
        #expect(none.context == nil, "a name whose authority cannot be read would be open to everybody")
        disk.write("ca.pem", first.pem)
        let start = try #require(disk.notice()?.context)
        #expect(shown(start, "other.example.com") == "a.example.com")
        let wish = TestClient.Wish(name: "b.example.com", certificate: client)
        #expect(TestClient.connect(to: start, wish).server == nil)
        disk.write("ca.pem", Array("nothing".utf8))
        #expect(disk.notice()?.problems.map(\.problem) == [.authority])
        disk.write("ca.pem", second.pem)
        let fresh = try #require(disk.notice()?.context)
        #expect(TestClient.connect(to: fresh, wish).server != nil)
    }
}
