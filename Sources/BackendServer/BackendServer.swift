import Glibc
import Hummingbird
import Jobs
import Logging
import NIOCore
import Providers
import S3
import ServiceLifecycle
public import Settings
import Storage
import SystemPackage
import Telemetry

/// The backend process: jobs, storage and metrics behind a Unix socket.
public enum BackendServer {
    /// What a program ends with that was set up in a way it cannot run with (EX_CONFIG, sysexits.h).
    private static let configurationFault: Int32 = 78

    /// Runs until a signal, or the end of the supervisor, asks it to stop.
    ///
    /// - Parameter settings: What it was told.
    /// - Returns: The status to end the process with.
    public static func run(settings: BackendSettings) async -> Int32 {
        // Nobody but this user and its group gets at anything that is made without a mode of its own.
        umask(0o007)
        do {
            try Telemetry.bootstrapLogging(settings.log) { Timestamp.now().microseconds / 1000 }
            let state = try await BackendState(settings: settings)
            try await serve(state)
            return 0
        } catch let error as StorageError {
            return refuse(error.description)
        } catch let error as StartupError {
            return refuse(error.description)
        } catch let error as SettingsError {
            return refuse(error.description)
        } catch {
            Logger(label: "backend").critical("the backend stopped", metadata: ["error": "\(error)"])
            return 1
        }
    }

    /// Says why the process cannot run.
    ///
    /// - Parameter sentence: For the person who started it.
    /// - Returns: The status to end with.
    public static func refuse(_ sentence: String) -> Int32 {
        // What cannot be said to anybody changes nothing.
        _ = try? FileDescriptor.standardError.writeAll("\(sentence)\n".utf8)
        return configurationFault
    }

    private static func serve(_ state: BackendState) async throws {
        let result: Result<Void, any Error>
        do { result = .success(try await run(state)) } catch { result = .failure(error) }
        // Whatever ended it: what is open is closed in order.
        try await state.close()
        try result.get()
    }

    private static func run(_ state: BackendState) async throws {
        let socket = SocketFile(path: state.settings.paths.backendSocket)
        try await socket.prepare()
        do { try await state.policy.begin() } catch {
            // The keeper tries again, and health tells; jobs need no policy.
            state.policy.noteFailure(error)
        }
        await state.recordUnverifiedCalls()
        try await state.tellSetupCode()
        // They are stopped from the last to the first: what is asked until the end is still written down.
        var services: [any Service] = [
            state.spoolIngestion, state.auditRetention, state.inboxIngestion, state.reconciler, state.queueRunner,
            state.deliveryRunner,
            state.uploadSweep,
            PolicyKeeper(desk: state.policy),
            state.application(listeningAt: socket),
            state.events,
        ]
        if state.settings.isSupervised { services.append(SupervisorInput()) }
        try await ServiceGroup(configuration: state.serviceConfiguration(services)).run()
    }
}
