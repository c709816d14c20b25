import Hummingbird
import NIOCore
import SyncProtocol

/// What a request knows on its way to a page.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// nil in tests without a socket.
    let remoteAddress: SocketAddress?
    var visitor: Visitor
    /// The fields of a POST, after its token was found right.
    var form = Entries()
    /// The files that came with it.
    var files: [MultipartForm.File] = []
    var file: MultipartForm.File? { files.first }

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
        visitor = Visitor(cookie: "", token: "", staff: nil, language: .indonesian)
    }

    /// - Throws: ``NotSignedIn``.
    var staff: Staff {
        get throws {
            guard let staff = visitor.staff else { throw NotSignedIn() }
            return staff
        }
    }

    /// A row named in the path.
    func row(_ name: String = "id") throws -> RowID {
        guard let id = parameters.get(name).flatMap(RowID.init) else {
            throw OfficeFault.notFound
        }
        return id
    }
}

/// Whoever sent the request.
struct Visitor: Sendable {
    /// The session, or what a guest's browser is told apart by.
    let cookie: String
    /// What every form of this browser must carry.
    let token: String
    let staff: Staff?
    let language: Language
}

/// The page needs somebody who signed in.
struct NotSignedIn: Error {}

/// A form that did not come from one of our own pages.
struct ForeignForm: Error {}

extension Request {
    /// The query, decoded like a form.
    func query() throws -> Entries {
        Entries(
            try URLEncodedFormDecoder().decode([String: String].self, from: uri.query ?? ""))
    }
}
