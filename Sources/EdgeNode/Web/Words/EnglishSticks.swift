extension English {
    /// Exchanges on a stick.
    static let sticks = """
        Ambil dari flashdisk|Take in from a stick
        Belum ada berkas yang dipilih. Pilih berkas .trasne dari flashdisk.|No file was \
        chosen. Choose the .trasne file on the stick.
        Berkas {0} bukan kiriman Trasne. Pilih berkas .trasne dari flashdisk.|{0} is not a \
        Trasne bundle. Choose the .trasne file on the stick.
        Berkas {0} bukan untuk komputer ini. Tidak ada yang diubah.|{0} is not for this \
        computer. Nothing was changed.
        Berkas {0} dibuat oleh program yang lebih baru. Perbarui program dahulu.|{0} was made by \
        a newer program. Update the program first.
        Berkas {0} dibuat untuk pendaftaran lama komputer ini. Minta yang baru dari pusat.|{0} \
        was made for an older enrolment of this computer. Ask the centre for a new one.
        Berkas {0} rusak. Salin lagi dari flashdisk, atau minta pusat membuatnya kembali. Tidak \
        ada yang diubah.|{0} is damaged. Copy it from the stick again, or ask the centre for a new \
        one. Nothing was changed.
        Berkas balasan dari pusat|The file that the centre returned
        Berkas-berkas ini bukan satu kiriman. Minta pusat membuatnya kembali.|These files do not \
        make up one bundle. Ask the centre for a new one.
        Data dari flashdisk sudah diambil.|The data from the stick was taken in.
        Hanya pusat yang dapat membacanya. Flashdisk boleh hilang atau terlambat: semua tetap \
        tersimpan di sini sampai pusat membalas.|Only the centre can read it. The stick may be lost \
        or late: everything stays here until the centre answers.
        Isi berkas {0} tidak dapat dibaca. Minta pusat membuatnya kembali.|The content of {0} \
        cannot be read. Ask the centre for a new one.
        Kiriman flashdisk tidak dapat dibuat. Hubungi TI pusat.|The bundle cannot be made. \
        Contact central IT.
        Kiriman ini terdiri atas {0} berkas; nomor {1} belum dipilih. Pilih semua berkasnya \
        sekaligus.|This bundle has {0} files; number {1} was not chosen. Choose all of them at once.
        Komputer ini belum mengenal kunci pusat. Sinkronkan sekali lewat jaringan, atau hubungi \
        TI pusat.|This computer does not know the centre's key. Synchronise once over the network, \
        or contact central IT.
        Lewat flashdisk, tanpa jaringan|By stick, without a network
        Sebagian isi berkas {0} tidak dapat dibaca. Buat kiriman baru di komputer ini, bawa ke \
        pusat, lalu bawa balasannya ke sini. Tidak ada yang hilang.|Part of {0} cannot be read. Make \
        a new bundle on this computer, take it to the centre, and bring its answer here. Nothing is \
        lost.
        Simpan ke flashdisk|Save to a stick
        Tanda tangan berkas {0} bukan dari pusat. Jangan dipakai; hubungi TI pusat.|{0} is not \
        signed by the centre. Do not use it; contact central IT.
        1. Simpan kiriman ke flashdisk dan antarkan ke kabupaten.|1. Save the bundle to a stick \
        and take it to the regency.
        2. Kabupaten mengisi flashdisk dengan balasan. Ambil di sini.|2. The regency puts its \
        answer on the stick. Take it in here.
        """
}
