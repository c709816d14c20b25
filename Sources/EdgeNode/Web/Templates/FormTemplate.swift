/// One template for every form, built from the schema's declarations.
enum FormTemplate {
    static let form = """
        {{<frame}}{{$main}}
        <section class="card{{#page.isNarrow}} narrow{{/page.isNarrow}}">
        {{#page.step}}<p class="step">{{.}}</p>{{/page.step}}
        <h1>{{page.title}}</h1>
        {{#page.subject}}<p class="subject">{{.}}</p>{{/page.subject}}
        {{#page.fault}}<p class="note bad" role="alert">{{.}}</p>{{/page.fault}}
        <form method="post" action="{{page.action}}"\
        {{#page.isMultipart}} enctype="multipart/form-data"{{/page.isMultipart}}>
        <input type="hidden" name="csrf" value="{{frame.token}}">
        <input type="hidden" name="form" value="{{frame.form}}">
        {{#page.hidden}}<input type="hidden" name="{{name}}" value="{{value}}">
        {{/page.hidden}}
        {{^empty(page.doubts)}}
        <div class="note warn" role="alert"><b>‹Mohon periksa sebelum menyimpan:›</b>
        <ul>{{#page.doubts}}<li>{{.}}</li>{{/page.doubts}}</ul>
        {{#page.asksReason}}<p class="field"><label for="reason">‹Alasan›</label>
        <input id="reason" name="reason" value="{{page.reason}}" maxlength="200" \
        autocomplete="off" autofocus></p>{{/page.asksReason}}
        <p><label class="tick"><input type="checkbox" name="confirmed" value="1"\
        {{^page.asksReason}} autofocus{{/page.asksReason}}> \
        ‹Sudah diperiksa, datanya memang begitu›</label></p>
        <p class="go"><button>{{page.button}}</button></p></div>
        {{/empty(page.doubts)}}
        {{#page.groups}}
        <fieldset>{{#title}}<legend>{{.}}</legend>{{/title}}
        <div class="grid">
        {{> fields}}
        </div>
        </fieldset>
        {{/page.groups}}
        <p class="go"><button>{{page.button}}</button> \
        {{#page.cancel}}<a class="button quiet" href="{{.}}">‹Batal›</a>{{/page.cancel}}</p>
        </form>
        </section>
        {{/main}}{{/frame}}
        """

    static let fields = """
        {{#fields}}
        <div class="field{{#isWide}} wide{{/isWide}}{{#problem}} wrong{{/problem}}">
        {{#isTick}}<label class="tick"><input type="checkbox" name="{{name}}" value="1"\
        {{#isChecked}} checked{{/isChecked}}> {{label}}</label>{{/isTick}}
        {{^isTick}}<label for="{{name}}">{{label}}{{#isRequired}} <i title="‹wajib›">*</i>\
        {{/isRequired}}</label>{{/isTick}}
        {{^empty(options)}}<select id="{{name}}" name="{{name}}">{{#options}}<option \
        value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/options}}\
        </select>{{/empty(options)}}
        {{#input}}<input id="{{name}}" name="{{name}}" type="{{.}}" value="{{value}}"\
        {{#numeric}} inputmode="numeric"{{/numeric}}{{#placeholder}} placeholder="{{.}}"{{/placeholder}}\
        {{#accept}} accept="{{.}}"{{/accept}}\
        {{#isFirst}} autofocus{{/isFirst}} autocomplete="off">{{/input}}
        {{#problem}}<em>{{.}}</em>{{/problem}}
        {{#hint}}<small>{{.}}</small>{{/hint}}
        </div>
        {{/fields}}
        """
}
