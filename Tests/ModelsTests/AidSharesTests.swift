import Models
import SyncProtocol
import Testing

@Suite("Shares of aid")
struct AidSharesTests {
    private static let hub = ReplicaID.hub
    private static let posts = [ReplicaID(7), ReplicaID(8), ReplicaID(9)]

    /// Posts that meet by chance, each spending only what it sees as its own.
    private struct World {
        var generator: SeededGenerator
        /// What each replica holds, by position in `facts`.
        var held: [ReplicaID: Set<Int>] = [:]
        var facts: [AidEntry] = []

        mutating func note(_ entry: AidEntry, at replica: ReplicaID) {
            held[replica, default: []].insert(facts.count)
            facts.append(entry)
        }

        func view(of replica: ReplicaID) -> [ReplicaID: AidShare] {
            AidShares.shares(from: (held[replica] ?? []).sorted().map { facts[$0] })
        }

        mutating func step() {
            let post = posts.randomElement(using: &generator) ?? posts[0]
            let other = (posts + [hub]).randomElement(using: &generator) ?? hub
            let quantity = Int64.random(in: 1...40, using: &generator)
            let left = view(of: post)[post]?.left ?? 0
            switch Int.random(in: 0..<10, using: &generator) {
            case 0:
                note(.allotment(maker: hub, from: nil, to: post, quantity: quantity), at: hub)
            case 1...2 where quantity <= left && other != post && !other.isHub:
                note(.allotment(maker: post, from: post, to: other, quantity: quantity), at: post)
            case 3...5 where quantity <= left:
                note(.delivery(maker: post, quantity: quantity, isBeyondShare: false), at: post)
            case 6:
                note(.delivery(maker: post, quantity: quantity, isBeyondShare: true), at: post)
            default:
                // They meet, in one direction.
                held[other, default: []].formUnion(held[post] ?? [])
                if Bool.random(using: &generator) {
                    held[post, default: []].formUnion(held[other] ?? [])
                }
            }
        }
    }

    @Test("Whoever meets whom, posts never hand out more together than was allotted")
    func conserved() {
        for seed in UInt64(1)...400 {
            var world = World(generator: SeededGenerator(seed: seed))
            for _ in 0..<120 {
                world.step()
                let all = AidShares.shares(from: world.facts).values
                let allotted = all.map(\.allotted).reduce(0, +)
                let handed = all.map(\.handedOut).reduce(0, +)
                #expect(handed <= allotted, "seed \(seed)")
                #expect(all.allSatisfy { $0.left >= 0 }, "seed \(seed)")
                #expect(
                    all.map(\.left).reduce(0, +) == allotted - handed, "seed \(seed): conserved")
            }
            for replica in Self.posts {
                // A post's own view of its own share is never more than what is true.
                let truth = AidShares.shares(from: world.facts)[replica]?.left ?? 0
                #expect((world.view(of: replica)[replica]?.left ?? 0) <= truth, "seed \(seed)")
            }
        }
    }

    @Test("Only the centre gives what it does not have, and a post only what is its own")
    func makers() {
        let (a, b) = (Self.posts[0], Self.posts[1])
        let unfounded: [AidEntry] = [
            .allotment(maker: a, from: nil, to: a, quantity: 50),
            .allotment(maker: b, from: a, to: b, quantity: 50),
            .allotment(maker: a, from: a, to: a, quantity: 50),
            .allotment(maker: Self.hub, from: nil, to: a, quantity: -5),
            .allotment(
                maker: Self.hub, from: nil, to: a, quantity: AidShares.quantityMax + 1),
            .delivery(maker: a, quantity: 0, isBeyondShare: false),
        ]
        #expect(AidShares.shares(from: unfounded).isEmpty)
        let restored = ReplicaID(ReplicaID.restoredHubs.lowerBound)
        let shares = AidShares.shares(from: [
            .allotment(maker: restored, from: nil, to: a, quantity: 50),
            .allotment(maker: Self.hub, from: a, to: b, quantity: 20),
            .allotment(maker: b, from: b, to: nil, quantity: 5),
        ])
        #expect(shares[a]?.left == 30)
        #expect(shares[b]?.left == 15)
    }
}
