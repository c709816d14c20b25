extension English {
    /// What crosses offices: moves, proposals, numbers used twice, villages that were split.
    static let chains = """
        Alasan dikembalikan|Reason for sending back
        Anggota|Members
        Asal|From
        Batalkan kepindahan|Cancel the move
        Daftar di sini|Registered here
        Desa asal melihat alasannya dan warga tetap terhitung di sana.|The village of origin sees \
        the reason, and the people go on counting there.
        Hubungan {0}|Relationship of {0}
        Ikut keluarga yang ada|Join a household that is here
        Isi sekarang|Value now
        Kedatangan tercatat. Desa asal diberi tahu lewat pusat.|The arrival is recorded. The \
        village of origin is told through the centre.
        Kembalikan|Send back
        Kembalikan ke desa asal|Send back to the village of origin
        Kepindahan dibatalkan|Move cancelled
        Kepindahan dibatalkan.|The move is cancelled.
        Keputusan Dukcapil|Verdict of civil registry
        Keputusan kepindahan|Decision about a move
        Kiriman desa lain|Sent by other villages
        Kiriman dikembalikan|Sent back
        Kiriman dikembalikan ke desa asal.|Sent back to the village of origin.
        Kiriman diteruskan pusat|Carried on by the centre
        Kiriman warga diterima|People from elsewhere accepted
        NIK ini juga terdaftar di {0}. Dukcapil sudah memutuskan; lihat usulan.|This NIK is \
        registered at {0}, too. Civil registry has decided; see its proposals.
        NIK ini juga terdaftar di {0}. Menunggu keputusan Dukcapil.|This NIK is registered at \
        {0}, too. Civil registry has to decide.
        Pemekaran desa|Village split
        Pemeriksaan NIK ganda|Check for numbers used twice
        Pindah tanggal {0}|Moved on {0}
        Sudah dikirim ke {0}; tetap terhitung di sini sampai diterima.|Sent to {0}; goes on \
        counting here until accepted there.
        Sudah terdaftar di sini; surat pindahnya baru tiba.|Registered here already; the letter \
        came later.
        Terima|Accept
        Terima kedatangan|Accept the arrival
        Terima usulan|Accept the proposal
        Tidak ada kiriman yang menunggu.|Nothing from other villages waits.
        Tidak ada perubahan isian.|No field changes.
        Tidak ada usulan yang menunggu.|No proposal waits.
        Tolak|Decline
        Usulan|Proposed
        Usulan Dukcapil|Proposals of civil registry
        Usulan Dukcapil diterima|Proposal of civil registry accepted
        Usulan Dukcapil diterima dan dicatat.|The proposal is accepted and recorded.
        Usulan Dukcapil ditolak|Proposal of civil registry declined
        Usulan Dukcapil tidak diterima.|The proposal is declined.
        Warga ini sudah diterima di kantor lain. Menunggu keputusan kecamatan atau \
        Dukcapil.|Another office has accepted these people. The district or civil registry \
        decides.
        Warga ini sudah dikirim ke {0} dan belum dijawab.|This person was sent to {0}, which has \
        not answered yet.
        Yang datang|Who arrives
        kiriman desa lain menunggu jawaban|families sent by other villages wait for an answer
        usulan Dukcapil menunggu jawaban|proposals of civil registry wait for an answer
        warga yang dikirim ke kantor ini|people sent to this office
        – keluarga baru –|– a new household –
        """
}
