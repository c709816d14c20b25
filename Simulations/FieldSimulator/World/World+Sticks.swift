import Bundles
import ChangeStore
import EdgeNode
import Exchange
import SyncHub
import SyncProtocol

/// Bundles that people carry.
extension World {
    /// What the centre lacks goes out on a stick; its answer comes back on it.
    func carryStick(of edge: SimEdge, takes span: Int64, _ carrying: Carrying) {
        guard let node = edge.node, !edge.isWiped, edge.talk == nil, now >= edge.pausedUntil else {
            return
        }
        ledger.inject(.stick)
        guard
            let bundle = attempt(edge, "writing a bundle", { try NodeBundles(node: node).export() })
        else { return }
        noteSent(edge)
        note(edge.name, .send, "a stick with \(bundle.head.changes) changes")
        for turn in 0..<Int64(carrying == .twice ? 2 : 1) {
            plan("a stick arrives", at: now + (turn + 1) * span) { world in
                world.take(bundle, of: edge, takes: span, comesBack: carrying != .lost)
            }
        }
    }

    private func take(
        _ bundle: SealedBundle, of edge: SimEdge, takes span: Int64, comesBack: Bool
    ) {
        // Nobody has time for it while the centre is down.
        guard let centre = hub.hub, now >= hub.pausedUntil else {
            return note("hub", .lost, "the stick of \(edge.name) is left lying")
        }
        let found = FoundBundle(paths: ["stick"], bundle: bundle)
        let taken = attempt(hub, "reading a bundle") { () -> Hub.BundleTaken? in
            do { return try centre.take(found) } catch let fault as HubFault {
                self.note("hub", .sync, "refuses the stick of \(edge.name): \(fault)")
                return nil
            } catch let fault as BundleFault {
                self.note("hub", .sync, "refuses the stick of \(edge.name): \(fault)")
                return nil
            }
        }
        guard let taken = taken ?? nil, !hub.disk.isDead else { return }
        ledger.tookEffect(.stick)
        note("hub", .arrive, "takes in the stick of \(edge.name)")
        if taken.notices.contains(where: { $0.code == .damagedSegment }) {
            unread(at: hub, "on a stick")
        }
        if taken.receipt.applied > 0 { carryOn() }
        guard comesBack else { return }
        plan("a stick comes back", at: now + span) { world in
            world.take(answer: taken.answer, at: edge)
        }
    }

    private func take(answer: SealedBundle, at edge: SimEdge) {
        guard let node = edge.node, !edge.isWiped, edge.talk == nil, now >= edge.pausedUntil else {
            return
        }
        let number = node.store.identity.replica
        let found = FoundBundle(paths: ["stick"], bundle: answer)
        attempt(edge, "reading a bundle") {
            do {
                let report = try NodeBundles(node: node).take(found)
                if report.fault != nil { self.unread(at: edge, "on a stick") }
                self.note(edge.name, .arrive, "takes in the centre's stick")
            } catch let fault as BundleFault {
                self.note(edge.name, .sync, "refuses the stick: \(fault)")
            }
        }
        noteNumber(edge, before: number)
    }
}
