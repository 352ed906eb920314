import HTTPTypes
import Hummingbird
import NetworkAddress
import Settings

/// Tells requests of people and programs from those that a page of somebody else made a browser send.
///
/// A browser on this machine reaches us from 127.0.0.1 whatever page it shows. Such a page can post without asking
/// (a "simple" request), and by pointing its own name at 127.0.0.1 (DNS rebinding) it can even read answers. The
/// browser says where a request comes from in `Origin` and `Sec-Fetch-Site`, and to which name it was sent in `Host`;
/// pages can forge none of them.
struct PageOrigin: Sendable {
    /// The host of the public address, besides localhost and plain addresses the only name that is ours.
    let publicHost: String?

    /// Whether no page but our own had a hand in the request.
    func isOwn(_ request: Request) -> Bool {
        guard let authority = request.head.authority, let host = PublicURL("http://" + authority)?.host else {
            return false
        }
        let name = host.lowercased()
        guard name == "localhost" || IPAddress(name) != nil || name == publicHost?.lowercased() else { return false }
        return !isForeign(request)
    }

    /// Whether a page of another origin made a browser send the request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - allowed: Origins that count as ours, in small letters.
    /// - Returns: Whether it did; a request that says nothing of a page is of no browser.
    func isForeign(_ request: Request, allowing allowed: Set<String> = []) -> Bool {
        guard let origin = request.headers[.origin] else {
            return request.headers[.secFetchSite].map { $0 != "same-origin" && $0 != "none" } ?? false
        }
        if allowed.contains(origin.lowercased()) { return false }
        if let site = request.headers[.secFetchSite], site != "same-origin" { return true }
        let authority = request.head.authority ?? ""
        return !["http://" + authority, "https://" + authority].contains(origin)
    }
}
