"""What on a page is not the document: navigation, banners, share bars, comments, hidden parts.

Recall first: a name alone condemns only what can be nothing else; everything else must also look like furniture
(made of links, or without a sentence). Nothing that holds the page's main part or its headline is furniture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

SKIPPED = frozenset(
    [
        "script",
        "del",
        "s",
        "strike",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "picture",
        "img",
        "map",
        "input",
        "select",
        "option",
        "optgroup",
        "textarea",
        "datalist",
        "meter",
        "progress",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "param",
        "source",
        "track",
        "frameset",
        "nav",
        "-comment",
        "-doctype",
    ]
)
"""Never text of the document, whatever their names say."""

CHECKED = frozenset(
    [
        "div",
        "section",
        "aside",
        "header",
        "footer",
        "ul",
        "ol",
        "form",
        "dialog",
        "p",
        "span",
        "table",
        "details",
        "article",
        "main",
        "menu",
        "fieldset",
        "a",
        "button",
        "label",
        "search",
    ]
)
"""Elements whose attributes are looked at."""

_CERTAIN = re.compile(
    r"""(?:^|\s)(?!(?:has|with|no|without|show|hide)[-_])(?:[a-z0-9]+[-_]+){0,2}
    (?:(?:cookie|gdpr|consent|ccpa)[-_]*(?:banner|bar|notice|popup|modal|overlay|dialog|message|wall|container|wrapper|manager|law\w*)
    |onetrust[\w-]*|cookiebot\w*|cc-(?:window|banner)|truste[\w-]*|usercentrics[\w-]*|didomi[\w-]*|qc-cmp\w*|sp_message\w*|cky-\w*
    |breadcrumbs?|skip-?(?:to-?)?(?:links?|nav|content|main)|visually-?hidden|sr-only|screen-reader(?:-text)?
    |nav-?bar|(?:main|primary|top|site|global|mobile|side|footer|header|secondary)-?_?nav(?:igation)?|mega-?menu
    |side-?bar|share-?(?:bar|buttons?|links?|icons?|tools?|this|block|widget)|social-?_?(?:share|sharing|links?|icons?|media-links|bar|buttons?)
    |sharedaddy|addtoany\w*|jp-relatedposts|related-?_?(?:posts?|articles?|stories|links?|content|news)|read-?(?:next|more-stories)
    |recommended-?(?:posts?|articles?|stories)|most-?(?:read|popular)|comments?-?(?:area|list|section|wrap\w*|form|thread)|comments?
    |disqus_thread|newsletter-?(?:sign-?up|form|box|block|banner|widget)|newsletter|subscribe-?(?:form|box|widget)|ad-?slot|advert(?:isement)?
    |pagination|pager|back-?to-?top|site-?footer|page-?footer|global-?footer|footer|site-?header|global-?header|masthead
    |lang(?:uage)?-?(?:switcher|selector|picker|menu)|search-?(?:form|box|bar|overlay))
    (?:[-_]+(?:wrapper|wrap|container|inner|outer|content|widget|block|area|list|primary|secondary|left|right|top|bottom|desktop|mobile|\d+))?
    (?=$|\s)""",
    re.VERBOSE,
)
_LIKELY = re.compile(
    r"""(?:^|[\s_-])(?:nav|navigation|menu|social|share|sharing|related|recommend\w*|promo\w*|banner|sponsor\w*|toolbar|widget|modal|popup|pop-up
    |overlay|drawer|login|log-in|signin|sign-up|signup|subscribe|newsletter|toc|table-of-contents|tags?|byline|meta|cta|hero-links|language
    |copyright|cookie\w*|consent|print|feedback|helpful|rating)(?=$|[\s_-])""",
    re.VERBOSE,
)
_ROLES = frozenset(
    {
        "navigation",
        "search",
        "banner",
        "contentinfo",
        "complementary",
        "menu",
        "menubar",
        "toolbar",
        "alertdialog",
    }
)
_SOFT_ROLES = frozenset({"dialog", "tablist", "form"})
_PANEL = re.compile(
    r"accord|collaps|panel|expand|toggle|(?:^|[\s_-])(?:tab|tabs|answer|faq|body|content|description|item|details?|section|text)(?=$|[\s_-])"
)
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SENTENCE = re.compile(r"[a-z,;\"”)]{2}[.!?](?:\s|$)")
_NAMES = ("class", "id", "role", "hidden", "aria-hidden", "style")


def is_furniture(
    node: LexborNode, tag: str, marks: Mapping[str, str | None], *, inside: bool, certain: bool = False
) -> bool:
    """Should the walk leave this element out?

    `inside`: we are within the page's main part or an article. `certain`: only what can be nothing else.
    """
    if tag in ("main", "article", "table"):
        return False
    role = (marks.get("role") or "").lower()
    if not certain and tag in ("header", "footer", "aside") and not inside and role != "main":
        return not _holds_main(node) and (tag != "header" or not _prose(node))
    name = f"{marks.get('class') or ''} {marks.get('id') or ''}".lower()
    if (role in _ROLES and not certain) or _CERTAIN.search(name):
        return not _holds_main(node)
    if certain:
        return tag == "footer" and not _holds_main(node)
    if tag in ("footer", "aside") or role in _SOFT_ROLES or _LIKELY.search(name):
        return not _prose(node) and not _holds_main(node)
    return False


def is_hidden(marks: Mapping[str, str | None], controlled: frozenset[str]) -> bool:
    """Is it kept from the reader for good? What an accordion or a tab unfolds is not."""
    if not (
        "hidden" in marks
        or marks.get("aria-hidden") == "true"
        or _HIDDEN_STYLE.search(marks.get("style") or "")
    ):
        return False
    if (marks.get("hidden") or "").lower() == "until-found" or (marks.get("role") or "") in (
        "tabpanel",
        "region",
    ):
        return False
    if "aria-labelledby" in marks or (marks.get("id") or "\0") in controlled:
        return False
    return not _PANEL.search(f"{marks.get('class') or ''} {marks.get('id') or ''}".lower())


def mostly_links(node: LexborNode, *, share: float = 0.5) -> bool:
    """Do links make up more than `share` of its letters?"""
    whole = len(node.text().strip())
    return sum(len(a.text()) for a in node.css("a")) > share * whole


def _prose(node: LexborNode) -> bool:
    """Holds a sentence of some length that is not a list of links."""
    text = node.text()
    return len(text) >= 40 and _SENTENCE.search(text) is not None and not mostly_links(node)


def _holds_main(node: LexborNode) -> bool:
    return node.css_first("main, article, [role=main], h1") is not None
