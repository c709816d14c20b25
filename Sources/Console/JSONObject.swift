import Foundation
public import SyncProtocol

/// A small JSON object with its keys in order, for `details`, `fields` and `person`.
public enum JSONObject {
    public static func text(_ members: [(String, Value)]) throws -> Value {
        var object: [String: Member] = [:]
        for (name, value) in members where !value.isNull { object[name] = Member(value: value) }
        guard !object.isEmpty else { return .null }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .text(String(decoding: try encoder.encode(object), as: UTF8.self))
    }

    /// The members of a stored object; empty when it is none.
    public static func read(_ text: String?) -> [String: Value] {
        guard let text else { return [:] }
        do {
            return try JSONDecoder().decode([String: Member].self, from: Data(text.utf8))
                .mapValues(\.value)
        } catch {
            // What another version wrote is kept as it is; here it has no members to show.
            return [:]
        }
    }

    private struct Member: Codable {
        let value: Value

        init(value: Value) { self.value = value }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = .null
            } else if let number = try? container.decode(Int64.self) {
                value = .integer(number)
            } else if let number = try? container.decode(Double.self) {
                value = .real(number)
            } else if let flag = try? container.decode(Bool.self) {
                value = .integer(flag ? 1 : 0)
            } else if let text = try? container.decode(String.self) {
                value = .text(text)
            } else {
                // Nested objects are no business of a form.
                value = .null
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .integer(let number): try container.encode(number)
            case .real(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            case .null, .blob: try container.encodeNil()
            }
        }
    }
}
