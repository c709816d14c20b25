import ChangeStore
import Foundation
import HTTPTypes
import Hummingbird
import Models
import Mustache
import NIOCore
import SyncProtocol

/// The first page of central IT: every office, its last contact, what waits, its conflicts.
/// No resident's data is on it (DOMAIN §2, `central_it`).
struct ITPage: Sendable {
    let hub: Hub
    let readers: StoreLane

    func add(to router: Router<BasicRequestContext>) {
        router.get("/") { _, _ in try await page() }
        router.get("/health") { _, _ in
            let problems = try await readers.run { [hub] in
                try hub.store.read { _ in "ok\n" }
            }
            return problems
        }
    }

    private func page() async throws -> Response {
        let now = Hub.now()
        let report = try await readers.run { [hub] in try FleetReport.of(hub, now: now) }
        let html = Self.template.render(ITPageContent(report, now: now))
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
            ], body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private static let template: MustacheTemplate = {
        do {
            return try MustacheTemplate(string: ITPageTemplate.html)
        } catch {
            preconditionFailure("the IT page's template does not parse: \(error)")
        }
    }()
}

/// What the template shows: words, ready to print.
struct ITPageContent {
    struct DeviceLine {
        let office: String
        let name: String
        let district: String
        let device: Int
        let condition: String
        let conditionText: String
        let contact: String
        let waits: String
        let conflicts: String
        let bytes: String
        let clock: String
        let notice: String
    }

    struct RulingLine {
        let ruling: String
        let office: String
        let what: String
        let reason: String
        let state: String

        init(_ listing: RulingListing) {
            ruling = listing.ruling
            office = listing.scope
            what =
                "\(listing.changes) perubahan, \(listing.authors.joined(separator: ", ")), "
                + "r\(listing.replica)"
            reason = "\(listing.code): \(listing.detail)"
            state =
                listing.state == Ruling.State.upheld.rawValue
                ? "tetap, \(listing.by)" : "menunggu keputusan"
        }
    }

    let at: String
    let offices: Int
    let officesWithDevices: Int
    let withoutDevice: Int
    let changes: String
    let openConflicts: Int
    let trouble: Int
    let quiet: Int
    let late: Int
    let lost: Int
    let devices: [DeviceLine]
    let rulings: [RulingLine]
    let isEmpty: Bool
    let events: [EventLine]
    let hasEvents: Bool

    struct EventLine {
        let at: String
        let office: String
        let text: String
    }
    /// What was found altered outside the program, and put right or not.
    let altered: [String]
    let backup: String
    let restored: String?

    init(_ report: FleetReport, now: Int64) {
        at = Plain.instant(now)
        offices = report.offices
        officesWithDevices = report.officesWithDevices
        withoutDevice = report.offices - report.officesWithDevices
        changes = Plain.number(Int64(clamping: report.changes))
        openConflicts = report.openConflicts
        trouble = report.held + report.rejected
        quiet = report.devices.filter { $0.condition == .quiet }.count
        late = report.devices.filter { $0.condition == .late }.count
        lost = report.devices.filter { $0.condition == .lost }.count
        devices = report.devices.map(DeviceLine.init)
        rulings = report.rulings.reversed().prefix(50).map(RulingLine.init)
        isEmpty = report.devices.isEmpty
        events = report.events.map {
            EventLine(
                at: Plain.instant($0.at),
                office: $0.office.flatMap { Regions.region(code: $0)?.name } ?? "Pusat",
                text: $0.text)
        }
        hasEvents = !events.isEmpty
        altered = report.altered
        backup =
            (report.lastBackup.map { "Cadangan terakhir: \($0)." }
                ?? "Belum pernah dicadangkan: jalankan synchub backup.")
            + (report.backupTrouble.map { " Cadangan gagal: \($0)." } ?? "")
        restored = report.restore.map { restore in
            "Pusat dipulihkan \(restore.at) dari cadangan \(restore.backupOf). "
                + "Penonaktifan komputer sesudah cadangan itu terlupa; ulangi bila perlu. "
                + (restore.awaited.isEmpty
                    ? "Semua komputer sudah terhubung lagi."
                    : "Belum terhubung lagi, jadi belum diberi nomor surat baru: "
                        + restore.awaited.joined(separator: ", ") + ".")
        }
    }
}

extension ITPageContent.DeviceLine {
    fileprivate init(_ device: FleetReport.Device) {
        office = device.office
        name = device.officeName
        district = device.district
        self.device = device.device
        condition = device.condition.rawValue
        conditionText =
            switch device.condition {
            case .new: "belum pernah terhubung"
            case .quiet: "tenang"
            case .late: "terlambat"
            case .lost: "hilang"
            case .superseded: "diteruskan dengan nomor baru"
            case .retired: "dinonaktifkan"
            }
        contact = device.silentSeconds.map { Plain.age($0) + " lalu" } ?? "–"
        if let pending = device.pending {
            waits =
                pending == 0
                ? "tidak ada"
                : "\(pending), tertua \(Plain.age(Int64(clamping: device.oldestPendingSeconds ?? 0)))"
        } else {
            waits = "tidak diketahui"
        }
        conflicts = device.conflicts.map(String.init) ?? "–"
        bytes = device.sessions == 0 ? "–" : Plain.bytes(device.bytesIn + device.bytesOut)
        clock =
            device.clockOffsetSeconds.map { abs($0) < 60 ? "tepat" : Plain.skew($0) } ?? "–"
        notice = device.lastNotice ?? ""
    }
}

/// Numbers and times as people in the office say them.
enum Plain {
    static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "kurang dari 1 menit"
        case ..<3_600: "\(seconds / 60) menit"
        case ..<86_400: "\(seconds / 3_600) jam"
        default: "\(seconds / 86_400) hari"
        }
    }

    static func skew(_ seconds: Int64) -> String {
        "\(age(abs(seconds))) \(seconds > 0 ? "lebih cepat" : "lebih lambat")"
    }

    static func bytes(_ count: Int64) -> String {
        switch count {
        case ..<1_000: "\(count) B"
        case ..<1_000_000: "\(number(count / 1_000)) kB"
        default: "\(number(count / 1_000_000)) MB"
        }
    }

    /// With points between thousands.
    static func number(_ value: Int64) -> String {
        let digits = String(value.magnitude)
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(".") }
            out.append(digit)
        }
        return (value < 0 ? "-" : "") + out
    }

    /// `24 November 2026, 04.19 WITA` (UTC+8) for UTC milliseconds.
    static func instant(_ milliseconds: Int64) -> String {
        let minutes = (milliseconds / 60_000 + 8 * 60) % (24 * 60)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(CivilDate(localDayOf: milliseconds).spoken), "
            + "\(two(minutes / 60)).\(two(minutes % 60)) WITA"
    }
}
