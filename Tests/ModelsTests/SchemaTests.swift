import Models
import SyncProtocol
import Testing

/// The declarations of `Domain.schema` against DOMAIN §3 and against what the traces contain.
struct SchemaTests {
    let schema = Domain.schema

    /// Lines of `name: word word …`.
    private func list(_ text: String) -> [(key: String, words: [String])] {
        text.split(separator: "\n").map { line in
            let parts = line.split(separator: ":")
            return (String(parts[0]), parts[1].split(separator: " ").map(String.init))
        }
    }

    private func choices(_ path: String) -> [String]? {
        let parts = path.split(separator: ".").map(String.init)
        guard let column = schema.table(named: parts[0])?.column(named: parts[1]),
            case .enumeration(let choices) = column.type
        else { return nil }
        return choices.map(\.code)
    }

    private var allColumns: [(table: Table, column: Column)] {
        schema.tables.flatMap { table in table.columns.map { (table, $0) } }
    }

    @Test("Every table and column of DOMAIN §3 is declared")
    func domainIsComplete() throws {
        for (name, columns) in list(SchemaTests.domain) {
            let table = try #require(schema.table(named: name), "\(name)")
            for column in columns {
                #expect(table.column(named: column) != nil, "\(name).\(column)")
            }
        }
        #expect(schema.tables.count == list(SchemaTests.domain).count)
    }

    @Test("Every value that DOMAIN lists is a declared choice")
    func domainChoices() throws {
        for (path, values) in list(SchemaTests.domainChoices) {
            let declared = try #require(choices(path), "\(path)")
            for value in values { #expect(declared.contains(value), "\(path) = \(value)") }
        }
    }

    @Test("Every value that the workload generator emits is a declared choice")
    func traceChoices() throws {
        for (path, values) in list(SchemaTests.traceChoices) {
            let declared = try #require(choices(path), "\(path)")
            for value in values { #expect(declared.contains(value), "\(path) = \(value)") }
        }
    }

    @Test("Every enumeration of roles declares every role")
    func roleChoices() throws {
        #expect(Set(try #require(choices("office_user.role"))) == Set(Role.allCases.map(\.code)))
    }

    @Test("Ids are unique, and the columns of a table are numbered 1, 2, 3 …")
    func ids() {
        #expect(Set(schema.tables.map(\.id)).count == schema.tables.count)
        for table in schema.tables {
            #expect(table.columns.map(\.id.rawValue) == Array(1...UInt32(table.columns.count)))
        }
    }

    @Test("Table numbers never change once released")
    func idsAreForEver() {
        let numbers = schema.tables.map { "\($0.id.rawValue) \($0.name)" }.joined(separator: ", ")
        #expect(
            numbers == """
                1 region, 2 agency, 3 service, 4 letter_type, 5 number_series, 6 holiday, \
                7 aid_program, 8 report_template, 9 office_user, 10 dictionary, 20 household, \
                21 resident, 22 vital_event, 23 registry_match, 24 resident_link, 25 transfer, \
                40 letter, 41 number_lease, 42 document, 50 application, 51 application_step, \
                52 requirement_check, 53 queue_ticket, 60 complaint, 61 complaint_action, \
                62 survey_response, \
                63 proposal, 70 incident, 71 situation_report, 72 damaged_house, \
                73 missing_person, 74 health_watch, 80 aid_entitlement, 81 aid_delivery, \
                82 stock_movement, 83 aid_allotment, 90 project, 91 budget_line, \
                92 project_progress, 93 asset, 94 asset_movement, 100 monthly_report, 101 directive, 102 finding, \
                103 readiness, 110 ruling
                """)
    }

    @Test("Names are snake_case English and labels speak both languages")
    func names() {
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789_")
        for table in schema.tables {
            #expect(table.name.allSatisfy(allowed.contains))
            #expect(!table.label.id.isEmpty && !table.label.en.isEmpty)
            #expect(!table.writers.isEmpty)
        }
        for (table, column) in allColumns {
            #expect(column.name.allSatisfy(allowed.contains), "\(table.name).\(column.name)")
            #expect(!column.label.id.isEmpty && !column.label.en.isEmpty)
            guard case .enumeration(let choices) = column.type else { continue }
            #expect(!choices.isEmpty)
            #expect(Set(choices.map(\.code)).count == choices.count, "\(table.name).\(column.name)")
            for choice in choices {
                #expect(
                    !choice.code.isEmpty && !choice.label.id.isEmpty && !choice.label.en.isEmpty)
            }
        }
    }

    @Test("A state policy names each declared choice exactly once")
    func statePolicies() {
        for (table, column) in allColumns {
            guard case .state(let precedence) = column.policy else { continue }
            let declared = choices("\(table.name).\(column.name)") ?? []
            #expect(precedence.sorted() == declared.sorted(), "\(table.name).\(column.name)")
        }
    }

    @Test("Every workflow state column has a state policy")
    func stateColumns() {
        for (table, column) in allColumns where column.name == "state" {
            guard case .state = column.policy else {
                Issue.record("\(table.name).state")
                continue
            }
        }
    }

    @Test("Every reference names a declared table, by code only reference data")
    func references() throws {
        for (table, column) in allColumns {
            switch column.type {
            case .row(let target):
                #expect(schema.table(named: target) != nil, "\(table.name).\(column.name)")
            case .code(let target):
                let referenced = try #require(schema.table(named: target))
                #expect(referenced.kind == .reference && referenced.scope == .regency)
                #expect(referenced.column(named: "code") != nil)
                #expect(referenced.indexes.contains(["code"]))
            default: break
            }
        }
    }

    @Test("Every indexed column exists")
    func indexes() {
        for table in schema.tables {
            for index in table.indexes {
                for name in index {
                    #expect(table.column(named: name) != nil, "\(table.name).\(name)")
                }
            }
        }
    }

    @Test("Every column of an attachment is text in SQL and can be looked up by content")
    func attachments() {
        let found = allColumns.filter { $0.column.type == .attachment }
        #expect(found.count == 6)
        for (table, column) in found {
            #expect(column.type.storage == .text)
            #expect(table.indexes.contains([column.name]), "\(table.name).\(column.name)")
        }
    }

    @Test("In a ledger everything but the state is written once")
    func ledgers() {
        for (table, column) in allColumns where table.kind == .ledger && column.name != "state" {
            #expect(column.policy == .append, "\(table.name).\(column.name)")
        }
    }

    @Test("Names, numbers of identity, birth dates and money go to review")
    func reviews() throws {
        for path in [
            "resident.name", "resident.nik", "resident.birth_date", "household.family_card_no",
            "letter.number",
        ] {
            let parts = path.split(separator: ".").map(String.init)
            let column = try #require(schema.table(named: parts[0])?.column(named: parts[1]))
            #expect(column.policy == .review, "\(path)")
        }
        for (table, column) in allColumns where column.type == .money && table.kind != .ledger {
            #expect(column.policy == .review, "\(table.name).\(column.name)")
        }
    }

    @Test("An open complaint wins over a closed one, a revoked letter over a delivered one")
    func precedences() throws {
        func precedence(_ table: String) throws -> [String] {
            let column = try #require(schema.table(named: table)?.column(named: "state"))
            guard case .state(let precedence) = column.policy else { return [] }
            return precedence
        }
        let complaint = try precedence("complaint")
        for open in ["received", "verified", "dispatched", "in_progress", "answered", "reopened"] {
            #expect(
                try #require(complaint.firstIndex(of: open))
                    < #require(complaint.firstIndex(of: "closed")))
        }
        #expect(
            try precedence("letter").prefix(4) == ["revoked", "replaced", "handed_over", "signed"])
    }

    static let domain = """
        region: code name kind parent lat lon valid_from valid_to split_from
        agency: code name
        service: code agency name requirements procedure sla_minutes fee product \
        complaint_channel legal_basis facilities competence oversight staff_count guarantee \
        safety evaluation offline version
        letter_type: code name classification validity_days fields attachments version title body
        number_series: code format reset shared_by
        holiday: date name
        aid_program: code name source target exclusive_group period
        report_template: code name recipients period version
        office_user: office name full_name role credential disabled_at
        dictionary: number content trained_at offices changes
        household: family_card_no address hamlet rw rt welfare_class status
        resident: nik nik_status temporary_no name sex birth_place birth_date religion \
        education occupation marital_status citizenship blood_type father_name father_nik \
        mother_name mother_nik phone household relationship residency vital_status
        vital_event: kind resident household event_date report_date reporter \
        reporter_relationship state corrects details
        registry_match: resident result differing_fields proposed by at
        resident_link: a b kind by reason
        transfer: resident from_office to_office state
        letter: type type_version series number year classification resident fields \
        frozen_text issued_on valid_until signer signer_title state signature_class digest qr \
        revoked_reason replaces
        number_lease: series year replica first last next
        document: resident household letter kind content note added_on
        application: ticket service service_version applicant channel state assigned_agency \
        due_at paused_minutes
        application_step: application at actor from_state to_state note
        requirement_check: application requirement state attachment
        queue_ticket: desk day number state
        complaint: ticket kind category text place channel identity reporter agency \
        verify_due respond_due close_due state
        complaint_action: complaint at actor action text attachment
        survey_response: service u1 u2 u3 u4 u5 u6 u7 u8 u9 suggestion channel age sex
        proposal: title place benefit support
        incident: kind began_at place level state
        situation_report: incident number as_of dead missing heavily_injured lightly_injured \
        displaced_households displaced_people toddlers pregnant elderly disabled houses_heavy \
        houses_moderate houses_light public_facilities needs
        damaged_house: incident household lat lon category state decree_no photo
        missing_person: incident name state
        health_watch: resident kind status since note
        aid_entitlement: program period household resident quantity state
        aid_delivery: entitlement warehouse at quantity recipient evidence
        stock_movement: warehouse item delta reason
        aid_allotment: program period post from_post quantity
        project: title place volume unit funding budget method state
        budget_line: project description volume unit_price
        project_progress: project at physical_pct financial_pct obstacle photo
        asset: category item_code register_no origin price condition
        asset_movement: asset kind at reason
        monthly_report: template office period version figures boundary state signature
        directive: to_agency text due state evidence
        finding: kind subject detail state
        readiness: office stage score evidence at
        ruling: replica first_seq last_seq kind clock code detail state by at
        """

    static let domainChoices = """
        region.kind: regency district village urban_village
        number_series.reset: yearly monthly never
        number_series.shared_by: type all
        aid_program.source: national province regency village_fund grant
        aid_program.target: resident household group
        resident.nik_status: temporary submitted matched mismatched
        resident.relationship: head husband wife child child_in_law grandchild parent \
        parent_in_law other_family helper other
        resident.residency: permanent temporary
        resident.vital_status: alive dead moved missing away invalid
        vital_event.kind: birth death move_out missing move_in away stillbirth correction \
        cancellation
        resident_link.kind: same not_same
        letter.state: draft checked verified approved numbered signed handed_over rejected \
        revoked replaced
        letter.signature_class: wet node certified
        application.channel: counter self village
        application.state: draft submitted incomplete completed in_progress \
        awaiting_signature ready handed_over rejected withdrawn
        complaint.kind: complaint aspiration information
        complaint.identity: open confidential anonymous
        complaint.state: received verified rejected dispatched in_progress answered closed \
        reopened
        incident.kind: earthquake flood landslide fire epidemic
        damaged_house.category: heavy moderate light
        damaged_house.state: proposed verified decreed disputed
        aid_entitlement.state: proposed decreed allotted delivered refused cancelled expired
        project.method: self_managed provider
        project.state: proposed prioritised budgeted procurement running stopped finished \
        inspected handed_over registered
        asset.category: A B C D E F
        monthly_report.state: automatic reviewed closed sent accepted returned
        readiness.stage: people application data network policy
        """

    /// Distinct values of `shared/workload/generate.py`, clean and messy.
    static let traceChoices = """
        household.status: active moved
        household.welfare_class: near_poor not_poor poor very_poor
        resident.nik_status: matched mismatched submitted temporary
        resident.sex: female male
        resident.religion: hindu islam
        resident.education: bachelor diploma junior none not_finished_primary primary senior
        resident.marital_status: divorced married single widowed
        resident.citizenship: wni
        resident.blood_type: A AB B O
        resident.relationship: child grandchild head other_family parent parent_in_law wife
        resident.residency: permanent temporary
        resident.vital_status: alive dead moved
        vital_event.kind: birth death move_in move_out
        vital_event.reporter_relationship: child father neighbour self wife
        vital_event.state: registered
        transfer.state: sent
        letter.state: draft handed_over rejected revoked signed
        letter.signature_class: node
        application.channel: counter
        application.state: completed handed_over in_progress incomplete ready submitted
        application_step.from_state: completed draft in_progress incomplete ready submitted
        application_step.to_state: completed handed_over in_progress incomplete ready submitted
        requirement_check.state: missing present
        complaint.kind: aspiration complaint
        complaint.channel: counter paper whatsapp
        complaint.identity: anonymous confidential open
        complaint.state: answered dispatched received verified
        complaint_action.action: answered dispatched received verified
        survey_response.channel: counter
        survey_response.sex: female male
        incident.kind: earthquake fire flood landslide
        incident.level: village
        incident.state: open
        aid_entitlement.state: allotted delivered
        project.funding: village_fund
        project.method: provider self_managed
        project.state: running
        monthly_report.state: closed reviewed
        """
}
