import ArgumentParser
import FieldSimulator
import Foundation

@main
struct FieldSimProgram {
    static func main() async {
        // Into a file or a pipe, too, each line goes when it is there.
        setvbuf(stdout, nil, _IOLBF, 0)
        await FieldSimCommand.main()
    }
}
