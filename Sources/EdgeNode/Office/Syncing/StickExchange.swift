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
    /// - Throws: ``BundleFault``; what could be read was taken in and written down.
    func takeBundles(_ files: [(name: String, bytes: [UInt8])]) throws -> Int {
        let began = clock()
        let bundles = NodeBundles(node: node)
        var received = 0
        var fault: BundleFault?
        for found in try BundleFiles.assemble(files) {
            let report = try bundles.take(found)
            received += report.receivedChanges
            fault = fault ?? report.fault
        }
        try SyncJournal(store: store).add(
            SyncSession(
                began: began, ended: clock(), outcome: .done, detail: "flashdisk", sentChanges: 0,
                receivedChanges: received, sentBytes: 0,
                receivedBytes: files.reduce(0) { $0 + $1.bytes.count }))
        try LocalIndex(office: self).catchUp()
        if let fault { throw fault }
        return received
    }
}
