/// The regency's places: 1 regency, 12 districts, 154 offices (DOMAIN §1, Kemendagri codes).
///
/// Names collide (Praya is a district and an urban village), so everything keys on the code.
/// Positions are a point an office, rounded to three decimals; the villages split off in 2022 have
/// none yet, and their exact founding day and parent are editable data at the hub.
///
/// Invariants: sorted by code; every parent is present; a fourth part `1…` is an urban village,
/// `2…` a village.
public struct Region: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case regency
        case district
        case village
        case urbanVillage = "urban_village"
    }

    /// `52.02`, `52.02.04`, `52.02.04.2009`.
    public let code: String
    public let name: String
    public let kind: Kind
    /// The code of the region above; nil for the regency.
    public let parent: String?
    /// Degrees; nil where nobody has surveyed the office yet.
    public let lat: Double?
    public let lon: Double?
    /// nil: since before our records.
    public let validFrom: CivilDate?
    /// nil: still valid.
    public let validTo: CivilDate?
    /// The code of the village it was split from (*pemekaran*), where known.
    public let splitFrom: String?

    public init(
        code: String, name: String, kind: Kind, parent: String?, lat: Double?, lon: Double?,
        validFrom: CivilDate? = nil, validTo: CivilDate? = nil, splitFrom: String? = nil
    ) {
        self.code = code
        self.name = name
        self.kind = kind
        self.parent = parent
        self.lat = lat
        self.lon = lon
        self.validFrom = validFrom
        self.validTo = validTo
        self.splitFrom = splitFrom
    }

    /// Whether people work here: a village or an urban village.
    public var isOffice: Bool { kind == .village || kind == .urbanVillage }
}

public enum Regions {
    /// Sorted by code: the regency, then each district followed by its offices.
    public static let all: [Region] = parse(table)

    /// The 154 offices.
    public static let offices: [Region] = all.filter(\.isOffice)

    private static let index: [String: Int] = {
        var index: [String: Int] = [:]
        for (position, region) in all.enumerated() { index[region.code] = position }
        return index
    }()

    public static func region(code: String) -> Region? { index[code].map { all[$0] } }

    /// The district of an office, by the office's code.
    public static func district(ofOffice code: String) -> Region? {
        guard let office = region(code: code), office.isOffice else { return nil }
        return office.parent.flatMap { region(code: $0) }
    }

    private static func parse(_ text: String) -> [Region] {
        text.split(separator: "\n").map { line in
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(
                String.init)
            precondition(parts.count >= 4, "a region line has code|name|lat|lon: \(line)")
            let code = parts[0]
            let kind: Region.Kind =
                switch code.utf8.count {
                case 5: .regency
                case 8: .district
                default:
                    code.utf8.dropFirst(9).first == UInt8(ascii: "1") ? .urbanVillage : .village
                }
            let parent: String? =
                switch kind {
                case .regency: nil
                case .district: String(code.prefix(5))
                case .village, .urbanVillage: String(code.prefix(8))
                }
            // "+" marks the villages split off in 2022.
            let split = parts.count > 4 && parts[4] == "+"
            return Region(
                code: code, name: parts[1], kind: kind, parent: parent, lat: Double(parts[2]),
                lon: Double(parts[3]),
                validFrom: split ? CivilDate(year: 2022, month: 1, day: 1) : nil)
        }
    }

    private static let table = """
        52.02|Kabupaten Lombok Tengah|-8.722|116.290
        52.02.01|Praya|-8.684|116.281
        52.02.01.1001|Praya|-8.702|116.277
        52.02.01.1002|Leneng|-8.699|116.259
        52.02.01.1003|Gerunung|-8.687|116.277
        52.02.01.1004|Semayan|-8.727|116.276
        52.02.01.1005|Perapen|-8.718|116.268
        52.02.01.1006|Tiwugalih|-8.708|116.287
        52.02.01.1007|Gonjak|-8.676|116.274
        52.02.01.1008|Panji Sari|-8.710|116.258
        52.02.01.1009|Renteng|-8.688|116.260
        52.02.01.2010|Mertak Tombok|-8.671|116.292
        52.02.01.2011|Aik Mual|-8.660|116.286
        52.02.01.2012|Montong Terep|-8.655|116.306
        52.02.01.2013|Jago|-8.662|116.268
        52.02.01.2014|Bunut Baok|-8.685|116.299
        52.02.01.2015|Mekar Damai|-8.647|116.284
        52.02.02|Jonggat|-8.671|116.221
        52.02.02.2001|Barejulat|-8.655|116.255
        52.02.02.2002|Ubung|-8.651|116.200
        52.02.02.2003|Jelantik|-8.666|116.216
        52.02.02.2004|Labulia|-8.691|116.185
        52.02.02.2005|Batu Tulis|-8.683|116.206
        52.02.02.2006|Perina|-8.648|116.241
        52.02.02.2007|Pengenjek|-8.635|116.249
        52.02.02.2008|Puyung|-8.692|116.240
        52.02.02.2009|Nyerot|-8.681|116.226
        52.02.02.2010|Sukarara|-8.700|116.215
        52.02.02.2011|Gemel|-8.677|116.250
        52.02.02.2012|Bonjeruk|-8.644|116.222
        52.02.02.2013|Bunkate|-8.661|116.239
        52.02.03|Batukliang|-8.618|116.310
        52.02.03.2001|Bujak|-8.638|116.334
        52.02.03.2002|Selebung|-8.597|116.317
        52.02.03.2003|Peresak|-8.619|116.343
        52.02.03.2004|Mantang|-8.616|116.319
        52.02.03.2005|Aik Darek|-8.599|116.297
        52.02.03.2006|Tampak Siring|-8.601|116.336
        52.02.03.2007|Barabali|-8.632|116.308
        52.02.03.2008|Beber|-8.613|116.283
        52.02.03.2009|Pagutan|-8.635|116.276
        52.02.03.2010|Mekar Bersatu|-8.603|116.293
        52.02.03.2011|Lendang Tampel|||+
        52.02.04|Pujut|-8.851|116.309
        52.02.04.2001|Sengkol|-8.847|116.294
        52.02.04.2002|Segala Anyar|-8.794|116.321
        52.02.04.2003|Sukadana|-8.846|116.339
        52.02.04.2004|Teruwai|-8.898|116.365
        52.02.04.2005|Pengengat|-8.880|116.236
        52.02.04.2006|Kawo|-8.773|116.314
        52.02.04.2007|Gapura|-8.835|116.361
        52.02.04.2008|Rembitan|-8.879|116.258
        52.02.04.2009|Kuta|-8.786|116.313
        52.02.04.2010|Pengembur|-8.873|116.317
        52.02.04.2011|Tumpak|-8.816|116.287
        52.02.04.2012|Mertak|-8.822|116.261
        52.02.04.2013|Prabu|-8.779|116.286
        52.02.04.2014|Tanak Awu|-8.882|116.285
        52.02.04.2015|Ketara|-8.779|116.266
        52.02.04.2016|Bangket Parak|-8.813|116.331
        52.02.04.2017|Dadap|||+
        52.02.04.2018|Kerame Jati|||+
        52.02.05|Praya Barat|-8.822|116.207
        52.02.05.2001|Bonder|-8.778|116.232
        52.02.05.2002|Banyu Urip|-8.853|116.216
        52.02.05.2003|Mangkung|-8.828|116.194
        52.02.05.2004|Kateng|-8.808|116.240
        52.02.05.2005|Setanggor|-8.762|116.217
        52.02.05.2006|Penujak|-8.753|116.251
        52.02.05.2007|Selong Belanak|-8.863|116.151
        52.02.05.2008|Mekar Sari|-8.891|116.193
        52.02.05.2009|Batujai|-8.725|116.241
        52.02.05.2010|Tanak Rarang|-8.776|116.212
        52.02.06|Praya Timur|-8.787|116.382
        52.02.06.2001|Sukaraja|-8.746|116.351
        52.02.06.2002|Beleka|-8.743|116.406
        52.02.06.2003|Semoyang|-8.800|116.396
        52.02.06.2004|Mujur|-8.763|116.355
        52.02.06.2005|Landah|-8.789|116.377
        52.02.06.2006|Sengkerang|-8.764|116.377
        52.02.06.2007|Bilelando|-8.836|116.392
        52.02.06.2008|Ganti|-8.771|116.407
        52.02.06.2009|Marong|-8.787|116.353
        52.02.06.2010|Kidang|-8.832|116.376
        52.02.06.2011|Beleke Daye|||+
        52.02.06.2012|Beleke Lebe Sane|||+
        52.02.06.2013|Pegonak|||+
        52.02.06.2014|Jero Puri|||+
        52.02.07|Janapria|-8.709|116.394
        52.02.07.2001|Lekor|-8.736|116.433
        52.02.07.2002|Langko|-8.722|116.371
        52.02.07.2003|Janapria|-8.694|116.398
        52.02.07.2004|Loang Maka|-8.727|116.392
        52.02.07.2005|Saba|-8.716|116.418
        52.02.07.2006|Bakan|-8.687|116.347
        52.02.07.2007|Durian|-8.673|116.364
        52.02.07.2008|Pendem|-8.680|116.380
        52.02.07.2009|Selebung Rembiga|-8.704|116.356
        52.02.07.2010|Kerembong|-8.698|116.369
        52.02.07.2011|Jango|-8.694|116.420
        52.02.07.2012|Setuta|-8.712|116.384
        52.02.07.2013|Prako|||+
        52.02.07.2014|Tibu Sisok|||+
        52.02.07.2015|Janggawana|||+
        52.02.07.2016|Lingkok Berenge|||+
        52.02.08|Pringgarata|-8.607|116.241
        52.02.08.2001|Pringgarata|-8.624|116.248
        52.02.08.2002|Sepakek|-8.598|116.261
        52.02.08.2003|Murbaya|-8.607|116.253
        52.02.08.2004|Bagu|-8.617|116.204
        52.02.08.2005|Sintung|-8.609|116.225
        52.02.08.2006|Bilebante|-8.626|116.187
        52.02.08.2007|Pemepek|-8.573|116.276
        52.02.08.2008|Menemeng|-8.633|116.197
        52.02.08.2009|Arjangka|-8.618|116.238
        52.02.08.2010|Taman Indah|-8.623|116.267
        52.02.08.2011|Sisik|-8.625|116.220
        52.02.09|Kopang|-8.607|116.361
        52.02.09.2001|Lendang Are|-8.610|116.374
        52.02.09.2002|Monggas|-8.674|116.323
        52.02.09.2003|Muncan|-8.656|116.321
        52.02.09.2004|Bebuak|-8.612|116.362
        52.02.09.2005|Kopang Rembiga|-8.640|116.358
        52.02.09.2006|Dasan Baru|-8.658|116.352
        52.02.09.2007|Montong Gamang|-8.646|116.375
        52.02.09.2008|Darmaji|-8.674|116.346
        52.02.09.2009|Wajageseng|-8.558|116.373
        52.02.09.2010|Aik Bual|-8.473|116.393
        52.02.09.2011|Semparu|-8.659|116.337
        52.02.09.2012|Berinding|||+
        52.02.09.2013|Pajangan|||+
        52.02.10|Praya Tengah|-8.728|116.320
        52.02.10.1001|Gerantung|-8.717|116.312
        52.02.10.1002|Jontlak|-8.712|116.297
        52.02.10.1003|Sasake|-8.738|116.282
        52.02.10.2004|Jurang Jaler|-8.699|116.311
        52.02.10.2005|Beraim|-8.706|116.342
        52.02.10.2006|Batunyala|-8.730|116.317
        52.02.10.2007|Lajut|-8.751|116.301
        52.02.10.2008|Pengadang|-8.689|116.329
        52.02.10.2009|Kelebuh|-8.732|116.352
        52.02.10.2010|Pejanggik|-8.755|116.328
        52.02.10.2011|Dakung|-8.717|116.340
        52.02.10.2012|Prai Meke|-8.705|116.324
        52.02.10.2013|Lelong|||+
        52.02.11|Praya Barat Daya|-8.780|116.165
        52.02.11.2001|Montong Sapah|-8.791|116.137
        52.02.11.2002|Ungga|-8.718|116.207
        52.02.11.2003|Kabul|-8.792|116.173
        52.02.11.2004|Pelambik|-8.753|116.186
        52.02.11.2005|Darek|-8.745|116.209
        52.02.11.2006|Ranggagata|-8.720|116.183
        52.02.11.2007|Pandan Indah|-8.798|116.200
        52.02.11.2008|Serage|-8.758|116.153
        52.02.11.2009|Montong Ajan|-8.837|116.116
        52.02.11.2010|Batu Jangkih|-8.819|116.141
        52.02.11.2011|Teduh|-8.739|116.173
        52.02.11.2012|Pandan Tinggang|||+
        52.02.12|Batukliang Utara|-8.504|116.343
        52.02.12.2001|Lantan|-8.523|116.331
        52.02.12.2002|Setiling|-8.546|116.361
        52.02.12.2003|Tanak Beak|-8.584|116.286
        52.02.12.2004|Aik Bukaq|-8.579|116.351
        52.02.12.2005|Teratak|-8.580|116.328
        52.02.12.2006|Aik Berik|-8.484|116.364
        52.02.12.2007|Mas-mas|-8.600|116.351
        52.02.12.2008|Karang Sidemen|-8.481|116.326
        """
}
