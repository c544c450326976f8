"""Types, charsets, what stands in the page's place, and markup that hurts."""

from __future__ import annotations

from tests.hostile import pages
from tests.hostile.pages import GOOD, GOOD_BYTES
from tests.hostile.registry import answers

for _media in ("image/png", "video/mp4", "audio/ogg", "application/zip", "application/gzip", "font/woff2",
               "application/javascript", "text/css", "multipart/form-data", "application/wasm"):  # fmt: skip
    answers(f"type_{_media.replace('/', '_')}", GOOD_BYTES, media=_media, reasons=("media_type",))
answers("type_octets", GOOD_BYTES, media="application/octet-stream")
answers("type_nonsense", GOOD_BYTES, media=";;;///")
answers("type_plain_for_markup", GOOD_BYTES, media="text/plain")
answers("type_pdf_for_markup", GOOD_BYTES, media="application/pdf")
answers("type_giant", GOOD_BYTES, media="text/html; charset=utf-8; x=" + "y" * 5000)
answers(
    "type_json_error",
    b'{"error": "internal", "code": 500}',
    media="application/json",
    reasons=("error_page",),
    cold=("error_page",),
)
answers(
    "pdf_for_html_broken",
    b"%PDF-1.7\n" + bytes(range(256)) * 20,
    media="application/pdf",
    reasons=("unreadable",),
)
answers(
    "pdf_that_is_none",
    b"%PDF-1.4 and nothing",
    media="text/html",
    reasons=("collapsed", "unreadable", "media_type"),
    cold=("", "unreadable"),
)
answers("png_as_html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, reasons=("media_type", "unreadable"))
answers(
    "random_as_html",
    bytes((i * 197 + i // 7) % 256 for i in range(30_000)),
    reasons=("media_type", "unreadable", "collapsed"),
    cold=("media_type", "unreadable"),
)
answers("nul_page", bytes(50_000), reasons=("media_type", "empty"))
answers("utf_16_said", GOOD.encode("utf-16"), media="text/html; charset=utf-16")
answers("utf_16_not_said", GOOD.replace('<meta charset="utf-8">', "").encode("utf-16"), media="text/html")
answers("utf_16_lied", GOOD_BYTES, media="text/html; charset=utf-16")
answers("charset_unknown", GOOD_BYTES, media="text/html; charset=x-klingon")
answers("charset_dangerous", GOOD_BYTES, media="text/html; charset=unicode_escape")
answers("charset_idna", GOOD_BYTES, media="text/html; charset=idna")
answers("charset_zlib", GOOD_BYTES, media="text/html; charset=zlib_codec")
answers("charset_utf_7", GOOD_BYTES, media="text/html; charset=utf-7")
answers("charset_giant", GOOD_BYTES, media="text/html; charset=" + "u" * 5000)
answers(
    "latin_1_said",
    GOOD.replace("utf-8", "iso-8859-1").encode("latin-1"),
    media="text/html; charset=iso-8859-1",
)
answers("byte_order_mark", b"\xef\xbb\xbf" + GOOD_BYTES)
answers("nuls_between", GOOD.replace("<p>", "<p>\0").encode())
answers("broken_utf_8_outside", GOOD_BYTES.replace(b"<footer>", b"<footer>\xff\xfe\xfd"))
answers("cdata_and_processing", GOOD.replace("<main>", "<?php bad ?><main><![CDATA[x]]>"))


answers("empty", b"", reasons=("empty",))
answers("white_space", b" \n\t " * 1000, reasons=("empty",))
answers("entities_of_space", "<html><body>" + "&nbsp;" * 500 + "</body></html>", reasons=("empty",))
answers("only_a_doctype", b"<!doctype html>", reasons=("empty",))
answers("only_a_head", b"<html><head><title>Quillnet</title></head></html>", reasons=("empty",))
answers("challenge", pages.CHALLENGE, reasons=("challenge",))
answers("login_wall", pages.LOGIN, reasons=("login",))
answers("consent_wall", pages.CONSENT, reasons=("consent",))
answers("script_shell", pages.SHELL, reasons=("shell",))
answers("soft_404", pages.MISSING, reasons=("soft_404",))
SOFT = ("collapsed", "challenge", "soft_404", "error_page")
answers("maintenance", pages.MAINTENANCE, reasons=SOFT)
answers("parked_domain", pages.PARKED, reasons=SOFT)
answers("server_error_under_200", pages.SERVER_ERROR, reasons=SOFT)
answers("stack_trace", pages.STACK_TRACE, reasons=SOFT)
answers("database_down", pages.DATABASE_DOWN, reasons=SOFT)
answers("directory_listing", pages.LISTING, reasons=SOFT)
answers("fresh_web_server", pages.WELCOME, reasons=SOFT)
answers("rate_limit_under_200", pages.RATE, reasons=SOFT)
answers("suspended", pages.SUSPENDED, reasons=SOFT)
answers("not_in_this_region", pages.REGION, reasons=SOFT)
answers("update_your_browser", pages.UPGRADE, reasons=(*SOFT, "shell"))
answers("waiting_room", pages.QUEUE, reasons=SOFT)
answers("coming_soon", pages.COMING, reasons=SOFT)
answers("home_page_in_its_place", pages.HOME, reasons=("collapsed",), cold=("",))
answers("another_language", pages.GERMAN, reasons=("collapsed",), cold=("",))
answers("bare_error_text", b"Internal Server Error", reasons=SOFT, media="text/plain")
answers("bare_ok", b"OK", reasons=SOFT, cold=("",), media="text/plain")
answers("bare_number", b"502", reasons=SOFT, cold=(*SOFT, ""), media="text/html")
answers(
    "template_unfilled",
    GOOD.split("<main>")[0] + "<main>{{ content }}</main></body></html>",
    reasons=SOFT,
    cold=("", *SOFT),
)
answers(
    "page_without_its_main",
    GOOD.split("<main>")[0] + "<main></main><footer><p>Quillnet Ltd</p></footer></body></html>",
    reasons=(*SOFT, "empty"),
    cold=("", "empty"),
)
answers("page_of_headings_only", pages.render(()), reasons=(*SOFT, "empty"), cold=("", "empty"))


answers(
    "deep_nesting",
    GOOD.replace("<main>", "<div>" * 20_000 + "<main>"),
    reasons=("too_deep",),
)
answers(
    "deep_nesting_around",
    GOOD.replace("<main>", "<main>" + "<span>" * 3000).replace("</main>", "</span>" * 3000 + "</main>"),
    reasons=("too_deep", ""),
)
answers(
    "half_a_million_tags",
    GOOD.replace("</main>", "</main>" + "<b></b>" * 500_000),
    reasons=("too_large", "", "timeout", "memory"),
)
answers(
    "attribute_of_a_megabyte",
    GOOD.replace("<main>", f'<main data-x="{"y" * (1 << 20)}">'),
    reasons=("", "too_large"),
)
answers(
    "attributes_by_the_thousand",
    GOOD.replace("<main>", f"<main {' '.join(f'a{i}=1' for i in range(50_000))}>"),
    reasons=("", "too_large", "timeout"),
)
answers(
    "comment_unclosed",
    GOOD.replace("<main>", "<main><!--"),
    reasons=(*SOFT, "empty", "cut"),
    cold=("", "empty"),
)
answers(
    "script_unclosed",
    GOOD.replace("<main>", "<main><script>"),
    reasons=(*SOFT, "empty", "shell", "cut"),
    cold=("", "empty", "shell"),
)
answers(
    "entity_bomb",
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + GOOD,
)
answers("external_entity", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + GOOD)
answers("base_elsewhere", GOOD.replace("<head>", '<head><base href="http://169.254.169.254/">'))
answers(
    "meta_refresh",
    GOOD.replace("<head>", '<head><meta http-equiv="refresh" content="0;url=http://10.0.0.1/">'),
)
answers("hidden_frame", GOOD.replace("</main>", '</main><iframe src="http://127.0.0.1:1/"></iframe>'))
answers(
    "nonce_and_time",
    GOOD.replace("</body>", '<script nonce="r4nd0m">t=1</script><!-- rendered in 12 ms --></body>'),
)
answers("no_break_spaces", GOOD.replace("a search warrant", "a\u00a0search\u00a0warrant"))
answers("decomposed_letters", GOOD.replace("é", "e\u0301"))
answers("bidi_and_zero_width", GOOD.replace("warrant", "war\u200brant\u202e\u202c"))
answers(
    "markup_only", GOOD.replace("<p>", '<p class="lead">').replace("search warrant", "<b>search warrant</b>")
)
answers("surrogates", GOOD.replace("<footer>", "<footer>&#xD800;&#xDFFF;&#1114112;&#0;"))
answers(
    "paragraph_of_a_megabyte",
    GOOD.replace("<footer>", f"<footer><p>{'word ' * 200_000}</p>"),
    reasons=("", "too_large", "timeout"),
)
