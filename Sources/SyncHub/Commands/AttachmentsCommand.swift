import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct AttachmentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attachments",
        abstract: "Lists the offices' photos and scans, asks for them, limits what they take.",
        subcommands: [
            List.self, Fetch.self, ExportAttachment<StoreOptions>.self, Quota.self, Policy.self,
        ],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every attachment that a row names, and where it is.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let hub = try options.open()
            let lines = try AttachmentListing.lines(hub.store, hub.content)
            if json { return print(try JSONText.of(lines)) }
            for line in lines { print(line.text) }
            let away = lines.count { $0.state != "here" }
            print(
                "\(lines.count) attachments, \(away) only at their offices; "
                    + "\(try AttachmentListing.usage(hub.content)); policy "
                    + (try hub.content.collectsAll() ? "all" : "asked"))
        }
    }

    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks the offices for attachments; their next exchanges bring them.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "Names, or at least their first 6 digits.")
        var names: [String]

        func run() throws {
            let hub = try options.open()
            for name in names {
                let hash = try AttachmentListing.find(name, hub.store, hub.content)
                switch try hub.ask(for: hash, now: Hub.now()) {
                case .here: print("\(hash) is here already")
                case .asked: print("\(hash) is asked for: it comes when the office next syncs")
                case .unnamed: print("\(hash) is named by no row: no office can be asked")
                }
            }
        }
    }

    struct Quota: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows or sets what attachments may take at the hub.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "All attachments together, in MB.")
        var megabytes: Int64?

        func run() throws {
            let hub = try options.open()
            if let megabytes { try hub.content.setQuota(megabytes: megabytes) }
            print("attachments  \(try AttachmentListing.usage(hub.content))")
        }
    }

    struct Policy: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what the hub asks its offices for.")

        enum Choice: String, ExpressibleByArgument, CaseIterable {
            case asked, all
        }

        @OptionGroup var options: StoreOptions
        @Argument(
            help: "asked: what somebody looks at. all: everything, as the lines allow.")
        var policy: Choice

        func run() throws {
            let hub = try options.open()
            try hub.content.setCollectsAll(policy == .all)
            guard policy == .all else {
                return print("the hub asks for what somebody looks at")
            }
            let count = try hub.askForAll(now: Hub.now())
            print("the hub asks for everything; \(count) attachments are still at their offices")
        }
    }
}

extension Hub {
    enum Asking {
        case here, asked
        /// No row names it, so nobody can be asked.
        case unnamed
    }

    /// Asks the offices whose rows name the attachment.
    func ask(for hash: ContentHash, now: Int64) throws -> Asking {
        if try content.entry(of: hash)?.isWhole == true { return .here }
        let scopes = try store.read {
            try AttachmentReferences(store.schema).scopes(naming: hash, $0)
        }
        for scope in scopes.sorted() { try content.want(hash, from: scope, now: now) }
        return scopes.isEmpty ? .unnamed : .asked
    }

    /// - Returns: how many are not here.
    func askForAll(now: Int64) throws -> Int {
        let named = try store.read { try AttachmentReferences(store.schema).all($0) }
        var away: Set<ContentHash> = []
        for reference in named {
            if try content.entry(of: reference.content)?.isWhole == true { continue }
            try content.want(reference.content, from: reference.scope, now: now)
            away.insert(reference.content)
        }
        return away.count
    }
}
