internal import Glibc

/// Time since the machine started, which no administrator and no time server moves.
public enum MonotonicClock {
    /// Now, in microseconds.
    public static func microseconds() -> Int64 {
        var time = timespec()
        // The local is written within the call.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// Now, in milliseconds.
    public static func milliseconds() -> Int64 { microseconds() / 1000 }
}

/// The time of day, for log lines and dates.
public enum WallClock {
    /// Now, in milliseconds since 1970-01-01T00:00:00Z.
    public static func milliseconds() -> Int64 {
        var time = timespec()
        // The local is written within the call.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
