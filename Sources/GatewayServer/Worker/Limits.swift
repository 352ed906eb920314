/// The bounds of one worker, and how long it waits for what.
///
/// Milliseconds where nothing else is said.
enum Limits {
    /// Bytes that one turn reads from one side: also the most that is held of one direction, and a little.
    static let turnBytes = 64 * 1024
    /// Bytes of a head that is being edited: the largest that is accepted, and what is added to it.
    static let headBytes = 40 * 1024
    /// Bytes of an answer in the gateway's own name: a location may be as long as a target.
    static let ownAnswerBytes = 20 * 1024
    static let clientsMax = 16384
    static let upstreamsMax = 1024
    /// Connections to the backend that are kept for the next request.
    static let parkedMax = 128
    /// Requests that wait for a place in the backend's queue.
    static let waitingMax = 1024

    /// How long nobody is accepted after the process ran out of descriptors.
    static let listeningPause: Int64 = 100

    /// Reads of one connection before the others have their turn.
    static let readsPerTurn = 4
    /// From accepting a connection, or the first byte of a request, to the end of its head.
    static let headPatience: Int64 = 10_000
    /// Between requests.
    static let idlePatience: Int64 = 75_000
    /// Without a byte of a body from the client, or without a byte taken by it.
    static let stallPatience: Int64 = 30_000
    /// From the end of a request to the head of its answer, and between the bytes of an answer.
    static let answerPatience: Int64 = 300_000
    /// For the backend to take a connection.
    static let connectPatience: Int64 = 5_000
    /// How long a parked connection is kept; shorter than the backend's own patience, so that the gateway closes first.
    static let parkedPatience: Int64 = 60_000
    /// After the last answer: what the client still sends is read and thrown away.
    static let lingerPatience: Int64 = 2_000
    static let lingerBytes = 1024 * 1024
}
