import ArgumentParser
import Console
import Models
import SyncProtocol

/// Moves between offices on the command line, as the screens do them.
struct TransfersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfers", abstract: "Sends residents to other offices, and receives them.",
        subcommands: [List.self, Send.self, Cancel.self, Accept.self, Refuse.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Families that other offices sent here and that wait for an answer.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        private struct Family: Codable {
            var transfer: String
            var from: String
            var people: [String]
            var movedOn: String?
            var isSuspended: Bool
        }

        func run() throws {
            let families = try Office(node: options.open()).arrivals().map {
                Family(
                    transfer: $0.id.description, from: $0.originCode, people: $0.people.map(\.name),
                    movedOn: $0.movedOn, isSuspended: $0.isSuspended)
            }
            if json { return print(try JSONText.of(families)) }
            if families.isEmpty { return print("nobody was sent here") }
            for family in families {
                print(
                    "\(family.transfer)\tfrom \(family.from)\t"
                        + family.people.joined(separator: ", ")
                        + (family.isSuspended ? "\tsuspended" : ""))
            }
        }
    }

    struct Send: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends a resident, or the whole family, to another office.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "The resident's NIK.")
        var nik: String
        @Flag(name: .long, help: "Everybody of the household goes.")
        var family = false
        @Option(name: .long, help: "The office's code.")
        var to: String
        @Option(name: .long, help: "The day of the move; today when left out.")
        var on: String?
        @Option(name: .long, help: "Why.")
        var reason: String?
        @Flag(name: .long, help: "Confirm what the command warns of.")
        var confirmed = false
        @Option(name: .long, help: "Who records it.")
        var by: String

        func run() throws {
            let office = try Office(node: options.open())
            let (home, members) = try office.householdOf(nik: nik)
            var fields = [
                "to_office": to, "reason": reason ?? "", "event_date": on ?? office.today.iso,
                "report_date": office.today.iso, "reporter": by,
                "confirmed": confirmed ? "1" : "",
            ]
            for member in members where family || member.nik == nik {
                fields["member.\(member.id)"] = "1"
            }
            try Self.plainly { [fields] in
                try office.registerMoveOut(of: home, Entries(fields), by: .onCommandLine(by))
            }
            print("sent; they count here until \(to) accepts them")
        }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes back what was sent and is not answered.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "The resident's NIK.")
        var nik: String
        @Option(name: .long, help: "Who records it.")
        var by: String

        func run() throws {
            let office = try Office(node: options.open())
            let open = try office.openTransfers(ofNIK: nik)
            guard !open.isEmpty else { throw EdgeFault.usage("\(nik) is not on the way anywhere") }
            for transfer in open {
                try Self.plainly {
                    try office.cancelTransfer(transfer, by: .onCommandLine(by))
                }
            }
            print("cancelled")
        }
    }

    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enters a family that was sent here.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The transfer, from 'transfers list'.")
        var transfer: RowID
        @Option(name: .long, help: "The household they join: the NIK of somebody in it.")
        var join: String?
        @Option(name: .long, help: "Of a new household: its hamlet.")
        var hamlet: String?
        @Option(name: .long, help: "Of a new household: its address.")
        var address: String?
        @Option(name: .long, help: "Of a new household: its family card number.")
        var familyCard: String?
        @Option(name: .long, help: "The day they came; today when left out.")
        var on: String?
        @Flag(name: .long, help: "Confirm what the command warns of.")
        var confirmed = false
        @Option(name: .long, help: "Who records it.")
        var by: String

        func run() throws {
            let office = try Office(node: options.open())
            let household = try join.map { try office.householdOf(nik: $0).home.description }
            let fields = [
                "household": household ?? "", "hamlet": hamlet ?? "", "address": address ?? "",
                "family_card_no": familyCard ?? "", "event_date": on ?? office.today.iso,
                "report_date": office.today.iso, "reporter": by,
                "confirmed": confirmed ? "1" : "",
            ]
            var entered = 0
            try Self.plainly {
                entered = try office.acceptArrival(
                    transfer, Entries(fields), by: .onCommandLine(by)
                )
                .count
            }
            print("accepted \(entered) people; the next sync tells the office of origin")
        }
    }

    struct Refuse: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends a family's letter back to the office of origin.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The transfer, from 'transfers list'.")
        var transfer: RowID
        @Option(name: .long, help: "Why, for the office of origin to read.")
        var reason: String
        @Option(name: .long, help: "Who records it.")
        var by: String

        func run() throws {
            let office = try Office(node: options.open())
            try Self.plainly {
                try office.refuseArrival(transfer, reason: reason, by: .onCommandLine(by))
            }
            print("sent back; the next sync tells the office of origin")
        }
    }
}

/// Civil registry's proposals on the command line.
struct ProposalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposals", abstract: "What civil registry proposes about residents.",
        subcommands: [List.self, Accept.self, Decline.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Proposals without an answer.")

        @OptionGroup var options: StoreOptions

        func run() throws {
            let proposals = try Office(node: options.open()).proposals()
            if proposals.isEmpty { return print("no proposal waits") }
            for proposal in proposals {
                let changes = proposal.changes.map {
                    "\($0.column.name): \($0.now) → \($0.proposed)"
                }
                print(
                    "\(proposal.match.id)\t\(proposal.match.text("result") ?? "")\t"
                        + "\(proposal.resident?.text("name") ?? "–")\t"
                        + changes.joined(separator: ", "))
            }
        }
    }

    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the proposed values into the resident.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The proposal, from 'proposals list'.")
        var proposal: RowID
        @Option(name: .long, help: "Who accepts.")
        var by: String

        func run() throws {
            let office = try Office(node: options.open())
            try Self.plainly { try office.acceptProposal(proposal, by: .onCommandLine(by)) }
            print("accepted")
        }
    }

    struct Decline: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answers that the village keeps what it has.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The proposal, from 'proposals list'.")
        var proposal: RowID
        @Option(name: .long, help: "Why.")
        var reason: String
        @Option(name: .long, help: "Who declines.")
        var by: String

        func run() throws {
            let office = try Office(node: options.open())
            try Self.plainly {
                try office.declineProposal(proposal, note: reason, by: .onCommandLine(by))
            }
            print("declined")
        }
    }
}

extension ParsableCommand {
    /// Says in one line what the office objects to.
    static func plainly(_ body: () throws -> Void) throws {
        do { try body() } catch let fault as OfficeFault {
            throw EdgeFault.usage(PlainWords(Words(.english)).report(fault))
        }
    }
}

extension Staff {
    /// Whoever sits at the machine itself: IT, or a script. The name given is the author.
    static func onCommandLine(_ name: String) -> Staff {
        Staff(
            id: RowID(rawValue: 0), name: name, fullName: name, role: .operator, title: nil)
    }

    /// Who hands out aid (DOMAIN §2).
    static func handingOut(_ name: String) -> Staff {
        Staff(
            id: RowID(rawValue: 0), name: name, fullName: name, role: .sectionHead, title: nil)
    }
}
