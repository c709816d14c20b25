import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Keeps photos (JPEG, PNG) and scans (also PDF), reduced, and prints their names.")

    @OptionGroup var options: StoreOptions
    @Option(
        name: .long,
        help: "TABLE/ROW whose attachment column takes the name, like damaged_house/4K7-YGJ0.")
    var to: String?
    @Option(name: .long, help: "Who attaches; needed with --to.")
    var by: String?
    @Flag(name: .long, help: "Print as JSON.")
    var json = false
    @Argument(help: "The files.")
    var files: [String]

    struct Line: Codable {
        var hash: String
        var file: String
        var bytesBefore: Int
        var bytes: Int
        var points: String?
        var isNew: Bool

        enum CodingKeys: String, CodingKey {
            case hash, file, bytes, points
            case bytesBefore = "bytes_before"
            case isNew = "is_new"
        }
    }

    func validate() throws {
        if to != nil, files.count != 1 {
            throw ValidationError("--to takes one file")
        }
        if to != nil, by == nil { throw ValidationError("say who attaches: --by NAME") }
    }

    func run() throws {
        let node = try options.open()
        let target = try to.map { try Self.target($0, node) }
        var lines: [Line] = []
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw AttachFault.unreadable(path: file)
            }
            let (added, reduced) = try node.keep(file: [UInt8](data), now: EdgeNode.now())
            lines.append(
                Line(
                    hash: added.hash.description, file: file, bytesBefore: data.count,
                    bytes: reduced.bytes.count, points: reduced.points, isNew: added.isNew))
            if let target, let by {
                try node.store.record(
                    as: Author(by, .operator), "attachment.add", now: EdgeNode.now()
                ) {
                    try $0.update(
                        target.table, target.row,
                        [(target.column, .text(added.hash.description))])
                }
            }
        }
        if json { return print(try JSONText.of(lines)) }
        for line in lines {
            let points = line.points.map { ", \($0) points" } ?? ""
            let known = line.isNew ? "" : ", was here already"
            print(
                "\(line.hash)  \(line.file): \(line.bytesBefore) → \(line.bytes) bytes\(points)"
                    + known)
        }
    }

    private static func target(
        _ text: String, _ node: EdgeNode
    ) throws -> (table: String, row: RowID, column: String) {
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count == 2, let table = node.store.schema.table(named: parts[0]),
            let row = RowID(parts[1])
        else { throw EdgeFault.usage("\"\(text)\" is not TABLE/ROW, like damaged_house/4K7-YGJ0") }
        guard let column = table.columns.first(where: { $0.type == .attachment }) else {
            let tables = node.store.schema.tables.filter { table in
                table.columns.contains { $0.type == .attachment }
            }.map(\.name)
            throw EdgeFault.usage(
                "\(table.name) takes no attachment; these do: "
                    + tables.joined(separator: ", "))
        }
        return (table.name, row, column.name)
    }
}

struct AttachmentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attachments",
        abstract: "Lists, fetches, exports and limits photos and scans.",
        subcommands: [
            List.self, Fetch.self, ExportAttachment<StoreOptions>.self, Pin.self, Unpin.self,
            Quota.self,
        ], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every attachment that a row names or this PC keeps.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let node = try options.open()
            let lines = try AttachmentListing.lines(node.store, node.content)
            if json { return print(try JSONText.of(lines)) }
            for line in lines { print(line.text) }
            print("\(lines.count) attachments, \(try AttachmentListing.usage(node.content))")
        }
    }

    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks the hub for attachments; the next exchanges bring them.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "Names, or at least their first 6 digits.")
        var names: [String]

        func run() throws {
            let node = try options.open()
            for name in names {
                let hash = try AttachmentListing.find(name, node.store, node.content)
                if try node.content.entry(of: hash)?.isWhole == true {
                    print("\(hash) is here already")
                } else {
                    try node.content.want(hash, from: node.office, now: EdgeNode.now())
                    print("\(hash) is asked for: it comes with the next sync")
                }
            }
        }
    }

    struct Pin: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keeps an attachment on this PC, whatever the quota.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var attachment: AttachmentName

        func run() throws {
            let node = try options.open()
            let hash = try attachment.find(node.store, node.content)
            try node.content.pin(hash, true)
            print("\(hash) stays on this PC")
        }
    }

    struct Unpin: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets an attachment give way once the hub holds it.")

        @OptionGroup var options: StoreOptions
        @OptionGroup var attachment: AttachmentName

        func run() throws {
            let node = try options.open()
            let hash = try attachment.find(node.store, node.content)
            try node.content.pin(hash, false)
            print("\(hash) may give way once the hub holds it")
        }
    }

    struct Quota: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows or sets what attachments may take on this PC.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "All attachments together, in MB.")
        var megabytes: Int64?
        @Option(name: .long, help: "What a picture is reduced to, in kB.")
        var pictureKilobytes: Int?
        @Option(name: .long, help: "Points of a picture's longer side.")
        var pictureSide: Int?
        @Option(name: .long, help: "The largest PDF, in kB.")
        var pdfKilobytes: Int?

        func run() throws {
            let node = try options.open()
            var limits = try node.attachmentLimits()
            if let pictureKilobytes {
                limits.pictureBytesMax = try Self.bytes(kilobytes: pictureKilobytes)
            }
            if let pdfKilobytes { limits.pdfBytesMax = try Self.bytes(kilobytes: pdfKilobytes) }
            if let pictureSide { limits.pictureSideMax = pictureSide }
            try node.setLimits(limits)
            if let megabytes { try node.content.setQuota(megabytes: megabytes) }
            print(
                """
                attachments  \(try AttachmentListing.usage(node.content))
                picture      at most \(limits.pictureBytesMax / 1_000) kB, longer side \
                \(limits.pictureSideMax) points
                PDF          at most \(limits.pdfBytesMax / 1_000) kB
                """)
        }

        private static func bytes(kilobytes: Int) throws -> Int {
            guard (20...16_000).contains(kilobytes) else {
                throw EdgeFault.usage("choose 20 to 16000 kB; nothing was changed")
            }
            return kilobytes * 1_000
        }
    }
}
