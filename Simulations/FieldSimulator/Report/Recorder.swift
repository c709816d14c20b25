import ChangeStore
import Models
import SyncProtocol

/// What a report is made from: everything that was said, and how far the PCs were behind.
public final class Recorder {
    public struct Sample: Sendable {
        public let time: Int64
        /// By PC: changes that the centre does not hold, as far as anybody can see from outside.
        public let waiting: [String: Int]
        /// By PC: changes of the centre that it does not hold.
        public let lacking: [String: Int]
    }

    public private(set) var lines: [TraceLine] = []
    public private(set) var samples: [Sample] = []
    /// By machine.
    public private(set) var bytes: [String: Int] = [:]
    /// Where what is shown differs from what should be, when a promise was broken.
    public internal(set) var differences: [String] = []
    public internal(set) var machines: [String] = []
    /// By machine: the village or district it stands in.
    public internal(set) var places: [String: String] = [:]
    /// By machine: the code of that village or district.
    var homes: [String: String] = [:]

    public init() {}

    func take(_ line: TraceLine) {
        lines.append(line)
        if let message = line.message { bytes[line.machine, default: 0] += message.bytes }
    }

    /// Looks at vectors that were read anyway, so that a report changes nothing in the world.
    func sample(_ world: World) {
        guard samples.last.map({ world.now - $0.time >= 60_000 }) ?? true else { return }
        var waiting: [String: Int] = [:], lacking: [String: Int] = [:]
        for edge in world.edges where !edge.isWiped {
            let here = edge.watch.vectors[edge.home] ?? VersionVector()
            let there = world.hub.watch.vectors[edge.home] ?? VersionVector()
            waiting[edge.name] = Int(here.excess(over: there))
            lacking[edge.name] = Int(there.excess(over: here))
        }
        if let last = samples.last, last.waiting == waiting, last.lacking == lacking { return }
        samples.append(Sample(time: world.now, waiting: waiting, lacking: lacking))
    }

    func end(_ world: World) {
        machines = world.machines.map(\.name)
        for edge in world.edges {
            homes[edge.name] = edge.home.code
            places[edge.name] = Regions.region(code: edge.home.code)?.name ?? edge.home.code
        }
        guard !world.breaches.isEmpty else { return }
        differences = (try? world.differences()) ?? []
    }
}

extension World {
    /// Rows that some machine shows otherwise than the reference says.
    func differences() throws -> [String] {
        var found: [String] = []
        let all = universe.known
        for scope in offices {
            guard let held = hub.watch.vectors[scope] else { continue }
            let changesets = (all[scope] ?? [:]).filter { held.covers($0.key) }
                .sorted { $0.key < $1.key }.map(\.value.changeset)
            let expected = Reference(changesets, schema: town.schema).rows
            for machine in machines where machine.isUp {
                guard let store = machine.store else { continue }
                for row in try store.shownRows(of: scope) {
                    let due = expected[MemoryStore.RowKey(table: row.table, row: row.row)]
                    guard due?.values != row.values || due?.isAlive != row.isAlive else { continue }
                    let table = town.schema.table(row.table)
                    let columns = Set(row.values.keys).union(due?.values.keys ?? [:].keys).sorted()
                        .filter { row.values[$0] != due?.values[$0] }
                        .map { id in
                            "\(table?.column(id)?.name ?? "\(id.rawValue)") "
                                + "\((row.values[id] ?? .null).scriptText), due "
                                + "\((due?.values[id] ?? .null).scriptText)"
                        }
                    let life =
                        due?.isAlive == row.isAlive ? "" : row.isAlive ? "lives; " : "is gone; "
                    found.append(
                        "\(machine.name): \(table?.name ?? "?") \(row.row): \(life)"
                            + columns.joined(separator: "; "))
                }
            }
        }
        return Array(found.prefix(40))
    }
}
