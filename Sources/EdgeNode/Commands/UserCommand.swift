import ArgumentParser
import Foundation
import SyncProtocol

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Who may sign in at this office.",
        subcommands: [List.self, Add.self, Disable.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All users of the office.")

        @OptionGroup var options: StoreOptions

        func run() throws {
            for user in try OfficeUsers(Office(node: options.open())).all() {
                let staff = user.staff
                print(
                    "\(staff.name)\t\(staff.role.code)\t\(staff.fullName)"
                        + (user.isDisabled ? "\tdisabled" : ""))
            }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a user. The password is asked for, or read from standard input.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The name to sign in with.")
        var name: String
        @Option(name: .long, help: "The full name, as on letters.")
        var fullName: String
        @Option(name: .long, help: "operator, section_head, secretary or village_head.")
        var role: String
        @Option(name: .long, help: "The job title, as on letters, e.g. Kepala Desa Kuta.")
        var title: String?

        func run() throws {
            guard let role = Role(code: role) else {
                throw EdgeFault.usage(
                    "\"\(role)\" is not a role: use operator, section_head, secretary or "
                        + "village_head")
            }
            let users = try OfficeUsers(Office(node: options.open()))
            do {
                try users.add(
                    name, fullName: fullName, role: role, password: try password(), title: title)
            } catch let fault as OfficeFault {
                throw EdgeFault.usage(PlainWords(Words(.english)).report(fault))
            }
            print("made user \(name)")
        }

        private func password() throws -> String {
            if isatty(STDIN_FILENO) == 1, let typed = getpass("Password: ") {
                return String(cString: typed)
            }
            guard let line = readLine(), !line.isEmpty else {
                throw EdgeFault.usage("give the password on standard input")
            }
            return line
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "From now on the user cannot sign in; what they did stays.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The name to sign in with.")
        var name: String

        func run() throws {
            do {
                try OfficeUsers(Office(node: options.open())).disable(name)
            } catch let fault as OfficeFault {
                throw EdgeFault.usage(PlainWords(Words(.english)).report(fault))
            }
            print("user \(name) is disabled")
        }
    }
}
