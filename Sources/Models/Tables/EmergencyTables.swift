/// Emergencies (DOMAIN §3; kinds and damage classes as in BNPB's forms). Ids 70 to 79.
///
/// A situation report is cumulative *as of* a time: a later one supersedes, nothing is summed over
/// time (C13), so each report is a ledger row. An incident that someone still holds open is open.
import SyncProtocol

enum EmergencyTables {
    static let all: [Table] = [
        incident, situationReport, damagedHouse, missingPerson, healthWatch,
    ]

    private static let responders: [Role] = Writers.village + [.district, .agency]

    static let incident = Table(
        70, "incident", Label("Kejadian bencana", "Incident"),
        writers: responders + [.regencySecretary], indexes: [["state"], ["began_at"]],
        isUrgent: true,
        columns: [
            Column(
                1, "kind",
                .enumeration([
                    Choice("earthquake", "Gempa bumi", "Earthquake"),
                    Choice("tsunami", "Tsunami", "Tsunami"),
                    Choice("volcano", "Letusan gunung api", "Volcanic eruption"),
                    Choice("flood", "Banjir", "Flood"),
                    Choice("flash_flood", "Banjir bandang", "Flash flood"),
                    Choice("tidal_flood", "Gelombang pasang/abrasi", "Tidal flood"),
                    Choice("landslide", "Tanah longsor", "Landslide"),
                    Choice("drought", "Kekeringan", "Drought"),
                    Choice("windstorm", "Angin kencang/puting beliung", "Windstorm"),
                    Choice("fire", "Kebakaran permukiman", "Fire"),
                    Choice("wildfire", "Kebakaran hutan dan lahan", "Wildfire"),
                    Choice("epidemic", "Wabah penyakit/KLB", "Epidemic"),
                    Choice("animal_disease", "Wabah hewan", "Animal disease"),
                    Choice("transport", "Kecelakaan transportasi", "Transport accident"),
                    Choice("industrial", "Kegagalan teknologi", "Industrial accident"),
                    Choice("social_conflict", "Konflik sosial", "Social conflict"),
                    Choice("other", "Lainnya", "Other"),
                ]), Label("Jenis bencana", "Kind"), isRequired: true),
            Column(2, "began_at", .instant, Label("Mulai", "Began at"), policy: .min),
            Column(3, "place", .text, Label("Tempat", "Place")),
            Column(
                4, "level",
                .enumeration([
                    Choice("village", "Desa/kelurahan", "Village"),
                    Choice("district", "Kecamatan", "District"),
                    Choice("regency", "Kabupaten", "Regency"),
                    Choice("province", "Provinsi", "Province"),
                    Choice("national", "Nasional", "National"),
                ]), Label("Tingkat", "Level"), policy: .review),
            Column(
                5, "state",
                .enumeration([
                    Choice("open", "Tanggap darurat", "Response"),
                    Choice("transition", "Transisi ke pemulihan", "Transition to recovery"),
                    Choice("recovery", "Pemulihan", "Recovery"),
                    Choice("closed", "Selesai", "Closed"),
                    Choice("false_alarm", "Laporan keliru", "False alarm"),
                ]), Label("Status", "State"),
                policy: .state(
                    precedence: ["open", "transition", "recovery", "closed", "false_alarm"])),
            Column(6, "lat", .real, Label("Lintang", "Latitude")),
            Column(7, "lon", .real, Label("Bujur", "Longitude")),
            Column(8, "description", .text, Label("Uraian", "Description")),
        ])

    private static func count(_ number: UInt32, _ name: String, _ id: String, _ en: String)
        -> Column
    {
        Column(number, name, .integer, Label(id, en), policy: .append)
    }

    /// Urgent lane; under 2 kB.
    static let situationReport = Table(
        71, "situation_report", Label("Laporan situasi", "Situation report"), kind: .ledger,
        writers: responders, indexes: [["incident", "as_of"]],
        isUrgent: true,
        columns: [
            Column(
                1, "incident", .row("incident"), Label("Kejadian", "Incident"),
                policy: .append, isRequired: true),
            Column(2, "number", .integer, Label("Laporan ke-", "Number"), policy: .append),
            Column(
                3, "as_of", .instant, Label("Keadaan per", "As of"), policy: .append,
                isRequired: true),
            count(4, "dead", "Meninggal", "Dead"),
            count(5, "missing", "Hilang", "Missing"),
            count(6, "heavily_injured", "Luka berat", "Heavily injured"),
            count(7, "lightly_injured", "Luka ringan", "Lightly injured"),
            count(8, "displaced_households", "Keluarga mengungsi", "Displaced households"),
            count(9, "displaced_people", "Jiwa mengungsi", "Displaced people"),
            count(10, "toddlers", "Balita", "Toddlers"),
            count(11, "pregnant", "Ibu hamil", "Pregnant women"),
            count(12, "elderly", "Lansia", "Elderly"),
            count(13, "disabled", "Penyandang disabilitas", "People with disabilities"),
            count(14, "houses_heavy", "Rumah rusak berat", "Houses, heavy damage"),
            count(15, "houses_moderate", "Rumah rusak sedang", "Houses, moderate damage"),
            count(16, "houses_light", "Rumah rusak ringan", "Houses, light damage"),
            count(17, "public_facilities", "Fasilitas umum rusak", "Public facilities damaged"),
            Column(
                18, "needs", .text, Label("Kebutuhan mendesak", "Urgent needs"), policy: .append),
        ])

    static let damagedHouse = Table(
        72, "damaged_house", Label("Rumah rusak", "Damaged house"), writers: responders,
        indexes: [["incident"], ["household"], ["photo"]],
        isUrgent: true,
        columns: [
            Column(
                1, "incident", .row("incident"), Label("Kejadian", "Incident"), isRequired: true),
            Column(
                2, "household", .row("household"), Label("Keluarga", "Household"),
                isRequired: true),
            Column(3, "lat", .real, Label("Lintang", "Latitude")),
            Column(4, "lon", .real, Label("Bujur", "Longitude")),
            // Decides money, so two opinions go to a person.
            Column(
                5, "category", .enumeration(Choices.damage), Label("Kerusakan", "Damage"),
                policy: .review),
            Column(
                6, "state",
                .enumeration([
                    Choice("proposed", "Diusulkan", "Proposed"),
                    Choice("verified", "Diverifikasi", "Verified"),
                    Choice("decreed", "Ditetapkan (SK)", "Decreed"),
                    Choice("disputed", "Disanggah", "Disputed"),
                ]), Label("Status", "State"),
                policy: .state(precedence: ["disputed", "decreed", "verified", "proposed"])),
            Column(7, "decree_no", .text, Label("Nomor SK", "Decree number"), policy: .review),
            // Reduced to at most 100 kB where it was taken.
            Column(8, "photo", .attachment, Label("Foto", "Photo")),
            Column(9, "note", .text, Label("Catatan", "Note")),
        ])

    static let missingPerson = Table(
        73, "missing_person", Label("Orang hilang", "Missing person"), writers: responders,
        indexes: [["incident"], ["state"]],
        isUrgent: true,
        columns: [
            Column(1, "incident", .row("incident"), Label("Kejadian", "Incident")),
            Column(2, "resident", .row("resident"), Label("Warga", "Resident")),
            Column(3, "name", .text, Label("Nama", "Name"), policy: .review),
            Column(4, "sex", .enumeration(Choices.sex), Label("Jenis kelamin", "Sex")),
            Column(5, "age", .integer, Label("Perkiraan umur", "Approximate age")),
            Column(
                6, "last_seen_at", .instant, Label("Terakhir terlihat", "Last seen at"),
                policy: .max),
            Column(7, "last_seen_place", .text, Label("Di mana terakhir", "Last seen where")),
            Column(8, "features", .text, Label("Ciri-ciri", "Features")),
            Column(9, "reporter", .text, Label("Pelapor", "Reporter")),
            Column(10, "reporter_contact", .text, Label("Kontak pelapor", "Reporter's contact")),
            Column(
                11, "state",
                .enumeration([
                    Choice("missing", "Belum ditemukan", "Missing"),
                    Choice("found_safe", "Ditemukan selamat", "Found safe"),
                    Choice("found_injured", "Ditemukan terluka", "Found injured"),
                    Choice("found_dead", "Ditemukan meninggal", "Found dead"),
                    Choice("mistaken", "Laporan keliru", "Mistaken report"),
                ]), Label("Status", "State"),
                policy: .state(precedence: [
                    "found_dead", "found_injured", "found_safe", "mistaken", "missing",
                ])),
            Column(12, "found_at", .instant, Label("Waktu ditemukan", "Found at")),
            Column(13, "note", .text, Label("Catatan", "Note")),
        ])

    static let healthWatch = Table(
        74, "health_watch", Label("Pantauan kesehatan", "Health watch"), writers: responders,
        indexes: [["resident"], ["status"]],
        columns: [
            Column(1, "resident", .row("resident"), Label("Warga", "Resident"), isRequired: true),
            Column(
                2, "kind",
                .enumeration([
                    Choice("pregnancy", "Ibu hamil berisiko", "Pregnancy at risk"),
                    Choice("stunting", "Tengkes", "Stunting"),
                    Choice("malnutrition", "Gizi buruk", "Malnutrition"),
                    Choice("immunisation", "Imunisasi belum lengkap", "Immunisation incomplete"),
                    Choice("tuberculosis", "TBC", "Tuberculosis"),
                    Choice("dengue", "Demam berdarah", "Dengue"),
                    Choice("malaria", "Malaria", "Malaria"),
                    Choice("rabies", "Gigitan/rabies", "Bite or rabies"),
                    Choice("diarrhoea", "Diare", "Diarrhoea"),
                    Choice("respiratory", "Infeksi pernapasan", "Respiratory infection"),
                    Choice("chronic", "Penyakit kronis", "Chronic illness"),
                    Choice("disability", "Disabilitas", "Disability"),
                    Choice("mental", "Kesehatan jiwa", "Mental health"),
                    Choice("elderly", "Lansia sendirian", "Elderly, living alone"),
                    Choice("other", "Lainnya", "Other"),
                ]), Label("Jenis", "Kind")),
            Column(
                3, "status",
                .enumeration([
                    Choice("suspected", "Diduga", "Suspected"),
                    Choice("active", "Dipantau", "Watched"),
                    Choice("referred", "Dirujuk", "Referred"),
                    Choice("recovered", "Pulih", "Recovered"),
                    Choice("dead", "Meninggal", "Died"),
                    Choice("ended", "Pantauan selesai", "Ended"),
                ]), Label("Status", "Status"),
                policy: .state(precedence: [
                    "dead", "referred", "active", "suspected", "recovered", "ended",
                ])),
            Column(4, "since", .date, Label("Sejak", "Since"), policy: .min),
            Column(5, "note", .text, Label("Catatan", "Note")),
        ])
}
