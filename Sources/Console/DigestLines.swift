public import SyncProtocol

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
