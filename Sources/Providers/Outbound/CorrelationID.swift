/// The id under which everything that one request causes can be found again, here and in other people's logs.
///
/// It belongs to the task, so that concurrent requests cannot mix theirs.
public enum CorrelationID {
    /// The id of the request that is being answered; nil for work that nobody asked for.
    @TaskLocal public static var current: String?
}
