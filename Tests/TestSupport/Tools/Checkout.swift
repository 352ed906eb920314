internal import FoundationEssentials
internal import SystemPackage

/// The source tree that these tests were built from.
public enum Checkout {
    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .removingLastComponent()

    static var build: FilePath { root.appending(".build") }

    public static func fixture(_ name: String) -> String {
        root.appending("Tests/Fixtures").appending(name).string
    }

    /// The lines of a fixture that say something: blank ones and those that begin with # are left out.
    ///
    /// - Parameter name: A file in Tests/Fixtures.
    /// - Returns: The lines.
    /// - Throws: When it cannot be read.
    public static func fixtureLines(_ name: String) throws -> [String] {
        let text = try String(contentsOfFile: fixture(name), encoding: .utf8)
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }
}
