import Jobs
import Testing

@Suite struct HardwareProfileTests {
    @Test(arguments: [
        ("h100", 0.001525, "H100"), ("h100-x2", 0.00305, "2x H100"), ("h100-x4", 0.0061, "4x H100"),
        ("h100-x8", 0.0122, "8x H100"), ("l40s", 0.000972222, "L40S"), ("l40s-x2", 0.001944444, "2x L40S"),
        ("l40s-x4", 0.003888888, "4x L40S"), ("l40s-x8", 0.007777776, "8x L40S"),
    ])
    func `a machine costs what its accelerators cost`(name: String, price: Double, type: String) throws {
        let profile = try #require(HardwareProfile(rawValue: name))
        #expect(HardwarePrices.standard.perSecond(of: profile) == price)
        #expect(profile.hardwareType == type)
        #expect(profile.model == "simpletuner/advanced-trainer-" + name)
    }

    @Test func `a configured price of one accelerator counts for all machines, and a machine's own goes first`() {
        let prices = HardwarePrices(perSecond: ["h100": 0.5, "h100-x4": 1])
        #expect(prices.perSecond(of: .h100) == 0.5)
        #expect(prices.perSecond(of: .h100x2) == 1)
        #expect(prices.perSecond(of: .h100x4) == 1)
        #expect(prices.cost(of: .h100x8, seconds: 3) == 12)
        #expect(prices.cost(of: .h100x8, seconds: -3) == 0)
    }
}
