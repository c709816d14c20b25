enum ResidentTemplates {
    static let search = """
        {{<frame}}{{$main}}
        <section class="card">
        {{#page.step}}<p class="step">{{.}}</p>{{/page.step}}
        <h1>{{page.title}}</h1>
        <form method="get" action="/warga" class="search" role="search">
        {{#page.purpose}}<input type="hidden" name="untuk" value="{{.}}">{{/page.purpose}}
        <input name="q" value="{{page.query}}" placeholder="‹Ketik nama, NIK, atau nomor KK›" \
        aria-label="‹Ketik nama, NIK, atau nomor KK›" autocomplete="off" autofocus \
        data-live="/warga/hasil">
        <button>‹Cari›</button>
        </form>
        <div id="hasil" aria-live="polite">{{> results}}</div>
        </section>
        {{/main}}{{/frame}}
        """

    static let results = """
        {{#page.hint}}<p class="calm">{{.}}</p>{{/page.hint}}
        {{^empty(page.lines)}}
        <table class="list">
        <thead><tr><th>‹Nama›</th><th>‹NIK›</th><th>‹Lahir›</th><th>‹Dusun›</th></tr></thead>
        <tbody>
        {{#page.lines}}<tr{{#faded}} class="faded"{{/faded}}>
        <td><a href="{{path}}">{{name}}</a>{{#status}} <span class="tag">{{.}}</span>{{/status}}\
        <small>{{relationship}}{{#card}} · KK {{.}}{{/card}}</small></td>
        <td class="num">{{nik}}</td><td>{{born}}<small>{{age}}</small></td><td>{{hamlet}}</td></tr>
        {{/page.lines}}
        </tbody></table>
        {{/empty(page.lines)}}
        """

    static let resident = """
        {{<frame}}{{$main}}
        <section class="card">
        <div class="head"><div><h1>{{page.name}}</h1>
        <p class="subject">{{page.summary}}</p></div>
        <span class="badge {{page.badgeKind}}">{{page.badge}}</span></div>
        {{#page.conflict}}<p class="note bad"><a href="{{path}}">{{label}}</a></p>{{/page.conflict}}
        {{#page.notes}}<p class="note warn">{{.}}</p>{{/page.notes}}
        {{#page.moves}}<div class="note warn">{{label}}
        <form class="inline" method="post" action="{{path}}">
        <input type="hidden" name="csrf" value="{{frame.token}}">
        <input type="hidden" name="form" value="{{frame.form}}">
        <button class="quiet">‹Batalkan kepindahan›</button></form></div>{{/page.moves}}
        <p class="acts">{{#page.actions}}<a class="button{{^isMain}} quiet{{/isMain}}" \
        href="{{path}}">{{label}}</a> {{/page.actions}}</p>
        <div class="two">
        <dl class="facts">{{#page.left}}<dt>{{label}}</dt><dd>{{value}}</dd>{{/page.left}}</dl>
        <dl class="facts">{{#page.right}}<dt>{{label}}</dt><dd>{{value}}</dd>{{/page.right}}</dl>
        </div>
        </section>
        {{#page.household}}
        <section class="card">
        <h2>‹Keluarga› · <a href="{{path}}">{{label}}</a></h2>
        {{> results}}
        </section>
        {{/page.household}}
        <div class="two">
        <section class="card"><h2>‹Peristiwa›</h2>
        {{#empty(page.events)}}<p class="calm">‹Belum ada.›</p>{{/empty(page.events)}}
        <ul class="lines">{{#page.events}}<li><b>{{label}}</b> <span>{{value}}</span></li>\
        {{/page.events}}</ul></section>
        <section class="card"><h2>‹Surat›</h2>
        {{#empty(page.letters)}}<p class="calm">‹Belum ada.›</p>{{/empty(page.letters)}}
        <ul class="lines">{{#page.letters}}<li><a href="{{path}}">{{label}}</a> \
        <span>{{value}}</span></li>{{/page.letters}}</ul></section>
        </div>
        {{> documents}}
        {{> history}}
        {{/main}}{{/frame}}
        """

    static let household = """
        {{<frame}}{{$main}}
        <section class="card">
        <div class="head"><div><h1>‹Keluarga› {{page.name}}</h1>
        <p class="subject">{{page.summary}}</p></div>
        <span class="badge {{page.badgeKind}}">{{page.badge}}</span></div>
        <p class="acts">{{#page.actions}}<a class="button{{^isMain}} quiet{{/isMain}}" \
        href="{{path}}">{{label}}</a> {{/page.actions}}</p>
        <dl class="facts">{{#page.left}}<dt>{{label}}</dt><dd>{{value}}</dd>{{/page.left}}</dl>
        </section>
        <section class="card"><h2>‹Anggota keluarga›</h2>{{> results}}</section>
        {{> documents}}
        {{> history}}
        {{/main}}{{/frame}}
        """

    static let history = """
        <section class="card">
        <h2>‹Riwayat perubahan›</h2>
        <table class="list history"><tbody>
        {{#page.history}}<tr><td>{{when}}<small>{{place}}</small></td>
        <td><b>{{who}}</b><small>{{what}}</small></td>
        <td>{{#cells}}<div><span class="key">{{label}}</span> {{value}}</div>{{/cells}}</td></tr>
        {{/page.history}}
        </tbody></table>
        </section>
        """
}
