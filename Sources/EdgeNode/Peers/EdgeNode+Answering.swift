package import Exchange

extension EdgeNode {
    /// The answering side of one neighbour's request, without the transport.
    package func peerResponder() throws -> Responder {
        try Responder(host: PeerResponder(node: self), carriage: .near)
    }
}
