public import SyncProtocol

extension ChangeStore {
    /// What every scope shows, hashed; rises by scope.
    public func digests(only scope: Scope? = nil) throws -> [(scope: Scope, digest: String)] {
        try read { db in
            try ChangeLog.vectors(db).map(\.scope).filter { scope == nil || $0 == scope }
                .map { ($0, try Digest.of($0, schema: schema, db)) }
        }
    }
}

public enum DigestLines {
    public static func print(
        _ digests: [(scope: Scope, digest: String)], asJSON: Bool
    ) throws {
        if asJSON {
            let object = Dictionary(
                uniqueKeysWithValues: digests.map { ($0.scope.code, $0.digest) })
            return Swift.print(try JSONText.of(object))
        }
        for line in digests { Swift.print("\(line.scope) \(line.digest)") }
    }
}
