enum FrameTemplates {
    static let frame = """
        <!doctype html>
        <html lang="{{frame.lang}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{frame.title}} · {{frame.officeName}}</title>
        <link rel="icon" href="/ikon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/gaya-{{frame.asset}}.css">
        <script src="/trasne-{{frame.asset}}.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#isi">‹Langsung ke isi›</a>
        <header class="top">
        <div class="bar">
        <a class="brand" href="/"><svg viewBox="0 0 40 40" width="40" height="40" aria-hidden="true">\
        <path d="M20 3 37 15H3z" fill="#e0b64a"/><path d="M7 17h26v4H7zM9 22h4v11H9zm9 0h4v11h-4z\
        m9 0h4v11h-4zM5 34h30v4H5z" fill="#fff"/></svg>
        <span><b>{{frame.officeName}}</b><small>‹Kabupaten Lombok Tengah›</small></span></a>
        {{#frame.person}}
        <div class="who">
        {{#frame.unsent}}<a class="chip" href="/sinkron">{{.}}</a>{{/frame.unsent}}
        <span><b>{{frame.person}}</b><small>{{frame.role}}</small></span>
        <form method="post" action="/keluar"><input type="hidden" name="csrf" \
        value="{{frame.token}}"><button class="quiet">‹Keluar›</button></form>
        </div>
        {{/frame.person}}
        </div>
        {{#frame.person}}
        <nav class="tabs" aria-label="‹Menu›">
        {{#frame.links}}<a href="{{path}}"{{#isHere}} aria-current="page"{{/isHere}}>{{label}}\
        {{#count}} <b class="count">{{.}}</b>{{/count}}</a>{{/frame.links}}
        </nav>
        {{/frame.person}}
        </header>
        <main id="isi">
        {{#frame.notice}}<p class="note good" role="status">{{.}}</p>{{/frame.notice}}
        {{$main}}{{/main}}
        </main>
        <footer class="foot">
        <form method="post" action="/bahasa"><input type="hidden" name="csrf" \
        value="{{frame.token}}"><button class="link" name="bahasa" value="id">Bahasa Indonesia\
        </button> <button class="link" name="bahasa" value="en">English</button></form>
        {{#frame.mayDecide}}<a href="/pengguna">‹Pengguna›</a>{{/frame.mayDecide}}
        <span>Trasne · ‹bekerja tanpa jaringan›</span>
        </footer>
        </body>
        </html>
        """

    static let fault = """
        {{<frame}}{{$main}}
        <section class="card narrow">
        <h1>{{page.title}}</h1>
        <p class="lead">{{page.text}}</p>
        <p class="go"><a class="button" href="/">‹Ke Beranda›</a></p>
        </section>
        {{/main}}{{/frame}}
        """

    static let signIn = """
        {{<frame}}{{$main}}
        <section class="card narrow">
        <h1>‹Masuk›</h1>
        {{#page.fault}}<p class="note bad" role="alert">{{.}}</p>{{/page.fault}}
        <form method="post" action="/masuk">
        <input type="hidden" name="csrf" value="{{frame.token}}">
        <p class="field"><label for="name">‹Nama pengguna›</label>
        <input id="name" name="name" value="{{page.name}}" autocomplete="username" \
        autocapitalize="none" required autofocus></p>
        <p class="field"><label for="password">‹Sandi›</label>
        <input id="password" name="password" type="password" autocomplete="current-password" \
        required></p>
        <p class="go"><button>‹Masuk›</button></p>
        </form>
        </section>
        {{/main}}{{/frame}}
        """
}
