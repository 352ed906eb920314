import Jobs
import Synchronization

/// How often in a row the provider said that it has no such prediction.
///
/// In memory: after a restart it is counted anew, which ends a job some minutes later and no job too early.
final class PredictionAbsences: Sendable {
    /// One answer may be a mistake of a moment, and rounds that people ask for follow each other fast.
    private static let (timesMin, secondsMin) = (3, 300.0)

    private struct Absence {
        var times = 0
        let since: Timestamp
    }

    private let absences = Mutex<[String: Absence]>([:])

    /// Notes that a job's prediction was not there.
    ///
    /// - Returns: Whether that is to be believed now.
    func note(_ job: String, now: Timestamp) -> Bool {
        absences.withLock { absences in
            var absence = absences[job] ?? Absence(since: now)
            absence.times += 1
            absences[job] = absence
            return absence.times >= Self.timesMin && now.secondsSince(absence.since) >= Self.secondsMin
        }
    }

    /// Notes that a job's prediction was there.
    func forget(_ job: String) { absences.withLock { $0[job] = nil } }

    /// Forgets all jobs but these.
    func keep(_ jobs: Set<String>) {
        absences.withLock { $0 = $0.filter { jobs.contains($0.key) } }
    }
}
