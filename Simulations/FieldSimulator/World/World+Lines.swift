import ChangeStore
import EdgeNode
import Exchange
import SyncHub
import SyncProtocol

/// Exchanges: each request and each answer is an event of its own.
extension World {
    /// How long a program waits for an answer.
    static let patience: Int64 = 600_000

    /// One machine's reply to a request.
    private enum Reply {
        case accepted
        case answer([UInt8])
        case refusal(Refusal)

        var bytes: [UInt8] {
            switch self {
            case .accepted, .refusal: [UInt8](repeating: 0, count: 80)
            case .answer(let bytes): bytes
            }
        }
    }

    func link(_ from: String, _ to: String) -> LinkName { LinkName(from: from, to: to) }

    private func ready(_ name: LinkName) {
        guard links[name] == nil else { return }
        links[name] = Link(quality: defaultQuality)
        var entity: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in (name.from + ">" + name.to).utf8 {
            entity = (entity ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        linkChances[name] = Chance(seed: seed, .net, entity: entity)
    }

    func change(_ name: LinkName, _ body: (inout Link) -> Void) {
        ready(name)
        body(&links[name]!)
    }

    // MARK: - The calling side

    /// Begins a sync, when the PC runs and no other is under way.
    func sync(_ edge: SimEdge, with peer: Machine) {
        guard let node = edge.node, edge.talk == nil, !standsStill(edge) else { return }
        talks += 1
        tally.syncs += 1
        let number = talks
        let asking: Talk.Asking
        if peer === hub {
            guard
                let exchange = attempt(
                    edge, "sync", { try HubExchange(node: node, versions: edge.versions) })
            else { return }
            asking = .hub(exchange)
        } else {
            guard let mate = (peer as? SimEdge)?.node else { return }
            let replica = mate.store.identity.replica
            touch(edge)
            // Who has just taken a new number is not on the list yet.
            guard
                let exchange = try? PeerExchange(node: node, with: replica, at: peer.name)
            else { return }
            asking = .peer(exchange)
        }
        let talk = Talk(asking, to: peer.name, number: number)
        edge.talk = talk
        plan("patience ends", for: edge, in: Self.patience) { world, edge in
            guard edge.talk?.number == number else { return }
            world.note(edge.name, .sync, "gives up on \(peer.name)")
            world.end(edge, isDone: false)
        }
        proceed(edge, talk)
    }

    private func proceed(_ edge: SimEdge, _ talk: Talk) {
        let number = edge.store?.identity.replica
        touch(edge)
        let request: Talk.Request?
        do {
            request = try talk.next()
        } catch {
            return failed(edge, talk, error)
        }
        noteNumber(edge, before: number)
        guard let request else {
            note(edge.name, .sync, "has exchanged with \(talk.to)")
            if talk.report.damagedPieces > 0 { unread(at: edge, "of \(talk.to)") }
            tally.rounds += talk.report.rounds
            return end(edge, isDone: true)
        }
        if case .exchange = request { noteSent(edge) }
        guard talk.round <= Self.exchangeRoundsMax else {
            return breach(
                "L3", "nobody is busy without getting on",
                "the exchange with \(talk.to) takes more than \(Self.exchangeRoundsMax) rounds",
                at: edge.name)
        }
        let round = talk.round
        send(request.bytes, from: edge, to: talk.to) { world, bytes, way in
            world.serve(request, bytes, way, from: edge, talk, round)
        }
    }

    /// Whatever there is in a world fits fewer requests of 4 kB.
    private static let exchangeRoundsMax = 400

    /// Whoever says what it holds must still hold it after a power cut.
    func noteSent(_ edge: SimEdge) {
        guard let store = edge.store else { return }
        let own = store.identity.replica
        let seq = edge.watch.vectors[edge.home]?[own] ?? 0
        if edge.watch.sent.replica != own || edge.watch.sent.seq < seq {
            edge.watch.sent = Dot(own, seq)
        }
    }

    func noteNumber(_ edge: SimEdge, before: ReplicaID?) {
        guard let store = edge.store, let before, store.identity.replica != before else { return }
        tally.newNumbers += 1
        note(edge.name, .sync, "is told that it is a copy, and goes on under a new number")
        do { try look(at: edge, isWhole: true) } catch { touch(edge) }
        renumber(edge)
    }

    func end(_ edge: SimEdge, isDone: Bool) {
        edge.talk = nil
        edge.failures = isDone ? 0 : edge.failures + 1
        if !isDone { tally.failedSyncs += 1 }
    }

    private func failed(_ edge: SimEdge, _ talk: Talk, _ error: any Error) {
        end(edge, isDone: false)
        if edge.disk.isDead { return }
        for notice in talk.report.notices { note(edge.name, .sync, "is told: \(notice)") }
        switch error {
        case ExchangeFault.noProgress, EdgeFault.noProgress:
            guard hub.diskFaults.isEmpty, edge.diskFaults.isEmpty else {
                return note(edge.name, .sync, "the exchange with \(talk.to) stalls")
            }
            breach(
                "L3", "nobody is busy without getting on", "the exchange stalls", at: edge.name)
        case ExchangeFault.pieceUnreadable: unread(at: edge, "of \(talk.to)")
        case is ExchangeFault, is Refusal, EdgeFault.hubRefused, EdgeFault.versionsApart,
            EdgeFault.changesRefused:
            note(edge.name, .sync, "the exchange with \(talk.to) fails")
        default:
            if edge.mayRefuse, isDamage(error) { return refuse(edge, "\(error)") }
            guard edge.diskFaults.isEmpty else {
                tally.reportedErrors += 1
                note(edge.name, .sync, "the exchange with \(talk.to) fails: \(error)")
                return edge.disk.mend()
            }
            breach("error", "no program fails on a sound disk", "sync: \(error)", at: edge.name)
        }
    }

    // MARK: - On the way

    /// How a message came.
    struct Way {
        var isWhole = true
        var isFlipped = false
        var isCopy = false
    }

    private func send(
        _ bytes: [UInt8], from: Machine, to: String,
        _ deliver: @escaping (World, ArraySlice<UInt8>, Way) -> Void
    ) {
        let name = link(from.name, to)
        ready(name)
        let quality = links[name]!.quality
        if quality.lossPerMille > 0 { ledger.inject(.loss) }
        if quality.cutPerMille > 0 { ledger.inject(.streamCut) }
        if quality.bitsPerSecond < 100_000 {
            ledger.add(.slowLine, FaultCount(injected: 1, tookEffect: 1))
        }
        let block = links[name]!.block(at: now)
        if now < links[name]!.cloggedUntil { ledger.tookEffect(.clog) }
        bytesSent += bytes.count
        let sent = links[name]!.send(bytes: bytes.count, at: now, &linkChances[name]!)
        guard case .arrives(let time, let count, let flipped) = sent.fate else {
            ledger.tookEffect(block ?? .loss)
            return note(
                from.name, .lost, "\(bytes.count) bytes to \(to) are lost",
                message: TraceLine.Message(to: to, bytes: bytes.count, arrival: nil))
        }
        note(
            from.name, .send, "\(bytes.count) bytes to \(to)",
            message: TraceLine.Message(to: to, bytes: bytes.count, arrival: time))
        var arriving = bytes[...]
        var way = Way()
        if let count {
            arriving = bytes.prefix(count)
            way.isWhole = false
            ledger.tookEffect(.streamCut)
        } else if let flipped {
            var copy = bytes
            copy[flipped / 8] ^= 1 << UInt8(flipped % 8)
            arriving = copy[...]
            way.isFlipped = true
            ledger.inject(.bitFlip)
        }
        let taken = arriving
        let usual = way
        plan("arrives", at: time) { world in
            var way = usual
            var bytes = taken
            if let block = world.links[name]!.block(at: world.now) {
                // The line broke while it was on its way.
                way.isWhole = false
                bytes = taken.prefix(taken.count / 2)
                world.ledger.tookEffect(block)
            }
            deliver(world, bytes, way)
        }
        guard let copyAt = sent.copyAt else { return }
        ledger.inject(sent.isLate ? .replay : .duplicate)
        plan("arrives again", at: copyAt) { world in
            guard world.now >= world.links[name]!.blockedUntil else { return }
            world.ledger.tookEffect(sent.isLate ? .replay : .duplicate)
            deliver(world, bytes[...], Way(isCopy: true))
        }
    }

    // MARK: - The answering side

    private func serve(
        _ request: Talk.Request, _ bytes: ArraySlice<UInt8>, _ way: Way, from edge: SimEdge,
        _ talk: Talk, _ round: Int
    ) {
        guard let machine = machine(named: talk.to), machine.isUp else {
            return note(talk.to, .lost, "does not answer")
        }
        guard !standsStill(machine) else {
            return plan("is served", at: machine.pausedUntil) {
                $0.serve(request, bytes, way, from: edge, talk, round)
            }
        }
        if edge.versions != machine.versions {
            met(.version, edge)
            met(.version, machine)
        }
        var applied = 0
        let reply = attempt(machine, "answering \(edge.name)") {
            try self.reply(request, bytes, way, machine, &applied)
        }
        guard let reply = reply ?? nil else { return }
        if way.isFlipped, case .answer = reply {
            return breach(
                "S16", "a damaged message is refused",
                "a request of \(edge.name) with a turned bit was answered", at: machine.name)
        }
        if way.isFlipped { ledger.tookEffect(.bitFlip) }
        if machine === hub, applied > 0 { carryOn() }
        if !machine.disk.isDead { self.reply(reply, from: machine, to: edge, talk, round, way) }
    }

    private func reply(
        _ request: Talk.Request, _ bytes: ArraySlice<UInt8>, _ way: Way, _ machine: Machine,
        _ applied: inout Int
    ) throws -> Reply? {
        do {
            switch request {
            case .enrol(let request):
                guard way.isWhole, !way.isFlipped else { return nil }
                try hub.hub?.accept(request)
                return .accepted
            case .exchange:
                let edge = machine as? SimEdge
                guard
                    let responder = try edge?.node?.peerResponder()
                        ?? hub.hub?.responder(versions: hub.versions)
                else { return nil }
                // As it comes from the network: in pieces.
                for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 8_192) {
                    let end = min(start + 8_192, bytes.endIndex)
                    try responder.feed(Array(bytes[start..<end]))
                }
                applied = responder.receipt.applied
                guard way.isWhole else { return nil }
                let answer = try responder.answer()
                applied = responder.receipt.applied
                if responder.notices.contains(where: { $0.code == .damagedSegment }) {
                    unread(at: machine, "of a caller")
                }
                return .answer(answer)
            }
        } catch let refusal as Refusal {
            return .refusal(refusal)
        } catch let error as StoreError where !machine.disk.isDead && !machine.diskFaults.isEmpty {
            if machine.mayRefuse, isDamage(error) { throw error }
            tally.reportedErrors += 1
            machine.disk.mend()
            return .refusal(Refusal(.storeTrouble, "the store cannot be written"))
        }
    }

    /// It comes again in a plainer form, so nobody else would notice.
    func unread(at machine: Machine, _ whose: String) {
        breach(
            "S16", "what arrives whole can be read", "a piece \(whose) could not be",
            at: machine.name)
    }

    private func reply(
        _ reply: Reply, from machine: Machine, to edge: SimEdge, _ talk: Talk, _ round: Int,
        _ asked: Way
    ) {
        // Whoever sent an old message once more hears nothing, and does not listen.
        guard !asked.isCopy else { return }
        let life = edge.life
        send(reply.bytes, from: machine, to: edge.name) { world, bytes, way in
            guard edge.life == life, edge.talk === talk, talk.round == round, !way.isCopy else {
                return
            }
            world.take(reply, bytes, way, edge, talk)
        }
    }

    private func take(
        _ reply: Reply, _ bytes: ArraySlice<UInt8>, _ way: Way, _ edge: SimEdge, _ talk: Talk
    ) {
        guard !standsStill(edge) else {
            return plan("is taken", for: edge, in: edge.pausedUntil - now) { world, edge in
                guard edge.talk === talk else { return }
                world.take(reply, bytes, way, edge, talk)
            }
        }
        touch(edge)
        do {
            switch reply {
            case .accepted:
                guard way.isWhole, !way.isFlipped else { return end(edge, isDone: false) }
                try talk.end()
            case .refusal(let refusal):
                guard way.isWhole, !way.isFlipped else { return end(edge, isDone: false) }
                note(edge.name, .sync, "\(talk.to) refuses: \(refusal.code.rawValue)")
                try talk.refused(refusal)
            case .answer:
                try talk.feed(bytes)
                // A reader who never hears the end of it gives up.
                guard way.isWhole else { return end(edge, isDone: false) }
                try talk.end()
                if way.isFlipped {
                    return breach(
                        "S16", "a damaged message is refused",
                        "an answer of \(talk.to) with a turned bit was taken", at: edge.name)
                }
            }
        } catch {
            if way.isFlipped { ledger.tookEffect(.bitFlip) }
            return failed(edge, talk, error)
        }
        proceed(edge, talk)
    }

    /// What follows in other scopes from what the hub took in: in line behind the exchange.
    func carryOn() {
        plan("carries on", for: hub, in: 1) { world, hub in
            world.attempt(hub, "carrying on") { try hub.hub?.carryOn() }
        }
    }
}
