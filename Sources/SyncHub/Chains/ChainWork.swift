import ChangeStore
import Foundation
import Logging

/// Runs ``Chains`` on the writer's lane, a batch at a time, so that exchanges go in between.
struct ChainWork: Sendable {
    let hub: Hub
    let writer: StoreLane
    private let logger = Logger(label: "synchub.chains")

    init(hub: Hub, writer: StoreLane) {
        self.hub = hub
        self.writer = writer
    }

    /// In line behind what was taken in, before whoever calls next.
    func start() {
        writer.add {
            var troubles: [String] = []
            do {
                let hasMore = try Chains(hub: hub).carry(now: hub.now(), &troubles)
                for trouble in troubles { logger.warning("\(trouble)") }
                if hasMore { start() }
            } catch {
                // Nothing is lost: the next exchange begins where this run did.
                logger.error("chains wait: \(error)")
            }
        }
    }
}
