/// The second language of the message catalogue. A missing text is shown in Indonesian.
enum English {
    static let texts: [String: String] = [:]
}
