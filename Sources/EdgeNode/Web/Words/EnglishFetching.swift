extension English {
    /// Filling a new PC.
    static let fetching = """
        belum dapat diperkirakan|not known yet
        kira-kira {0} menit|about {0} minutes
        kurang dari satu menit|less than a minute
        Mengambil data kantor dari pusat: {0} dari kira-kira {1}. Sisa waktu: {2}. Anda sudah bisa \
        mencatat.|Fetching the office's data from the centre: {0} of about {1}. Time left: {2}. You \
        can record already.
        """
}
