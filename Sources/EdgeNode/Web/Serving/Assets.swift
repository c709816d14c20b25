import Crypto
import Foundation

/// The few files beside the pages, in the program itself: one CSS, one script, one icon.
enum Assets {
    /// Changes with the files, so that browsers may keep them for ever.
    static let version: String = {
        let bytes = Data((StyleSheet.css + script + icon).utf8)
        return SHA256.hash(data: bytes).prefix(4).map { String($0, radix: 16) }.joined()
    }()

    /// Search as you type, and a print button. Everything works without it. ES5, for old browsers.
    static let script = """
        (function () {
          'use strict';
          var box = document.querySelector('[data-live]');
          var out = document.getElementById('hasil');
          if (box && out) {
            var timer = null, turn = 0, last = box.value;
            var end = box.value.length;
            if (box.setSelectionRange) { box.setSelectionRange(end, end); }
            var look = function () {
              var query = box.value;
              if (query === last) { return; }
              last = query;
              var mine = ++turn, ask = new XMLHttpRequest();
              var aim = box.form.untuk ? box.form.untuk.value : '';
              ask.open('GET', box.getAttribute('data-live') + '?q=' + encodeURIComponent(query) +
                '&untuk=' + encodeURIComponent(aim));
              ask.onload = function () {
                if (mine === turn && ask.status === 200) { out.innerHTML = ask.responseText; }
              };
              ask.send();
            };
            box.addEventListener('input', function () {
              clearTimeout(timer);
              timer = setTimeout(look, 120);
            });
          }
          var print = document.querySelector('[data-print]');
          if (print) { print.addEventListener('click', function () { window.print(); }); }
        })();
        """

    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" \
        rx="6" fill="#12463c"/><path d="M20 5 35 16H5z" fill="#e0b64a"/><path d="M8 18h24v4H8zM10 \
        23h4v9h-4zm8 0h4v9h-4zm8 0h4v9h-4zM7 33h26v3H7z" fill="#fff"/></svg>
        """
}
