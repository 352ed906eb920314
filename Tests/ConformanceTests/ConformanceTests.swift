import Testing

/// Contracts with the outside, held against the real binaries.
///
/// One suite at a time: they share the processors with the programs that they test.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ConformanceTests {}
