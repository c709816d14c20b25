enum SyncTemplates {
    static let sync = """
        {{<frame}}{{$main}}
        <section class="card">
        <div class="head"><div><h1>‹Sinkron›</h1><p class="subject">{{page.summary}}</p>
        <p class="calm">{{page.durable}}</p></div>
        <form method="post" action="/sinkron"><input type="hidden" name="csrf" \
        value="{{frame.token}}"><button>‹Sinkronkan sekarang›</button></form></div>
        {{#page.clock}}<p class="note bad" role="alert">{{.}}</p>{{/page.clock}}
        {{#page.running}}<p class="note">{{.}}</p>{{/page.running}}
        {{#page.reason}}<p class="note warn">{{.}}</p>{{/page.reason}}
        <h2>‹Belum terkirim›</h2>
        {{#empty(page.kinds)}}<p class="calm">‹Semua sudah diterima pusat.›</p>{{/empty(page.kinds)}}
        {{^empty(page.kinds)}}<table class="list"><thead><tr><th>‹Pekerjaan›</th><th>‹Jumlah›</th>\
        <th>‹Paling lama›</th></tr></thead><tbody>
        {{#page.kinds}}<tr><td>{{label}}</td><td class="num">{{count}}</td><td>{{oldest}}</td></tr>\
        {{/page.kinds}}
        </tbody></table>{{/empty(page.kinds)}}
        </section>
        {{^empty(page.altered)}}<section class="card">
        <h2>‹Data yang diubah dari luar program›</h2>
        <p class="note warn">‹Ada yang mengubah berkas data tanpa lewat program ini, atau cakram \
        komputer bermasalah. Beri tahu TI pusat.›</p>
        <table class="list"><tbody>{{#page.altered}}<tr><td>{{when}}</td><td>{{what}}\
        <small>{{columns}}</small></td><td>{{remedy}}</td></tr>{{/page.altered}}</tbody></table>
        </section>{{/empty(page.altered)}}
        {{^empty(page.withheld)}}<section class="card">
        <h2>‹Ditahan oleh pusat›</h2>
        <p class="calm">‹Perubahan ini tersimpan dan tidak hilang, tetapi belum ditampilkan.›</p>
        <table class="list"><thead><tr><th>‹Pekerjaan›</th><th>‹Alasan›</th>\
        <th>‹Keputusan›</th></tr></thead><tbody>
        {{#page.withheld}}<tr><td>{{work}}<small>{{detail}}</small></td><td>{{why}}</td>\
        <td>{{decision}}<small>{{advice}}</small></td></tr>{{/page.withheld}}
        </tbody></table></section>{{/empty(page.withheld)}}
        <section class="card">
        <h2>‹Komputer lain di kantor, tanpa pusat›</h2>
        <p class="calm">‹Bila jaringan ke pusat mati, komputer-komputer ini tetap bertukar data di\
         kantor. Itu belum berarti diterima pusat.›</p>
        {{#empty(page.peers)}}<p class="calm">‹Pusat belum mengenalkan komputer lain.›</p>\
        {{/empty(page.peers)}}
        {{^empty(page.peers)}}<table class="list"><thead><tr><th>‹Komputer›</th>\
        <th>‹Bertukar terakhir›</th><th></th></tr></thead><tbody>
        {{#page.peers}}<tr><td>{{name}}{{#url}}<small>{{.}}</small>{{/url}}</td>\
        <td>{{contact}}{{#trouble}}<small>{{.}}</small>{{/trouble}}\
        {{#detail}}<small>{{.}}</small>{{/detail}}</td>\
        <td>{{#url}}<form class="inline" method="post" action="/sinkron/tetangga/hapus">\
        <input type="hidden" name="csrf" value="{{frame.token}}">\
        <input type="hidden" name="alamat" value="{{.}}">\
        <button class="quiet">‹Hapus›</button></form>{{/url}}</td></tr>{{/page.peers}}
        </tbody></table>{{/empty(page.peers)}}
        <form method="post" action="/sinkron/tetangga"><input type="hidden" name="csrf"\
         value="{{frame.token}}"><p><label for="alamat">‹Alamat komputer itu, misalnya\
         http://10.0.0.5:8700›</label><input id="alamat" name="alamat" required></p>\
        <button class="quiet">‹Tambah›</button></form>
        </section>
        <section class="card">
        <h2>‹Lewat flashdisk, tanpa jaringan›</h2>
        <div class="sides"><div class="side">
        <p>‹1. Simpan kiriman ke flashdisk dan antarkan ke kabupaten.›</p>
        <p class="calm">‹Hanya pusat yang dapat membacanya. Flashdisk boleh hilang atau terlambat: \
        semua tetap tersimpan di sini sampai pusat membalas.›</p>
        <form method="post" action="/sinkron/simpan"><input type="hidden" name="csrf" \
        value="{{frame.token}}"><button>‹Simpan ke flashdisk›</button></form></div>
        <div class="side"><p>‹2. Kabupaten mengisi flashdisk dengan balasan. Ambil di sini.›</p>
        <form method="post" action="/sinkron/ambil" enctype="multipart/form-data">\
        <input type="hidden" name="csrf" value="{{frame.token}}">\
        <p><label for="berkas">‹Berkas balasan dari pusat›</label>\
        <input type="file" id="berkas" name="berkas" accept=".trasne" multiple required></p>\
        <button>‹Ambil dari flashdisk›</button></form></div></div>
        </section>
        <section class="card">
        <h2>‹Riwayat sinkron›</h2>
        {{#empty(page.sessions)}}<p class="calm">‹Belum pernah.›</p>{{/empty(page.sessions)}}
        {{^empty(page.sessions)}}<table class="list"><thead><tr><th>‹Waktu›</th><th>‹Hasil›</th>\
        <th>‹Dikirim›</th><th>‹Diterima›</th></tr></thead><tbody>
        {{#page.sessions}}<tr><td>{{when}}<small>{{took}}</small></td>\
        <td>{{result}}{{#detail}}<small>{{.}}</small>{{/detail}}</td>
        <td class="num">{{sent}}</td><td class="num">{{received}}</td></tr>{{/page.sessions}}
        </tbody></table>{{/empty(page.sessions)}}
        </section>
        {{/main}}{{/frame}}
        """

    static let conflicts = """
        {{<frame}}{{$main}}
        <section class="card">
        <h1>‹Selesaikan beda data›</h1>
        <p class="calm">‹Dua komputer mengisi data yang sama secara berbeda, tanpa saling tahu. \
        Kedua isian disimpan; pilih yang benar.›</p>
        {{#empty(page.open)}}<p class="note good">‹Tidak ada beda data yang terbuka.›</p>\
        {{/empty(page.open)}}
        {{^empty(page.open)}}<table class="list"><thead><tr><th>‹Data›</th><th>‹Isian A›</th>\
        <th>‹Isian B›</th></tr></thead><tbody>
        {{#page.open}}<tr><td><a href="{{path}}">{{title}}</a><small>{{what}}</small></td>
        <td>{{a}}<small>{{byA}}</small></td><td>{{b}}<small>{{byB}}</small></td></tr>{{/page.open}}
        </tbody></table>{{/empty(page.open)}}
        </section>
        {{^empty(page.merged)}}<section class="card">
        <h2>‹Perubahan paralel, sudah digabung›</h2>
        <p class="calm">‹Hanya pemberitahuan: kolom yang berbeda diubah pada waktu yang sama. \
        Tidak ada yang perlu diputuskan.›</p>
        <table class="list"><tbody>
        {{#page.merged}}<tr><td>{{title}}<small>{{what}}</small></td><td>{{a}}<small>{{byA}}</small></td>\
        <td>{{b}}<small>{{byB}}</small></td></tr>{{/page.merged}}
        </tbody></table></section>{{/empty(page.merged)}}
        {{/main}}{{/frame}}
        """

    static let conflict = """
        {{<frame}}{{$main}}
        <section class="card">
        <h1>‹Beda data›: {{page.title}}</h1>
        <p class="subject">{{page.what}}</p>
        {{#page.fault}}<p class="note bad" role="alert">{{.}}</p>{{/page.fault}}
        {{#page.rowPath}}<p><a href="{{.}}">‹Lihat datanya›</a></p>{{/page.rowPath}}
        <form method="post" action="{{page.action}}">
        <input type="hidden" name="csrf" value="{{frame.token}}">
        <input type="hidden" name="form" value="{{frame.form}}">
        <div class="sides">
        {{#page.sides}}<div class="side{{#isShown}} shown{{/isShown}}">
        <p class="step">{{name}}{{#isShown}} · ‹ditampilkan sementara›{{/isShown}}</p>
        <p class="value">{{value}}</p>
        <dl class="facts"><dt>‹Oleh›</dt><dd>{{who}}</dd><dt>‹Kapan›</dt><dd>{{when}}</dd>\
        <dt>‹Di mana›</dt><dd>{{place}}</dd><dt>‹Saat›</dt><dd>{{intent}}</dd></dl>
        {{#page.mayDecide}}<button name="pilih" value="{{choice}}">{{button}}</button>\
        {{/page.mayDecide}}
        </div>{{/page.sides}}
        </div>
        {{#page.mayDecide}}{{^empty(page.other)}}<fieldset><legend>‹Keduanya salah?›</legend>
        <div class="grid">{{#page.other}}{{> fields}}{{/page.other}}</div>
        <p class="go"><button class="quiet" name="pilih" value="lain">‹Pakai isian lainnya›\
        </button></p></fieldset>{{/empty(page.other)}}{{/page.mayDecide}}
        {{^page.mayDecide}}<p class="note">{{page.whoMay}}</p>{{/page.mayDecide}}
        </form>
        </section>
        {{/main}}{{/frame}}
        """

    static let users = """
        {{<frame}}{{$main}}
        <section class="card">
        <div class="head"><h1>‹Pengguna›</h1><a class="button" href="/pengguna/baru">\
        ‹Tambah pengguna›</a></div>
        <table class="list"><thead><tr><th>‹Nama›</th><th>‹Nama pengguna›</th><th>‹Peran›</th>\
        <th></th></tr></thead><tbody>
        {{#page.users}}<tr{{#isDisabled}} class="faded"{{/isDisabled}}><td>{{fullName}}</td>\
        <td>{{name}}</td><td>{{role}}</td><td>{{^isDisabled}}{{^isSelf}}<form class="inline" \
        method="post" action="/pengguna/nonaktif"><input type="hidden" name="csrf" \
        value="{{frame.token}}"><input type="hidden" name="name" value="{{name}}">\
        <button class="quiet">‹Nonaktifkan›</button></form>{{/isSelf}}{{/isDisabled}}\
        {{#isDisabled}}‹nonaktif›{{/isDisabled}}</td></tr>{{/page.users}}
        </tbody></table>
        </section>
        {{/main}}{{/frame}}
        """
}
