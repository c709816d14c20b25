import Models
import SyncProtocol
import Testing

@testable import SyncHub

@Suite("The chain of a move")
struct TransferChains {
    typealias State = TransferChain.State

    static let all: [TransferChain] = {
        var all: [TransferChain] = []
        let flags = [false, true]
        for origin in State.allCases {
            for copy in [nil] + State.allCases.map(Optional.some) {
                for hasArrived in flags {
                    for hasRival in flags {
                        for isDecided in flags {
                            all.append(
                                TransferChain(
                                    origin: origin, copy: copy, hasArrived: hasArrived,
                                    hasRival: hasRival, isDecided: isDecided))
                        }
                    }
                }
            }
        }
        return all
    }()

    private func after(_ step: TransferChain.Step, _ chain: TransferChain) -> TransferChain {
        var origin = chain.origin
        var copy = chain.copy
        switch step {
        case .carry: copy = .sent
        case .settle: origin = .accepted
        case .originFollows(let state): origin = state
        case .copyFollows(let state): copy = state
        case .suspend: (origin, copy) = (.suspended, .suspended)
        }
        return TransferChain(
            origin: origin, copy: copy, hasArrived: chain.hasArrived, hasRival: chain.hasRival,
            isDecided: chain.isDecided)
    }

    @Test("Whatever the two rows say, a few steps bring them to agree, and then there is no more")
    func ends() {
        for start in Self.all {
            var chain = start
            var steps = 0
            while let step = chain.next {
                chain = after(step, chain)
                steps += 1
                #expect(steps < 5, "\(start)")
                if steps >= 5 { break }
            }
            guard let copy = chain.copy else { continue }
            let isOver = chain.origin == .accepted || chain.origin == copy
            let isRefused = [copy, chain.origin].allSatisfy {
                [.returned, .cancelled].contains($0)
            }
            #expect(isOver || isRefused, "\(start) ends as \(chain)")
        }
    }

    @Test("A suspended step that was cut after either row is finished, not undone")
    func cutSuspension() {
        for (origin, copy) in [(State.suspended, State.accepted), (.sent, .suspended)] {
            var chain = TransferChain(
                origin: origin, copy: copy, hasArrived: true, hasRival: true, isDecided: false)
            while let step = chain.next { chain = after(step, chain) }
            #expect(chain.origin == .suspended && chain.copy == .suspended)
        }
    }

    @Test("A second acceptance never counts until somebody has decided for it")
    func secondAcceptance() {
        for chain in Self.all where chain.hasRival && !chain.isDecided {
            #expect(chain.next != .settle, "\(chain)")
            #expect(chain.next != .carry, "\(chain)")
        }
    }

    @Test("A carried row has a name of its own, six times over, and leads back")
    func carriedNames() throws {
        let row = RowID(replica: ReplicaID(77), counter: 4_096)
        #expect(row.carried?.rawValue == 0x1000_004D_0000_1000)
        var names: Set<RowID> = [row]
        var name = row
        for _ in 0..<6 {
            let next = try #require(name.carried)
            #expect(next.carriedFrom == name)
            #expect(names.insert(next).inserted)
            name = next
        }
        #expect(name.carried == nil)
        #expect(row.carriedFrom == nil)
        #expect(RowID(replica: ReplicaID(0x7000_0001), counter: 1).carried == nil)
        #expect(!name.replica.isHub)
        let provisional = RowID(replica: ReplicaID(0xF123_4567), counter: 9)
        #expect(provisional.carried?.carriedFrom == provisional)
        #expect(provisional.carried?.replica.isProvisional == true)
    }

    @Test("Likeness orders the work: the same person scores high, a typing error low")
    func likeness() {
        func person(_ name: String, _ born: String, _ mother: String?) -> IdentityScore.Person {
            IdentityScore.Person(
                name: name, birthDate: CivilDate(iso: born), motherName: mother)
        }
        let bakri = person("Lalu Bakri", "1980-10-19", "Inaq Sumi")
        #expect(IdentityScore.score(bakri, bakri) == 100)
        #expect(IdentityScore.score(bakri, person("LALU BAKRIE", "1980-10-19", nil)) >= 80)
        #expect(IdentityScore.score(bakri, person("Baiq Nurhayati", "1991-02-03", "Sahnim")) < 30)
        #expect(IdentityScore.score(person("", "1980-10-19", nil), bakri) >= 50)
        for other in [bakri, person("Bakri Lalu", "1980-09-10", "Sumi")] {
            #expect(IdentityScore.score(bakri, other) == IdentityScore.score(other, bakri))
        }
    }
}
