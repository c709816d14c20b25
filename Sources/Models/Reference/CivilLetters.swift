/// Letters about a person's civil status: registration, birth, death, marriage, family card.

extension ReferenceCatalogue {
    static let civilLetters: [LetterType] = [
        LetterType(
            "SKD", "Surat keterangan penduduk", "470", days: 90,
            fields: [
                purpose
            ],
            attachments: ["KTP", "KK"],
            title: "SURAT KETERANGAN PENDUDUK",
            body: """
                Nama tersebut benar terdaftar sebagai penduduk tetap desa kami \
                berdasarkan data kependudukan yang ada. Surat ini diberikan untuk \
                {purpose}.
                """),
        LetterType(
            "BIO", "Surat keterangan biodata penduduk", "470", days: 90,
            fields: [
                purpose
            ],
            attachments: ["KK"],
            title: "SURAT KETERANGAN BIODATA PENDUDUK",
            body: """
                Biodata yang tercatat pada register kami: nomor KK {family_card_no}, \
                status perkawinan {marital_status}, kewarganegaraan {citizenship}, \
                pendidikan {education}, nama ayah {father_name}, nama ibu {mother_name}. \
                Surat ini diberikan untuk {purpose}.
                """),
        LetterType(
            "PDH", "Surat pengantar pindah", "475", days: 30,
            fields: [
                LetterField("destination", "Alamat tujuan"),
                LetterField("reason", "Alasan pindah"),
                LetterField("members", "Jumlah keluarga yang ikut", .number),
                LetterField("date", "Tanggal pindah", .date),
            ],
            attachments: ["KTP", "KK"],
            title: "SURAT PENGANTAR PINDAH",
            body: """
                Yang bersangkutan akan pindah ke {destination} mulai tanggal {date} \
                dengan alasan {reason}, bersama {members} orang anggota keluarga. Surat \
                ini untuk pengurusan Surat Keterangan Pindah (F-1.03).
                """),
        LetterType(
            "KDP", "Surat keterangan KTP dalam proses", "471.1", days: 30,
            fields: [
                LetterField("since", "Tanggal perekaman", .date)
            ],
            attachments: ["KK", "Bukti perekaman"],
            title: "SURAT KETERANGAN KTP DALAM PROSES",
            body: """
                Yang bersangkutan telah melakukan perekaman KTP elektronik pada tanggal \
                {since} dan sampai surat ini dikeluarkan KTP masih dalam proses \
                pencetakan.
                """),
        LetterType(
            "LHR", "Surat keterangan kelahiran", "472.11", days: 60,
            fields: [
                LetterField("child", "Nama anak"),
                LetterField("date", "Tanggal lahir", .date),
                LetterField("mother", "Nama ibu"),
            ],
            attachments: ["KK", "Surat lahir bidan/rumah sakit"],
            title: "SURAT KETERANGAN KELAHIRAN",
            body: """
                Telah lahir seorang anak bernama {child} pada tanggal {date} dari \
                seorang ibu bernama {mother}. Surat ini untuk pengurusan akta kelahiran.
                """),
        LetterType(
            "PAL", "Surat permohonan akta lahir", "472.11", days: 60,
            fields: [
                LetterField("child", "Nama anak"),
                LetterField("place", "Tempat lahir"),
                LetterField("date", "Tanggal lahir", .date),
                LetterField("father", "Nama ayah"),
                LetterField("mother", "Nama ibu"),
            ],
            attachments: ["KK", "KTP orang tua", "Buku nikah", "Surat keterangan lahir"],
            title: "SURAT PENGANTAR PERMOHONAN AKTA KELAHIRAN",
            body: """
                Yang bersangkutan mengajukan permohonan akta kelahiran bagi anak bernama \
                {child} yang lahir di {place} pada tanggal {date} dari ayah {father} dan \
                ibu {mother}.
                """),
        LetterType(
            "MTI", "Surat keterangan kematian", "472.12", days: 60,
            fields: [
                LetterField("date", "Tanggal meninggal", .date),
                LetterField("place", "Tempat meninggal"),
                LetterField("cause", "Sebab"),
            ],
            attachments: ["KTP almarhum", "KK", "Surat kematian rumah sakit"],
            title: "SURAT KETERANGAN KEMATIAN",
            body: """
                Telah meninggal dunia pada tanggal {date} bertempat di {place} karena \
                {cause}. Surat ini dibuat untuk keperluan ahli waris.
                """),
        LetterType(
            "LMT", "Surat keterangan lahir mati", "472.12", days: 60,
            fields: [
                LetterField("date", "Tanggal", .date),
                LetterField("place", "Tempat"),
                LetterField("mother", "Nama ibu"),
                LetterField("age_weeks", "Umur kandungan (minggu)", .number),
            ],
            attachments: ["KK", "KTP orang tua"],
            title: "SURAT KETERANGAN LAHIR MATI",
            body: """
                Pada tanggal {date} bertempat di {place} telah terjadi lahir mati pada \
                umur kandungan {age_weeks} minggu dari seorang ibu bernama {mother}. \
                Pelapor adalah yang bersangkutan.
                """),
        LetterType(
            "NKH", "Surat pengantar nikah (N-1)", "472.2", days: 30,
            fields: [
                LetterField("partner", "Nama calon pasangan"),
                LetterField("date", "Tanggal nikah", .date),
            ],
            attachments: ["KTP", "KK", "Akta kelahiran", "Pas foto"],
            title: "SURAT PENGANTAR NIKAH (N-1)",
            body: """
                Yang bersangkutan belum terikat perkawinan dan bermaksud menikah dengan \
                {partner} pada tanggal {date} di Kantor Urusan Agama setempat.
                """),
        LetterType(
            "NK2", "Permohonan kehendak nikah (N-2)", "472.2", days: 30,
            fields: [
                LetterField("partner", "Nama calon pasangan"),
                LetterField("date", "Tanggal nikah", .date),
                LetterField("place", "Tempat akad"),
            ],
            attachments: ["N-1", "KTP calon pasangan"],
            title: "PERMOHONAN KEHENDAK NIKAH (N-2)",
            body: """
                Yang bersangkutan memohon agar pernikahannya dengan {partner} \
                dilaksanakan pada tanggal {date} bertempat di {place} dan dicatat oleh \
                Kantor Urusan Agama setempat.
                """),
        LetterType(
            "NK4", "Persetujuan calon pengantin (N-4)", "472.2", days: 30,
            fields: [
                LetterField("partner", "Nama calon pasangan")
            ],
            attachments: ["N-1"],
            title: "PERSETUJUAN CALON PENGANTIN (N-4)",
            body: """
                Yang bersangkutan dan {partner} dengan ini menyatakan setuju untuk \
                melangsungkan pernikahan atas kehendak sendiri tanpa paksaan siapa pun.
                """),
        LetterType(
            "NK5", "Surat izin orang tua (N-5)", "472.2", days: 30,
            fields: [
                LetterField("child", "Nama anak"),
                LetterField("partner", "Nama calon pasangan anak"),
            ],
            attachments: ["KTP orang tua", "KK"],
            title: "SURAT IZIN ORANG TUA (N-5)",
            body: """
                Yang bersangkutan selaku orang tua/wali dari {child} memberikan izin \
                kepada anaknya untuk melangsungkan pernikahan dengan {partner}.
                """),
        LetterType(
            "NK6", "Surat keterangan kematian pasangan (N-6)", "472.2", days: 30,
            fields: [
                LetterField("spouse", "Nama suami/istri yang meninggal"),
                LetterField("date", "Tanggal meninggal", .date),
                LetterField("place", "Tempat meninggal"),
            ],
            attachments: ["Akta kematian", "KK"],
            title: "SURAT KETERANGAN KEMATIAN SUAMI/ISTRI (N-6)",
            body: """
                Suami/istri yang bersangkutan bernama {spouse} telah meninggal dunia \
                pada tanggal {date} di {place}.
                """),
        LetterType(
            "WLH", "Surat keterangan wali hakim", "472.2", days: 30,
            fields: [
                LetterField("bride", "Nama calon pengantin perempuan"),
                LetterField("reason", "Alasan wali hakim"),
            ],
            attachments: ["N-1", "KK"],
            title: "SURAT KETERANGAN WALI HAKIM",
            body: """
                Calon pengantin perempuan bernama {bride} tidak mempunyai wali nasab \
                yang dapat menikahkan karena {reason}, sehingga mohon dinikahkan dengan \
                wali hakim.
                """),
        LetterType(
            "KKB", "Surat pengantar Kartu Keluarga baru", "471.1", days: 30,
            fields: [
                LetterField("reason", "Alasan"),
                LetterField("members", "Jumlah anggota", .number),
            ],
            attachments: ["KTP", "Buku nikah"],
            title: "SURAT PENGANTAR KARTU KELUARGA BARU",
            body: """
                Yang bersangkutan mengajukan penerbitan Kartu Keluarga baru dengan \
                {members} orang anggota karena {reason}.
                """),
        LetterType(
            "KKU", "Surat pengantar perubahan Kartu Keluarga", "471.1", days: 30,
            fields: [
                LetterField("change", "Perubahan")
            ],
            attachments: ["KK", "Bukti perubahan"],
            title: "SURAT PENGANTAR PERUBAHAN KARTU KELUARGA",
            body: """
                Yang bersangkutan mengajukan perubahan data pada Kartu Keluarga nomor \
                {family_card_no} berupa {change}.
                """),
        LetterType(
            "BID", "Surat keterangan beda identitas", "471.1", days: 90,
            fields: [
                LetterField("document", "Dokumen"),
                LetterField("written", "Nama yang tertulis"),
            ],
            attachments: ["KTP", "Dokumen yang berbeda"],
            title: "SURAT KETERANGAN BEDA IDENTITAS",
            body: """
                Nama yang tertulis pada {document} yaitu {written} adalah orang yang \
                sama dengan nama tersebut di atas. Perbedaan terjadi karena kesalahan \
                penulisan.
                """),
    ]
}
