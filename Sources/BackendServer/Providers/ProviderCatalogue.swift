import JSON
import Jobs

/// The providers that there are, as lists show them.
struct ProviderCatalogue {
    let configuration: ProviderConfiguration
    /// Whether there is a token for Replicate.
    let isConfigured: Bool

    private var profile: HardwareProfile { configuration.hardwareProfile ?? .standard }

    /// `GET /api/cloud/providers`.
    var document: JSONValue { ["providers": [replicate, Self.simpleTunerIO]] }

    private var replicate: JSONValue {
        [
            "id": "replicate",
            "name": "Replicate",
            "description": "Run SimpleTuner on Replicate's cloud infrastructure",
            "model": .string(profile.model),
            "version": JSONValue(configuration.versionOverride),
            "hardware": .string(profile.hardwareType),
            "cost_per_hour": JSONValue(costPerHour(profile)),
            "configured": .bool(isConfigured),
            "coming_soon": false,
            "hardware_profile": .string(profile.rawValue),
            "hardware_profiles": .array(HardwareProfile.allCases.map(machine)),
        ]
    }

    private static let simpleTunerIO: JSONValue = [
        "id": "simpletuner_io",
        "name": "SimpleTuner.io",
        "description": "Managed cloud training by the SimpleTuner team",
        "model": nil,
        "version": nil,
        "hardware": "H100 / MI300X",
        "cost_per_hour": nil,
        "configured": false,
        "coming_soon": true,
    ]

    private func machine(_ profile: HardwareProfile) -> JSONValue {
        [
            "id": .string(profile.rawValue),
            "model": .string(profile.model),
            "label": .string(profile.hardwareType),
            "hardware_type": .string(profile.hardwareType),
            "cost_per_hour": JSONValue(costPerHour(profile)),
            "cost_per_second": JSONValue(configuration.prices.perSecond(of: profile)),
        ]
    }

    /// `GET /api/cloud/hardware-options`.
    var hardwareOptions: JSONValue {
        [
            "hardware": .array(
                HardwareProfile.allCases.map { profile in
                    [
                        "id": .string(profile.rawValue),
                        "name": .string(profile.hardwareType),
                        "cost_per_second": JSONValue(configuration.prices.perSecond(of: profile)),
                        "cost_per_hour": JSONValue(costPerHour(profile)),
                        "available": true,
                    ]
                }),
            "default_hardware": .string(profile.rawValue),
            "message": nil,
        ]
    }

    /// `GET /api/cloud/providers/replicate/billing`.
    var billing: JSONValue {
        [
            "balance": nil,
            "balance_note": "Replicate tells no balance. See https://replicate.com/account/billing.",
            "hardware": .object(
                Dictionary(
                    uniqueKeysWithValues: HardwareProfile.allCases.map { profile in
                        (
                            profile.rawValue,
                            [
                                "name": .string(profile.hardwareType),
                                "cost_per_second": JSONValue(configuration.prices.perSecond(of: profile)),
                            ]
                        )
                    })),
            "default_hardware": .string(profile.rawValue),
        ]
    }

    /// In dollars and cents.
    private func costPerHour(_ profile: HardwareProfile) -> Double {
        (configuration.prices.perSecond(of: profile) * 3600 * 100).rounded() / 100
    }
}
