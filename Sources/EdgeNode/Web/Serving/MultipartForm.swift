/// A form with files, as browsers send it (RFC 7578, `multipart/form-data`).
///
/// Problem: no library of ours reads it, and it is the only way in which a plain form, without any
/// script, brings a file. Idea: the whole body is in memory under a limit; parts are cut at the
/// boundary, their heads are short, and everything beyond a few parts is refused.
struct MultipartForm: Sendable {
    struct File: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    private(set) var fields: [String: String] = [:]
    private(set) var files: [File] = []
    /// The first; nil when none was chosen.
    var file: File? { files.first }

    static let partsMax = 32
    static let headBytesMax = 4_096
    static let fieldBytesMax = 16 << 10

    /// The body cannot be read.
    struct Malformed: Error {}

    /// - Parameter contentType: the header of the request.
    /// - Returns: nil when it is no such form.
    static func boundary(in contentType: String) -> [UInt8]? {
        let parts = contentType.split(separator: ";").map { String($0).trimmed }
        guard parts.first?.lowercased() == "multipart/form-data" else { return nil }
        for part in parts.dropFirst() where part.lowercased().hasPrefix("boundary=") {
            let value = part.dropFirst("boundary=".count).filter { $0 != "\"" }
            let isSound = (1...70).contains(value.utf8.count) && value.utf8.allSatisfy { $0 > 32 }
            return isSound ? Array("--\(value)".utf8) : nil
        }
        return nil
    }

    /// - Parameter boundary: from ``boundary(in:)``, with its two hyphens.
    /// - Throws: ``Malformed``.
    init(_ body: [UInt8], boundary: [UInt8]) throws {
        let newLine: [UInt8] = [13, 10]
        guard body.starts(with: boundary) else { throw Malformed() }
        var at = boundary.count
        let end = newLine + boundary
        for _ in 0..<Self.partsMax {
            let rest = body[at...]
            if rest.starts(with: [45, 45]) { return }
            guard rest.starts(with: newLine),
                let headEnd = body.first(
                    newLine + newLine, from: at, upTo: at + Self.headBytesMax),
                let partEnd = body.first(end, from: headEnd + 4, upTo: body.count)
            else { throw Malformed() }
            let head = String(decoding: body[at + 2..<max(at + 2, headEnd)], as: UTF8.self)
            try take(head: head, content: body[headEnd + 4..<partEnd])
            at = partEnd + end.count
        }
        throw Malformed()
    }

    private mutating func take(head: String, content: ArraySlice<UInt8>) throws {
        let lines = head.split(whereSeparator: \.isNewline)
        guard
            let disposition = lines.first(where: {
                $0.lowercased().hasPrefix("content-disposition:")
            }), let name = Self.parameter("name", of: disposition)
        else { throw Malformed() }
        if let fileName = Self.parameter("filename", of: disposition) {
            // A browser sends an empty part for a file that was not chosen.
            if !fileName.isEmpty || !content.isEmpty {
                files.append(File(name: fileName, bytes: Array(content)))
            }
            return
        }
        guard content.count <= Self.fieldBytesMax,
            let text = String(validating: content, as: UTF8.self), fields[name] == nil
        else { throw Malformed() }
        fields[name] = text
    }

    private static func parameter(_ name: String, of line: Substring) -> String? {
        for part in line.split(separator: ";").dropFirst() {
            let part = String(part).trimmed
            guard part.hasPrefix(name + "=\""), part.hasSuffix("\""),
                part.count >= name.count + 3
            else { continue }
            return String(part.dropFirst(name.count + 2).dropLast())
        }
        return nil
    }
}

extension [UInt8] {
    /// Where the pattern begins, looked for from `start`, beginning before `limit`.
    fileprivate func first(_ pattern: [UInt8], from start: Int, upTo limit: Int) -> Int? {
        guard let lead = pattern.first else { return nil }
        var at = start
        let last = Swift.min(limit, count - pattern.count)
        while at <= last {
            guard let found = self[at...last].firstIndex(of: lead) else { return nil }
            if self[found..<found + pattern.count].elementsEqual(pattern) { return found }
            at = found + 1
        }
        return nil
    }
}
