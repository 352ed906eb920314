/// What tells browsers not to make more of an answer than it is.
///
/// The backend puts the same on its own answers, so that those on their way through need not be changed; a test holds
/// the two together.
enum SecurityHeaders {
    static let lines: StaticString = """
        X-Content-Type-Options: nosniff\r
        X-Frame-Options: DENY\r
        X-XSS-Protection: 1; mode=block\r
        Referrer-Policy: strict-origin-when-cross-origin\r
        Permissions-Policy: geolocation=(), microphone=(), camera=()\r
        Content-Security-Policy: default-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'\r

        """
}
