internal import ArgumentParser
internal import SystemPackage

/// The two streams of a command, which people and scripts read.
enum Terminal {
    /// Writes to standard output.
    ///
    /// - Throws: When nobody can receive it.
    static func say(_ text: String) throws {
        try FileDescriptor.standardOutput.writeAll(text.utf8)
    }

    /// Writes one sentence to standard error.
    ///
    /// - Returns: The error that ends the command with this code and without another word.
    static func refuse(_ problem: any Error, code: Int32 = ProgramEnding.refusedCode) -> ExitCode {
        // Without a standard error the code has to tell it alone.
        _ = try? FileDescriptor.standardError.writeAll("tunergate: \(problem)\n".utf8)
        return ExitCode(code)
    }
}
