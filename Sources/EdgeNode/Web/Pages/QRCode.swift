import CQREncode

/// A QR code as one SVG path, drawn by libqrencode.
enum QRCode {
    /// Quiet zone of four modules, as the standard wants.
    private static let margin = 4

    /// nil when the text is too long for a code.
    static func svg(_ text: String) -> String? {
        // Level M: a stamp or a fold may cover 15 %.
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        var path = ""
        for y in 0..<width {
            var x = 0
            while x < width {
                let start = x
                while x < width, code.pointee.data[y * width + x] & 1 == 1 { x += 1 }
                if x > start {
                    path += "M\(start + margin) \(y + margin)h\(x - start)v1h-\(x - start)z"
                } else {
                    x += 1
                }
            }
        }
        let side = width + 2 * margin
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" role="img" \
            aria-label="QR" shape-rendering="crispEdges"><path fill="#fff" \
            d="M0 0h\(side)v\(side)H0z"/><path d="\(path)"/></svg>
            """
    }
}
