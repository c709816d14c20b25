import Exchange
public import SyncProtocol

/// What an office's user or its IT is told, in one sentence that says what to do.
public enum EdgeFault: Error, Sendable {
    case enrolmentUnreadable(path: String, detail: String)
    case noDeviceFile(path: String)
    case deviceFileUnreadable(path: String)
    case foreignStore(path: String, office: String)
    case cannotWrite(path: String, detail: String)
    case hubUnreachable(url: String, detail: String)
    case hubIsNotTrasne(url: String, contentType: String)
    case lineCut(url: String)
    case hubRefused(Refusal)
    case answerDamaged(String)
    case versionsApart(isOlder: Bool)
    case noProgress
    case changesRefused
    case peerUnreachable(url: String, detail: String)
    case peerIsNotTrasne(url: String, contentType: String)
    case peerUnknown(url: String, replica: ReplicaID)
    case peerRefused(url: String, Refusal)
    case notAPeerAddress(String)
    case portInUse(host: String, port: Int)
    case listenDenied(host: String, port: Int)
    case usage(String)
}

extension EdgeFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .enrolmentUnreadable(let path, let detail):
            "\(path) is not an enrolment file (\(detail)): ask central IT for one "
                + "('synchub enrol'); nothing was made"
        case .noDeviceFile(let path):
            "\(path) is missing: this store was not made by 'edgenode init'"
        case .deviceFileUnreadable(let path):
            "\(path) cannot be read: restore it from the backup, or enrol this PC anew"
        case .foreignStore(let path, let office):
            "\(path) belongs to office \(office), its device file to another: put each back "
                + "beside its own; nothing was changed"
        case .cannotWrite(let path, let detail):
            "cannot write \(path) (\(detail)): check permissions and free space"
        case .hubUnreachable(let url, let detail):
            "the hub at \(url) cannot be reached (\(detail)): work goes on, try again later"
        case .hubIsNotTrasne(let url, let type):
            "what answers at \(url) is not a Trasne hub (it sent \(type)): check the address, "
                + "or sign in to the network first; nothing was lost"
        case .lineCut(let url):
            "the line to \(url) was cut: what arrived is kept, the rest follows next time"
        case .hubRefused(let refusal):
            "the hub refuses this PC: \(refusal.detail)"
        case .versionsApart(let isOlder):
            isOlder
                ? "this program is older than the hub understands: install the new version; what "
                    + "is recorded here stays and is sent then"
                : "the hub's program is older than this one understands: tell central IT; work "
                    + "goes on, what is recorded here is sent once it is updated"
        case .answerDamaged(let detail):
            "the hub's answer is damaged (\(detail)): nothing of it was used, try again"
        case .noProgress:
            "neither side could take in what the other sent: tell central IT "
                + "('edgenode status' shows what waits)"
        case .changesRefused:
            "the hub refuses some of the changes, all else was exchanged: tell central IT "
                + "('edgenode status' shows what waits)"
        case .peerUnreachable(let url, let detail):
            "the PC at \(url) cannot be reached (\(detail)): check that 'edgenode serve' runs "
                + "there on the LAN; work goes on"
        case .peerIsNotTrasne(let url, let type):
            "what answers at \(url) is no PC with Trasne (it sent \(type)): check the address"
        case .peerUnknown(let url, let replica):
            "\(replica) at \(url) is not on the list of neighbours that the centre gave to this "
                + "PC: sync both with the hub once; nothing was exchanged"
        case .peerRefused(let url, let refusal):
            "the PC at \(url) refuses this one: \(refusal.detail); nothing was exchanged"
        case .notAPeerAddress(let text):
            "\"\(text)\" is not an address like http://10.0.0.5:8700; nothing was changed"
        case .portInUse(let host, let port):
            "port \(port) on \(host) is in use: stop the other program or choose another "
                + "--listen"
        case .listenDenied(let host, let port):
            "no permission to listen on \(host):\(port): choose a port above 1023"
        case .usage(let sentence): sentence
        }
    }
}

extension EdgeFault {
    init(_ fault: ExchangeFault, url: String) {
        self =
            switch fault {
            case .answerDamaged(let detail), .pieceUnreadable(let detail): .answerDamaged(detail)
            case .cut: .lineCut(url: url)
            case .noProgress: .noProgress
            case .refused: .changesRefused
            }
    }
}
