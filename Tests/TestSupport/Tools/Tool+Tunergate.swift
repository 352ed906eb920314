internal import SystemPackage

extension Tool {
    /// The command line that the tests run, for commands that end by themselves.
    ///
    /// - Returns: The tool.
    /// - Throws: When it was not built.
    public static func tunergate() throws -> Tool {
        Tool(path: try ProductFolder.find().appending("tunergate").string)
    }
}
