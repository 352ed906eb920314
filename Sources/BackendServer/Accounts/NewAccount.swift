import Accounts
import Jobs

/// What somebody wants an account to be, checked.
struct NewAccount: Sendable {
    let email: String
    let username: String
    /// Nil for an account that cannot sign in with a password yet.
    let password: String?
    let displayName: String

    /// - Parameters:
    ///   - members: Of the request.
    ///   - needsPassword: Whether there must be one.
    /// - Throws: ``Refusal`` 422 with the first that is not as it must be.
    init(_ members: RequestMembers, needsPassword: Bool = true) throws(Refusal) {
        email = try members.required("email")
        username = try members.required("username")
        password = needsPassword ? try members.required("password") : try members.text("password")
        displayName = try members.text("display_name").flatMap { $0.isEmpty ? nil : $0 } ?? username
        try Self.check("email", AccountFields.fault(inEmail: email))
        try Self.check("username", AccountFields.fault(inUsername: username))
        if let password { try Self.check("password", AccountFields.fault(inPassword: password)) }
        try Self.check("display_name", AccountFields.fault(inDisplayName: displayName))
    }

    func account(now: Timestamp) -> Account {
        Account(id: 0, email: email, username: username, displayName: displayName, createdAt: now)
    }

    static func check(_ field: String, _ fault: String?) throws(Refusal) {
        if let fault { throw Refusal(invalid: field, in: "body", fault) }
    }
}
