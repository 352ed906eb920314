import CTLS
import CTLSClient
import Reactor

@testable import TLSSession

/// A TLS client in memory, of the same library, joined to a session of ours: no socket, no thread, no clock.
final class TestClient {
    /// What the client asks for.
    struct Wish {
        var name: String? = "a.example.com"
        var version: Int32?
        var suites: String?
        var signatures: String?
        var groups: String?
        var protocols: [String] = []
        var certificate: TestAuthority?
        var ticket: Ticket?
    }

    /// A session to resume.
    final class Ticket {
        let pointer: OpaquePointer
        init(_ pointer: OpaquePointer) { self.pointer = pointer }
        deinit { SSL_SESSION_free(pointer) }
    }

    /// How a handshake ended.
    struct Outcome {
        /// Nil when the handshake failed.
        var server: TLSSession?
        var tickets: [Ticket] = []
        /// The name of the server certificate's subject.
        var shown: String?
        var suite: String?
        var selected: String?
        /// What the server told when it refused.
        var alert: String?
        var answer = ""
    }

    private final class Tickets {
        var found: [Ticket] = []
    }

    static func connect(
        to context: TLSContext, _ wish: Wish = Wish(), window: BIOWindow = BIOWindow(output: Buffer(capacity: 1 << 17))
    ) -> Outcome {
        let tickets = Tickets()
        guard let library = SSL_CTX_new(TLS_method()), let ssl = SSL_new(prepare(library, wish, tickets)),
            let inbound = BIO_new(BIO_s_mem()), let outbound = BIO_new(BIO_s_mem())
        else { preconditionFailure("the test's library has no memory") }
        defer {
            SSL_free(ssl)
            SSL_CTX_free(library)
        }
        SSL_set_bio(ssl, inbound, outbound)
        SSL_set_connect_state(ssl)
        if let name = wish.name { setName(ssl, name) }
        if let ticket = wish.ticket { SSL_set_session(ssl, ticket.pointer) }
        let server = TLSSession(context: context, window: window)
        return withExtendedLifetime(tickets) {
            var outcome = converse(ssl, inbound, outbound, server, window)
            outcome.tickets = tickets.found
            return outcome
        }
    }

    private static func prepare(_ library: OpaquePointer, _ wish: Wish, _ tickets: Tickets) -> OpaquePointer {
        ctls_test_set_versions(library, wish.version ?? 0)
        if let suites = wish.suites { precondition(SSL_CTX_set_cipher_list(library, suites) == 1, "no such suite") }
        if let list = wish.signatures { precondition(ctls_test_set_signatures(library, list), "no such signature") }
        if let groups = wish.groups { precondition(ctls_test_set_groups(library, groups), "no such group") }
        let list = wish.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { SSL_CTX_set_alpn_protos(library, list, numericCast(list.count)) }
        if let own = wish.certificate {
            SSL_CTX_use_certificate(library, own.certificate)
            SSL_CTX_use_PrivateKey(library, own.key)
        }
        ctls_test_keep_tickets(library, Unmanaged.passUnretained(tickets).toOpaque()) { owner, session in
            guard let owner, let session else { return }
            Unmanaged<Tickets>.fromOpaque(owner).takeUnretainedValue().found.append(Ticket(session))
        }
        return library
    }

    private static func setName(_ ssl: OpaquePointer, _ name: String) {
        _ = ctls_test_set_name(ssl, name)
    }

    /// Lets both sides talk until neither has anything to say, then one message each way.
    private static func converse(
        _ ssl: OpaquePointer, _ inbound: OpaquePointer, _ outbound: OpaquePointer, _ server: TLSSession,
        _ window: BIOWindow
    ) -> Outcome {
        var outcome = Outcome()
        let plaintext = Buffer(capacity: 1 << 17)
        var result = TLSSession.Received.open
        for _ in 0..<12 {
            SSL_do_handshake(ssl)
            var block = [UInt8](repeating: 0, count: 1 << 16)
            let count = BIO_read(outbound, &block, numericCast(block.count))
            if count > 0 { result = server.receive(block.span.extracting(0..<Int(count)), into: plaintext) }
            deliver(window, inbound)
            if result != .open { break }
        }
        SSL_do_handshake(ssl)
        let code = ERR_peek_last_error()
        if let reason = ERR_reason_error_string(code) { outcome.alert = String(cString: reason) }
        ERR_clear_error()
        guard result == .open, SSL_in_init(ssl) == 0, server.isEstablished else { return outcome }
        outcome.alert = nil
        outcome.server = server
        let hello = Array("hello".utf8)
        _ = server.send(hello.span)
        deliver(window, inbound)
        var text = [UInt8](repeating: 0, count: 100)
        let length = SSL_read(ssl, &text, 100)
        outcome.answer = String(decoding: text.prefix(max(0, Int(length))), as: UTF8.self)
        describe(ssl, &outcome)
        // Else OpenSSL takes the session for broken and will not resume it.
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        return outcome
    }

    private static func deliver(_ window: BIOWindow, _ inbound: OpaquePointer) {
        let output = window.output
        var bytes: [UInt8] = []
        for index in output.bytes.indices { bytes.append(output.bytes[index]) }
        output.removeAll()
        if !bytes.isEmpty { BIO_write(inbound, bytes, numericCast(bytes.count)) }
    }

    private static func describe(_ ssl: OpaquePointer, _ outcome: inout Outcome) {
        outcome.suite = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { String(cString: $0) }
        if let certificate = ctls_test_peer_certificate(ssl) {
            var text = [CChar](repeating: 0, count: 256)
            X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, &text, 256)
            outcome.shown = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            X509_free(certificate)
        }
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &bytes, &count)
        outcome.selected = String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    }
}
