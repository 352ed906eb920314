import Accounts
import Testing

@Suite struct PermissionSetTests {
    @Test func aNameStandsForItself() {
        #expect(PermissionSet(named: "job.submit") == PermissionSet([.jobSubmit]))
    }

    @Test func aStarStandsForAllThatBeginSo() {
        #expect(PermissionSet(named: "api.*") == PermissionSet([.apiAccess, .apiKeysOwn, .apiKeysAll]))
        #expect(PermissionSet(named: "job.view.*") == PermissionSet([.jobViewOwn, .jobViewAll]))
        #expect(PermissionSet(named: "*") == .everything)
    }

    @Test(arguments: ["", "job", "job.", "job.view", "jo*", "*.own", "JOB.SUBMIT", "job.*.own"])
    func nothingElseStandsForAnything(name: String) {
        #expect(PermissionSet(named: name).isEmpty)
    }

    @Test func everythingIsWrittenAsAStar() {
        #expect(PermissionSet.everything.names == ["*"])
        #expect(PermissionSet([.jobViewOwn, .configView]).names == ["config.view", "job.view.own"])
    }

    @Test func whatIsNobodysIsForThoseWhoMaySeeAll() {
        let own = Caller(userID: 7, username: "ann", permissions: PermissionSet([.jobViewOwn]))
        #expect(own.may(.jobViewOwn, orAll: .jobViewAll, of: 7))
        #expect(!own.may(.jobViewOwn, orAll: .jobViewAll, of: 8))
        #expect(!own.may(.jobViewOwn, orAll: .jobViewAll, of: nil))
        #expect(Caller.localAdmin.may(.jobViewOwn, orAll: .jobViewAll, of: nil))
    }
}
