/// The IT page as one Mustache template; values are escaped.
enum ITPageTemplate {
    static let html = #"""
        <!doctype html>
        <html lang="id">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="30">
        <title>Trasne – keadaan kantor</title>
        <style>
        body{margin:0;font:16px/1.45 "Segoe UI","DejaVu Sans",sans-serif;color:#1d2733;background:#f3f5f7}
        header{background:#0b4f4a;color:#fff;padding:14px 24px;display:flex;align-items:baseline;gap:16px;flex-wrap:wrap}
        header b{font-size:21px}header span{opacity:.85}
        main{max-width:1180px;margin:20px auto;padding:0 20px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:12px;margin-bottom:20px}
        .tile{background:#fff;border-radius:8px;padding:12px 16px;border-top:4px solid #9aa7b2}
        .tile b{display:block;font-size:25px;white-space:nowrap}.tile.wide{grid-column:span 2}.tile.quiet{border-color:#2d8a57}.tile.late{border-color:#d38b16}
        .tile.lost{border-color:#b3362d}
        h2{font-size:18px;margin:22px 0 10px}
        table{width:100%;border-collapse:collapse;background:#fff;border-radius:8px;overflow:hidden}
        th,td{text-align:left;padding:9px 12px;border-bottom:1px solid #e3e8ec;vertical-align:top}
        th{background:#e8edf0;font-size:14px}td small{color:#5a6872;display:block}
        .state{display:inline-block;padding:2px 10px;border-radius:11px;font-size:14px;white-space:nowrap;
        background:#e3e8ec}.state.quiet{background:#d8f0e2;color:#175c38}.state.late{background:#fbe8c6;color:#744a05}
        .state.lost{background:#f7d6d3;color:#80211a}
        .empty{background:#fff;border-radius:8px;padding:24px}code{background:#e8edf0;padding:1px 5px;border-radius:4px}
        </style>
        </head>
        <body>
        <header><b>Trasne</b> Keadaan kantor desa dan kelurahan <span>per {{at}}</span></header>
        <main>
        <div class="tiles">
        <div class="tile wide"><b>{{officesWithDevices}} dari {{offices}}</b>kantor punya perangkat</div>
        <div class="tile quiet"><b>{{quiet}}</b>tenang</div>
        <div class="tile late"><b>{{late}}</b>terlambat</div>
        <div class="tile lost"><b>{{lost}}</b>hilang (lebih 7 hari)</div>
        <div class="tile"><b>{{changes}}</b>perubahan tersimpan</div>
        <div class="tile"><b>{{openConflicts}}</b>beda data terbuka</div>
        <div class="tile"><b>{{trouble}}</b>tertahan atau ditolak</div>
        </div>
        {{#hasEvents}}<h2>Peristiwa</h2><table>
        <tr><th>Waktu</th><th>Kantor</th><th>Yang terjadi</th></tr>
        {{#events}}<tr><td>{{at}}</td><td>{{office}}</td><td>{{text}}</td></tr>{{/events}}
        </table><h2>Perangkat</h2>{{/hasEvents}}
        {{^empty(altered)}}<div class="empty"><b>Data pusat diubah dari luar program</b>
        <ul>{{#altered}}<li>{{.}}</li>{{/altered}}</ul></div>{{/empty(altered)}}
        <p>{{backup}}</p>
        {{#restored}}<p class="empty">{{.}}</p>{{/restored}}
        {{#isEmpty}}<p class="empty">Belum ada perangkat. Daftarkan dengan
        <code>synchub enrol --office 52.02.04.2009 --out kuta.json</code></p>{{/isEmpty}}
        {{^isEmpty}}<table>
        <tr><th>Kantor</th><th>Perangkat</th><th>Keadaan</th><th>Kontak terakhir</th>
        <th>Belum terkirim sesudahnya</th><th>Beda data</th><th>Lalu lintas</th><th>Jam</th></tr>
        {{#devices}}<tr>
        <td>{{name}}<small>{{office}} · {{district}}</small></td><td>{{device}}</td>
        <td><span class="state {{condition}}">{{conditionText}}</span><small>{{notice}}</small></td>
        <td>{{contact}}</td><td>{{waits}}</td><td>{{conflicts}}</td><td>{{bytes}}</td><td>{{clock}}</td>
        </tr>{{/devices}}
        </table>{{/isEmpty}}
        {{^empty(rulings)}}<h2>Ditahan: tersimpan, belum ditampilkan</h2>
        <p>Putuskan dengan <code>synchub quarantine release NOMOR --by NAMA</code> atau
        <code>uphold</code>; isinya dengan <code>show</code>.</p>
        <table><tr><th>Nomor</th><th>Kantor</th><th>Perubahan</th><th>Alasan</th><th>Keadaan</th></tr>
        {{#rulings}}<tr><td>{{ruling}}</td><td>{{office}}</td><td>{{what}}</td><td>{{reason}}</td>
        <td>{{state}}</td></tr>{{/rulings}}
        </table>{{/empty(rulings)}}
        </main>
        </body>
        </html>
        """#
}
