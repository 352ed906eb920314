/// Which version of TunerGate this is.
public enum ProductVersion {
    public static let text = "0.3.0"
}
