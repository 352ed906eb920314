import Crypto

/// Decides whether a request was signed with a secret (AWS Signature Version 4).
///
/// Clock and coverage of the headers are judged once, when the check is made; the strings to sign are computed once
/// too, so that many secrets can be tried at the price of five HMACs each. Every accepted canonical form is bound to
/// the same key, so that accepting several weakens nothing.
public struct SignatureCheck: Sendable {
    /// How far a client's clock may be off.
    public static let skewSecondsMax: Int64 = 900

    private let claim: SignatureClaim
    private let stringsToSign: [[UInt8]]

    /// Judges everything that needs no secret.
    ///
    /// - Parameters:
    ///   - claim: What the request says of its signature.
    ///   - request: The request, as received.
    ///   - now: The server's clock, in seconds since 1970.
    /// - Throws: `S3Error` for a clock that is off, a URL that has expired, or a header that had to be signed.
    public init(_ claim: SignatureClaim, request: SignedRequest, now: Int64) throws(S3Error) {
        try Self.checkTime(claim, now: now)
        try Self.checkCoverage(claim, headers: request.headers)
        let payload = try Self.payloadHash(claim, request)
        self.claim = claim
        stringsToSign = CanonicalForms(request: request, claim: claim, payloadHash: payload).texts.map { text in
            let digest = Hexadecimal.encode(SHA256.hash(data: Array(text.utf8)))
            return Array("\(SignatureClaim.algorithm)\n\(claim.timestamp)\n\(claim.scope)\n\(digest)".utf8)
        }
    }

    /// Whether one of the canonical forms carries the signature of this secret.
    public func matches(secret: String) -> Bool {
        let key = signingKey(secret)
        var isMatch = false
        for text in stringsToSign {
            let expected = HMAC<SHA256>.authenticationCode(for: text, using: key)
            if ConstantTime.equal(Array(expected), claim.signature) { isMatch = true }
        }
        return isMatch
    }

    private func signingKey(_ secret: String) -> SymmetricKey {
        var key = SymmetricKey(data: Array("AWS4\(secret)".utf8))
        for step in [claim.scopeDate, claim.region, "s3", "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(step.utf8), using: key))
        }
        return key
    }

    private static func checkTime(_ claim: SignatureClaim, now: Int64) throws(S3Error) {
        guard let signed = CivilTime(signingTimestamp: claim.timestamp)?.secondsSince1970 else {
            throw S3Error(.accessDenied, "The date of the signature is not of the form 20261123T214136Z.")
        }
        let tooEarly = signed - now > skewSecondsMax
        switch claim.place {
        case .header where tooEarly || now - signed > skewSecondsMax:
            throw S3Error(
                .requestTimeTooSkewed,
                "The difference between the request time and the server's time is too large. The server's time is "
                    + CivilTime(secondsSince1970: now).signingTimestamp + ".")
        case .query where tooEarly:
            throw S3Error(.accessDenied, "The request is not valid yet.")
        case .query(let expires) where now - signed > expires:
            throw S3Error(.accessDenied, "The request has expired.")
        default:
            break
        }
    }

    private static func checkCoverage(_ claim: SignatureClaim, headers: HeaderList) throws(S3Error) {
        let names = headers.fields.map(\.name).filter { $0.hasPrefix("x-amz-") } + ["host"]
        guard names.allSatisfy(claim.signedHeaders.contains) else {
            throw S3Error(.accessDenied, "There were headers present in the request which were not signed.")
        }
    }

    private static func payloadHash(_ claim: SignatureClaim, _ request: SignedRequest) throws(S3Error) -> String {
        if let hash = request.headers["x-amz-content-sha256"] { return hash }
        guard claim.place == .header else {
            return try QueryItems(request.query)["X-Amz-Content-Sha256"] ?? PayloadForm.unsigned
        }
        throw S3Error(.invalidRequest, "Missing required header for this request: x-amz-content-sha256.")
    }
}
