import Exchange
import GRDB
import SyncProtocol

/// Tells each device with whom it may exchange besides the hub: the live devices of its office and
/// its district's relay; a relay those of its villages.
final class PeersPart: ResponderPart {
    private let hub: Hub
    private var caller: CallerInfo?
    private var known: [UInt8]?

    init(hub: Hub) { self.hub = hub }

    func heard(_ hello: Hello, _ caller: CallerInfo) throws {
        self.caller = caller
        known = hello.fields[HelloField.peers]
    }

    func answer(_ fields: inout MessageFields, _ db: Database) throws {
        guard let caller else { return }
        let list = try PeerList(peers(of: caller, db))
        if list.mark != known { fields[AnswerField.peers] = list.encoded() }
    }

    private func peers(of caller: CallerInfo, _ db: Database) throws -> [Peer] {
        let home = caller.home
        var nodes = try NodeRegistry.live(in: home, db)
        if Hub.isDistrict(home) {
            nodes.removeAll { $0.office == home }
        } else if let district = home.parent {
            nodes += try NodeRegistry.live(in: district, db).filter { $0.office == district }
        }
        return nodes.compactMap { node in
            guard node.replica != caller.replica, let link = node.linkKey,
                let signing = node.signingKey
            else { return nil }
            return Peer(
                replica: node.replica, kind: Hub.isDistrict(node.office) ? .relay : .office,
                office: node.office, device: UInt32(clamping: node.device), linkKey: link,
                signingKey: signing)
        }
    }
}
