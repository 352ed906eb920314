import Synchronization

/// Bytes on their way to becoming an object: on disk, but under no key.
///
/// Normally a file without a name, of which not even a kill leaves anything. Where the filesystem has none, a file
/// with a random name in the staging folder, removed with this value or, at the latest, at the next start.
public final class StagedObject: Sendable {
    let descriptor: Descriptor
    private let staging: Folder
    private let name: Mutex<String?>
    private let written = Mutex<(count: Int64, written: Int64)>((0, 0))

    /// Every so often the kernel is told to begin writing, which keeps the final sync short.
    static let writebackBytes: Int64 = 8 * 1024 * 1024

    init(in staging: Folder) throws(ObjectStoreError) {
        self.staging = staging
        do {
            descriptor = try staging.unnamedFile()
            name = Mutex(nil)
        } catch {
            guard let code = error.code, SystemCode.cannotStageUnnamed(code) else { throw error }
            let random = RandomName.make()
            descriptor = try staging.newFile(random)
            name = Mutex(random)
        }
    }

    deinit {
        if let name = name.withLock({ $0 }) { try? staging.remove(name) }
    }

    /// Appends a block.
    public func write(_ block: [UInt8]) throws(ObjectStoreError) {
        try descriptor.write(block)
        let pending = written.withLock { state -> (from: Int64, count: Int64)? in
            state.count += Int64(block.count)
            guard state.count - state.written >= Self.writebackBytes else { return nil }
            defer { state.written = state.count }
            return (state.written, state.count - state.written)
        }
        if let pending { descriptor.startWriteback(from: pending.from, count: pending.count) }
    }

    /// Moves the file, whole and synced, to its name, replacing what was there in one step.
    func move(to folder: Folder, as target: String, onlyIfAbsent: Bool) throws(ObjectStoreError) {
        let staged = try givenName()
        try staging.move(staged, to: folder, as: target, onlyIfAbsent: onlyIfAbsent)
        name.withLock { $0 = nil }
    }

    private func givenName() throws(ObjectStoreError) -> String {
        if let name = name.withLock({ $0 }) { return name }
        let random = RandomName.make()
        try staging.link(descriptor, as: random)
        name.withLock { $0 = random }
        return random
    }
}

/// Names that nobody guesses and nothing else has.
enum RandomName {
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return [generator.next(), generator.next()].map { (word: UInt64) in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        .joined()
    }

    /// 32 hexadecimal digits in lower case.
    static func isOne(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
