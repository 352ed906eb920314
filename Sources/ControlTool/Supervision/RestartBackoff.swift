/// How long a program that ended by itself stays down before it is started again.
///
/// The pause doubles, so a program that cannot live costs next to nothing, and the first one is short, so a single
/// crash is hardly noticed. A long life forgives what was before it.
struct RestartBackoff: Sendable {
    static let pauseMin: Duration = .milliseconds(100)
    static let pauseMax: Duration = .seconds(10)
    static let forgivingLife: Duration = .seconds(30)

    private var upcoming = RestartBackoff.pauseMin

    /// The pause after a life of this length.
    mutating func pause(afterLifeOf life: Duration) -> Duration {
        if life >= Self.forgivingLife { upcoming = Self.pauseMin }
        let pause = upcoming
        upcoming = min(upcoming * 2, Self.pauseMax)
        return pause
    }
}
