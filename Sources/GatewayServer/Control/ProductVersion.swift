/// Which version of the gateway this is.
enum ProductVersion {
    static let text = "0.3.0"
}
