import Crypto

/// The parts from which a client wants its object made.
public struct CompleteUpload: Equatable, Sendable {
    public struct Part: Equatable, Sendable {
        public let number: Int
        /// Without quotes; s3cmd sends none, others do.
        public let etag: String
        public let checksum: Checksum?

        public init(number: Int, etag: String, checksum: Checksum? = nil) {
            self.number = number
            self.etag = etag
            self.checksum = checksum
        }
    }

    public let parts: [Part]

    public init(parts: [Part]) {
        self.parts = parts
    }

    /// The ETag of the object: MD5 of the parts' MD5s, and their number; nil when one of them is no MD5.
    public var etag: String? {
        var digest = Insecure.MD5()
        for part in parts {
            guard let bytes = Hexadecimal.decode(part.etag), bytes.count == 16 else { return nil }
            digest.update(data: bytes)
        }
        return "\(Hexadecimal.encode(digest.finalize()))-\(parts.count)"
    }

    /// Bytes that a document of 10,000 parts with all their checksums may have.
    public static let documentBytesMax = 4 * 1024 * 1024

    /// Reads the document, with a namespace or without.
    ///
    /// - Parameter document: The body of the request.
    /// - Throws: `S3Error` with `MalformedXML`, or `InvalidPartOrder` when the numbers do not rise.
    public init(_ document: [UInt8]) throws(S3Error) {
        guard document.count <= Self.documentBytesMax else { throw XMLScanner.malformed }
        var scanner = XMLScanner(document)
        var path: [String] = []
        var fields: [String: String] = [:]
        var parts: [Part] = []
        while let token = try scanner.next() {
            switch token {
            case .open(let name):
                path.append(name)
                guard path.count <= 4, path[0] == "CompleteMultipartUpload" else { throw XMLScanner.malformed }
                if path.count == 2 { fields = [:] }
            case .text(let text):
                if path.count == 3, path[1] == "Part", let name = path.last { fields[name, default: ""] += text }
            case .close(let name):
                guard path.popLast() == name else { throw XMLScanner.malformed }
                if path.count == 1, name == "Part" { parts.append(try Self.part(fields)) }
            }
        }
        guard path.isEmpty, S3Request.partNumbers.contains(parts.count) else { throw XMLScanner.malformed }
        guard zip(parts, parts.dropFirst()).allSatisfy({ $0.number < $1.number }) else {
            throw S3Error(.invalidPartOrder, "The list of parts was not in ascending order.")
        }
        self.parts = parts
    }

    private static func part(_ fields: [String: String]) throws(S3Error) -> Part {
        guard let number = fields["PartNumber"].flatMap({ Int(trimmed($0)) }), S3Request.partNumbers.contains(number),
            let etag = fields["ETag"]
        else { throw XMLScanner.malformed }
        let algorithm = ChecksumAlgorithm.allCases.first { fields[$0.elementName] != nil }
        let checksum = algorithm.flatMap { algorithm in
            fields[algorithm.elementName].map { Checksum(algorithm, value: trimmed($0)) }
        }
        return Part(number: number, etag: trimmed(etag).filter { $0 != "\"" }.lowercased(), checksum: checksum)
    }

    private static func trimmed(_ text: String) -> String {
        String(
            text.split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }.joined(separator: " "))
    }
}
