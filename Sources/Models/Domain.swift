/// The domain, declared once (DOMAIN.md §3).
///
/// Problem: SQL, wire ids, forms, checks and merge behaviour must never disagree about a column.
/// Idea: one declaration a table, one file a chapter; everything else is derived from it.
///
/// Invariants:
/// - Table and column numbers are for ever: add, never reuse, never renumber. Each chapter has
///   a range of its own (reference 1…, population 20…, letters 40…, services 50…, complaints 60…,
///   emergencies 70…, aid 80…, infrastructure 90…, reporting 100…).
/// - In a ledger every column is `.append`, but for a workflow `state`, the only part that moves.
/// - A `.state` policy names each declared choice once, the winner of two concurrent ones first.
public import SyncProtocol

public enum Domain {
    /// All tables. `version` rises with each released change of tables or columns.
    public static let schema = Schema(
        version: 3,
        tables: ReferenceTables.all + PopulationTables.all + LetterTables.all + ServiceTables.all
            + ComplaintTables.all + EmergencyTables.all + AidTables.all
            + InfrastructureTables.all + ReportingTables.all + [Ruling.table])
}

/// Groups of roles that several tables share (DOMAIN §2).
enum Writers {
    /// Everybody who works in a village office.
    static let village: [Role] = [.operator, .sectionHead, .secretary, .villageHead]
    /// Who answers for the regency's editable reference data.
    static let catalogue: [Role] = [.regencySecretary, .centralIT]
}
