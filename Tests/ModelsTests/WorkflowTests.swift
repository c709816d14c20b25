import Models
import SyncProtocol
import Testing

struct WorkflowTests {
    private func declared(_ table: String) throws -> [String] {
        let column = try #require(Domain.schema.table(named: table)?.column(named: "state"))
        guard case .enumeration(let choices) = column.type else { return [] }
        return choices.map(\.code)
    }

    @Test("Every workflow is about a declared table and its declared states, all of them")
    func statesAreDeclared() throws {
        for workflow in Workflow.all {
            let declared = try declared(workflow.table)
            var reached: Set<String> = []
            for transition in workflow.transitions {
                #expect(declared.contains(transition.to), "\(workflow.table) \(transition.to)")
                if let from = transition.from {
                    #expect(declared.contains(from), "\(workflow.table) \(from)")
                }
                #expect(!transition.roles.isEmpty)
                reached.insert(transition.to)
            }
            #expect(reached == Set(declared), "\(workflow.table): every state can be reached")
        }
        #expect(Set(Workflow.all.map(\.table)).count == Workflow.all.count)
    }

    @Test("Every state can be reached from a new row by the full path alone")
    func reachable() throws {
        for workflow in Workflow.all {
            var seen: Set<String> = []
            var frontier: [String?] = [nil]
            while let from = frontier.popLast() {
                for transition in workflow.transitions
                where transition.from == from && !transition.isShortcut {
                    if seen.insert(transition.to).inserted { frontier.append(transition.to) }
                }
            }
            #expect(seen == Set(try declared(workflow.table)), "\(workflow.table)")
        }
    }

    @Test("Every step that the traces take is allowed to who takes it")
    func traces() {
        let steps: [(String, String?, String, Role)] = [
            ("letter", nil, "draft", .operator), ("letter", "draft", "signed", .villageHead),
            ("letter", "draft", "rejected", .secretary),
            ("letter", "signed", "handed_over", .operator),
            ("letter", "handed_over", "revoked", .villageHead),
            ("letter", "signed", "revoked", .villageHead),
            ("application", nil, "submitted", .operator),
            ("application", "submitted", "incomplete", .operator),
            ("application", "incomplete", "completed", .operator),
            ("application", "submitted", "in_progress", .operator),
            ("application", "completed", "in_progress", .operator),
            ("application", "submitted", "ready", .operator),
            ("application", "completed", "ready", .operator),
            ("application", "in_progress", "ready", .operator),
            ("application", "ready", "handed_over", .operator),
            ("complaint", nil, "received", .operator),
            ("complaint", "received", "verified", .secretary),
            ("complaint", "verified", "dispatched", .secretary),
            ("complaint", "dispatched", "answered", .secretary),
            ("vital_event", nil, "registered", .operator), ("transfer", nil, "sent", .operator),
            ("aid_entitlement", nil, "allotted", .operator),
            ("aid_entitlement", "allotted", "delivered", .sectionHead),
            ("project", nil, "running", .operator),
            ("monthly_report", nil, "reviewed", .operator),
            ("monthly_report", "reviewed", "closed", .secretary),
        ]
        for (table, from, to, role) in steps {
            let verdict = Workflow.check(table: table, from: from, to: to, role: role)
            #expect(verdict == .allowed, "\(table) \(from ?? "new") → \(to) by \(role.code)")
        }
    }

    @Test("A refused step says what is possible, or who may take it")
    func refusals() {
        #expect(
            Workflow.check(table: "letter", from: "draft", to: "signed", role: .operator)
                == .wrongRole(allowed: [.villageHead]))
        #expect(
            Workflow.check(table: "letter", from: "draft", to: "handed_over", role: .operator)
                == .refused(next: ["checked"]))
        #expect(
            Workflow.check(table: "letter", from: "replaced", to: "draft", role: .operator)
                == .refused(next: []))
        #expect(
            Workflow.check(table: "complaint", from: "answered", to: "closed", role: .agency)
                == .wrongRole(allowed: [.system, .operator, .citizen]))
        #expect(
            Workflow.check(table: "resident", from: nil, to: "x", role: .operator) == .noWorkflow)
        #expect(
            Workflow.check(table: "letter", from: "draft", to: "draft", role: .auditor).isAllowed)
        for text in hostileTexts {
            #expect(
                Workflow.check(table: "letter", from: "draft", to: text, role: .operator)
                    == .refused(next: ["checked"]))
            #expect(
                Workflow.check(table: text, from: nil, to: "draft", role: .operator)
                    == .noWorkflow)
        }
    }

    @Test("An auditor changes nothing")
    func auditor() {
        for workflow in Workflow.all {
            #expect(workflow.transitions.allSatisfy { !$0.roles.contains(.auditor) })
        }
    }

    @Test("Nobody signs but the head, and a number comes before the signature")
    func signing() throws {
        let letter = try #require(Workflow.of(table: "letter"))
        for transition in letter.transitions where ["numbered", "signed"].contains(transition.to) {
            #expect(transition.roles == [.villageHead])
        }
        #expect(letter.next(from: "approved", role: .villageHead).first == "numbered")
        #expect(!letter.next(from: "draft", role: .villageHead).contains("signed"))
        #expect(
            letter.next(from: "draft", role: .villageHead, withShortcuts: true).contains("signed"))
    }

    @Test("Who may take a step may write the table")
    func writers() throws {
        for workflow in Workflow.all {
            let table = try #require(Domain.schema.table(named: workflow.table))
            for transition in workflow.transitions {
                for role in transition.roles where role != .system {
                    #expect(table.writers.contains(role), "\(workflow.table) \(role.code)")
                }
            }
        }
    }
}
