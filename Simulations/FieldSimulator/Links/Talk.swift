import EdgeNode
import SyncProtocol

/// One sync of a PC, as the programs run it, while its messages are on their way.
final class Talk {
    enum Asking {
        case hub(HubExchange)
        case peer(PeerExchange)
    }

    enum Request {
        case enrol(EnrolmentRequest)
        case exchange([UInt8])

        var bytes: [UInt8] {
            switch self {
            // What matters on the way is that it is short.
            case .enrol: [UInt8](repeating: 0, count: 300)
            case .exchange(let bytes): bytes
            }
        }
    }

    let number: Int
    let asking: Asking
    let to: String
    /// Which request is under way; an answer to another one comes to nobody.
    private(set) var round = 0

    init(_ asking: Asking, to: String, number: Int) {
        self.asking = asking
        self.to = to
        self.number = number
    }

    func next() throws -> Request? {
        round += 1
        switch asking {
        case .hub(let exchange):
            return switch try exchange.next() {
            case .enrol(let request): .enrol(request)
            case .exchange(let bytes): .exchange(bytes)
            case nil: nil
            }
        case .peer(let exchange): return try exchange.next().map { .exchange($0) }
        }
    }

    func feed(_ bytes: ArraySlice<UInt8>) throws {
        switch asking {
        case .hub(let exchange): try exchange.feed(bytes)
        case .peer(let exchange): try exchange.feed(bytes)
        }
    }

    func end() throws {
        switch asking {
        case .hub(let exchange): try exchange.end()
        case .peer(let exchange): try exchange.end()
        }
    }

    func refused(_ refusal: Refusal) throws {
        switch asking {
        case .hub(let exchange): try exchange.refused(refusal)
        case .peer: throw refusal
        }
    }

    var report: SyncReport {
        switch asking {
        case .hub(let exchange): exchange.report
        case .peer(let exchange): exchange.report
        }
    }
}
