extension English {
    /// From L on: one file would be too long to read.
    static let secondHalf = """
        Lahir|Born
        Lampiran yang perlu ditunjukkan|Attachments to be shown
        Langkah 1 dari 4|Step 1 of 4
        Langkah 2 dari 4|Step 2 of 4
        Langkah 3 dari 4|Step 3 of 4
        Langkah 4 dari 4|Step 4 of 4
        Langkah ini hanya boleh dilakukan oleh: {0}.|Only these may take this step: {0}.
        Langsung ke isi|Skip to the content
        Lanjut: periksa surat|Next: check the letter
        Laporan situasi bencana|Situation report
        Lihat Sinkron|See Sync
        Lihat datanya|See the record
        Masuk|Sign in
        Masuk ke keluarga {0}|Into the household {0}
        Menampilkan {0} yang pertama; ketik lebih lengkap.|Showing the first {0}; type more.
        Menu|Menu
        Menunggu giliran; dikirim pada sinkron berikutnya.|Waiting; it goes out with the next \
        exchange.
        Menunggu persetujuan|Waiting for approval
        Mohon periksa sebelum menyimpan:|Please check before saving:
        NIK|NIK
        NIK ini sudah dipakai oleh {0}.|{0} has this NIK already.
        Nama|Name
        Nama ayah bila bukan anggota|Father's name if not a member
        Nama bayi|Baby's name
        Nama ibu bila bukan anggota|Mother's name if not a member
        Nama lengkap|Full name
        Nama pengguna|User name
        Nama pengguna atau sandi salah. Sisa percobaan: {0}.|Wrong user name or password. \
        Tries left: {0}.
        Nama pengguna “{0}” sudah dipakai.|The user name “{0}” is taken.
        Nomor KK harus terdiri atas 16 angka.|A family card number has 16 digits.
        Nomor KK ini sudah dipakai keluarga lain.|Another household has this family card \
        number.
        Nomor surat di komputer ini habis. Sinkronkan dulu untuk mendapat jatah nomor baru; \
        konsep surat tetap tersimpan.|This computer has no letter numbers left. Synchronise \
        first to get some; the draft stays saved.
        Nonaktifkan|Disable
        Oleh|By
        Orang tua|Parents
        Orang yang datang|The person who arrives
        Pakai isian ini|Use this value
        Pakai isian lainnya|Use another value
        Paling lama|Oldest
        Paling lama menunggu|Waiting longest
        Panjang (cm)|Length (cm)
        Bila masih diperlukan, catat kembali.|If it is still needed, record it again.
        Bila pekerjaan ini benar, hubungi IT kabupaten agar dilepas.|If this work is right, ask \
        the regency's IT to release it.
        Data acuan hanya boleh diubah oleh kabupaten.|Only the regency may change reference data.
        Dikerjakan oleh pengguna yang sudah dinonaktifkan.|Done by a user who had been disabled.
        Ditahan oleh pusat|Withheld by the centre
        Ditolak oleh komputer ini|Refused by this computer
        Isinya tidak sah.|Its content is not valid.
        Jam komputer ini salah. Betulkan tanggal dan jamnya; pekerjaan boleh diteruskan.|This \
        computer's clock is wrong. Put its date and time right; work may go on.
        Keputusan|Decision
        Menunggu keputusan pusat|Waits for the centre's decision
        Menyangkut data kantor lain.|It concerns another office's data.
        Perubahan ini tersimpan dan tidak hilang, tetapi belum ditampilkan.|These changes are \
        kept and not lost, but not shown yet.
        Tetap ditahan oleh {0}|Upheld by {0}
        Pekerjaan|Work
        Pelaporan|Report
        Pelaporan terlambat {0} hari.|Reported {0} days late.
        Pembagian stok|Stock allotted
        Pencatatan kelahiran|Birth recorded
        Pencatatan kematian|Death recorded
        Pencatatan pindah datang|Move in recorded
        Pencatatan pindah keluar|Move out recorded
        Pengaduan diterima|Complaint received
        Pengganti kepala keluarga|Next head of the household
        Pengguna|Users
        Pengguna baru|New user
        Pengguna dinonaktifkan|User disabled
        Pengguna dinonaktifkan.|The user is disabled.
        Pengguna ditambahkan.|The user is added.
        Pengguna pertama hanya dapat didaftarkan di komputer yang menjalankan Trasne. Buka \
        http://127.0.0.1 di komputer itu.|The first user can only be registered at the \
        computer that runs Trasne. Open http://127.0.0.1 there.
        Pengguna pertama: sekretaris|First user: the secretary
        Penolong|Attendant
        Penyaluran bantuan|Aid handed out
        Penyelesaian beda data|Difference settled
        Penyimpanan bermasalah|Trouble with the storage
        Penyimpanan komputer ini bermasalah.|This computer's storage is in trouble.
        Peran|Role
        Perbaikan data keluarga|Household corrected
        Perbaikan data warga|Resident corrected
        Perbaiki data|Correct
        Perbaiki data keluarga|Correct the household
        Perbaiki data warga|Correct the resident
        Periksa isi surat|Check the letter
        Periksa lagi hal-hal berikut sebelum menyimpan.|Check the following before saving.
        Periksa laporan|Report reviewed
        Periksa surat|Check the letter
        Peristiwa|Events
        Permintaan ini tidak dapat dilayani.|This request cannot be served.
        Permohonan layanan|Application for a service
        Pertahankan data ini|Keep this record
        Perubahan paralel, sudah digabung|Parallel changes, already merged
        Perubahan terakhir tidak disimpan; data lain aman. Ulangi, dan hubungi TI pusat bila \
        terjadi lagi.|The last change was not saved; everything else is safe. Try again, and \
        contact central IT if it happens again.
        Perubahan tersimpan.|The change is saved.
        Pilih salah satu yang tersedia.|Choose one of the options.
        Pilih sedikitnya satu orang.|Choose at least one person.
        Pindah datang|Move in
        Pindah datang: cari keluarga yang dituju|Move in: find the household
        Pindah keluar|Move out
        Pindah keluar: cari warga yang pindah|Move out: find the resident who moves
        Proses permohonan|Application processed
        Pusat belum pernah mengabarkan cadangan. Data tetap disimpan di komputer ini.|The centre \
        has never told of a backup. The data stays on this computer.
        Pusat menolak komputer ini. Hubungi TI pusat.|The centre refuses this computer. \
        Contact central IT.
        Pusat tidak dapat dihubungi; mungkin jaringan mati.|The centre cannot be reached; \
        perhaps the network is down.
        Rincian (boleh kosong)|Details (optional)
        Riwayat perubahan|History of changes
        Riwayat sinkron|History of exchanges
        Ruang penyimpanan komputer penuh. Kosongkan sebagian, lalu ulangi. Yang sudah \
        tersimpan aman.|The disk is full. Free some space and try again. What was saved is \
        safe.
        Rupiah, angka saja.|Rupiah, digits only.
        Saat|During
        Sambungan terputus di tengah jalan; sisanya menyusul.|The line was cut on the way; \
        the rest follows.
        Sandi|Password
        Sandi sedikitnya {0} huruf.|A password has at least {0} characters.
        Sebab|Cause
        Sedang bertukar data dengan pusat…|Exchanging with the centre…
        Sedikitnya 8 huruf.|At least 8 characters.
        Sekarang berisi nilai baru dari {0}. Isian Anda: {1}|Now holds a new value from {0}. \
        You typed: {1}
        Sekretaris sudah terdaftar. Silakan masuk.|The secretary is registered. Please sign \
        in.
        Selamat bekerja, {0}|Welcome, {0}
        Selesai|Finished
        Selesaikan beda data|Settle differing data
        Semua data komputer ini sudah ada di cadangan pusat.|All data of this computer lies in \
        the centre's backup.
        Semua sudah diterima pusat.|The centre has received everything.
        Setujui dan tanda tangani|Approve and sign
        Siap dicetak dan diserahkan|Ready to print and hand over
        Siapa yang pindah?|Who moves?
        Simpan|Save
        Simpan konsep|Save the draft
        Sinkron|Sync
        Sinkronisasi diminta. Anda dapat terus bekerja.|An exchange was asked for. You can go \
        on working.
        Sinkronisasi segera dimulai.|The exchange is about to begin.
        Sinkronkan sekarang|Synchronise now
        Status dokumen sudah berubah. Muat ulang halaman untuk melihat yang terbaru.|The \
        document's state has changed. Reload the page to see the latest.
        Sudah diperiksa|Checked
        Sudah diperiksa, datanya memang begitu|Checked, it is meant so
        Sudah diserahkan|Handed over
        Sudah diverifikasi|Verified
        Sudah selesai; tidak ada yang perlu diputuskan.|Settled already; there is nothing to \
        decide.
        Surat|Letters
        Surat apa yang diperlukan?|Which letter is needed?
        Surat dicabut|Letter revoked
        Surat dicatat sudah diserahkan.|The letter is recorded as handed over.
        Surat diperiksa|Letter checked
        Surat diserahkan|Letter handed over
        Surat disetujui, bernomor, dan siap dicetak.|The letter is approved, numbered and \
        ready to print.
        Surat ditandatangani|Letter signed
        Surat ditolak|Letter rejected
        Surat diverifikasi|Letter verified
        Surat ini bertanggal sesudah warga meninggal. Periksa lagi.|This letter is dated \
        after the resident's death. Check again.
        Survei kepuasan|Satisfaction survey
        Tambah anggota datang|Add an arriving member
        Tambah pengguna|Add a user
        Tanggal belum terjadi.|This day has not come yet.
        Tanggal datang|Date of arrival
        Tanggal ini sebelum tanggal lahir.|This day is before the birth date.
        Tanggal ini tidak ada. Tulis seperti 7-9-2026.|There is no such day. Write it like \
        7-9-2026.
        Tanggal lahir|Birth date
        Tanggal lapor|Report date
        Tanggal lapor tidak boleh sebelum tanggal peristiwa.|The report date cannot be before \
        the event.
        Tanggal meninggal|Date of death
        Tanggal pindah|Date of move
        Tempat dilahirkan|Place of delivery
        Tempat meninggal|Place of death
        Terakhir terhubung ke pusat|Last contact with the centre
        Terakhir terhubung ke pusat: {0}. Komputer ini mencoba sendiri; Anda tidak perlu \
        menunggu.|Last contact with the centre: {0}. This computer tries by itself; you need \
        not wait.
        Terjadi kesalahan|Something went wrong
        Terlalu banyak percobaan salah. Coba lagi pukul {0}.|Too many wrong tries. Try again \
        at {0}.
        Terlalu panjang.|Too long.
        Tidak|No
        Tidak ada beda data yang terbuka.|There is no open difference.
        Tidak ada yang berubah.|Nothing was changed.
        Tidak ada yang cocok dengan “{0}”.|Nothing matches “{0}”.
        Tidak ada yang menunggu Anda.|Nothing waits for you.
        Tidak ditemukan|Not found
        Tindak lanjut pengaduan|Complaint handled
        Tolak|Reject
        Tujuan|Destination
        Tulis alasannya.|Write the reason.
        Tulis angka saja.|Write digits only.
        Tutup laporan bulanan|Monthly report closed
        Ubah isian|Change the fields
        Untuk siapa surat ini?|Who is the letter for?
        Untuk {0}. Data warga diisi sendiri oleh komputer.|For {0}. The computer fills in the \
        resident's data.
        Wajib diisi.|Required.
        Waktu|Time
        Warga|Resident
        Warga / keluarga|Residents / households
        Warga ini sudah tercatat meninggal, pindah, atau hilang.|This resident is recorded as \
        dead, moved or missing.
        Ya|Yes
        Yang perlu dikerjakan|To do
        lahir {0}|born {0}
        lahir, mati, pindah, datang|birth, death, moves
        masuk ke keluarga yang sudah ada|into an existing household
        nama, NIK, atau nomor KK|name, NIK or family card number
        nonaktif|disabled
        orang lain|somebody else
        pilih jenis, warga, isi, periksa|type, resident, fields, check
        pilih keluarga bayi|choose the baby's household
        pilih warga yang meninggal|choose the resident who died
        pusat|the centre
        satu orang atau sekeluarga|one person or a whole household
        belum dipulihkan; hubungi TI pusat|not put right yet; contact central IT
        sudah dipulihkan dari catatan komputer ini|put right from this computer's own records
        sudah dipulihkan dari pusat|put right from the centre
        surat menunggu persetujuan|letters wait for approval
        surat siap dicetak dan diserahkan|letters are ready to print and hand over
        tanpa anggota|without members
        tanpa nomor KK|without a family card number
        terkirim|sent
        tersimpan|stored
        tgl-bln-tahun|day-month-year
        tidak ada|none
        wajib|required
        {0} belum terkirim|{0} not sent yet
        {0} detik|{0} s
        {0} hari lalu|{0} days ago
        {0} jam lalu|{0} hours ago
        {0} menit lalu|{0} minutes ago
        {0} perubahan|{0} changes
        {0} perubahan, {1}|{0} changes, {1}
        {0} tahun|{0} years
        – di luar Lombok Tengah –|– outside Central Lombok –
        """
}
