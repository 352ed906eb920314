import HTTP1

/// A request to the control socket, as what it asks for.
struct ControlRequest: Equatable, Sendable {
    /// Bytes of a head, and of the body that is read and thrown away.
    static let headBytesMax = 16 * 1024
    static let bodyBytesMax = 16 * 1024

    let method: String
    let path: String
    /// Names and values, decoded, in the order they were given.
    let query: [(name: String, value: String)]

    func value(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    func values(_ name: String) -> [String] {
        query.filter { $0.name == name }.map(\.value)
    }

    static func == (left: ControlRequest, right: ControlRequest) -> Bool {
        left.method == right.method && left.path == right.path
            && left.query.elementsEqual(right.query) { $0.name == $1.name && $0.value == $1.value }
    }

    /// What the bytes at hand are.
    enum Reading: Equatable, Sendable {
        case incomplete
        case request(ControlRequest, end: Int)
        case refused(status: Int, detail: String)
    }

    /// Reads a request and its body, if all of it has come.
    static func read(_ bytes: [UInt8], head: inout RequestHead) -> Reading {
        do {
            guard let length = try head.parse(bytes.span) else { return .incomplete }
            switch head.framing {
            case .none: return .request(ControlRequest(bytes, head), end: length)
            case .length(let count):
                guard count <= bodyBytesMax else { return .refused(status: 413, detail: "No request here has a body.") }
                let end = length + Int(count)
                return bytes.count < end ? .incomplete : .request(ControlRequest(bytes, head), end: end)
            default: return .refused(status: 411, detail: "A body here needs a Content-Length.")
            }
        } catch {
            return .refused(status: error.status, detail: error.detail)
        }
    }

    private init(_ bytes: [UInt8], _ head: borrowing RequestHead) {
        let target = String(decoding: bytes[head.target], as: UTF8.self)
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: String(decoding: bytes[head.method], as: UTF8.self),
            path: parts.first.map(String.init) ?? "",
            query: parts.count > 1 ? Self.parse(parts[1]) : [])
    }

    init(method: String, path: String, query: [(name: String, value: String)] = []) {
        self.method = method
        self.path = path
        self.query = query
    }

    private static func parse(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decode(parts[0]), parts.count > 1 ? decode(parts[1]) : "")
        }
    }

    /// Undoes percent-encoding; a `%` that begins none stands for itself.
    private static func decode(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
