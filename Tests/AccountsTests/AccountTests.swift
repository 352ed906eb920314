import Accounts
import Jobs
import Testing

@Suite struct AccountTests {
    private func account(
        _ levels: [Level], isAdmin: Bool = false, granted: Set<Permission> = [], denied: Set<Permission> = []
    ) -> Account {
        Account(
            id: 2, email: "a@b", username: "ann", displayName: "Ann", isAdmin: isAdmin,
            createdAt: Timestamp(seconds: 0), levels: levels, granted: granted, denied: denied)
    }

    @Test func `levels give what SimpleTuner's give`() {
        #expect(account([.viewer]).permissions.names == ["config.view", "job.view.own"])
        #expect(account([.researcher]).permissions.members.count == 12)
        let lead = account([.lead]).permissions
        #expect(lead.contains(account([.researcher]).permissions))
        #expect(lead.contains(.teamManage) && lead.contains(.adminAudit) && !lead.contains(.adminUsers))
        #expect(account([.admin]).permissions == .everything)
        #expect(account([]).permissions.isEmpty)
    }

    @Test func `what was denied is not given by a level, and an administrator may everything`() {
        let ann = account([.researcher], granted: [.adminAudit], denied: [.jobSubmit])
        #expect(ann.permissions.contains(.adminAudit) && !ann.permissions.contains(.jobSubmit))
        #expect(account([], isAdmin: true, denied: [.jobSubmit]).permissions == .everything)
        #expect(account([.admin], denied: [.jobSubmit]).permissions != .everything)
    }

    @Test func `a key narrows what its owner may, and never widens it`() {
        let caller = Caller(account([.researcher]), scope: PermissionSet(named: ["job.*", "admin.users"]))
        #expect(caller.may(.jobSubmit) && !caller.may(.apiKeysOwn) && !caller.may(.adminUsers))
        #expect(!caller.may(.jobViewAll))
        #expect(Caller(account([.researcher]), scope: PermissionSet()).permissions.isEmpty)
    }

    @Test func `approvals are given by those of the rank, and those above`() {
        #expect(!Caller(account([.researcher])).isOfRank(Level.lead.priority))
        #expect(Caller(account([.lead])).isOfRank(Level.lead.priority))
        #expect(!Caller(account([.lead])).isOfRank(nil))
        #expect(Caller(account([.admin])).isOfRank(nil) && Caller.localAdmin.isOfRank(100))
    }

    @Test(arguments: [
        ("ann", true), ("a-b_9", true), ("an", false), ("ann b", false), ("ånn", false), ("ann@b", false),
        (String(repeating: "a", count: 51), false),
    ])
    func `a username is plain`(name: String, isGood: Bool) {
        #expect((AccountFields.fault(inUsername: name) == nil) == isGood)
    }

    @Test(arguments: [
        ("a@b", true), ("ann@example.com", true), ("ann", false), ("@b", false), ("a@", false), ("a@b@c", false),
        ("a b@c", false), ("a\n@c", false), (String(repeating: "a", count: 254) + "@c", false),
    ])
    func `an address has an at sign and no spaces`(email: String, isGood: Bool) {
        #expect((AccountFields.fault(inEmail: email) == nil) == isGood)
    }

    @Test func `a password has eight bytes at least, and an end`() {
        #expect(AccountFields.fault(inPassword: "1234567") != nil)
        #expect(AccountFields.fault(inPassword: "12345678") == nil)
        #expect(AccountFields.fault(inPassword: String(repeating: "a", count: 1025)) != nil)
        #expect(AccountFields.fault(inPassword: "12345678\u{0}") != nil)
    }
}
