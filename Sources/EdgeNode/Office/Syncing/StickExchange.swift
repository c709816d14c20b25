import Bundles
import ChangeStore
import SyncProtocol

extension Office {
    /// What is not at the centre yet, as one file for a stick.
    func exportBundle() throws -> (name: String, bytes: [UInt8]) {
        try noteSending()
        let bundle = try NodeBundles(node: node).export()
        let head = bundle.head
        return (
            "kiriman-\(head.office)-\(head.device)-\(head.nonce)\(BundleFiles.suffix)",
            BundleFiles.single(bundle)
        )
    }

    /// Takes in what a stick brought from the centre, and writes it down as an exchange.
    /// - Returns: changes received.
    func takeBundles(_ files: [(name: String, bytes: [UInt8])]) throws -> Int {
        let began = clock()
        let bundles = NodeBundles(node: node)
        var received = 0
        for found in try BundleFiles.assemble(files) {
            received += try bundles.take(found).receivedChanges
        }
        try SyncJournal(store: store).add(
            SyncSession(
                began: began, ended: clock(), outcome: .done, detail: "flashdisk", sentChanges: 0,
                receivedChanges: received, sentBytes: 0,
                receivedBytes: files.reduce(0) { $0 + $1.bytes.count }))
        try LocalIndex(office: self).catchUp()
        return received
    }
}
