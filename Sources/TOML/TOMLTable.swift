import JSON

/// A table while its document is read: what is in it, and how it came to be, which says what may still be added.
///
/// A class, because headers come back to tables that are deep in others.
final class TOMLTable {
    enum Item {
        /// Complete: nothing can be added to what is in it.
        case value(JSONValue)
        case table(TOMLTable)
        case tables(TOMLTableArray)
    }

    enum Origin: Equatable {
        /// Named on the way to another; its own header may follow.
        case implied
        /// It had its header.
        case header
        /// Made by the dotted keys of one part of the document, which alone may add to it.
        case dotted(part: Int)
    }

    private(set) var items: [String: Item] = [:]
    private(set) var origin: Origin

    init(_ origin: Origin) { self.origin = origin }

    /// The table below this one that a header leads through, made where there is none; nil where something else is.
    func passed(_ name: String) -> TOMLTable? {
        switch items[name] {
        case nil: add(name, TOMLTable(.implied))
        case .table(let table): table
        case .tables(let array): array.tables.last
        case .value: nil
        }
    }

    /// The table that a header is for; nil where it may not be.
    func headed(_ name: String) -> TOMLTable? {
        guard let item = items[name] else { return add(name, TOMLTable(.header)) }
        guard case .table(let table) = item, table.origin == .implied else { return nil }
        table.origin = .header
        return table
    }

    /// One more table of an array of them; nil where that may not be.
    func appended(_ name: String) -> TOMLTable? {
        let table = TOMLTable(.header)
        switch items[name] {
        case nil: items[name] = .tables(TOMLTableArray(table))
        case .tables(let array): array.tables.append(table)
        case .table, .value: return nil
        }
        return table
    }

    /// The table below this one that a dotted key leads through; nil where it may not.
    func dotted(_ name: String, part: Int) -> TOMLTable? {
        guard let item = items[name] else { return add(name, TOMLTable(.dotted(part: part))) }
        guard case .table(let table) = item, table.origin == .implied || table.origin == .dotted(part: part)
        else { return nil }
        table.origin = .dotted(part: part)
        return table
    }

    /// Puts a value there; false when there is something already.
    func put(_ value: JSONValue, at name: String) -> Bool {
        guard items[name] == nil else { return false }
        items[name] = .value(value)
        return true
    }

    private func add(_ name: String, _ table: TOMLTable) -> TOMLTable {
        items[name] = .table(table)
        return table
    }

    var document: JSONValue {
        .object(
            items.mapValues { item in
                switch item {
                case .value(let value): value
                case .table(let table): table.document
                case .tables(let array): .array(array.tables.map(\.document))
                }
            })
    }
}

/// The tables of an array.
///
/// A class, so that one more costs the same however many there are.
final class TOMLTableArray {
    var tables: [TOMLTable]

    init(_ first: TOMLTable) { tables = [first] }
}
