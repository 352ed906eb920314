/// Which files of a folder belong together as certificate pairs, by their names.
///
/// ```
/// NAME.crt + NAME.key            also tls.crt + tls.key of a Kubernetes secret
/// NAME.pem + NAME.key | NAME-key.pem
/// fullchain.pem + privkey.pem    certbot's live/NAME
/// NAME.pem                       both in one file, if a private key is in it
/// ```
/// A certificate without a key is somebody's authority and is left alone; hidden names are the machinery of whoever
/// writes the folder (`..data`).
enum CertificateFolder {
    /// More pairs than this are a mistake.
    static let pairsMax = 1000

    /// The pairs among a folder's files, by name, one called `default` first.
    ///
    /// - Parameters:
    ///   - folder: Its path.
    ///   - names: What is in it.
    ///   - holdsKey: Whether a file has a private key in it.
    /// - Returns: Where they are.
    static func pairs(in folder: String, names: [String], holdsKey: (String) -> Bool) -> [CertificatePlace] {
        let present = Set(names.filter { !$0.hasPrefix(".") })
        var found: [(name: String, place: CertificatePlace)] = []
        for name in present.sorted() {
            guard let key = key(for: name, among: present, holdsKey: { holdsKey(folder + "/" + $0) }) else { continue }
            found.append((name, CertificatePlace(chainPath: folder + "/" + name, keyPath: folder + "/" + key)))
        }
        return found.filter { isDefault($0.name) }.map(\.place) + found.filter { !isDefault($0.name) }.map(\.place)
    }

    /// Subfolders in which pairs are looked for too, one called `default` first.
    static func subfolders(among names: [String]) -> [String] {
        let visible = names.filter { !$0.hasPrefix(".") }.sorted()
        return visible.filter(isDefault) + visible.filter { !isDefault($0) }
    }

    private static func key(
        for name: String, among names: Set<String>, holdsKey: (String) -> Bool
    ) -> String? {
        if name.hasSuffix(".crt") {
            let key = String(name.dropLast(4)) + ".key"
            return names.contains(key) ? key : nil
        }
        guard name.hasSuffix(".pem"), !name.hasSuffix("-key.pem"), name != "privkey.pem" else { return nil }
        if names.contains("privkey.pem"), ["cert.pem", "chain.pem", "fullchain.pem"].contains(name) {
            return name == "fullchain.pem" ? "privkey.pem" : nil
        }
        let stem = String(name.dropLast(4))
        for key in [stem + ".key", stem + "-key.pem"] where names.contains(key) { return key }
        return holdsKey(name) ? name : nil
    }

    private static func isDefault(_ name: String) -> Bool {
        name == "default" || name.hasPrefix("default.")
    }
}
