public import SyncProtocol

/// The domain of DOMAIN.md, declared once.
public enum Domain {
    public static let schema = Schema(version: 1, tables: [])
}
