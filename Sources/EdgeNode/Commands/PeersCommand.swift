import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct PeersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers",
        abstract: "The neighbours that this PC may exchange with, and where they answer.",
        subcommands: [List.self, Add.self, Remove.self], defaultSubcommand: List.self)

    struct Listing: Codable {
        struct Known: Codable {
            var replica: UInt32
            var office: String
            var device: UInt32
            var relay: Bool
        }
        var known: [Known]
        var addresses: [PeerBook.Address]
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whom the centre named, and every address with what became of it.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let listing = try options.open().store.read { db in
                Listing(
                    known: try PeerBook.list(db).peers.map {
                        .init(
                            replica: $0.replica.rawValue, office: $0.office.code,
                            device: $0.device, relay: $0.kind == .relay)
                    }, addresses: try PeerBook.addresses(db))
            }
            if json { return print(try JSONText.of(listing)) }
            if listing.known.isEmpty { print("the centre has named no neighbour yet") }
            for peer in listing.known {
                print(
                    peer.relay
                        ? "relay of \(peer.office) (replica \(peer.replica))"
                        : "\(peer.office) device \(peer.device) (replica \(peer.replica))")
            }
            for address in listing.addresses {
                let reached = address.reachedAt.map { "reached " + Instant.text($0) }
                let who = address.replica.map { " (replica \($0))" } ?? ""
                print(
                    "\(address.url)\(who): \(reached ?? "never reached")"
                        + (address.trouble.map { "; \($0)" } ?? ""))
            }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "From now on 'serve' exchanges with this address, too.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "For example: http://10.0.0.5:8700")
        var url: String

        func run() throws {
            let address = try PeerClient.address(url)
            try options.open().store.bookkeeping { try PeerBook.add(address, $0) }
            print("added \(address)")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets an address.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "As 'peers' shows it.")
        var url: String

        func run() throws {
            let address = try PeerClient.address(url)
            let wasThere = try options.open().store.bookkeeping {
                try PeerBook.remove(address, $0)
            }
            guard wasThere else {
                throw EdgeFault.usage("\(address) is no address of a neighbour: see 'peers'")
            }
            print("removed \(address)")
        }
    }
}
