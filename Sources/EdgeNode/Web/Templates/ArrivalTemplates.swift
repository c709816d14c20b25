enum ArrivalTemplates {
    static let arrivals = """
        {{<frame}}{{$main}}
        <section class="card">
        <h1>‹Kiriman desa lain›</h1>
        {{#empty(page.families)}}<p class="calm">‹Tidak ada kiriman yang menunggu.›</p>\
        {{/empty(page.families)}}
        {{^empty(page.families)}}<table class="list"><thead><tr><th>‹Yang datang›</th>\
        <th>‹Asal›</th><th></th></tr></thead><tbody>
        {{#page.families}}<tr><td>{{#people}}<div>{{name}}<small>{{facts}}</small></div>{{/people}}\
        </td><td>{{origin}}<small>{{moved}}</small></td>
        <td>{{#waits}}<small>{{.}}</small>{{/waits}}{{^waits}}<a class="button" href="{{accept}}">\
        ‹Terima›</a> <a class="button quiet" href="{{refuse}}">‹Kembalikan›</a>{{/waits}}</td></tr>
        {{/page.families}}
        </tbody></table>{{/empty(page.families)}}
        </section>
        {{/main}}{{/frame}}
        """

    static let proposals = """
        {{<frame}}{{$main}}
        <section class="card">
        <h1>‹Usulan Dukcapil›</h1>
        {{#page.fault}}<p class="note bad" role="alert">{{.}}</p>{{/page.fault}}
        {{#empty(page.proposals)}}<p class="calm">‹Tidak ada usulan yang menunggu.›</p>\
        {{/empty(page.proposals)}}
        {{#page.proposals}}
        <h2>{{#path}}<a href="{{.}}">{{name}}</a>{{/path}}{{^path}}{{name}}{{/path}} \
        <span class="tag">{{result}}</span></h2>
        <p class="subject">{{by}}{{#note}} · {{.}}{{/note}}</p>
        {{#empty(changes)}}<p class="calm">‹Tidak ada perubahan isian.›</p>{{/empty(changes)}}
        {{^empty(changes)}}<table class="list"><thead><tr><th></th><th>‹Isi sekarang›</th>\
        <th>‹Usulan›</th></tr></thead><tbody>{{#changes}}<tr><td>{{label}}</td><td>{{now}}</td>\
        <td><b>{{proposed}}</b></td></tr>{{/changes}}</tbody></table>{{/empty(changes)}}
        <form class="inline" method="post" action="{{action}}">
        <input type="hidden" name="csrf" value="{{frame.token}}">
        <input type="hidden" name="form" value="{{form}}">
        <input type="hidden" name="seen" value="{{seen}}">
        <button>‹Terima usulan›</button></form>
        <form class="inline" method="post" action="{{action}}">
        <input type="hidden" name="csrf" value="{{frame.token}}">
        <input type="hidden" name="form" value="{{form}}">
        <input type="hidden" name="jawab" value="tolak">
        <label>‹Alasan› <input name="note" maxlength="200" required></label>
        <button class="quiet">‹Tolak›</button></form>
        {{/page.proposals}}
        </section>
        {{/main}}{{/frame}}
        """
}
