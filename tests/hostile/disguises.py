"""The same words in other clothes, and good pages with much around them: nothing has changed, nothing is to be told."""

from __future__ import annotations

import json
import re
from base64 import b64encode

from tests.hostile import pages
from tests.hostile.pages import AROUND, GOOD, PROMISES
from tests.hostile.registry import answers

HEAD, BODY = GOOD.split("<main>")


def same(name: str, page: str, *reasons: str) -> None:
    """The page as a browser would show it."""
    answers(f"dressed_{name}", page, reasons=("", *reasons))


def words(change: str, into: str) -> str:
    """The page with a pattern replaced within its paragraphs."""
    return re.sub(r"(?<=<p>)[^<]*(?=</p>)", lambda found: re.sub(change, into, found[0]), GOOD)


same("letter_by_letter", words(r"(\w)", r"<span>\1</span>"))
same("word_by_word", words(r"(\w+)", r'<span class="w">\1</span>'))
same("in_numbers", re.sub(r"(?<=<p>)[^<]*(?=</p>)", lambda p: "".join(f"&#{ord(c)};" for c in p[0]), GOOD))
same(
    "in_hexadecimal",
    re.sub(r"(?<=<p>)[^<]*(?=</p>)", lambda p: "".join(f"&#x{ord(c):X};" for c in p[0]), GOOD),
)
same("with_places_to_break", words(r"(\w{4})(\w)", r"\1<wbr>\2"))
same("with_soft_hyphens", words(r"(\w{4})(\w)", r"\1&shy;\2"))
same("broken_into_lines", words(" ", " <br>"))
same("in_curly_quotes", words("'", "\u2019"))
same("in_another_language_it_says", GOOD.replace('lang="en"', 'lang="de"'))
same("from_right_to_left", GOOD.replace("<html ", '<html dir="rtl" '))
same("without_frame", "<p>" + "</p><p>".join((*AROUND, *PROMISES)) + "</p>")
same(
    "twice", HEAD + "<main>" + BODY.replace("</main>", "</main><main>" + BODY.split("</main>")[0] + "</main>")
)
same("in_capitals_of_tags", re.sub(r"</?[a-z]+", lambda tag: tag[0].upper(), GOOD))
same("in_a_table", GOOD.replace("<p>", "<table><tr><td>").replace("</p>", "</td></tr></table>"))
same("in_custom_elements", GOOD.replace("<p>", "<x-para>").replace("</p>", "</x-para>"))
same(
    "in_folding_parts",
    GOOD.replace("<p>", "<details><summary>More</summary><p>").replace("</p>", "</p></details>"),
)
same("with_two_marks", "\ufeff\ufeff" + GOOD)
same("with_a_declaration_first", '<?xml version="1.0" encoding="utf-8"?>\n' + GOOD)
same("with_two_doctypes", "<!DOCTYPE html><!DOCTYPE html>" + GOOD)
same("with_two_bodies", GOOD.replace("<footer>", "</body><body><footer>"))
same("unclosed", GOOD.replace("</p>", "").replace("</main>", "").replace("</body></html>", ""))
same("with_strangers_closing_tags", GOOD.replace("</p>", "</p></div></span></td></table>"))
same("after_a_megabyte_of_script", GOOD.replace("</head>", f"<script>{'var a=1;' * 130_000}</script></head>"))
same("after_a_megabyte_of_style", GOOD.replace("</head>", f"<style>{'a{b:c}' * 170_000}</style></head>"))
same(
    "around_a_picture",
    GOOD.replace("<h1>", f'<img src="data:image/png;base64,{b64encode(bytes(2 << 20)).decode()}"><h1>'),
)
same("beside_20_000_links", GOOD.replace("<nav>", "<nav>" + "<a href='/x'>Page of the help</a> " * 20_000))
same(
    "beside_20_000_fields",
    GOOD.replace("<footer>", "<form>" + "<input type=hidden name=a>" * 20_000 + "</form><footer>"),
)
same(
    "beside_a_nested_drawing",
    GOOD.replace(
        "<footer>", "<svg>" + "<g>" * 200 + "<use href='#a'/>" * 2000 + "</g>" * 200 + "</svg><footer>"
    ),
)
same(
    "beside_a_state",
    GOOD.replace(
        "</body>", f"<script type='application/json'>{json.dumps({'text': PROMISES * 500})}</script></body>"
    ),
)
same(
    "beside_a_warning_of_php",
    "<br /><b>Warning</b>: Undefined variable $x in <b>/srv/a.php</b> on line <b>7</b><br />" + GOOD,
)
same(
    "under_a_consent_banner",
    GOOD.replace(
        "<main>",
        "<div id='cookie-banner' role='dialog'><p>We use cookies.</p><button>Accept</button></div><main>",
    ),
)
same(
    "under_a_notice_of_maintenance",
    GOOD.replace("<header>", "<header><div role='alert'>Planned maintenance on Sunday.</div>"),
)
same(
    "beside_a_log_in",
    GOOD.replace("<footer>", "<form action='/login'><input type='password' name='p'></form><footer>"),
)
same(
    "beside_a_frame_of_a_shield",
    GOOD.replace(
        "</body>",
        "<iframe src='https://challenges.example/turnstile'></iframe><noscript>Enable JavaScript.</noscript></body>",
    ),
)
same("with_every_word_in_a_link", words(r"(\w+)", r'<a href="/w/\1">\1</a>'), "collapsed")

answers(
    "frames_in_its_place",
    "<html><frameset><frame src='/a'><frame src='/b'></frameset></html>",
    reasons=("shell", "empty", "collapsed"),
)
answers(
    "cookies_wanted_under_200",
    pages.small("Cookies required", "Please enable cookies in your browser to continue to Quillnet."),
    reasons=("collapsed", "challenge", "consent", "error_page", "shell"),
)
answers(
    "scripts_wanted_under_200",
    pages.small(
        "Quillnet",
        "<noscript>You need to enable JavaScript to run this app.</noscript>",
        more="<div id='root'></div><script src='/app.js'></script>",
    ),
    reasons=("collapsed", "shell", "challenge", "error_page"),
)
answers(
    "half_and_a_fatal_error",
    f"{pages.HALF}<br />\n<b>Fatal error</b>: Uncaught Error: Call to a member function on null in /srv/a.php:12",
    reasons=("cut", "error_page", "collapsed"),
)
answers(
    "sitemap_in_its_place",
    "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    + "<url><loc>https://quillnet.example/a</loc></url>" * 50_000
    + "</urlset>",
    media="application/xml",
    reasons=("media_type", "unreadable", "collapsed", "empty", "error_page", "too_large"),
    cold=("", "media_type", "unreadable", "empty"),
)
answers(
    "calendar_in_its_place",
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
    media="text/calendar",
    reasons=("media_type", "collapsed", "unreadable", "error_page"),
    cold=("", "media_type", "unreadable"),
)
answers(
    "saved_page_in_its_place",
    "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n\r\n--x--",
    media="multipart/related",
    reasons=("media_type",),
)
