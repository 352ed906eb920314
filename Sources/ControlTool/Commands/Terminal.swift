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

    /// Writes one sentence to standard error that is no reason to end.
    static func warn(_ sentence: String) {
        // Without a standard error there is nobody to warn.
        _ = try? FileDescriptor.standardError.writeAll("tunergate: \(sentence)\n".utf8)
    }

    /// Writes what is wrong to standard error, each of several problems in a line of its own.
    ///
    /// - Returns: The error that ends the command with this code and without another word.
    static func refuse(_ problem: any Error, code: Int32 = ProgramEnding.refusedCode) -> ExitCode {
        // Without a standard error the code has to tell it alone.
        for line in "\(problem)".split(separator: "\n") { warn(String(line)) }
        return ExitCode(code)
    }
}
