import Accounts
import Hummingbird
import JSON

extension BackendContext {
    /// The caller, whoever it is.
    ///
    /// - Throws: ``Refusal``: 401 when there is none.
    func signedIn() throws -> Caller {
        guard let caller else {
            throw Refusal(.unauthorized, "Authentication required", headers: [.wwwAuthenticate: "Bearer"])
        }
        return caller
    }

    /// The caller, who showed a credential for all that they may.
    ///
    /// - Throws: ``Refusal``: 401 when there is none, 403 for a key that was made for less.
    func signedInWhole() throws -> Caller {
        let caller = try signedIn()
        guard !caller.isNarrowed else {
            throw Refusal(
                .forbidden, code: Refusal.permissionDenied, "Permission denied: this key was made for something else.")
        }
        return caller
    }

    /// The caller, who may do that.
    ///
    /// - Throws: ``Refusal``: 401 when there is none, 403 when they may not.
    @discardableResult
    func require(_ permission: Permission) throws -> Caller {
        let caller = try signedIn()
        guard caller.may(permission) else { throw Refusal(lacking: permission) }
        return caller
    }

    /// The caller, who may do that to what belongs to somebody.
    ///
    /// - Parameters:
    ///   - own: The permission for what is their own.
    ///   - all: The permission for everybody's.
    ///   - owner: Whose it is; nil when it is nobody's.
    /// - Returns: Who they are.
    /// - Throws: ``Refusal``: 401 when there is none, 403 when they may not.
    @discardableResult
    func require(_ own: Permission, orAll all: Permission, of owner: Int64?) throws -> Caller {
        let caller = try signedIn()
        guard caller.may(own, orAll: all, of: owner) else { throw Refusal(lacking: all) }
        return caller
    }
}

extension Refusal {
    fileprivate init(lacking permission: Permission) {
        self.init(
            .forbidden, code: Self.permissionDenied, "Permission denied: \(permission.rawValue) is required",
            details: ["required_permission": .string(permission.rawValue)])
    }
}
