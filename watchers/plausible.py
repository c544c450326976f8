"""Is this the document, or something that answers in its place? Pure; rejects only what carries the marks.

A long text is the document whatever else is on the page; of a short one the title, the words and the markup are
looked at. A short honest page carries no marks and passes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from watchers.signs import stands_for

_I = re.IGNORECASE
_WORD = re.compile(r"[^\W\d_]{4,}")
_HOME = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?)?/?(?:index\.\w{2,5}|home(?:page)?(?:\.\w{2,5})?|default\.aspx?)?/?",
    _I,
)
_LOGIN = re.compile(
    r"(?:^|[/._-])(?:log[-_]?in|log-?on|sign[-_]?in|sso|saml2?|oauth2?|authorize|authenticate|auth)(?=$|[/._?-])",
    _I,
)
_CHALLENGE_TITLE = re.compile(
    r"^(?:just a moment|one moment,? please|attention required|please wait|checking your browser"
    r"|access denied|access to this page"
    r" has been denied|security check|are you (?:a )?(?:human|robot)|pardon our interruption|ddos-?guard"
    r"|bot verification|robot check"
    r"|verify(?:ing)? (?:you are|that you are|your)|human verification|403 forbidden|403$|forbidden$"
    r"|request (?:blocked|rejected|unsuccessful)"
    r"|blocked$|too many requests|429|service (?:temporarily )?unavailable|503|502 bad gateway|bad gateway"
    r"|gateway time-?out|504"
    r"|500 internal server error|internal server error|error 1\d{3}|web server is down|(?:scheduled "
    r"|under |site )?maintenance)",
    _I,
)
_CHALLENGE_TEXT = re.compile(
    r"(?:verify(?:ing)? (?:that )?you(?: are|['’]re) (?:a )?(?:human|not a (?:ro)?bot)"
    r"|prove (?:that )?you(?: are|['’]re) (?:human|not a robot)"
    r"|checking (?:your browser|if the site connection is secure)"
    r"|enable javascript and cookies to continue|needs to review the security of"
    r" your connection|why have i been blocked|performance (?:&|and) security by cloudflare"
    r"|cloudflare ray id|ray id:|incapsula incident id"
    r"|unusual traffic from your (?:computer )?network|press (?:&|and) hold|complete the (?:captcha"
    r"|security check)|solve (?:the|this) captcha"
    r"|you don['’]t have permission to access|reference #\d+\.[0-9a-f]|i['’]m not a robot"
    r"|automated (?:access|requests?|queries)"
    r"|your (?:ip|request) (?:address )?(?:has been|was) blocked|please stand by, while we are checking)",
    _I,
)
_CHALLENGE_MARKUP = re.compile(
    r"_cf_chl_opt|cf-chl-|/cdn-cgi/challenge-platform/h/|cf-challenge|_Incapsula_Resource|px-captcha"
    r"|captcha-delivery\.com"
    r"|awswaf\.com|gokuProps|aws-waf-token|/_sec/cp_challenge|sec-if-cpt|geo\.captcha"
    r"|ddos-guard/js-challenge|hcaptcha\.com/1/api"
    r"|recaptcha/(?:api|enterprise)\.js|challenges\.cloudflare\.com/turnstile"
)
_GONE_TITLE = re.compile(
    r"(?:^|[|:–—-]\s*)(?:oops|error|whoops)?[!:, ]*(?:(?:error )?40[34]\b|410 gone|page (?:was "
    r"|could )?not (?:be )?found|not found\b|page (?:does not|doesn['’]t)"
    r" exist|(?:this |the )?(?:page|content|article) (?:is )?(?:not|no longer) (?:found|available)"
    r"|page (?:is )?(?:missing|unavailable|gone)|nothing (?:was )?found"
    r"|seite (?:wurde )?nicht gefunden|nicht gefunden|page (?:introuvable|non trouv[ée]e)"
    r"|p[áa]gina no encontrada|pagina niet gevonden"
    r"|p[áa]gina n[ãa]o encontrada|pagina non trovata|sidan (?:kunde inte|hittades inte))",
    _I,
)
_GONE_TEXT = re.compile(
    r"(?:(?:page|document|file|url|address|resource|content|article|link)[^.!?]{0,60}(?:could not be found"
    r"|can(?:no|['’])t be found|was not found"
    r"|not found|does(?: not|n['’]t) exist|no longer (?:exists?|available)|has been (?:moved|removed"
    r"|deleted)|(?:is|may be) (?:broken|missing))"
    r"|(?:can(?:no|['’])t|could(?: not|n['’]t)|unable to) (?:seem to )?find (?:the|this|that|what) (?:page"
    r"|document|file|you))",
    _I,
)
_ERROR_TITLE = re.compile(
    r"^(?:we(?:['’]ll| will) be (?:right )?back|(?:temporarily |currently )?(?:down for|under|undergoing|scheduled) "
    r"maintenance|application error|server error|runtime error|whitelabel error|error establishing|database error"
    r"|fatal error|something went wrong|an error (?:has )?occurred|index of /|directory listing|welcome to (?:nginx"
    r"|apache|caddy|openresty|centos)|apache2? .{0,40}default page|it works!|iis windows|test page for"
    r"|account (?:is |has been )?suspended|site (?:is )?(?:suspended|unavailable|offline)|coming soon"
    r"|not available in your (?:region|country)|update your browser|unsupported browser|you are (?:now )?in line"
    r"|waiting room|queue(?:-it)?$|bad request|server not found|[\w.-]+ is for sale|domain for sale)",
    _I,
)
_ERROR_TEXT = re.compile(
    r"(?:error establishing a database connection|(?:this|your) (?:account|site|website|domain) (?:has been|is) "
    r"(?:suspended|disabled|for sale|parked)|domain (?:name )?(?:may be|is) for sale|buy this domain"
    r"|(?:down for|undergoing|performing|under) (?:scheduled |planned |routine )?maintenance"
    r"|unhandled exception|internal server error|bad gateway|gateway time-?out"
    r"|service (?:is )?(?:temporarily )?unavailable"
    r"|(?:java|python|ruby|php|system)\.[\w.]{0,80}(?:exception|error)|traceback \(most recent call last\)"
    r"|web server is successfully installed|not available in your (?:country|region)"
    r"|(?:estimated|expected) wait(?:ing)? time|(?:site|website|page) is (?:launching|coming) soon"
    r"|try again (?:later|in a (?:few|couple))|please upgrade (?:to|your) .{0,30}browser)",
    _I,
)
_BROKEN_OFF = re.compile(
    r"fatal error\b.{0,600}\bin \S{1,200}\.(?:php|inc|phtml)(?::\d+| on line \d+)\W*$", _I | re.DOTALL
)
"""What PHP says at the end of the half that it had made."""
_CONSENT_TITLE = re.compile(
    r"before you continue|(?:cookie|privacy) (?:consent|settings|preferences|choices)|we value your privacy",
    _I,
)
_CONSENT_TEXT = re.compile(
    r"before (?:you continue|continuing) to|we value your privacy|(?:we|our partners"
    r"|and our)\b[^.]{0,120}\b(?:use|store)\b[^.]{0,40}\bcookies?",
    _I,
)
_CONSENT_CHOICE = re.compile(
    r"(?:accept|reject|allow|decline|agree)(?: to)? (?:all|cookies|and continue)|manage (?:options"
    r"|preferences|cookies|settings)",
    _I,
)
_STATE = re.compile(
    r"government|law enforcement|warrant|subpoena|court order|legal process|authorit|disclos|police", _I
)
_SHELL_TEXT = re.compile(
    r"(?:enable|requires?|turn on|needs?|activate|without|use) javascript|javascript (?:is |must be "
    r"|to be )?(?:disabled|required|enabled|not enabled|turned off)"
    r"|unsupported browser|browser is not supported|^loading(?:\W|$)",
    _I,
)
_SHELL_MARKUP = re.compile(
    r"""<(?:div|main|section)[^>]{0,200}\bid=["']?(?:root|app|__next|__nuxt|react-root|main-app|svelte"
    r"|gatsby|___gatsby|ember\w*|app-root|application)["'\s>]"""
    r"|<app-root|ng-app=|ng-version=|data-reactroot",
    _I,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?](?=\s|$)")
_SCRIPT = re.compile(r"<script[\s>]", _I)
_PASSWORD = re.compile(r"""type=["']?password""", _I)
_LOGIN_TITLE = re.compile(
    r"^(?:log ?in|log ?on|sign ?in|anmelden|connexion|iniciar sesi[óo]n)\b|\b(?:log|sign) ?in(?: to\b.*)?$",
    _I,
)

_ENDED = re.compile(r"[.!?:;…][)\]\"'”’]{0,3}$")

SHORT = 1500
"""Characters; more text than this is the document."""
TINY = 250
SUBSTANTIAL = 400
"""Characters; of a smaller old text nothing is concluded."""
REMNANT = 0.12
KINSHIP = 0.25


def implausible_text(text: str) -> str:
    """The same for an answer without markup: a bare error message."""
    if len(text) >= TINY or _STATE.search(text):
        return ""
    start = text.strip()
    told = _ERROR_TITLE.search(start) or _ERROR_TEXT.search(text) or stands_for(start, text, short=True)
    return "error_page" if told else ""


def implausible(title: str, heading: str, text: str, markup: str) -> str:
    """Why this page is not the document: challenge, soft_404, login, consent, shell, error_page; "" if nothing says so.

    `heading` is its first heading, `text` what was read from it, `markup` the source.
    """
    if _BROKEN_OFF.search(text[-1000:]):
        return "error_page"
    if len(text) > SHORT:
        return ""
    titles = (title.strip(), heading.strip())
    return next((reason for reason, test in _TESTS if test(titles, text, markup)), "")


def _is_challenge(titles: tuple[str, ...], text: str, markup: str) -> bool:
    marked = _CHALLENGE_MARKUP.search(markup) is not None
    if any(_CHALLENGE_TITLE.search(t) for t in titles) or _CHALLENGE_TEXT.search(text):
        return marked or not _STATE.search(text)
    return marked and len(text) < TINY and not _STATE.search(text)


def _is_gone(titles: tuple[str, ...], text: str, _: str) -> bool:
    titled = any(_GONE_TITLE.search(t) for t in titles)
    told = len(text) < SUBSTANTIAL and _GONE_TEXT.search(text) is not None
    # Title and text together leave no doubt, whatever heading is still shown.
    return (titled and told) or ((titled or told) and not _STATE.search(text))


def _is_login_form(titles: tuple[str, ...], _: str, markup: str) -> bool:
    return any(_LOGIN_TITLE.search(t) for t in titles) and _PASSWORD.search(markup) is not None


def _is_consent(titles: tuple[str, ...], text: str, markup: str) -> bool:
    asks = any(_CONSENT_TITLE.search(t) for t in titles) or _CONSENT_TEXT.search(text)
    return bool(asks and _CONSENT_CHOICE.search(markup) and not _STATE.search(text))


def _is_error(titles: tuple[str, ...], text: str, _: str) -> bool:
    """What a server, a proxy or a registrar says when there is no page."""
    short = len(text) < SUBSTANTIAL
    told = any(_ERROR_TITLE.search(t) or stands_for(t, text, short=short) for t in titles) or (
        short and _ERROR_TEXT.search(text)
    )
    return bool(told) and not _STATE.search(text)


def _is_shell(_: tuple[str, ...], text: str, markup: str) -> bool:
    """Scripts, and next to nothing for a reader without them."""
    if len(text) >= TINY or not _SCRIPT.search(markup):
        return False
    if any(len(said) >= 10 and not _SHELL_TEXT.search(said) for said in _SENTENCE.findall(text)):
        return False
    return bool(_SHELL_TEXT.search(text) or _SHELL_MARKUP.search(markup))


_TESTS = (
    ("challenge", _is_challenge),
    ("soft_404", _is_gone),
    ("login", _is_login_form),
    ("consent", _is_consent),
    ("shell", _is_shell),
    ("error_page", _is_error),
)


def empty_reason(markup: str) -> str:
    """Why nothing at all could be read from a page."""
    if _CHALLENGE_MARKUP.search(markup):
        return "challenge"
    if _CONSENT_CHOICE.search(markup) and _CONSENT_TEXT.search(markup):
        return "consent"
    return "shell" if _SCRIPT.search(markup) else "empty"


def redirected_home(asked: str, answered: str) -> bool:
    """Did a request for a document end at a home or log-in page?"""
    try:
        old, new = urlsplit(asked), urlsplit(answered)
    except ValueError:
        return False
    if _is_login(new.path, new.hostname):
        return not _is_login(old.path, old.hostname)
    return _is_home(new.path, new.query) and not _is_home(old.path, old.query)


def _is_login(path: str, host: str | None) -> bool:
    return _LOGIN.search(path) is not None or _LOGIN.match((host or "").split(".")[0]) is not None


def _is_home(path: str, query: str) -> bool:
    return not query and _HOME.fullmatch(path) is not None


def cut_short(old_text: str, new_text: str) -> bool:
    """Is this the beginning of the text that was there, broken off inside a sentence? In canonical form, both."""
    old, new = old_text.split("\n"), new_text.rstrip("\n").split("\n")
    if not new_text or len(new) > len(old) or old[: len(new) - 1] != new[:-1]:
        return False
    there, here = old[len(new) - 1], new[-1]
    return there != here and there.startswith(here) and not _ENDED.search(here)


def collapsed(old_text: str, new_text: str) -> bool:
    """Did a substantial text shrink to a remnant, or give way to one that shares next to nothing with it?"""
    if len(old_text) < SUBSTANTIAL:
        return False
    if len(new_text) < REMNANT * len(old_text):
        return True
    old, new = _long_words(old_text), _long_words(new_text)
    return len(old & new) < KINSHIP * min(len(old), len(new))


@lru_cache(maxsize=4)
def _long_words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
