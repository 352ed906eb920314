/// The sizes of one worker's buffers and lists, which no setting changes.
///
/// What an operator may choose is in `GatewayLimits`. Milliseconds where nothing else is said.
enum Limits {
    /// Bytes that one connection may move in a turn before the others have theirs: also the most that is held of one
    /// direction, and a little.
    static let turnBytes = 64 * 1024
    /// Bytes of a head that is being edited: the largest that may be accepted, and what is added to it.
    static let headBytes = 72 * 1024
    /// Bytes of an answer in the gateway's own name: a location may be as long as a target.
    static let ownAnswerBytes = 20 * 1024
    static let upstreamsMax = 1024
    /// Connections to the backend that are kept for the next request; each for ``parkedPatience`` only.
    static let parkedMax = 512
    /// Queues of frames that are kept for the next turn.
    static let spareQueuesMax = 32
    /// Requests that wait for a connection to the backend.
    static let waitingMax = 1024
    /// Bytes of a request that is kept to be sent again, should its connection turn out to be dead.
    static let replayBytes = 16 * 1024
    /// Bytes that are read of an answer, at least, however small its client's window is.
    static let answerBytesMin = 4096

    /// How long nobody is accepted after the process ran out of descriptors.
    static let listeningPause: Int64 = 100
    /// How often a request asks for a connection while it waits for one.
    static let connectPause: Int32 = 5
    /// How long a request rests whose connection broke.
    ///
    /// The kernel closes what a dead process had open one by one, its listener often last: who asks at once is let in by
    /// the dead, and lost again.
    static let lossPause: Int64 = 20
    /// How long a parked connection is kept; shorter than the backend's own patience, so that the gateway closes first.
    static let parkedPatience: Int64 = 60_000
    /// How long a webhook waits for the backend's answer, or for the disk: who sent it soon waits no more.
    static let webhookPatience: Int64 = 10_000
    /// After the last answer: what the client still sends is read and thrown away.
    static let lingerPatience: Int64 = 2_000
    static let lingerBytes = 1024 * 1024
}
