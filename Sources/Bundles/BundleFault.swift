/// Why a bundle was not made or not taken in, in one sentence that says what to do. Nothing of it
/// was used.
public enum BundleFault: Error, Hashable, Sendable {
    case cannotRead(path: String)
    case notABundle(path: String)
    case damaged(path: String)
    case newerFormat(path: String)
    /// Each part is sound, the whole is not: parts that claim to belong together do not.
    case partsDisagree(paths: [String])
    case partsMissing(path: String, missing: [Int], count: Int)
    case nothingThere(folder: String)
    /// For another device, office or hub.
    case forAnother(path: String, made: String, here: String)
    /// Its content is sealed to a key that is not ours (any more).
    case otherKeys(path: String)
    case notFromSender(path: String, sender: String)
    case contentUnreadable(path: String, detail: String)
    case answerUnreadable(path: String, detail: String)
    case tooLarge(bytes: Int)
    case fileExists(path: String)
    case cannotWrite(path: String, detail: String)
    case badSize(String)
    case senderKeyUnknown
}

extension BundleFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cannotRead(let path):
            "\(path) cannot be read: check the stick and the path"
        case .notABundle(let path):
            "\(path) is not a Trasne bundle: choose the file that 'export-bundle' wrote; nothing "
                + "was taken in"
        case .damaged(let path):
            "\(path) is damaged: copy it from the stick again, or have the bundle exported anew; "
                + "nothing was taken in"
        case .newerFormat(let path):
            "\(path) was made by a newer version: install the newer program first; nothing was "
                + "taken in"
        case .partsDisagree(let paths):
            "\(paths.joined(separator: ", ")) do not make up one bundle: have it exported anew; "
                + "nothing was taken in"
        case .partsMissing(let path, let missing, let count):
            "\(path) is of a bundle of \(count) files and "
                + (missing.count == 1 ? "number " : "numbers ")
                + missing.map(String.init).joined(separator: ", ")
                + (missing.count == 1 ? " is" : " are")
                + " missing: name all of them; nothing was taken in"
        case .nothingThere(let folder):
            "there is no .trasne file in \(folder): check the stick and the path"
        case .forAnother(let path, let made, let here):
            "\(path) was made for \(made), and this is \(here): take it there; nothing was taken "
                + "in"
        case .otherKeys(let path):
            "\(path) is sealed to keys that are not in use here (any more): have a new bundle "
                + "exported; nothing was taken in"
        case .notFromSender(let path, let sender):
            "\(path) is not signed by \(sender), from whom it says it is: do not trust the stick, "
                + "and have the bundle exported anew; nothing was taken in"
        case .contentUnreadable(let path, let detail):
            "\(path) cannot be taken in (\(detail)): have the bundle exported anew"
        case .answerUnreadable(let path, let detail):
            "\(path) cannot be taken in whole (\(detail)): export a bundle here, bring it to the hub, "
                + "and its answer back here; nothing is lost"
        case .tooLarge(let bytes):
            "a bundle of \(bytes) bytes is more than a stick exchange carries: bring what there "
                + "is over the network"
        case .fileExists(let path):
            "\(path) exists already: choose another --out, or remove it; nothing was written"
        case .cannotWrite(let path, let detail):
            "cannot write \(path) (\(detail)): check the stick's free space and its lock; nothing "
                + "half-written was left"
        case .badSize(let text):
            "\"\(text)\" is not a size from 4K to 256M, like 1M"
        case .senderKeyUnknown:
            "this PC does not know the hub's signing key, because its enrolment file is of an "
                + "older version: sync once over a network, or ask central IT to enrol it anew"
        }
    }
}
