import Accounts
import HTTPTypes
import Jobs
import Storage

/// API keys.
extension AccountDesk {
    /// Makes a key.
    ///
    /// - Parameters:
    ///   - name: What it is for.
    ///   - days: How long it is good; nil for ever.
    ///   - scopes: What it is for; nil for all that its owner may.
    ///   - caller: Its owner. With a key that was made for less, or has an end, none can
    ///     be made for more, or that outlives it.
    /// - Returns: The key as lists have it, and its text: a secret.
    /// - Throws: ``Refusal``: 400 for a scope that the caller has not, 409 when they have too many keys.
    func makeKey(
        named name: String, days: Int?, scopes: [String]?, for caller: Caller
    ) async throws -> (key: APIKey, text: String) {
        guard caller != .localAdmin else {
            throw Refusal(
                .badRequest, "A key belongs to an account, and there is none yet. Create the first administrator first."
            )
        }
        var scopes = scopes
        for (index, scope) in (scopes ?? []).enumerated() {
            let wanted = PermissionSet(named: scope)
            guard !wanted.isEmpty else {
                throw Refusal(invalid: "scoped_permissions", at: index, in: "body", "There is no such permission")
            }
            guard caller.permissions.contains(wanted) else {
                throw Refusal(.badRequest, "You cannot give a key what you do not have: \(scope.prefix(64))")
            }
        }
        if scopes == nil, caller.isNarrowed { scopes = caller.permissions.names }
        var random = SystemRandomNumberGenerator()
        let text = Credential.newKey(using: &random)
        let now = clock()
        let wanted = APIKey(
            id: 0, userID: caller.userID, name: name, prefix: String(text.prefix(Credential.shownLetters)),
            createdAt: now,
            expiresAt: [days.map { now.adding(seconds: Int64($0) * 86_400) }, caller.keyEnd].compactMap(\.self).min(),
            scopes: scopes)
        guard let key = try await database.addAPIKey(wanted, hash: Credential.hash(text)) else {
            throw Refusal(.conflict, "You have too many keys. Revoke one first.")
        }
        return (key, text)
    }
}
