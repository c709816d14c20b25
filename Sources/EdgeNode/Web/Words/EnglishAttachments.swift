extension English {
    /// Photos and scans.
    static let attachments = """
        Berkas diminta. Ia datang pada sinkron berikutnya.|The file is asked for. It comes with \
        the next exchange.
        Berkas ini bukan foto JPEG atau PNG dan bukan PDF. Simpan sebagai salah satunya, lalu \
        ulangi.|This file is neither a JPEG or PNG picture nor a PDF. Save it as one of these and \
        try again.
        Berkas ini kosong.|This file is empty.
        Berkas ini sudah dilampirkan di sini.|This file is attached here already.
        Berkas terlalu besar ({0}; paling besar {1}). Pindai dengan resolusi lebih rendah.|The \
        file is too large ({0}; at most {1}). Scan it with a lower resolution.
        Buka berkas|Open the file
        Foto atau hasil pindai|Photo or scan
        Foto ditambahkan|Photo added
        Foto ini rusak dan tidak dapat dibuka. Foto atau pindai lagi.|This picture is damaged and \
        cannot be opened. Take or scan it again.
        Foto terlalu besar ({0} × {1} titik). Pindai dengan resolusi lebih rendah.|The picture is \
        too large ({0} × {1} points). Scan it with a lower resolution.
        Isi berkas ini rusak di komputer ini. Lampirkan lagi, atau minta dari pusat.|This file is \
        damaged on this computer. Attach it again, or ask the centre for it.
        Isi berkas ini tidak ada di komputer ini. Mintalah; ia datang pada sinkron \
        berikutnya.|This file is not on this computer. Ask for it; it comes with the next exchange.
        JPEG, PNG, atau PDF. Foto dikecilkan sendiri sampai {0} kB; lokasi dan keterangan kamera \
        dihapus.|JPEG, PNG or PDF. Photos are reduced to {0} kB; the place and what the camera \
        noted are removed.
        Kembali|Back
        Lampiran|Attachments
        Lampiran ditambahkan|Attachment added
        Lampiran tersimpan.|The attachment is saved.
        Minta dari pusat|Ask the centre
        Tambah lampiran|Add an attachment
        Tempat lampiran di komputer ini penuh. Hubungi TI pusat; data lain tetap dapat \
        dicatat.|The room for attachments on this computer is used up. Contact central IT; \
        everything else can still be recorded.
        belum ada di komputer ini|not on this computer yet
        di komputer ini|on this computer
        diminta; datang pada sinkron berikutnya|asked for; comes with the next exchange
        """
}
