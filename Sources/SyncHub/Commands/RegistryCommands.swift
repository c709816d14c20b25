import ArgumentParser
import Console
import Foundation
import SyncProtocol

struct RegistryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry",
        abstract: "The desk of civil registry: numbers used twice, and proposals to villages.",
        subcommands: [List.self, Decide.self, Propose.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every NIK that counts at more than one office, the likeliest person first.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let hub = try options.open()
            try hub.carryChains()
            let cases = try RegistryDesk.cases(hub)
            if json { return print(try JSONText.of(cases)) }
            if cases.isEmpty { return print("no NIK is used at two offices") }
            for found in cases {
                print(
                    "\(found.nik)  alike \(found.score) of 100"
                        + (found.isJudged ? ", decided" : ", waits for a decision"))
                for holder in found.holders {
                    print(
                        "   \(holder.office) \(holder.officeName): \(holder.name), born "
                            + "\(holder.birthDate), mother \(holder.mother)")
                }
            }
        }
    }

    struct Decide: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decides whether the holders of one NIK are one person. Every office "
                + "concerned sees the verdict; the one that must change something is asked to.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "The NIK.")
        var nik: String
        @Flag(name: .long, help: "They are one person. Say where with --lives-at.")
        var same = false
        @Flag(name: .long, help: "They are two people. Say whose number is wrong with --wrong-at.")
        var different = false
        @Option(name: .long, help: "The office that the person belongs to.")
        var livesAt: String?
        @Option(name: .long, help: "The office that wrote the number down wrongly.")
        var wrongAt: String?
        @Option(name: .long, help: "The right number of the other person, to propose.")
        var rightNik: String?
        @Option(name: .long, help: "Why, for both offices to read.")
        var reason: String
        @Option(name: .long, help: "Who decides.")
        var by: String

        func run() throws {
            let verdict: RegistryDesk.Verdict
            switch (same, different, livesAt, wrongAt) {
            case (true, false, let office?, nil): verdict = .same(livesAt: office)
            case (false, true, nil, let office?):
                verdict = .different(wrongAt: office, rightNIK: rightNik)
            default:
                throw ValidationError(
                    "say either --same --lives-at CODE or --different --wrong-at CODE")
            }
            let hub = try options.open()
            try RegistryDesk(hub: hub, by: by, now: Hub.now()).decide(
                nik, verdict, reason: reason)
            try hub.carryChains()
            print("decided; the offices concerned see it with their next sync")
        }
    }

    struct Propose: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Proposes to a village what civil registry knows of a resident. The village "
                + "accepts it with one click; nothing is overwritten.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "The office's code.")
        var office: String
        @Option(name: .long, help: "The resident's NIK there.")
        var nik: String
        @Option(
            name: .long, parsing: .singleValue,
            help: "COLUMN=VALUE; an empty value clears it. None says that everything matches.")
        var set: [String] = []
        @Flag(name: .long, help: "Civil registry does not know this number.")
        var notFound = false
        @Option(name: .long, help: "A sentence for the village.")
        var note: String?
        @Option(name: .long, help: "Who proposes.")
        var by: String

        func run() throws {
            let hub = try options.open()
            try RegistryDesk(hub: hub, by: by, now: Hub.now()).propose(
                office: office, nik: nik, result: notFound ? "not_found" : nil,
                assignments: set, note: note)
            print("proposed; the village sees it with its next sync")
        }
    }
}

struct TransfersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfers",
        abstract: "Moves between offices that are under way, and those that wait for a decision.",
        subcommands: [List.self, Decide.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Moves that are not over; what waits for a decision first.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let hub = try options.open()
            try hub.carryChains()
            let lines = try TransferDesk(hub: hub).open()
            if json { return print(try JSONText.of(lines)) }
            if lines.isEmpty { return print("no move is under way") }
            for line in lines {
                print(
                    "\(line.transfer)\t\(line.state)\t\(line.from) to \(line.to)\t"
                        + "\(line.movedOn)" + (line.hasArrived ? "\tentered there" : ""))
            }
        }
    }

    struct Decide: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decides a suspended move: the person had been accepted elsewhere.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The transfer, from 'synchub transfers list'.")
        var transfer: String
        @Flag(name: .long, help: "The person belongs to this transfer's office after all.")
        var accept = false
        @Flag(name: .long, help: "The person stays where they were accepted.")
        var `return` = false
        @Option(name: .long, help: "Why, for the offices to read.")
        var note: String?
        @Option(name: .long, help: "Who decides.")
        var by: String
        @Option(name: .long, help: "As whom: civil_registry or district.")
        var role = "civil_registry"

        func run() throws {
            guard accept != `return` else {
                throw ValidationError("say either --accept or --return")
            }
            guard let role = Role(code: role), [.civilRegistry, .district].contains(role) else {
                throw ValidationError("--role is civil_registry or district")
            }
            guard let id = RowID(transfer) else { throw HubFault.notSuspended(transfer) }
            let hub = try options.open()
            try TransferDesk(hub: hub).decide(
                id, accepts: accept, as: Author(by, role), note: note, now: Hub.now())
            try hub.carryChains()
            print("decided; the offices concerned see it with their next sync")
        }
    }
}

extension Hub {
    /// What the server does after each exchange, for a command that reads or follows it.
    func carryChains() throws {
        for trouble in try Chains(hub: self).carryAll(now: Self.now()) {
            FileHandle.standardError.write(Data("synchub: \(trouble)\n".utf8))
        }
    }
}
