import Accounts
import HTTPTypes
import Hummingbird

/// The cookie that holds a session's id (RFC 6265): no script reads it, and no other site's request carries it.
enum SessionCookie {
    /// Gives a browser a session.
    static func set(_ session: AccountDesk.NewSession, on response: inout Response, for request: Request) {
        write("\(session.id); Max-Age=\(session.seconds)", on: &response, for: request)
    }

    /// Takes it away.
    static func clear(on response: inout Response, for request: Request) {
        write("; Max-Age=0", on: &response, for: request)
    }

    private static func write(_ value: String, on response: inout Response, for request: Request) {
        // Only the gateway writes this field.
        let secure = request.headers[.forwardedProto]?.lowercased() == "https" ? "; Secure" : ""
        response.headers.append(
            HTTPField(
                name: .setCookie,
                value: "\(Credential.cookieName)=\(value); Path=/; HttpOnly; SameSite=Lax\(secure)"))
    }
}
