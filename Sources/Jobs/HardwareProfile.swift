/// The machines that a job can ask for.
public enum HardwareProfile: String, Sendable, CaseIterable {
    case h100 = "h100"
    case h100x2 = "h100-x2"
    case h100x4 = "h100-x4"
    case h100x8 = "h100-x8"
    case l40s = "l40s"
    case l40sx2 = "l40s-x2"
    case l40sx4 = "l40s-x4"
    case l40sx8 = "l40s-x8"

    /// What a job gets that asks for nothing.
    public static let standard = HardwareProfile.h100

    public enum Accelerator: String, Sendable, CaseIterable {
        case h100, l40s

        /// What a second of one costs unless the provider's `hardware_info` says otherwise.
        var listPricePerSecond: Double {
            switch self {
            case .h100: 0.001525
            case .l40s: 0.000972222
            }
        }
    }

    public var accelerator: Accelerator {
        switch self {
        case .h100, .h100x2, .h100x4, .h100x8: .h100
        case .l40s, .l40sx2, .l40sx4, .l40sx8: .l40s
        }
    }

    public var acceleratorCount: Int {
        switch self {
        case .h100, .l40s: 1
        case .h100x2, .l40sx2: 2
        case .h100x4, .l40sx4: 4
        case .h100x8, .l40sx8: 8
        }
    }

    /// How it is shown: `H100`, `2x H100`.
    public var hardwareType: String {
        let name = accelerator.rawValue.uppercased()
        return acceleratorCount == 1 ? name : "\(acceleratorCount)x \(name)"
    }

    /// The model at Replicate that runs on it.
    public var model: String { "simpletuner/advanced-trainer-\(rawValue)" }

    /// The machine that a model at Replicate runs on; nil for a model that is none of the trainers.
    public init?(model: String) {
        guard let profile = Self.allCases.first(where: { $0.model == model }) else { return nil }
        self = profile
    }
}

/// What a second on each machine costs, in US dollars.
public struct HardwarePrices: Equatable, Sendable {
    /// The list prices.
    public static let standard = HardwarePrices(perSecond: [:])

    /// Prices that differ from the list, by `HardwareProfile` or by `HardwareProfile.Accelerator`.
    private let perSecond: [String: Double]

    public init(perSecond: [String: Double]) { self.perSecond = perSecond }

    /// The price of a whole machine: its own, or that of one accelerator times their number.
    public func perSecond(of profile: HardwareProfile) -> Double {
        // A profile of one accelerator has the accelerator's name, so both spellings of its price are one.
        if let own = perSecond[profile.rawValue] { return own }
        let one = perSecond[profile.accelerator.rawValue] ?? profile.accelerator.listPricePerSecond
        return one * Double(profile.acceleratorCount)
    }

    /// What a machine costs for a time, to the millionth of a dollar.
    public func cost(of profile: HardwareProfile, seconds: Double) -> Double {
        (perSecond(of: profile) * max(0, seconds) * 1_000_000).rounded() / 1_000_000
    }
}
