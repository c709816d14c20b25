import ArgumentParser
import FieldSimulator
@preconcurrency import Glibc

@main
struct FieldSimProgram {
    static func main() {
        // Into a file or a pipe, too, each line goes when it is there.
        setlinebuf(stdout)
        FieldSimCommand.main()
    }
}
