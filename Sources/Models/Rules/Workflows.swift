/// The declared workflows, one a table with a `state` that people move (DOMAIN §3).
import SyncProtocol

extension Workflow {
    /// Every declared workflow.
    public static let all: [Workflow] = [
        letter, application, complaint, vitalEvent, transfer, registryMatch, aidEntitlement,
        damagedHouse, project, monthlyReport, directive,
    ]

    private static let desk: [Role] = [.operator, .sectionHead, .secretary]
    private static let village: [Role] = Writers.village
    private static let deciders: [Role] = [.secretary, .villageHead]

    /// draft → checked → verified → approved → numbered → signed → handed_over.
    static let letter = Workflow(
        "letter",
        path: [
            Step([nil], "draft", village),
            Step(["draft"], "checked", desk),
            Step(["checked"], "verified", [.secretary]),
            Step(["verified"], "approved", [.villageHead]),
            Step(["approved"], "numbered", [.villageHead]),
            Step(["numbered"], "signed", [.villageHead]),
            Step(["signed"], "handed_over", village),
            Step(["checked", "verified", "rejected"], "draft", desk),
            Step(["draft", "checked", "verified", "approved"], "rejected", deciders),
            Step(["numbered", "signed", "handed_over"], "revoked", [.villageHead]),
            Step(["signed", "handed_over", "revoked"], "replaced", [.villageHead]),
        ],
        shortcuts: [
            // A small office: one person checks and verifies; the head does the rest in one click.
            Step(["draft"], "verified", [.secretary]),
            Step(["draft", "checked"], "approved", [.villageHead]),
            Step(["draft", "checked", "verified"], "numbered", [.villageHead]),
            Step([nil, "draft", "checked", "verified", "approved"], "signed", [.villageHead]),
        ])

    private static let counter: [Role] = Writers.village + [.agency]

    /// The clock stops in `incomplete`.
    static let application = Workflow(
        "application",
        path: [
            Step([nil], "draft", counter + [.citizen]),
            Step(["draft"], "submitted", counter + [.citizen]),
            Step(["submitted", "completed", "in_progress"], "incomplete", counter),
            Step(["incomplete"], "completed", counter + [.citizen]),
            Step(["submitted", "completed"], "in_progress", counter),
            Step(["in_progress"], "awaiting_signature", counter),
            Step(["awaiting_signature"], "ready", counter),
            Step(["ready"], "handed_over", counter),
            Step(
                ["submitted", "incomplete", "completed", "in_progress", "awaiting_signature"],
                "rejected", counter),
            Step(
                ["draft", "submitted", "incomplete", "completed", "in_progress"], "withdrawn",
                counter + [.citizen]),
        ],
        shortcuts: [
            Step([nil], "submitted", counter + [.citizen]),
            // What the counter can finish at once.
            Step(["submitted", "completed", "in_progress"], "ready", counter),
            Step(["submitted", "completed"], "awaiting_signature", counter),
        ])

    private static let handlers: [Role] = [.secretary, .villageHead, .sectionHead, .agency]

    /// `closed` is for the reporter, or for the timer after ten working days; an operator writes
    /// down what a reporter says at the counter.
    static let complaint = Workflow(
        "complaint",
        path: [
            Step([nil], "received", village + [.agency, .citizen]),
            Step(["received"], "verified", handlers),
            Step(["received", "verified"], "rejected", handlers),
            Step(["verified", "reopened"], "dispatched", handlers + [.regencySecretary]),
            Step(["dispatched", "reopened"], "in_progress", handlers),
            Step(["in_progress"], "answered", handlers),
            Step(["answered"], "closed", [.system, .citizen, .operator]),
            Step(["answered", "closed", "rejected"], "reopened", [.citizen, .operator, .agency]),
        ],
        shortcuts: [
            // Answered from the desk, or handled by the village itself.
            Step(["verified"], "in_progress", handlers),
            Step(["received", "verified", "dispatched", "reopened"], "answered", handlers),
        ])

    /// A registered event is never edited: a new event corrects or cancels it.
    static let vitalEvent = Workflow(
        "vital_event",
        path: [
            Step([nil], "draft", village),
            Step(["draft"], "registered", village),
            Step(["registered"], "confirmed", [.sectionHead, .secretary, .villageHead]),
            Step(["registered", "confirmed"], "corrected", village + [.civilRegistry]),
            Step(["draft"], "cancelled", village),
            Step(["registered", "confirmed"], "cancelled", deciders),
        ],
        shortcuts: [Step([nil], "registered", village)])

    /// The person counts at the origin until one acceptance (C5).
    static let transfer = Workflow(
        "transfer",
        path: [
            Step([nil], "sent", village),
            Step(["sent", "suspended"], "accepted", village + [.district, .civilRegistry]),
            Step(["sent"], "returned", village + [.district, .civilRegistry]),
            Step(["sent"], "suspended", [.system, .district, .civilRegistry]),
            Step(["suspended"], "returned", [.district, .civilRegistry]),
            Step(["sent", "returned", "suspended"], "cancelled", deciders + [.operator]),
            Step(["returned"], "sent", village),
        ])

    static let registryMatch = Workflow(
        "registry_match",
        path: [
            Step([nil], "proposed", [.civilRegistry]),
            Step(["proposed"], "accepted", village),
            Step(["proposed"], "declined", village),
            Step(["declined"], "accepted", village),
        ])

    static let aidEntitlement = Workflow(
        "aid_entitlement",
        path: [
            Step([nil], "proposed", village + [.agency]),
            Step(["proposed"], "decreed", [.villageHead, .agency]),
            Step(["decreed"], "allotted", village + [.agency]),
            Step(["allotted"], "delivered", [.sectionHead, .secretary, .villageHead]),
            Step(["allotted"], "refused", [.sectionHead, .secretary, .villageHead]),
            Step(["proposed", "decreed", "allotted"], "cancelled", deciders + [.agency]),
            Step(["decreed", "allotted"], "expired", [.system, .secretary, .agency]),
        ],
        shortcuts: [
            // A decreed list is imported already allotted.
            Step([nil], "decreed", village + [.agency]),
            Step([nil], "allotted", village + [.agency]),
            // Where posts have shares, nobody allots name by name.
            Step(["decreed"], "delivered", [.sectionHead, .secretary, .villageHead]),
        ])

    static let damagedHouse = Workflow(
        "damaged_house",
        path: [
            Step([nil], "proposed", village + [.district, .agency]),
            Step(["proposed"], "verified", [.sectionHead, .secretary, .district, .agency]),
            Step(["verified"], "decreed", [.agency]),
            Step(["proposed", "verified", "decreed"], "disputed", village + [.agency]),
            Step(["disputed"], "verified", [.district, .agency]),
        ])

    private static let builders: [Role] = [.operator, .sectionHead, .secretary, .villageHead]

    static let project = Workflow(
        "project",
        path: [
            Step([nil], "proposed", builders + [.agency]),
            Step(["proposed"], "prioritised", deciders),
            Step(["prioritised"], "budgeted", deciders),
            Step(["budgeted"], "procurement", builders),
            Step(["procurement"], "running", builders),
            Step(["running"], "stopped", builders),
            Step(["stopped"], "running", builders),
            Step(["running"], "finished", builders),
            Step(["finished"], "inspected", [.sectionHead, .secretary, .villageHead, .agency]),
            Step(["inspected"], "handed_over", deciders),
            Step(["handed_over"], "registered", [.secretary, .sectionHead]),
        ],
        shortcuts: [
            // The list of the year, imported as it stands.
            Step([nil], "prioritised", builders + [.agency]),
            Step([nil], "budgeted", builders + [.agency]),
            Step([nil], "procurement", builders + [.agency]),
            Step([nil], "running", builders + [.agency]),
            // Self-managed work has no procurement.
            Step(["budgeted"], "running", builders),
        ])

    /// automatic → reviewed → closed → sent → accepted | returned; corrected by a new version.
    static let monthlyReport = Workflow(
        "monthly_report",
        path: [
            Step([nil], "automatic", village + [.system]),
            Step(["automatic"], "reviewed", village),
            Step(["reviewed"], "closed", deciders),
            Step(["closed"], "sent", village + [.system]),
            Step(["sent"], "accepted", [.district, .agency]),
            Step(["sent"], "returned", [.district, .agency]),
            Step(["closed", "sent", "accepted", "returned"], "corrected", deciders),
        ],
        shortcuts: [
            Step([nil], "reviewed", village),
            Step(["automatic"], "closed", deciders),
        ])

    static let directive = Workflow(
        "directive",
        path: [
            Step([nil], "issued", [.regencySecretary]),
            Step(["issued"], "acknowledged", [.agency]),
            Step(["acknowledged"], "in_progress", [.agency]),
            Step(["in_progress"], "done", [.agency]),
            Step(["done"], "verified", [.regencySecretary]),
            Step(["done"], "in_progress", [.regencySecretary]),
            Step(
                ["issued", "acknowledged", "in_progress", "done"], "cancelled",
                [.regencySecretary]),
        ],
        shortcuts: [Step(["issued", "acknowledged"], "done", [.agency])])
}
