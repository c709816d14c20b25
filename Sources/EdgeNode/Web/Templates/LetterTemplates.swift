enum LetterTemplates {
    static let letters = """
        {{<frame}}{{$main}}
        <div class="head"><h1>‹Surat›</h1><a class="button" href="/surat/baru">‹Buat surat›</a></div>
        <p class="calm">{{page.numbers}}</p>
        {{#page.groups}}
        <section class="card"><h2>{{title}} <b class="count">{{count}}</b></h2>
        <table class="list"><tbody>
        {{#lines}}<tr><td><a href="{{path}}">{{type}}</a><small>{{number}}</small></td>
        <td>{{resident}}</td><td>{{day}}</td><td><span class="tag">{{state}}</span></td></tr>
        {{/lines}}
        </tbody></table></section>
        {{/page.groups}}
        {{#empty(page.groups)}}<section class="card"><p class="calm">‹Belum ada surat.›</p></section>\
        {{/empty(page.groups)}}
        {{/main}}{{/frame}}
        """

    static let types = """
        {{<frame}}{{$main}}
        <section class="card">
        <p class="step">‹Langkah 1 dari 4›</p>
        <h1>‹Surat apa yang diperlukan?›</h1>
        {{#empty(page.types)}}<p class="note warn">‹Jenis surat belum diterima dari pusat. \
        Sinkronkan dulu; setelah itu surat dapat dibuat tanpa jaringan.›</p>{{/empty(page.types)}}
        <ul class="choices">
        {{#page.types}}<li><a href="{{path}}">{{label}}<small>{{value}}</small></a></li>\
        {{/page.types}}
        </ul>
        </section>
        {{/main}}{{/frame}}
        """

    static let check = """
        {{<frame}}{{$main}}
        <section class="card">
        <p class="step">‹Langkah 4 dari 4›</p>
        <h1>‹Periksa isi surat›</h1>
        <p class="subject">{{page.title}}</p>
        {{^empty(page.attachments)}}<p>‹Lampiran yang perlu ditunjukkan›: \
        {{#page.attachments}}<span class="tag">{{.}}</span> {{/page.attachments}}</p>\
        {{/empty(page.attachments)}}
        <form method="post" action="{{page.action}}">
        <input type="hidden" name="csrf" value="{{frame.token}}">
        <input type="hidden" name="form" value="{{frame.form}}">
        {{#page.hidden}}<input type="hidden" name="{{name}}" value="{{value}}">
        {{/page.hidden}}
        <p class="go"><button name="langkah" value="simpan">‹Simpan konsep›</button> \
        <button class="quiet" name="langkah" value="ubah">‹Ubah isian›</button></p>
        </form>
        {{#page.paper}}{{> paper}}{{/page.paper}}
        </section>
        {{/main}}{{/frame}}
        """

    static let letter = """
        {{<frame}}{{$main}}
        <section class="card">
        <div class="head"><div><h1>{{page.title}}</h1>
        <p class="subject">{{page.subject}}</p></div>
        <div class="badges"><span class="tag big">{{page.state}}</span> \
        <span class="badge {{page.badgeKind}}">{{page.badge}}</span></div></div>
        {{#page.warning}}<p class="note warn">{{.}}</p>{{/page.warning}}
        {{#page.fault}}<p class="note bad" role="alert">{{.}}</p>{{/page.fault}}
        {{^empty(page.facts)}}<dl class="facts">{{#page.facts}}<dt>{{label}}</dt>\
        <dd>{{value}}</dd>{{/page.facts}}</dl>{{/empty(page.facts)}}
        {{#page.printPath}}<p class="acts"><a class="button" href="{{.}}">‹Cetak surat›</a></p>\
        {{/page.printPath}}
        {{#page.steps}}
        <form class="inline" method="post" action="{{path}}">
        <input type="hidden" name="csrf" value="{{frame.token}}">
        <input type="hidden" name="form" value="{{frame.form}}">
        {{#field}}<label>{{.}} <input name="{{name}}" maxlength="200"\
        {{#isRequired}} required{{/isRequired}}></label> {{/field}}
        <button class="{{kind}}">{{label}}</button>
        </form>
        {{/page.steps}}
        </section>
        {{#page.paper}}{{> paper}}{{/page.paper}}
        {{> history}}
        {{/main}}{{/frame}}
        """

    /// The sheet itself: exactly the frozen text, set like an office sets it.
    static let paper = """
        <article class="paper{{#isDraft}} draft{{/isDraft}}">
        <div class="kop">{{#hasLogo}}<img src="/logo.png" alt="">{{/hasLogo}}\
        <div>{{#head}}<p>{{.}}</p>{{/head}}{{#contact}}<small>{{.}}</small>{{/contact}}</div></div>
        <div class="judul"><p>{{title}}</p><p>{{number}}</p></div>
        {{#blocks}}{{#text}}<p class="isi">{{.}}</p>{{/text}}{{^empty(rows)}}<table>{{#rows}}<tr>\
        <td>{{label}}</td><td>:</td><td>{{value}}</td></tr>{{/rows}}</table>{{/empty(rows)}}\
        {{/blocks}}
        <div class="kaki">
        <div class="kode">{{#qr}}{{{svg}}}<small>{{words}}</small>{{/qr}}</div>
        <div class="ttd">{{#sign}}<p>{{.}}</p>{{/sign}}<p class="nama">{{signer}}</p></div>
        </div>
        </article>
        """

    static let print = """
        <!doctype html>
        <html lang="id">
        <head><meta charset="utf-8"><title>{{page.title}}</title>
        <link rel="stylesheet" href="/gaya-{{frame.asset}}.css">
        <script src="/trasne-{{frame.asset}}.js" defer></script></head>
        <body class="print">
        <p class="tools"><button data-print>‹Cetak›</button> \
        <a class="button quiet" href="{{page.back}}">‹Kembali›</a></p>
        {{#page.paper}}{{> paper}}{{/page.paper}}
        </body></html>
        """
}
