public import ChangeStore
import Foundation
import SyncProtocol

extension EdgeNode {
    private static let pictureBytes = "picture_bytes_max"
    private static let pictureSide = "picture_side_max"
    private static let pdfBytes = "pdf_bytes_max"

    /// What this PC's administrator allows.
    public func attachmentLimits() throws -> AttachmentLimits {
        var limits = AttachmentLimits()
        let set = { (name: String, value: Int) in
            Int(try self.content.setting(name) ?? Int64(value))
        }
        limits.pictureBytesMax = try set(Self.pictureBytes, limits.pictureBytesMax)
        limits.pictureSideMax = try set(Self.pictureSide, limits.pictureSideMax)
        limits.pdfBytesMax = try set(Self.pdfBytes, limits.pdfBytesMax)
        return limits
    }

    /// - Throws: ``EdgeFault/usage(_:)`` for what would be unreadable or could not be sent.
    func setLimits(_ limits: AttachmentLimits) throws {
        guard (20_000...SyncLimits.attachmentBytesMax).contains(limits.pictureBytesMax),
            (20_000...SyncLimits.attachmentBytesMax).contains(limits.pdfBytesMax)
        else { throw EdgeFault.usage("choose 20 to 16000 kB; nothing was changed") }
        guard (320...10_000).contains(limits.pictureSideMax) else {
            throw EdgeFault.usage("choose 320 to 10000 points; nothing was changed")
        }
        try content.set(Self.pictureBytes, Int64(limits.pictureBytesMax))
        try content.set(Self.pictureSide, Int64(limits.pictureSideMax))
        try content.set(Self.pdfBytes, Int64(limits.pdfBytesMax))
    }

    /// Reduces a file and keeps it. When this returns it is on the disk.
    /// - Throws: ``AttachFault``, ``ContentError``, ``StoreError``.
    public func keep(
        file bytes: [UInt8], now: Int64
    ) throws -> (added: ContentStore.Added, reduced: ReducedFile) {
        guard !bytes.isEmpty else { throw ContentError.empty }
        let reduced = try ImageReduction.reduce(bytes, to: attachmentLimits())
        let added = try content.add(reduced.bytes, mediaType: reduced.mediaType, now: now)
        return (added, reduced)
    }
}
