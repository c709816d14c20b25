/// Under which names the store remembers what it needs to know of a peer between exchanges.
enum PeerKey {
    /// Whether a request went out whose answer never came.
    static func doubt(_ peer: String) -> String { peer + "_doubt" }
    /// Bytes that its line takes in some seconds.
    static func pace(_ peer: String) -> String { peer + "_pace" }
    /// The number of the last request.
    static func nonce(_ peer: String) -> String { peer + "_nonce" }
    /// The number of the last request that was answered.
    static func answered(_ peer: String) -> String { peer + "_answered" }
    /// Which of several answers to it was the last.
    static func answerNumber(_ peer: String) -> String { peer + "_answer_number" }
    /// Scopes that its last answer did not name.
    static func untaken(_ peer: String) -> String { peer + "_untaken" }
    /// When it last could not read a piece though it lacked nothing, UTC milliseconds.
    static func unreadThere(_ peer: String) -> String { peer + "_unread_there" }
    /// When a piece of its last could not be read here, UTC milliseconds.
    static func unreadHere(_ peer: String) -> String { peer + "_unread_here" }
}
