internal import YAMLDocument

/// Walks the tree of a settings file along the table of settings.
struct SettingsFileReader {
    let path: String
    private(set) var entries: [String: SettingsFile.Entry] = [:]
    private var problems: [SettingsError] = []

    init(path: String) {
        self.path = path
    }

    /// As they stand in the file, whatever found them.
    var problemsInOrder: [SettingsError] {
        problems.sorted { one, other in
            guard let one = one.place, let other = other.place else { return false }
            return (one.line, one.column) < (other.line, other.column)
        }
    }

    mutating func report(_ fault: YAMLFault) {
        report(fault.place, fault.subject, fault.problem, fault.remedy)
    }

    mutating func read(_ root: YAMLNode) {
        switch root.content {
        case .mapping(let members): read(members, below: "")
        case .empty, .refused: break
        case .scalar, .sequence:
            report(root.place, "The file", "does not hold settings", "Write lines such as \"workers: 4\".")
        }
    }

    private mutating func read(_ members: [YAMLMember], below prefix: String) {
        for member in members {
            let key = prefix + member.key
            if let setting = Schema.settings.first(where: { $0.key == key }) {
                read(member, setting)
            } else if Schema.settings.contains(where: { $0.key.hasPrefix(key + ".") }) {
                readGroup(member, key)
            } else {
                report(member.place, key, "is no setting", remedy(forUnknown: key))
            }
        }
    }

    private mutating func readGroup(_ member: YAMLMember, _ key: String) {
        switch member.value.content {
        case .mapping(let members): read(members, below: key + ".")
        // A group of which everything is commented out.
        case .empty, .refused: break
        case .scalar, .sequence:
            let inside = Schema.settings.first { $0.key.hasPrefix(key + ".") }?.key ?? key
            report(
                member.value.place, key, "is a group of settings, not a value",
                "Put settings such as \(inside) into it, each in a line of its own and indented.")
        }
    }

    /// Looking for what was meant takes time, so it is done only for problems that will be shown.
    private func remedy(forUnknown key: String) -> String {
        guard problems.count < SettingsErrors.problemsMax, let near = Suggestion.nearest(to: key) else {
            return "Remove it; \"tunergate check --manual\" lists all settings."
        }
        return "Did you mean \(near)?"
    }

    private mutating func read(_ member: YAMLMember, _ setting: Setting) {
        guard entries[setting.key] == nil else {
            return report(member.place, setting.key, "is there twice", "Remove one.")
        }
        guard !setting.kind.isSecret else {
            return report(
                member.place, setting.key, "is a secret, and this file is read by the gateway too",
                "Set \(setting.variable) in the environment of the backend instead.")
        }
        let place = FilePlace(member.value.content == .empty ? member.place : member.value.place, in: path)
        guard let value = value(of: member, setting) else { return }
        entries[setting.key] = SettingsFile.Entry(place: place, value: value)
    }

    private mutating func value(of member: YAMLMember, _ setting: Setting) -> SettingValue? {
        switch member.value.content {
        case .refused: return nil
        case .empty:
            report(member.place, setting.key, "has no value", "Write one behind the colon, or remove the line.")
        case .scalar(let text):
            if let value = setting.kind.value(of: text) { return value }
            report(member.value.place, setting.key, "is \(quoted(text))", setting.kind.remedy)
        case .sequence(let items) where setting.kind.isList:
            if case .pairs(let first, let second) = setting.kind {
                return pairs(items, setting.key, first, second)
            }
            if case .rateRules = setting.kind { return rateRules(items, setting.key) }
            return list(items, setting)
        case .sequence: report(member.value.place, setting.key, "is a list", setting.kind.remedy)
        case .mapping: report(member.value.place, setting.key, "is a group of keys", setting.kind.remedy)
        }
        return nil
    }

    private mutating func list(_ items: [YAMLNode], _ setting: Setting) -> SettingValue? {
        var words: [String] = []
        for item in items {
            guard case .scalar(let word) = item.content, setting.kind.value(of: [word]) != nil else {
                report(item.place, setting.key, "has an item that is \(Self.shown(item))", setting.kind.remedy)
                continue
            }
            words.append(word)
        }
        return setting.kind.value(of: words)
    }

    private mutating func pairs(
        _ items: [YAMLNode], _ key: String, _ first: String, _ second: String
    ) -> SettingValue? {
        let remedy = "Give each item the keys \(first) and \(second), and nothing else."
        var pairs: [SettingPair] = []
        for item in items {
            guard case .mapping(let members) = item.content else {
                report(item.place, key, "has an item that is \(Self.shown(item))", remedy)
                continue
            }
            for member in members where member.key != first && member.key != second {
                report(member.place, key, "has an item with the key \(member.key)", remedy)
            }
            guard let one = text(first, members, item, key, remedy),
                let other = text(second, members, item, key, remedy)
            else { continue }
            pairs.append(SettingPair(first: one, second: other))
        }
        return .pairs(pairs)
    }

    mutating func text(
        _ name: String, _ members: [YAMLMember], _ item: YAMLNode, _ key: String, _ remedy: String
    ) -> String? {
        guard let member = members.first(where: { $0.key == name }) else {
            report(item.place, key, "has an item without \(name)", remedy)
            return nil
        }
        guard case .scalar(let text) = member.value.content, SettingKind.text.value(of: text) != nil else {
            report(member.value.place, key, "has an item whose \(name) is \(Self.shown(member.value))", remedy)
            return nil
        }
        return text
    }

    static func shown(_ node: YAMLNode) -> String {
        switch node.content {
        case .empty, .refused: "empty"
        case .scalar(let text): quoted(text)
        case .sequence: "a list"
        case .mapping: "a group of keys"
        }
    }

    mutating func report(_ place: YAMLPlace, _ subject: String, _ problem: String, _ remedy: String) {
        problems.append(
            SettingsError(place: FilePlace(place, in: path), setting: subject, problem: problem, remedy: remedy))
    }
}

extension FilePlace {
    fileprivate init(_ place: YAMLPlace, in file: String) {
        self.init(file: file, line: place.line, column: place.column)
    }
}
