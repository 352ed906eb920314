/// A step of a coding path that no type declares: an element's index, or the object of a superclass.
struct PlaceKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(intValue: Int) {
        self.intValue = intValue
        stringValue = "Index \(intValue)"
    }

    init(stringValue: String) {
        intValue = nil
        self.stringValue = stringValue
    }

    static var ofSuper: PlaceKey { PlaceKey(stringValue: "super") }
}
