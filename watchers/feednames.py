"""The names in feeds: which are read, which may stand there without harm, which mean something to feedparser."""

from __future__ import annotations

from functools import lru_cache

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
SY = "{http://purl.org/rss/1.0/modules/syndication/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ORIGIN = "{http://rssnamespace.org/feedburner/ext/1.0}origLink"
PREFIXES = {
    "admin": "http://webns.net/mvcb/",
    "cc": "http://creativecommons.org/ns#license",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "gml": "http://www.opengis.net/gml",
    "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "psc": "http://podlove.org/simple-chapters",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
"""feedparser goes by prefixes where it does not know an address: one that it gives a meaning must have that address."""
_MODULES = frozenset(
    {address.lower() for address in PREFIXES.values()} - {PREFIXES["feedburner"].lower(), SY[1:-1]}
) | {
    "http://web.resource.org/cc/",
    "http://search.yahoo.com/mrss",
    "http://example.com/dtds/podcast-1.0.dtd",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html",
    "http://backend.userland.com/creativecommonsrssmodule",
    "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1998/math/mathml",
}
"""Namespaces whose elements may change what is read here, those of `_IDLE` apart."""
_IDLE = frozenset(
    {
        "{http://purl.org/dc/elements/1.1/}subject",
        "{http://purl.org/dc/elements/1.1/}language",
        "{http://purl.org/dc/elements/1.1/}rights",
        "{http://purl.org/dc/elements/1.1/}publisher",
        "{http://purl.org/dc/elements/1.1/}type",
        "{http://purl.org/dc/elements/1.1/}format",
        "{http://search.yahoo.com/mrss/}content",
        "{http://search.yahoo.com/mrss/}thumbnail",
        "{http://search.yahoo.com/mrss/}category",
        "{http://search.yahoo.com/mrss/}keywords",
        "{http://www.itunes.com/DTDs/PodCast-1.0.dtd}duration",
        "{http://www.itunes.com/DTDs/PodCast-1.0.dtd}explicit",
        "{http://www.itunes.com/DTDs/PodCast-1.0.dtd}keywords",
        "{http://www.georss.org/georss}featurename",
    }
)
_MEANING = frozenset(
    """abstract author authors base body channel content contributor copyright created created_parsed description
    email entries entry feed feedburner_browserfriendly feedburner_origlink fullitem guid guidislink homepage id image
    info issued item items lastbuilddate link links managingeditor math modified modified_parsed name newlocation
    published published_parsed pubdate rdf rss source subtitle summary summary_detail svg sy_updatefrequency
    sy_updateperiod tagline textinput title title_detail ttl updated updated_parsed uri url""".split()  # noqa: SIM905 -- words, not punctuation
)
"""Names, in lower case, that mean something without a namespace or in one that feedparser takes for none."""
CHANNEL = frozenset(
    """description language copyright managingEditor webMaster pubDate lastBuildDate category generator docs cloud
    link rating item""".split()  # noqa: SIM905 -- words, not punctuation
)
RSS_ITEM = frozenset({"category", "comments", "enclosure", "source"})
ENTRY, NAME, EMAIL = f"{ATOM}entry", f"{ATOM}name", f"{ATOM}email"
PEOPLE = frozenset({NAME, EMAIL, f"{ATOM}uri"})
IMAGE = frozenset({"url", "title", "link", "width", "height", "description"})
ATOM_FEED = frozenset(ATOM + name for name in ("id", "updated", "subtitle", "rights", "generator", "icon", "logo",
                                                 "category", "published"))  # fmt: skip
ATOM_ENTRY = frozenset(ATOM + name for name in ("category", "rights"))
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@lru_cache(1024)
def is_idle(tag: str) -> bool:
    """Can nothing that is read depend on such an element?"""
    namespace, _, name = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
    if namespace.lower() in _MODULES:
        return tag in _IDLE
    return name.lower() not in _MEANING
