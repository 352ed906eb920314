/// An XML document, written from the top.
public struct XMLText: Sendable {
    public private(set) var text = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"

    static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    /// A document of one root element.
    ///
    /// - Parameters:
    ///   - root: The root's name.
    ///   - isNamespaced: Whether it carries S3's namespace; errors do not.
    ///   - content: Writes what is inside.
    public init(root: String, isNamespaced: Bool = true, _ content: (inout XMLText) -> Void) {
        text += isNamespaced ? "<\(root) xmlns=\"\(Self.namespace)\">" : "<\(root)>"
        content(&self)
        text += "</\(root)>"
    }

    mutating func element(_ name: String, _ content: (inout XMLText) -> Void) {
        text += "<\(name)>"
        content(&self)
        text += "</\(name)>"
    }

    mutating func element(_ name: String, _ value: String) {
        text += "<\(name)>"
        for scalar in value.unicodeScalars { append(scalar) }
        text += "</\(name)>"
    }

    /// Escapes markup, and the control characters that a parser would change or refuse.
    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        case "\u{0}"..<" ", "\u{7f}": text += "&#\(scalar.value);"
        default: text.unicodeScalars.append(scalar)
        }
    }
}
