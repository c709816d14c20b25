import FieldSimulator

@main
struct FieldSimProgram {
    static func main() {
        FieldSimCommand.printsLineByLine()
        FieldSimCommand.runAndExit()
    }
}
