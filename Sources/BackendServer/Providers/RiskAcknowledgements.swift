import Synchronization

/// Who has said that they know what it means to leave certificates unchecked: once for as long as the program runs.
///
/// It is asked of each person, since they answer for it; the trail has their name.
final class RiskAcknowledgements: Sendable {
    private static let peopleMax = 10_000

    private let people = Mutex<Set<Int64>>([])

    /// Takes somebody's word.
    func acknowledge(_ userID: Int64) {
        people.withLock { people in
            // Forgetting means only that they are asked once more.
            if people.count >= Self.peopleMax { people = [] }
            people.insert(userID)
        }
    }

    func isAcknowledged(by userID: Int64) -> Bool { people.withLock { $0.contains(userID) } }
}
