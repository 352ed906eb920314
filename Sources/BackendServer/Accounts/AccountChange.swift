import Accounts

/// What an administrator wants changed of an account, checked; nil leaves it.
struct AccountChange: Sendable {
    let email: String?
    let username: String?
    let displayName: String?
    let isActive: Bool?
    let isAdmin: Bool?
    let password: String?
    let levelNames: [String]?

    /// - Parameter members: Of the request.
    /// - Throws: ``Refusal`` 422 with the first that is not as it must be.
    init(_ members: RequestMembers) throws(Refusal) {
        try members.allow([
            "email", "username", "display_name", "is_active", "is_admin", "password", "level_names",
        ])
        email = try members.text("email")
        username = try members.text("username")
        displayName = try members.text("display_name")
        isActive = try members.flag("is_active")
        isAdmin = try members.flag("is_admin")
        password = try members.text("password")
        levelNames = try members.texts("level_names", countMax: 100)
        if let email { try NewAccount.check("email", AccountFields.fault(inEmail: email)) }
        if let username { try NewAccount.check("username", AccountFields.fault(inUsername: username)) }
        if let displayName { try NewAccount.check("display_name", AccountFields.fault(inDisplayName: displayName)) }
        if let password { try NewAccount.check("password", AccountFields.fault(inPassword: password)) }
    }

    func apply(to account: inout Account) {
        if let email { account.email = email }
        if let username { account.username = username }
        if let displayName { account.displayName = displayName }
        if let isActive { account.isActive = isActive }
        if let isAdmin { account.isAdmin = isAdmin }
    }
}

extension Account {
    /// What is another in a later state, for the trail.
    func changes(to later: Account) -> [String: String] {
        var changes: [String: String] = [:]
        if email != later.email { changes["email"] = "changed" }
        if username != later.username { changes["renamed_from"] = username }
        if displayName != later.displayName { changes["display_name"] = "changed" }
        if isActive != later.isActive { changes["is_active"] = "\(later.isActive)" }
        if isAdmin != later.isAdmin { changes["is_admin"] = "\(later.isAdmin)" }
        if levels != later.levels { changes["levels"] = later.levels.map(\.name).joined(separator: " ") }
        return changes
    }
}
