internal import Glibc

/// A buffer of fixed capacity that a worker shares among its connections, so that an idle connection owns none.
///
/// Filled at the end, read as a whole, emptied between uses. It never grows: who fills it asks `room` first.
@safe
public final class Buffer {
    public let capacity: Int
    public private(set) var count = 0
    // Allocated in init, freed in deinit, and never handed out except as a span of the filled part.
    private let memory: UnsafeMutablePointer<UInt8>

    public init(capacity: Int) {
        self.capacity = capacity
        unsafe memory = .allocate(capacity: capacity)
    }

    deinit {
        unsafe memory.deallocate()
    }

    public var isEmpty: Bool { count == 0 }
    public var room: Int { capacity - count }

    /// The filled part.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // The first `count` bytes are initialised, and `self` outlives the span by the lifetime written here.
            let span = unsafe Span(_unsafeStart: UnsafePointer(memory), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    public func removeAll() {
        count = 0
    }

    public func append(_ bytes: Span<UInt8>) {
        precondition(bytes.count <= room, "a shared buffer overflows: its user must ask for room first")
        // Room was checked; a span never overlaps the part behind `count`.
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe memcpy(memory + count, start, source.count)
        }
        count += bytes.count
    }

    public func append(_ byte: UInt8) {
        precondition(room > 0, "a shared buffer overflows: its user must ask for room first")
        // Room was checked.
        unsafe memory[count] = byte
        count += 1
    }

    /// Appends what a C function writes into the free part, at most `limit` bytes.
    ///
    /// - Returns: What `body` returned: the number of bytes it wrote, or its error, negative or zero.
    public func appendUnsafely(limit: Int, _ body: (UnsafeMutableRawPointer, Int) -> Int) -> Int {
        let length = min(limit, room)
        // The free part has `length` bytes, and `body` may not keep the pointer.
        let written = unsafe body(UnsafeMutableRawPointer(memory + count), length)
        if written > 0 {
            precondition(written <= length, "a C function wrote more than it was allowed")
            count += written
        }
        return written
    }
}

extension Buffer {
    public func append(_ text: StaticString) {
        // A static string's bytes live as long as the program.
        unsafe append(Span(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a text that was put together, for where that may cost something.
    public func append(text: String) {
        for byte in text.utf8 { append(byte) }
    }

    /// Appends a number in decimal.
    public func append(decimal number: Int) {
        append(number, radix: 10)
    }

    /// Appends a number in hexadecimal.
    public func append(hexadecimal number: Int) {
        append(number, radix: 16)
    }

    /// Digit by digit: a string would be an allocation.
    private func append(_ number: Int, radix: Int) {
        precondition(number >= 0, "only lengths and the like are written")
        var digits = [20 of UInt8](repeating: 0)
        var start = digits.count
        var rest = number
        repeat {
            start -= 1
            let digit = UInt8(rest % radix)
            digits[start] = digit < 10 ? 0x30 + digit : 0x57 + digit
            rest /= radix
        } while rest > 0
        append(digits.span.extracting(start...))
    }
}
