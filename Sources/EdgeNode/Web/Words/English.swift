/// The second language of the message catalogue. A missing text is shown in Indonesian.
///
/// One text a line: `Indonesian|English`.
enum English {
    static let texts: [String: String] = {
        let lines = [firstHalf, secondHalf, chains, attachments, sticks, fetching, peers].flatMap {
            $0.split(separator: "\n")
        }
        return Dictionary(
            lines.compactMap { line in
                line.firstIndex(of: "|").map { bar in
                    (String(line[..<bar]), String(line[line.index(after: bar)...]))
                }
            }, uniquingKeysWith: { first, _ in first })
    }()

    private static let firstHalf = """
        {0} perubahan belum ada di cadangan pusat; tetap disimpan di komputer ini.|{0} changes \
        are not in the centre's backup yet; they stay on this computer.
        Ada isian yang perlu diperbaiki.|Some fields need to be corrected.
        Ada kiriman yang belum bisa diterima. Hubungi TI pusat.|Something that was sent \
        cannot be taken in yet. Contact central IT.
        Ada yang mengubah berkas data tanpa lewat program ini, atau cakram komputer \
        bermasalah. Beri tahu TI pusat.|Something changed the data file without this program, \
        or the computer's disk is failing. Tell central IT.
        Alamat tujuan|Destination address
        Alasan|Reason
        Alasan pindah|Reason for moving
        Anak bernama {0} dengan tanggal lahir sama sudah ada di keluarga ini.|A child named \
        {0} with the same birth date is in this household already.
        Anda sudah keluar.|You have signed out.
        Anggota keluarga|Members of the household
        Angka saja.|Digits only.
        Ayah (anggota keluarga)|Father (member of the household)
        Batal|Cancel
        Bayi|Baby
        Bantuan ini sudah diserahkan pada {0}.|This aid was handed out at {0}.
        Beda data|Differing data
        Beda data selesai. Keputusan ini berlaku di semua komputer.|Settled. The decision \
        holds on all computers.
        Belum ada jatah nomor surat di komputer ini; sinkronkan dulu.|This computer has no \
        letter numbers yet; synchronise first.
        Belum ada pengguna|No users yet
        Belum ada surat.|No letters yet.
        Belum ada.|None yet.
        Belum bisa dilakukan|Not possible yet
        Belum pernah terhubung ke pusat.|Never in contact with the centre.
        Belum pernah.|Never yet.
        Belum terkirim|Not sent yet
        Belum terkirim karena: {0}|Not sent because: {0}
        Beranda|Home
        Berat (gram)|Weight (grams)
        Berhasil|Done
        Berkas data rusak. Hentikan pekerjaan dan hubungi TI pusat untuk pemulihan.|The data \
        file is damaged. Stop working and contact central IT to restore it.
        Berkas data tidak dapat dibuka. Hubungi TI pusat.|The data file cannot be opened. \
        Contact central IT.
        Berkas perangkat tidak terbaca. Hubungi TI pusat.|The device file cannot be read. \
        Contact central IT.
        Bila kepala keluarga pindah dan yang lain tinggal|If the head moves and others stay
        Buat surat|Write a letter
        Cabut surat|Revoke the letter
        Cakram komputer gagal membaca atau menulis. Ulangi; bila tetap gagal, hubungi TI \
        pusat. Yang sudah tersimpan aman.|The disk fails to read or write. Try again; if it \
        goes on, contact central IT. What was saved is safe.
        Cari|Search
        Cari warga|Find a resident
        Catat kelahiran|Record a birth
        Catat kematian|Record a death
        Catat peristiwa|Record an event
        Catat pindah datang|Record a move in
        Catat pindah keluar|Record a move out
        Cetak|Print
        Cetak surat|Print the letter
        Daftarkan|Register
        Data|Data
        Data acuan kabupaten (jenis surat, wilayah) belum diterima. Pencatatan sudah bisa \
        dimulai; surat menunggu sinkron pertama.|The regency's reference data (letter types, \
        places) has not arrived. You can start recording; letters wait for the first exchange.
        Data dibuat|Created
        Data dihapus|Deleted
        Data ini berbeda di dua komputer. Selesaikan beda data.|Two computers hold different \
        values here. Settle the difference.
        Data ini diubah orang lain sejak formulir dibuka. Belum ada yang disimpan; nilai \
        terbaru ditunjukkan di bawah.|Somebody changed this since the form was opened. \
        Nothing was saved; the latest values are shown below.
        Data ini tidak ada di kantor ini, atau sudah dihapus.|There is no such record in this \
        office, or it was deleted.
        Data sedang dipakai program lain. Tunggu sebentar, lalu ulangi.|Another program is \
        using the data. Wait a moment and try again.
        Data yang diubah dari luar program|Data changed outside the program
        Datang dari|Coming from
        Datang, ikut keluarga|Move in, join a household
        Desa/kelurahan di Lombok Tengah|Village in Central Lombok
        Di mana|Where
        Dikirim|Sent
        Diterima|Received
        Diterima oleh|Received by
        Dua komputer mengisi data yang sama secara berbeda, tanpa saling tahu. Kedua isian \
        disimpan; pilih yang benar.|Two computers filled in the same field differently \
        without knowing of each other. Both values are kept; choose the right one.
        Dusun|Hamlet
        Formulir ditolak|Form refused
        Formulir ini sudah kedaluwarsa. Buka lagi halamannya, lalu ulangi.|This form has \
        expired. Open its page again and repeat.
        Gagal karena sebab lain. Hubungi TI pusat bila berulang.|Failed for another reason. \
        Contact central IT if it happens again.
        Gunakan 2–32 huruf kecil, angka, titik, atau tanda hubung.|Use 2–32 lower case \
        letters, digits, dots or hyphens.
        Hanya pemberitahuan: kolom yang berbeda diubah pada waktu yang sama. Tidak ada yang \
        perlu diputuskan.|For information: different fields were changed at the same time. \
        There is nothing to decide.
        Harus tetap ada seorang sekretaris atau kepala yang dapat masuk.|A secretary or head who can \
        sign in must remain.
        Hapus data ganda|Duplicate removed
        Hapus data ini|Delete this record
        Hasil|Result
        Ibu (anggota keluarga)|Mother (member of the household)
        Ibu berusia di bawah 10 tahun pada tanggal itu.|The mother was under 10 years old on \
        that day.
        Identitas|Identity
        Impor kegiatan|Import of projects
        Impor register|Import of the register
        Isian A|Value A
        Isian B|Value B
        Isian formulir tidak dapat dibaca.|The form cannot be read.
        Isian ini tidak dapat dipakai.|This value cannot be used.
        Jabatan pada surat (boleh kosong)|Job title on letters (optional)
        Jam lahir|Time of birth
        Jaringan meminta masuk (halaman Wi-Fi), atau alamat pusat salah.|The network asks for \
        a sign-in (Wi-Fi page), or the centre's address is wrong.
        Jatah bantuan dialihkan|Share of aid taken over
        Jatah bantuan dipindahkan|Share of aid passed on
        Jatah bantuan ditetapkan|Share of aid allotted
        Jatah bantuan di komputer ini tinggal {0}. Minta tambahan jatah, atau isi alasan bila \
        keadaan darurat.|This computer may hand out {0} more. Ask for a larger share, or give a \
        reason in an emergency.
        Jatah nomor surat|Share of letter numbers
        Jatah nomor surat di komputer ini tinggal {0}: sinkronkan sebelum habis.|Only {0} \
        letter numbers are left on this computer: synchronise before they run out.
        Jatah nomor surat di komputer ini: {0}.|Letter numbers left on this computer: {0}.
        Jawaban pusat rusak di jalan; akan diulang.|The centre's answer was damaged on the \
        way; it will be repeated.
        Jenis surat belum diterima dari pusat. Sinkronkan dulu; setelah itu surat dapat \
        dibuat tanpa jaringan.|The letter types have not arrived from the centre. Synchronise \
        first; after that letters need no network.
        Jenis surat {0} belum lengkap di data acuan kabupaten. Hubungi TI pusat.|Letter type \
        {0} is incomplete in the regency's reference data. Contact central IT.
        Jumlah|Number
        Kabupaten Lombok Tengah|Central Lombok Regency
        Kantor ini sudah mempunyai pengguna. Silakan masuk.|This office has users already. \
        Please sign in.
        Kapan|When
        Ke Beranda|To the home page
        Kedatangan|Arrival
        Kedatangan tercatat.|The arrival is recorded.
        Keduanya salah?|Both wrong?
        Kejadian bencana|Disaster
        Kelahiran|Birth
        Kelahiran ke-|Birth order
        Kelahiran tercatat.|The birth is recorded.
        Kelahiran: cari ibu, ayah, atau keluarga bayi|Birth: find the baby's mother, father \
        or household
        Keluar|Sign out
        Keluarga|Household
        Keluarga baru di kantor ini|A new household in this office
        Keluarga ini belum mempunyai anggota.|This household has no members yet.
        Keluarga ini sudah mempunyai kepala keluarga.|This household has a head already.
        Keluarga menjadi tanpa kepala keluarga. Pilih penggantinya.|The household is left \
        without a head. Choose the next one.
        Kemajuan kegiatan|Project progress
        Kematian|Death
        Kematian tercatat.|The death is recorded.
        Kematian: cari warga yang meninggal|Death: find the resident who died
        Kembali|Back
        Kepala keluarga berikutnya|The next head of the household
        Kepindahan tercatat.|The move is recorded.
        Keterangan|Particulars
        Ketik nama, NIK, atau nomor KK|Type a name, NIK or family card number
        Ketik sedikitnya dua huruf atau angka. Ejaan besar kecil bebas.|Type at least two \
        letters or digits. Upper or lower case does not matter.
        Kiriman ke pusat|Sent to the centre
        Komputer ini baru dipasang. Daftarkan sekretaris; pengguna lain ditambahkan \
        kemudian.|This computer is new. Register the secretary; other users are added later.
        Konsep surat|Draft of a letter
        Konsep surat tersimpan. Menunggu persetujuan kepala.|The draft is saved. It waits for \
        the head's approval.
        Kunci tanda tangan komputer ini tidak terbaca. Hubungi TI pusat.|This computer's \
        signing key cannot be read. Contact central IT.
        baru saja|just now
        beda data menunggu keputusan|differences wait for a decision
        bekerja tanpa jaringan|works without a network
        belum ada|none yet
        belum pernah|never
        dihapus|deleted
        ditampilkan sementara|shown for now
        diterima pusat|received by the centre
        diubah|changed
        keluarga baru|new household
        komputer ini|this computer
        komputer lain ({0})|another computer ({0})
        """
}
