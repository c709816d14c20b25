extension English {
    /// Exchanges with other computers of the office.
    static let peers = """
        Alamat dihapus.|The address was removed.
        Alamat itu tidak dikenali. Contohnya http://10.0.0.5:8700.|That is not an address. For \
        example http://10.0.0.5:8700.
        Alamat komputer itu, misalnya http://10.0.0.5:8700|The address of that computer, for \
        example http://10.0.0.5:8700
        Alamat tersimpan. Komputer ini akan mencoba sendiri.|The address was saved. This computer \
        will try by itself.
        Alamatnya belum diisi.|Its address was not entered yet.
        belum dikenal|not known yet
        Bertukar terakhir|Last exchange
        Bila jaringan ke pusat mati, komputer-komputer ini tetap bertukar data di kantor. Itu belum \
        berarti diterima pusat.|When the line to the centre is down, these computers go on \
        exchanging data within the office. That does not mean that the centre has received it.
        Hapus|Remove
        Komputer|Computer
        Komputer lain di kantor, tanpa pusat|Other computers of the office, without the centre
        Komputer {0}|Computer {0}
        Pusat belum mengenalkan komputer lain.|The centre has not introduced other computers yet.
        Simpul kecamatan|District node
        Tambah|Add
        Tidak dapat dihubungi sekarang; mungkin sedang mati.|It cannot be reached now; it may be \
        switched off.
        """
}
