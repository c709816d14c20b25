public import ArgumentParser
public import SyncProtocol

/// A row on the command line, in the form people see: `4K7-YGJ0`.
extension RowID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
