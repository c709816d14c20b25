enum HomeTemplates {
    static let home = """
        {{<frame}}{{$main}}
        <h1 class="greet">{{page.greeting}}</h1>
        {{#page.missing}}<p class="note warn">{{.}}</p>{{/page.missing}}
        <div class="big">
        <a class="tile main" href="/warga"><b>‹Cari warga›</b><span>‹nama, NIK, atau nomor KK›\
        </span></a>
        <a class="tile" href="/surat/baru"><b>‹Buat surat›</b><span>‹pilih jenis, warga, isi, \
        periksa›</span></a>
        <a class="tile" href="/peristiwa"><b>‹Catat peristiwa›</b><span>‹lahir, mati, pindah, \
        datang›</span></a>
        </div>
        <div class="two">
        <section class="card">
        <h2>‹Yang perlu dikerjakan›</h2>
        {{#empty(page.tasks)}}<p class="calm">‹Tidak ada yang menunggu Anda.›</p>{{/empty(page.tasks)}}
        <ul class="tasks">
        {{#page.tasks}}<li><a href="{{path}}"><b class="count{{#isUrgent}} hot{{/isUrgent}}">\
        {{count}}</b> <span>{{label}}</span></a></li>{{/page.tasks}}
        </ul>
        </section>
        <section class="card">
        <h2>‹Kiriman ke pusat›</h2>
        <dl class="facts">
        <dt>‹Belum terkirim›</dt><dd>{{page.unsent}}</dd>
        {{#page.oldest}}<dt>‹Paling lama menunggu›</dt><dd>{{.}}</dd>{{/page.oldest}}
        <dt>‹Terakhir terhubung ke pusat›</dt><dd>{{page.lastContact}}</dd>
        <dt>‹Warga / keluarga›</dt><dd>{{page.residents}} / {{page.households}}</dd>
        </dl>
        <p><a class="button quiet" href="/sinkron">‹Lihat Sinkron›</a></p>
        </section>
        </div>
        {{/main}}{{/frame}}
        """

    static let events = """
        {{<frame}}{{$main}}
        <h1>‹Catat peristiwa›</h1>
        <div class="big four">
        <a class="tile" href="/warga?untuk=lahir"><b>‹Kelahiran›</b><span>‹pilih keluarga bayi›\
        </span></a>
        <a class="tile" href="/warga?untuk=mati"><b>‹Kematian›</b><span>‹pilih warga yang \
        meninggal›</span></a>
        <a class="tile" href="/warga?untuk=pindah"><b>‹Pindah keluar›</b><span>‹satu orang atau \
        sekeluarga›</span></a>
        <a class="tile" href="/peristiwa/datang"><b>‹Pindah datang›</b><span>‹keluarga baru›\
        </span></a>
        <a class="tile" href="/kedatangan"><b>‹Kiriman desa lain›</b><span>‹warga yang dikirim ke \
        kantor ini›</span></a>
        <a class="tile" href="/warga?untuk=datang"><b>‹Datang, ikut keluarga›</b><span>‹masuk ke \
        keluarga yang sudah ada›</span></a>
        </div>
        {{/main}}{{/frame}}
        """
}
