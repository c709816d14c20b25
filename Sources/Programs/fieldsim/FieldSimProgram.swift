import ArgumentParser
import FieldSimulator

@main
struct FieldSimProgram {
    static func main() async { await FieldSimCommand.main() }
}
