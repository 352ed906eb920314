/// Which users' processes may speak on the control socket.
///
/// Whoever may stop the gateway or read its sockets is as powerful as the user it runs as.
struct ControlAdmission: Sendable {
    /// The user that the gateway runs as.
    let ownUserID: UInt32
    /// Further users, from the settings: who scrapes metrics, who operates.
    var adminUserIDs: [UInt32]

    init(ownUserID: UInt32, adminUserIDs: [UInt32]) {
        self.ownUserID = ownUserID
        self.adminUserIDs = adminUserIDs
    }

    func admits(_ userID: UInt32) -> Bool {
        mayTakeOver(userID) || adminUserIDs.contains(userID)
    }

    /// Whether a user may be given the listening sockets: only who could have opened them itself.
    func mayTakeOver(_ userID: UInt32) -> Bool {
        userID == ownUserID || userID == 0
    }

    /// The mode of the socket's file: open to its group only when there is somebody in it to talk to.
    ///
    /// The uid is checked all the same.
    var socketMode: UInt32 { adminUserIDs.isEmpty ? 0o600 : 0o660 }
}
