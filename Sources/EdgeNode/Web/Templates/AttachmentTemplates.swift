enum AttachmentTemplates {
    /// The list on the page of a resident or a household.
    static let documents = """
        <section class="card">
        <div class="head"><h2>‹Lampiran›</h2>
        <a class="button quiet" href="{{page.documents.addPath}}">‹Tambah lampiran›</a></div>
        {{#empty(page.documents.list)}}<p class="calm">‹Belum ada.›</p>{{/empty(page.documents.list)}}
        <ul class="shots">{{#page.documents.list}}<li><a href="{{path}}">{{#picture}}\
        <img src="{{.}}" alt="" loading="lazy">{{/picture}}{{^picture}}<span class="blank">\
        {{format}}</span>{{/picture}}<b>{{kind}}</b></a><small>{{when}}</small>\
        <small>{{state}}</small></li>{{/page.documents.list}}</ul>
        </section>
        """

    static let document = """
        {{<frame}}{{$main}}
        <section class="card">
        <div class="head"><div><h1>{{page.kind}}</h1><p class="subject">{{page.when}}</p></div>
        <a class="button quiet" href="{{page.back}}">‹Kembali›</a></div>
        {{#page.note}}<p>{{.}}</p>{{/page.note}}
        <p class="calm">{{page.state}}</p>
        {{#page.picture}}<p><img class="shot" src="{{.}}" alt="{{page.kind}}"></p>{{/page.picture}}
        {{#page.file}}<p class="go"><a class="button" href="{{.}}">‹Buka berkas›</a></p>{{/page.file}}
        {{#page.ask}}<form method="post" action="{{.}}"><input type="hidden" name="csrf" \
        value="{{frame.token}}"><p class="note">‹Isi berkas ini tidak ada di komputer ini. \
        Mintalah; ia datang pada sinkron berikutnya.›</p><p class="go"><button>‹Minta dari pusat›\
        </button></p></form>{{/page.ask}}
        </section>
        {{/main}}{{/frame}}
        """
}
