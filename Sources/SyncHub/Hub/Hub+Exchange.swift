package import Exchange
import GRDB
import SyncProtocol

extension Hub {
    /// The answering side of one request, without the transport.
    package func responder(versions: ClosedRange<UInt8> = Preface.versions) -> Responder {
        Responder(host: HubResponder(hub: self), versions: versions)
    }

    /// What follows in other scopes from what was taken in.
    /// - Returns: one sentence for each piece that could not be carried on.
    @discardableResult
    package func carryOn() throws -> [String] { try Chains(hub: self).carryAll(now: now()) }
}
