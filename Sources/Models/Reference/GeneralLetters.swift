/// Letters about means, trade, property, journeys and conduct.

extension ReferenceCatalogue {
    static let generalLetters: [LetterType] = [
        LetterType(
            "PGT", "Surat pengantar", "140", days: 30,
            fields: [
                purpose
            ],
            attachments: ["KTP", "KK"],
            title: "SURAT PENGANTAR",
            body: """
                Orang tersebut adalah benar warga kami yang berdomisili di alamat di \
                atas dan berkelakuan baik. Surat pengantar ini diberikan untuk keperluan \
                {purpose}.
                """),
        LetterType(
            "JBL", "Surat keterangan jual beli", "593", days: 365,
            fields: [
                LetterField("item", "Barang yang dijual"),
                LetterField("buyer", "Nama pembeli"),
                LetterField("price", "Harga", .money),
                LetterField("date", "Tanggal jual beli", .date),
            ],
            attachments: ["KTP penjual", "KTP pembeli", "Bukti kepemilikan"],
            title: "SURAT KETERANGAN JUAL BELI",
            body: """
                Pada tanggal {date} yang bersangkutan telah menjual {item} kepada \
                {buyer} dengan harga Rp{price} tanpa paksaan dari pihak mana pun.
                """),
        LetterType(
            "SKCK", "Surat pengantar SKCK", "331", days: 30,
            fields: [
                purpose
            ],
            attachments: ["KTP", "KK", "Pas foto"],
            title: "SURAT PENGANTAR SKCK",
            body: """
                Selama bertempat tinggal di desa kami yang bersangkutan berkelakuan baik \
                dan tidak pernah tersangkut perkara pidana. Surat ini untuk {purpose}.
                """),
        LetterType(
            "BPG", "Surat keterangan bepergian", "475", days: 30,
            fields: [
                LetterField("destination", "Tujuan"),
                LetterField("from", "Mulai tanggal", .date),
                LetterField("until", "Sampai tanggal", .date),
            ],
            attachments: ["KTP"],
            title: "SURAT KETERANGAN BEPERGIAN",
            body: """
                Yang bersangkutan akan bepergian ke {destination} mulai tanggal {from} \
                sampai dengan {until}. Kepada pihak terkait dimohon bantuan seperlunya.
                """),
        LetterType(
            "SKTM", "Surat keterangan tidak mampu", "465.1", days: 90,
            fields: [
                purpose,
                LetterField("income", "Penghasilan per bulan", .money),
            ],
            attachments: ["KTP", "KK", "Pengantar RT/dusun"],
            title: "SURAT KETERANGAN TIDAK MAMPU",
            body: """
                Sepanjang pengetahuan kami yang bersangkutan tergolong keluarga kurang \
                mampu dengan penghasilan rata-rata Rp{income} per bulan. Surat ini \
                dipergunakan untuk {purpose}.
                """),
        LetterType(
            "RAM", "Surat izin keramaian", "300", days: 14,
            fields: [
                LetterField("event", "Acara"),
                LetterField("place", "Tempat acara"),
                LetterField("date", "Tanggal acara", .date),
            ],
            attachments: ["KTP", "Pengantar dusun"],
            title: "SURAT IZIN KERAMAIAN",
            body: """
                Diberikan izin untuk mengadakan {event} bertempat di {place} pada \
                tanggal {date} dengan ketentuan menjaga ketertiban dan berakhir paling \
                lambat pukul 22.00 WITA.
                """),
        LetterType(
            "KHL", "Surat keterangan kehilangan", "331.1", days: 14,
            fields: [
                LetterField("item", "Barang yang hilang"),
                LetterField("place", "Tempat hilang"),
                LetterField("date", "Tanggal hilang", .date),
            ],
            attachments: ["KTP"],
            title: "SURAT KETERANGAN KEHILANGAN",
            body: """
                Menurut pengakuannya yang bersangkutan kehilangan {item} di sekitar \
                {place} pada tanggal {date}. Surat ini dipergunakan untuk pengurusan di \
                kepolisian.
                """),
        LetterType(
            "DOM", "Surat keterangan domisili", "474", days: 90,
            fields: [
                purpose,
                LetterField("since", "Sejak tahun", .number),
            ],
            attachments: ["KTP", "Pengantar RT/dusun"],
            title: "SURAT KETERANGAN DOMISILI",
            body: """
                Yang bersangkutan benar berdomisili di Dusun {hamlet} sejak tahun \
                {since} sampai surat ini dikeluarkan. Keperluan: {purpose}.
                """),
        LetterType(
            "DOU", "Surat keterangan domisili usaha", "503", days: 365,
            fields: [
                LetterField("business", "Nama dan jenis usaha"),
                LetterField("place", "Alamat usaha"),
                LetterField("since", "Sejak tahun", .number),
                purpose,
            ],
            attachments: ["KTP", "Foto tempat usaha"],
            title: "SURAT KETERANGAN DOMISILI USAHA",
            body: """
                Usaha {business} milik yang bersangkutan benar berkedudukan di {place} \
                sejak tahun {since}. Surat ini dipergunakan untuk {purpose}.
                """),
        LetterType(
            "SKU", "Surat keterangan usaha", "510", days: 365,
            fields: [
                purpose,
                LetterField("business", "Jenis usaha"),
                LetterField("place", "Alamat usaha"),
                LetterField("since", "Sejak tahun", .number),
            ],
            attachments: ["KTP", "KK"],
            title: "SURAT KETERANGAN USAHA",
            body: """
                Yang bersangkutan benar memiliki usaha {business} yang beralamat di \
                {place} dan telah berjalan sejak tahun {since}. Surat ini dipergunakan \
                untuk {purpose}.
                """),
        LetterType(
            "IZN", "Surat izin orang tua/suami/istri", "474.4", days: 60,
            fields: [
                LetterField("relation", "Hubungan (orang tua/suami/istri)"),
                LetterField("person", "Nama yang diberi izin"),
                purpose,
            ],
            attachments: ["KTP", "KK"],
            title: "SURAT IZIN ORANG TUA/SUAMI/ISTRI",
            body: """
                Yang bersangkutan selaku {relation} memberikan izin kepada {person} \
                untuk {purpose}.
                """),
        LetterType(
            "SPO", "Surat pernyataan penguasaan fisik tanah (sporadik)", "593", days: 365,
            fields: [
                LetterField("land", "Letak tanah"),
                LetterField("area_m2", "Luas (m2)", .number),
                LetterField("since", "Dikuasai sejak tahun", .number),
                LetterField("boundaries", "Batas-batas"),
                LetterField("use", "Penggunaan"),
            ],
            attachments: ["KTP", "SPPT PBB", "Denah tanah", "Saksi batas"],
            title: "SURAT PERNYATAAN PENGUASAAN FISIK BIDANG TANAH (SPORADIK)",
            body: """
                Yang bersangkutan menguasai secara fisik dengan iktikad baik sebidang \
                tanah di {land} seluas {area_m2} m2 sejak tahun {since} untuk {use}, \
                dengan batas-batas {boundaries}. Tanah tersebut tidak dijadikan jaminan \
                dan tidak dalam sengketa.
                """),
        LetterType(
            "TNH", "Surat keterangan kepemilikan tanah", "593", days: 365,
            fields: [
                LetterField("land", "Letak tanah"),
                LetterField("area_m2", "Luas (m2)", .number),
                LetterField("proof", "Bukti kepemilikan"),
                purpose,
            ],
            attachments: ["KTP", "Bukti kepemilikan", "SPPT PBB"],
            title: "SURAT KETERANGAN KEPEMILIKAN TANAH",
            body: """
                Yang bersangkutan benar memiliki sebidang tanah di {land} seluas \
                {area_m2} m2 berdasarkan {proof}. Surat ini dipergunakan untuk \
                {purpose}.
                """),
        LetterType(
            "PHO", "Surat keterangan penghasilan orang tua", "560", days: 90,
            fields: [
                purpose,
                LetterField("child", "Nama anak"),
                LetterField("income", "Penghasilan per bulan", .money),
            ],
            attachments: ["KTP", "KK"],
            title: "SURAT KETERANGAN PENGHASILAN ORANG TUA",
            body: """
                Yang bersangkutan adalah orang tua dari {child} dengan penghasilan rata- \
                rata Rp{income} per bulan. Surat ini untuk {purpose}.
                """),
        LetterType(
            "KSA", "Surat kuasa", "180", days: 30,
            fields: [
                LetterField("proxy", "Nama penerima kuasa"),
                LetterField("proxy_address", "Alamat penerima kuasa"),
                purpose,
            ],
            attachments: ["KTP pemberi kuasa", "KTP penerima kuasa"],
            title: "SURAT KUASA",
            body: """
                Yang bersangkutan memberi kuasa kepada {proxy} yang beralamat di \
                {proxy_address} untuk {purpose}.
                """),
        LetterType(
            "AWR", "Surat keterangan ahli waris", "474.3", days: 365,
            fields: [
                LetterField("deceased", "Nama almarhum"),
                LetterField("date", "Tanggal meninggal", .date),
                LetterField("heirs", "Nama para ahli waris"),
                purpose,
            ],
            attachments: ["Akta kematian", "KK", "KTP ahli waris", "Dua orang saksi"],
            title: "SURAT KETERANGAN AHLI WARIS",
            body: """
                Almarhum/almarhumah {deceased} telah meninggal dunia pada tanggal {date} \
                dan meninggalkan ahli waris yaitu {heirs}. Surat ini dipergunakan untuk \
                {purpose}.
                """),
    ]
}
