package import ChangeStore

/// Where a node's files lie, on which machine.
package struct NodeFolder: Sendable {
    package let directory: String
    let surroundings: Surroundings

    package init(_ directory: String, in surroundings: Surroundings) {
        self.directory = directory
        self.surroundings = surroundings
    }

    /// On this machine.
    init(_ directory: String) {
        self.init(directory, in: .machine(now: EdgeNode.now))
    }

    var volume: any StoreVolume { surroundings.volume }

    func now() -> Int64 { surroundings.now() }
}
