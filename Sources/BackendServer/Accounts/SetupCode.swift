import S3

/// The word by which whoever reads this process's log may make the first account from another machine.
///
/// It is made at the start when there is no account, and is good until there is one.
final class SetupCode: Sendable {
    private static let groups = 5
    private static let lettersPerGroup = 5
    /// Without those that are taken for each other.
    private static let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")

    /// 125 bits in five groups: `K7QFM-…`.
    let text: String

    init(using random: inout some RandomNumberGenerator) {
        text = (0..<Self.groups).map { _ in
            String(
                (0..<Self.lettersPerGroup).map { _ in Self.letters[Int.random(in: Self.letters.indices, using: &random)]
                })
        }.joined(separator: "-")
    }

    convenience init() {
        var random = SystemRandomNumberGenerator()
        self.init(using: &random)
    }

    func matches(_ guess: String) -> Bool {
        ConstantTime.equal(guess.uppercased().utf8, text.utf8)
    }
}
