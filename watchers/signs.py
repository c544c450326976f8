"""What servers, shields, hosts and walls say in a page's place under 200, beside what `plausible` knows. Pure."""

from __future__ import annotations

import json
import re

_TITLE = re.compile(
    r"^(?:whoops\b|we['’]re sorry, but something went wrong|web ?page blocked|under construction"
    r"|http error \d{3}"
    r"|wordpress .{0,10}error|site not found|fastly error|domain (?:has )?expired|default web site page"
    r"|30[12378] |(?:object|document|page)? ?moved(?: permanently| temporarily)?$|redirecting\b"
    r"|(?:vercel )?security checkpoint|making sure you['’]re not a bot|cookies (?:are )?required"
    r"|age (?:verification|check)"
    r"|session (?:has )?(?:expired|timed out)|single sign-?on|\d{3}:? .{0,20}(?:limit exceeded"
    r"|legal reasons|unavailable)"
    r"|unavailable (?:due to|for) legal reasons|sucuri|wartung(?:sarbeiten|smodus)?\b|en maintenance"
    r"|fatal error|parse error)",
    re.IGNORECASE,
)
_TEXT = re.compile(
    r"(?:(?:fatal|parse) error\b.{0,5}:|uncaught (?:\w+)?(?:error|exception)"
    r"|\bin /[\w./-]{1,200} on line \d+|sqlstate\["
    r"|too many connections|has been a critical error|but something went wrong|looks like something went wrong"
    r"|app(?:lication)? failed to start|unknown domain|no healthy upstream|upstream connect error"
    r"|default backend - \d{3}"
    r"|bandwidth limit|(?:this|the) domain (?:has |name has )?expired|contact your hosting provider"
    r"|error code:? ?[45]\d\d"
    r"|under construction|vorübergehend nicht erreichbar|has been blocked because|web server is (?:down"
    r"|not returning)"
    r"|access (?:is )?(?:blocked|denied)\b|enable (?:js|cookies)\b|turn javascript on|disable any ad blocker"
    r"|verifying your browser|set up anubis|session has (?:expired|timed out)|you are being redirected"
    r"|if you are not (?:automatically )?redirected|subscribe to (?:continue|keep) reading"
    r"|limit of free articles"
    r"|must be (?:at least )?\d\d (?:years )?or older|to connect to the internet"
    r"|not available in your (?:location|area)"
    r"|cannot grant you access|unavailable (?:due to|for) legal reasons|no results found|stimmen sie .{0,40}zu"
    r"|alle akzeptieren|tout accepter|(?:the )?document has moved|missing authentication token"
    r"|there isn['’]t a github pages site|<error>\s*<code>)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:error:? )?(?:[45]\d\d[ :-]*)?(?:bad request|unauthori[sz]ed|forbidden|access denied|not found"
    r"|page not found|gone"
    r"|method not allowed|not acceptable|request time-?out|too many requests|rate limit(?:ed| exceeded)"
    r"|internal (?:server )?error|not implemented|bad gateway|service unavailable|gateway time-?out|error"
    r"|[45]\d\d)[.!]?",
    re.IGNORECASE,
)
"""The whole of an answer."""
_JSON_WORDS = ("null", "true", "false")
MOST_DATA = 1 << 20
"""Characters of JSON that are looked at."""


def stands_for(title: str, text: str, *, short: bool) -> bool:
    """Whether a title, or `short` text without markup, is what a machine says when there is no page."""
    return bool(_TITLE.search(title) or _BARE.fullmatch(text.strip()) or (short and _TEXT.search(text)))


def is_data(text: str) -> bool:
    """Whether the answer is JSON, and so no document, whatever type it has been given."""
    text = text.strip("\ufeff \t\r\n")
    if text[:1] not in ("{", "[") and text not in _JSON_WORDS:
        return False
    if len(text) > MOST_DATA:
        return text[-1:] in ("}", "]")
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
