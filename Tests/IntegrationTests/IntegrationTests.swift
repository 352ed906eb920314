import Testing

/// Tests of the real binaries: TLS, sockets, signals, restarts.
///
/// One at a time: they share the processors with the programs that they test.
@Suite(.serialized, .timeLimit(.minutes(15))) struct IntegrationTests {}
