public import SyncProtocol

/// What central IT is told, in one sentence that says what to do.
public enum HubFault: Error, Sendable {
    case noKeyFile(path: String)
    case keyFileUnreadable(path: String)
    case cannotWrite(path: String, detail: String)
    case fileExists(path: String)
    case unknownOffice(String)
    case unknownDistrict(String)
    case unknownRegency(String)
    case deviceExists(office: String, device: Int, replica: UInt32)
    case unknownReplica(UInt32)
    case badURL(String)
    case badListen(String)
    case badInterval(String)
    case portInUse(host: String, port: Int)
    case listenDenied(host: String, port: Int)
    case nobodyHas(nik: String, office: String)
    case notTwice(nik: String)
    case notAmong(office: String, offices: [String])
    case badAssignment(String)
    case notSuspended(String)
    case splitPlace(String)
    case aidRefused(String)
    case tooFewOfficesToTrain(offices: Int, needed: Int)
    case tooFewChangesToTrain(changes: Int)
    case dictionaryNoBetter(than: UInt32)
    case bundleRefused(path: String, Refusal)
    case bundleNotForDevice(UInt32, String)
}

extension HubFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noKeyFile(let path):
            "\(path) is missing: this store was not made by 'synchub init', or its key was lost; "
                + "restore it from the backup"
        case .keyFileUnreadable(let path): "\(path) cannot be read: restore it from the backup"
        case .cannotWrite(let path, let detail):
            "cannot write \(path) (\(detail)): check permissions and free space"
        case .fileExists(let path):
            "\(path) exists already: choose another --out; nothing was enrolled"
        case .unknownOffice(let code):
            "\(code) is not an office of this regency: see 'synchub status' for the codes"
        case .unknownDistrict(let code):
            "\(code) is not a district of this regency: give a code like 52.02.04"
        case .unknownRegency(let code):
            "\(code) is not a regency this program has places for: use 52.02"
        case .deviceExists(let office, let device, let replica):
            "device \(device) of \(office) is enrolled already as replica \(replica): choose "
                + "another --device, or retire that one first ('synchub retire')"
        case .unknownReplica(let replica):
            "there is no replica \(replica): see 'synchub replicas'"
        case .badURL(let text):
            "\"\(text)\" is not an address like http://127.0.0.1:8800"
        case .badListen(let text): "\"\(text)\" is not HOST:PORT, like 127.0.0.1:8800"
        case .badInterval(let text):
            "\"\(text)\" is not a time like 6h, 30m or 1d"
        case .portInUse(let host, let port):
            "port \(port) on \(host) is in use: stop the other program or choose another "
                + "--listen"
        case .listenDenied(let host, let port):
            "no permission to listen on \(host):\(port): choose a port above 1023"
        case .nobodyHas(let nik, let office):
            "nobody in the register of \(office) has the NIK \(nik): check both"
        case .notTwice(let nik):
            "the NIK \(nik) is not in use at two offices: see 'synchub registry list'"
        case .notAmong(let office, let offices):
            "\(office) does not use this NIK: choose one of \(offices.joined(separator: ", "))"
        case .badAssignment(let detail): "\(detail); nothing was written"
        case .notSuspended(let id):
            "\(id) is not a transfer that waits for a decision: see 'synchub transfers list'"
        case .splitPlace(let detail): "\(detail); nothing was moved"
        case .aidRefused(let detail): "\(detail); nothing was allotted"
        case .tooFewOfficesToTrain(let offices, let needed):
            "a dictionary goes to every office, so it is trained only on words that \(needed) "
                + "offices share; the hub holds changes of \(offices): try again when more have "
                + "synced"
        case .dictionaryNoBetter(let present):
            "what was learned makes exchanges no smaller than dictionary \(present) does: nothing "
                + "was published; try a larger --size, or again when the offices have sent more"
        case .tooFewChangesToTrain(let changes):
            "\(changes) changes are too few to train a dictionary: try again when the offices "
                + "have sent more"
        case .bundleRefused(let path, let refusal):
            "\(path) is refused: \(refusal.detail); nothing was taken in"
        case .bundleNotForDevice(let replica, let detail):
            "no bundle can be made for replica \(replica): \(detail)"
        }
    }
}
