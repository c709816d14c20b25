import ArgumentParser
import EdgeNode

@main
struct EdgeNodeProgram {
    static func main() async { await EdgeNodeCommand.main() }
}
