import Accounts
import HTTPTypes
import JSON
import Jobs
import Storage

extension Account {
    /// As lists of users have it.
    var document: JSONValue { .object(members) }

    /// As whoever signs in gets it: with the members of features that do not exist here.
    var ownDocument: JSONValue {
        .object(members.merging(["resource_rules": [], "org_id": nil, "organization": nil, "teams": []]) { $1 })
    }

    private var members: [String: JSONValue] {
        [
            "id": JSONValue(Int(id)), "email": .string(email), "username": .string(username),
            "display_name": .string(displayName), "avatar_url": .null, "auth_provider": .string(authProvider),
            "is_active": .bool(isActive), "is_admin": .bool(isAdmin), "email_verified": .bool(isEmailVerified),
            "created_at": .string(createdAt.description), "last_login_at": JSONValue(lastLoginAt?.description),
            "levels": .array(
                standing.map {
                    ["id": JSONValue(Int($0.id)), "name": .string($0.name), "priority": JSONValue($0.priority)]
                }),
            "permissions": .array(permissions.names.map { .string($0) }),
        ]
    }
}

extension APIKey {
    var document: JSONValue {
        [
            "id": JSONValue(Int(id)), "name": .string(name), "key_prefix": .string(prefix),
            "created_at": .string(createdAt.description), "last_used_at": JSONValue(lastUsedAt?.description),
            "expires_at": JSONValue(expiresAt?.description), "is_active": .bool(isActive),
            "scoped_permissions": scopes.map { .array($0.map { .string($0) }) } ?? .null,
        ]
    }
}

extension Level {
    var document: JSONValue {
        [
            "id": JSONValue(Int(id)), "name": .string(name), "description": .string(summary),
            "priority": JSONValue(priority), "is_system": .bool(isBuiltIn),
            "permissions": .array(permissionNames.map { .string($0) }),
        ]
    }
}

extension Refusal {
    init(_ fault: AccountFault) {
        switch fault {
        case .usernameTaken: self.init(.badRequest, "Username already exists")
        case .emailTaken: self.init(.badRequest, "Email already exists")
        case .tooMany: self.init(.conflict, "There are too many accounts. Delete one first.")
        case .notFirst: self.init(.conflict, "Setup already completed. Use normal registration.")
        case .noAdminYet:
            self.init(
                .conflict, "There is no administrator yet. Create one first (POST /api/auth/setup/first-admin).")
        case .noAdminLeft:
            self.init(.conflict, "Nobody would be left who administers. Make another account an administrator first.")
        case .unknown: self.init(.notFound, "User not found")
        }
    }
}
