public import ArgumentParser
public import ChangeStore
import Foundation
public import SyncProtocol

/// How a command names one attachment.
public struct AttachmentName: ParsableArguments {
    @Argument(help: "Its name, or at least its first 6 digits.")
    var name: String

    public init() {}

    /// - Throws: ``NotOneAttachment``.
    public func find(_ store: ChangeStore, _ content: ContentStore) throws -> ContentHash {
        try AttachmentListing.find(name, store, content)
    }
}

public struct ExportAttachment<Folder: StoreFolder>: ParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export", abstract: "Writes an attachment to a file.")
    }

    @OptionGroup var folder: Folder
    @OptionGroup var attachment: AttachmentName
    @Option(name: .long, help: "Where to write it.")
    var out: String

    public init() {}

    public func run() throws {
        let (store, content) = try folder.openContent()
        let found = try content.content(of: attachment.find(store, content), now: folder.now())
        do {
            try Data(found.bytes).write(to: URL(fileURLWithPath: out), options: .atomic)
        } catch {
            throw folder.cannotWrite(out)
        }
        print("wrote \(out): \(found.mediaType), \(found.bytes.count) bytes")
    }
}
