import GRDB
import Jobs

/// A row of a table that is not ours: any column may be missing, and hold a value of any type.
struct ForeignRow {
    let row: Row

    init(_ row: Row) { self.row = row }

    func text(_ column: String) -> String? { value(column).flatMap(String.fromDatabaseValue) }

    /// The text, unless it is empty.
    func words(_ column: String) -> String? { text(column).flatMap { $0.isEmpty ? nil : $0 } }

    func integer(_ column: String) -> Int64? { value(column).flatMap(Int64.fromDatabaseValue) }

    func real(_ column: String) -> Double? { value(column).flatMap(Double.fromDatabaseValue) }

    func timestamp(_ column: String) -> Timestamp? { text(column).flatMap { Timestamp(iso8601: $0) } }

    private func value(_ column: String) -> DatabaseValue? {
        guard row.hasColumn(column) else { return nil }
        let value: DatabaseValue = row[column]
        return value.isNull ? nil : value
    }
}
