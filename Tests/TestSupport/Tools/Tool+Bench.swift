internal import SystemPackage

extension Tool {
    /// The benchmark, which also counts what a request costs.
    ///
    /// It measures the gateway that `TUNERGATE_BIN` names.
    public static let bench = Tool(path: Checkout.root.appending("deploy/bench").string)

    /// Whether `TUNERGATE_BIN` names binaries whose counts mean something: a debug build makes many more calls.
    public static var hasBinariesToCount: Bool {
        guard let chosen = ProductFolder.chosen else { return false }
        return chosen.lastComponent != "debug"
    }
}
