/// What must hold between settings, each of which is good by itself.
struct SettingsRules {
    private let values: SettingsValues

    init(_ values: SettingsValues) {
        self.values = values
    }

    var broken: [SettingsError] {
        [
            longSocketPath, longUpstreamPath, half("tls.certificate", "tls.key"),
            half("tls.key", "tls.certificate"), largeHead,
        ].compactMap { $0 }
    }

    /// A Unix socket's path has little room on Linux.
    private var longSocketPath: SettingsError? {
        // The longest of the names in the folder.
        let path = StatePaths(values).backendSocket
        guard path.utf8.count > StatePaths.socketPathMax else { return nil }
        return error(
            "runtime_dir", "gives the socket path \(quoted(path)), which is \(Self.tooLong)",
            "Set it to a shorter path, such as /run/tunergate.")
    }

    private var longUpstreamPath: SettingsError? {
        guard values.has("upstream", is: true), values.origin("upstream") != .fallback,
            case .unix(let path) = values.upstream("upstream"), path.utf8.count > StatePaths.socketPathMax
        else { return nil }
        return error("upstream", "is \(quoted(path)), which is \(Self.tooLong)", "Give the socket a shorter path.")
    }

    private static let tooLong = "longer than the \(StatePaths.socketPathMax) bytes that Linux allows"

    /// A certificate without its key is of no use, nor is a key without its certificate.
    private func half(_ missing: String, _ present: String) -> SettingsError? {
        guard values.has(missing, is: false), values.has(present, is: true) else { return nil }
        return error(missing, "is not set, but \(values.name(present)) is", "Set both or none.")
    }

    /// A head is kept whole until it can go up.
    private var largeHead: SettingsError? {
        guard values.has("limits.head_bytes", is: true) else { return nil }
        let (head, buffered) = (values.integer("limits.head_bytes"), values.integer("limits.buffered_bytes"))
        guard head > buffered else { return nil }
        return error(
            "limits.head_bytes", "is \(head), more than \(values.name("limits.buffered_bytes")), which is \(buffered)",
            "Lower the one or raise the other.")
    }

    private func error(_ key: String, _ problem: String, _ remedy: String) -> SettingsError {
        var place: FilePlace?
        if case .file(let found) = values.origin(key) { place = found }
        return SettingsError(place: place, setting: values.name(key), problem: problem, remedy: remedy)
    }
}

extension SettingsValues {
    /// Whether a setting of this program has a value, or has none; neither for a setting of the other program.
    fileprivate func has(_ key: String, is expected: Bool) -> Bool {
        guard let found = resolved.first(where: { $0.key == key }) else { return false }
        return (found.value != .absent) == expected
    }

    /// What its user calls it: the key of the file if it is set there, the variable otherwise.
    fileprivate func name(_ key: String) -> String {
        if case .file = origin(key) { return key }
        return Schema.settings.first { $0.key == key }?.variable ?? key
    }
}
