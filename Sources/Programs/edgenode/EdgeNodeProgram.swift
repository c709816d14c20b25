import ChangeStore
import EdgeNode

@main
struct EdgeNodeProgram {
    static func main() async { await ProgramRun.run(EdgeNodeCommand.self) }
}
