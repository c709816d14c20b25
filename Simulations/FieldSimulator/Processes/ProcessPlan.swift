/// What a seed makes of a world of real programs: who takes part, which faults, who does what.
///
/// The plan follows from the seed; how the programs' threads and the kills meet does not. So a
/// seed that failed is likely to fail again, and need not.
public struct ProcessPlan: Sendable {
    static let offices = ["52.02.04.2009", "52.02.04.2009", "52.02.04.2010", "52.02.03.2007"]
    static let households = 4
    static let residents = 8

    public let seed: UInt64
    public var faults: Set<ProcessFault> = []
    var pcs: [PC] = []
    var centre: [CentreStep] = []
    /// In the end the log is let go of, and a new PC is filled.
    var endsWithNewPC = false
    /// A planted fault that must be found: in the end the centre forgets what somebody recorded.
    public var hasCanary = false

    struct PC: Sendable {
        let name: String
        let office: String
        let device: Int
        /// Of the same office, to exchange with on the LAN.
        let mate: String?
        var steps: [Step] = []
    }

    struct Step: Sendable {
        let deed: Deed
        /// Milliseconds after which the program is killed, if it still runs.
        let killAfter: Int?
        /// Milliseconds before the step.
        let pause: Int
        /// At the copy of the PC, when there is one.
        let isAtCopy: Bool
    }

    enum Deed: Sendable {
        case replay([Work])
        case correct(person: Int, Work)
        case addUser(Work)
        case importPeople([Work])
        case settle(keepsA: Bool)
        case sync
        /// With the mate's server.
        case meet
        /// The office's own server runs for so many milliseconds, and is killed.
        case serve(milliseconds: Int)
        case backUp
        case stick
        case clone
    }

    /// Something that somebody was told is recorded, if its command said so.
    struct Work: Sendable {
        let serial: Int
        let mark: Mark
        /// Of a trace's line.
        var operations = ""
    }

    /// By what a transaction is known wherever it is.
    enum Mark: Hashable, Sendable {
        case intent(String)
        /// A text that nobody else writes.
        case value(String)
    }

    struct CentreStep: Sendable {
        enum Deed: Sendable {
            case kill(downFor: Int), backUp
            /// From the first backup, which is from before the faults, or from the latest.
            case restore(isFirst: Bool)
        }
        let deed: Deed
        let killAfter: Int?
        let pause: Int
    }

    public static func drawn(_ seed: UInt64) -> ProcessPlan {
        var chance = Chance(seed: seed, .plan, entity: 7)
        var plan = ProcessPlan(seed: seed)
        let style = chance.below(20)
        for fault in ProcessFault.allCases {
            let isOn = chance.chance(percent: 50)
            if style == 0 { continue }
            if style == 1 || isOn { plan.faults.insert(fault) }
        }
        // Copies with neighbours or with a centre that was put back: docs/known-limits.md.
        let isCloned = plan.faults.contains(.clone)
        if isCloned { plan.faults.remove(.hubRestored) }
        plan.endsWithNewPC = chance.chance(percent: 35)
        let count = 2 + chance.below(3)
        var serial = 0
        for index in 0..<count {
            var pc = PC(
                name: "pc\(index + 1)", office: offices[index],
                device: 1 + offices[..<index].count { $0 == offices[index] },
                mate: isCloned ? nil : index == 0 ? "pc2" : index == 1 ? "pc1" : nil)
            plan.write(&pc, index, &serial)
            plan.pcs.append(pc)
        }
        plan.writeCentre()
        return plan
    }

    // MARK: - An office

    private mutating func write(_ pc: inout PC, _ index: Int, _ serial: inout Int) {
        var chance = Chance(seed: seed, .work, entity: UInt64(index + 1))
        var kills = Chance(seed: seed, .process, entity: UInt64(index + 1))
        let count = 9 + chance.below(8)
        let cloneAt = index == 0 && faults.contains(.clone) ? 2 + chance.below(4) : -1
        for turn in 0..<count {
            let isAtCopy = cloneAt >= 0 && turn > cloneAt && chance.chance(percent: 50)
            let deed =
                turn == cloneAt ? .clone : deed(of: pc, isAtCopy, &serial, &chance)
            let isKilled = kills.chance(percent: 25)
            let after = Int(kills.logUniform(2...400))
            pc.steps.append(
                Step(
                    deed: deed,
                    killAfter: isKilled && mayKill(deed) ? after : nil,
                    pause: chance.below(60), isAtCopy: isAtCopy))
        }
    }

    private func mayKill(_ deed: Deed) -> Bool {
        switch deed {
        case .backUp: faults.contains(.killedBackup)
        case .clone, .serve: false
        default: faults.contains(.killedEdge)
        }
    }

    private func deed(
        of pc: PC, _ isAtCopy: Bool, _ serial: inout Int, _ chance: inout Chance
    ) -> Deed {
        func work(_ text: (Int) -> Mark, _ operations: (Int) -> String = { _ in "" }) -> Work {
            serial += 1
            return Work(serial: serial, mark: text(serial), operations: operations(serial))
        }
        switch chance.below(100) {
        case ..<30:
            let count = 1 + chance.below(4)
            var lines: [Work] = []
            for _ in 0..<count {
                let dice = chance.next()
                lines.append(
                    work({ .intent("op.\($0)") }, { TraceText.operations($0, dice) }))
            }
            return .replay(lines)
        case ..<45:
            return .correct(
                person: 1 + chance.below(Self.residents), work { .value("Pekerjaan \($0)") })
        case ..<50: return .addUser(work { .value("warga\($0)") })
        case ..<56:
            let count = 1 + chance.below(5)
            return .importPeople((0..<count).map { _ in work { .value("Amaq Impor \($0)") } })
        case ..<61: return .settle(keepsA: chance.chance(percent: 50))
        case ..<66: return .backUp
        case ..<70: return faults.contains(.killedServe) ? .serve(milliseconds: 900) : .sync
        case ..<76: return pc.mate == nil || isAtCopy ? .sync : .meet
        case ..<81: return .stick
        default: return .sync
        }
    }

    // MARK: - The centre

    private mutating func writeCentre() {
        var chance = Chance(seed: seed, .state, entity: 9)
        for _ in 0..<(3 + chance.below(5)) {
            let kind = chance.below(100)
            let pause = 100 + Int(chance.logUniform(20...1_500))
            let downFor = Int(chance.logUniform(5...700))
            let after = Int(chance.logUniform(5...300)), isKilled = chance.chance(percent: 40)
            let deed: CentreStep.Deed
            switch kind {
            case ..<50 where faults.contains(.killedHub): deed = .kill(downFor: downFor)
            case 50..<75 where faults.contains(.hubRestored):
                deed = .restore(isFirst: downFor % 3 > 0)
            default: deed = .backUp
            }
            var mayKill = faults.contains(.killedBackup)
            if case .kill = deed { mayKill = false }
            centre.append(
                CentreStep(deed: deed, killAfter: isKilled && mayKill ? after : nil, pause: pause))
        }
    }
}

/// Traces of `edgenode replay` (docs/trace-format.md).
enum TraceText {
    /// What one transaction writes: shared rows mostly, so that people meet.
    static func operations(_ serial: Int, _ dice: UInt64) -> String {
        var chance = Chance(seed: dice, .work)
        let household = "h\(1 + chance.below(ProcessPlan.households))"
        let resident = "r\(1 + chance.below(ProcessPlan.residents))"
        switch chance.below(10) {
        case 0: return #"{"delete":"household","id":"\#(household)"}"#
        case 1, 2:
            return put(
                "complaint", "c\(1_000 + serial)",
                #""ticket":"T-\#(serial)","text":"Jalan rusak","state":"received""#)
        case 3:
            return put("household", "h\(1_000 + serial)", #""hamlet":"Baru","status":"active""#)
                + ","
                + put(
                    "resident", "r\(1_000 + serial)",
                    #""name":"Lalu \#(serial)","sex":"male","birth_date":"1990-02-03","#
                        + #""vital_status":"alive","household":{"ref":"h\#(1_000 + serial)"}"#)
        case 4, 5: return put("resident", resident, #""phone":"0812\#(100_000 + serial)""#)
        case 6:
            return put("household", household, #""rt":"\#(chance.below(9))""#) + ","
                + put("resident", resident, #""birth_place":"Praya \#(serial)""#)
        default: return put("household", household, #""address":"Jalan \#(serial)""#)
        }
    }

    /// The register that an office begins with: one household a line, with two people.
    static func register(office index: Int, code: String, at: String) -> String {
        var n = 0
        let lines = (1...ProcessPlan.households).map { number -> String in
            n += 1
            let people = [2 * number - 1, 2 * number].map { person in
                put(
                    "resident", "r\(person)",
                    #""name":"Amaq \#(person)","sex":"male","birth_date":"1980-10-19","#
                        + #""nik":"\#(nik(office: index, person))","vital_status":"alive","#
                        + #""household":{"ref":"h\#(number)"}"#)
            }
            let household = put(
                "household", "h\(number)",
                #""hamlet":"Mawar","address":"Jalan Raya \#(number)","status":"active""#)
            return line(
                n, code, 1, "register.\(number)", at, ([household] + people).joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func nik(office index: Int, _ person: Int) -> String {
        "520204191080" + "\(1_000 + index * 100 + person)"
    }

    static func line(
        _ n: Int, _ office: String, _ device: Int, _ intent: String, _ at: String,
        _ operations: String
    ) -> String {
        #"{"n":\#(n),"at":"\#(at)","office":"\#(office)","device":\#(device),"by":"op1","#
            + #""intent":"\#(intent)","ops":[\#(operations)]}"#
    }

    private static func put(_ table: String, _ row: String, _ cells: String) -> String {
        #"{"put":"\#(table)","id":"\#(row)","set":{\#(cells)}}"#
    }
}
