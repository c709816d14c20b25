/// A standing write of one cell, with what the policies look at.
struct Candidate {
    let dot: Dot
    let value: Value
    let clock: HLC
    let role: Role?
}

extension MergePolicy {
    /// The winner among concurrent writes. Depends on the set only (S12): every comparison ends
    /// in the dot, which is unique.
    func winner(among candidates: [Candidate]) -> Candidate {
        let sorted = candidates.sorted { isOrdered($0, before: $1) }
        guard let last = sorted.last else { preconditionFailure("no candidates") }
        return last
    }

    private func isOrdered(_ a: Candidate, before b: Candidate) -> Bool {
        switch self {
        case .lastWriterWins, .review, .append, .counter:
            break
        case .state(let precedence):
            // Earlier in the list is stronger; a state that is not listed is weakest.
            let x = precedence.firstIndex(of: a.value.text ?? "") ?? precedence.count
            let y = precedence.firstIndex(of: b.value.text ?? "") ?? precedence.count
            if x != y { return x > y }
        case .max, .escrow:
            if a.value != b.value { return a.value.isLess(than: b.value) }
        case .min:
            if a.value != b.value { return b.value.isLess(than: a.value) }
        case .authority(let owner):
            if (a.role == owner) != (b.role == owner) { return b.role == owner }
        }
        return (a.clock, a.dot) < (b.clock, b.dot)
    }

    /// Whether concurrent writes of different values are worth a person's look.
    public var recordsConflicts: Bool {
        switch self {
        case .max, .min, .counter, .escrow: false
        case .lastWriterWins, .review, .state, .append, .authority: true
        }
    }

    /// Whether the shown value is provisional until a person decides.
    /// - Parameter values: the two sides of the conflict.
    public func needsDecision(between values: (Value, Value)) -> Bool {
        switch self {
        case .review, .append, .authority: return true
        case .state(let precedence):
            let listed = [values.0, values.1].filter { precedence.contains($0.text ?? "") }
            return listed.count < 2
        case .lastWriterWins, .max, .min, .counter, .escrow: return false
        }
    }
}

extension Value {
    /// A total order over all values: by storage class, then by content.
    func isLess(than other: Value) -> Bool {
        switch (self, other) {
        case (.integer(let a), .integer(let b)): a < b
        case (.real(let a), .real(let b)):
            a == b || a.isNaN || b.isNaN ? a.bitPattern < b.bitPattern : a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.blob(let a), .blob(let b)): a.lexicographicallyPrecedes(b)
        default: storageClass < other.storageClass
        }
    }

    private var storageClass: Int {
        switch self {
        case .null: 0
        case .integer: 1
        case .real: 2
        case .text: 3
        case .blob: 4
        }
    }
}
