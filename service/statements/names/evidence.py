"""What the words around a name say it is: a company, a person, or something else that speaks in the press."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.statements.names.titles import (
    COMPANY_BEFORE,
    COMPANY_NOUN,
    HONORIFICS,
    LEGAL_FORM,
    NAME,
    OUTSIDE_BEFORE,
    OUTSIDE_NAME,
    OUTSIDE_OFFICE,
    ROLE,
    SECTOR,
    UPPER,
)
from service.statements.vocabulary import GIVEN_NAMES, PLACES

_HELD = (
    r"(?:users?|customers?|subscribers?|members|servers?|apps?|network|cloud|products?|shares?|stock|"
    r"engineers?|executives?|accounts?|address(?:es)?|data cent(?:er|re)s?|headquarters"
    r"|press office|co-?op(?:erative)?|phones?|handsets?|cars?|cameras?|devices?|software|firmware|"
    r"website|web site|home page|homepage|"
    r"lawyers?|transparency report|privacy policy|terms|compliance team|legal team"
    r"|trust and safety|systems?|platform|service|messages|board|mailbox(?:es)?|inbox(?:es)?|hardware|"
    r"speakers?|policy|policies|staff|management|founders?|co-founders?|machines?|team|clients?"
    r"|spokes\w+|owners?|lenders|letter|statement|report|blog|canary|routers?|database|employees|"
    r"investors|shareholders|recordings?|footage|videos|backups?|chats|records|logs|data|doorbells?|watches|drones?)"
)
_POSSESSED = re.compile(rf"^(?:['’]s?\s(?:[\w-]+\s){{0,2}}?|\s){_HELD}\b")
_POSSESSED_ROLE = re.compile(
    r"^(?:['’]s?\s(?:[\w-]+\s){0,3}?|\s(?:deputy |senior )?)(?:chief|CEO|CTO|spokes|general counsel|"
    r"founder|co-founder|head of|vice president|counsel\b|executive)"
    r"|^['’]s?\s(?:[\w-]+\s){0,3}?(?:director|manager|officer|lawyers?|engineer|press|owner)\b"
)
_RIVALLED = re.compile(
    r"^['’]s?\s(?:\w+\s)?(?:main|biggest|largest|closest|chief|only|bigger|larger|smaller)\s(?:rivals?|"
    r"competitors?)\b"
)
_WARES = re.compile(
    r"\b(?:tablets?|phones?|lockers?|cameras?|software|apps?|devices?|computers?|services?|products?|"
    r"accounts?|cars?|drones?|speakers?|servers?"
    r"|batteries|tools?|systems?)\s(?:from|by|of|with|made by|run by|sold by)\s$"
)
_KEEPS = re.compile(r"\b(?:does|did|will|would|can|could|do)\s$")
_KEPT = re.compile(r"^\s(?:keep|store|hold|tell|hand|give|share|log|record|read|notify|disclose|comply)\b")
_IS_COMPANY = re.compile(
    rf"^(?:,\s|\s\(|\s—\s|\s–\s|\sis\s|\swas\s)(?:an?|the|one of|its|a rival|another|formerly|maker|"
    rf"owner|operator|[\w-]+-based)\b[^.;“\"”]{{0,70}}?\b{COMPANY_NOUN}s?\b"
)
_MAKES = re.compile(
    r"^,\s(?:which|that|who) (?:also )?(?:makes?|runs?|sells?|carries|operates?|offers?|provides?|"
    r"hosts?|owns?|serves?|builds?|lets?|develops?|employs?|connects?|stores?|has (?:some |about |more "
    r"than )?[\d\w,.]+ (?:million )?(?:users|customers|subscribers)|says it)\b"
)
_WHICH = re.compile(r"^,\s(?:(?:from|in|on|with|to|by|at)\s)?(?:which|whose)\b")
_SERVES = re.compile(
    r"^\s(?:tells|notifies|informs|gives|hands|stores|keeps|encrypts|discloses|publishes|lets|serves|"
    r"told|notified|gave|kept)\s"
    r"(?:\w+\s){0,3}?(?:users|customers|subscribers|members|clients|messages|data|records|logs)\b"
)
_SEAT = re.compile(rf"[{UPPER}][\w’-]+,\s(?:of|in|from|near|outside)\s$")
"""E.g. "Paxcar, of Cardiff, which …": where it is."""
_KIN = re.compile(
    r"^,\swhose\s(?:\w+\s){0,2}?(?:daughters?|sons?|child(?:ren)?|wife|husband|partner|mother|father|parents?|"
    r"brother|sister|family|home|house|phone|car|job)\b"
)
_THE = re.compile(r"\b[Tt]he\s$")
_COUNTED = re.compile(
    r"\b(?:[Oo]ne of (?:them|these|those|the \w+)|[Aa]nother(?: of (?:them|these))?),\s$|"
    r"\b[Tt]he (?:first|second|third|fourth|fifth|last|other|smallest|largest|biggest|youngest|oldest)"
    r"(?: of (?:them|these|the \w+))?,\s$"
)
"""E.g. "The third, Paxcar, is …": one of those a story sets side by side."""
_ONE_OF = re.compile(
    r"^,\s(?:by far\s)?the\s(?:[a-z]+est|[a-z]+er|first|second|third|fourth|fifth|last|other|only one)"
    r" of the (?:two|three|four|five|six|seven|eight|nine|ten|lot|trio|pair|group)\b"
)
"""E.g. "Paxcar, the largest of the four, …"."""
_ITS_OWN = re.compile(r"^(?:\s(?:has|had|also|then))*\s[a-z]+(?:ed|s|t|ook|ent)\s[^.;:“\"]{0,70}?\bits\b")
"""E.g. "Paxcar answered with a sentence from its terms": nobody, but some body."""
_AT = re.compile(r"\bAt\s$")
_ITS_OFFICER = re.compile(
    rf"^,\s(?:its\s|the\s(?:company|firm)['’]s\s)?(?i:{ROLE.pattern})\s[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]"
)
"""E.g. "At Paxcar, deputy director Jane Roe took …"."""
_KIND_WHICH = re.compile(r"^,\s(?:the|an?)\s(?:[\w-]+\s){1,5}?(?:which|that)\s")
_MAKES_PLAIN = re.compile(
    r"^\s(?:makes|builds|sells|runs|operates|hosts|develops)\s(?:(?:an?|the)\s[a-z]|(?:[a-z-]+\s){0,3}[a-z-]+s\b)"
)
_TEAM = re.compile(r"^\s(?:[a-z]+\s){0,3}team\b")
_SIGNED = re.compile(
    r"(?:[Ff]ounder|[Cc]hief [Ee]xecutive|CEO|[Dd]irector|[Cc]ounsel|[Oo]fficer|[Oo]wner),\s$"
)
_RESUMED = re.compile(
    r"^[^.!?;]{0,110}[.!?]\s(?:The|That)\s(?:company|firm|service|app|start-?up|provider|operator|bank|"
    r"carrier|maker)(?:['’]s)?\s"
)
_ITS_HOLDER = re.compile(
    rf"^[^.!?;“\"]{{0,110}}[.!?]\s(?:Its|The (?:company|"
    rf"firm)['’]s)\s(?:[\w-]+\s){{0,2}}?(?i:{ROLE.pattern}),\s[{UPPER}]"
)
"""E.g. "Paxcar takes the other side. Its director, Jane Roe, …"."""
_WHOSE = re.compile(
    r"^,\s(?:whose|used by|maker of|the maker of|makers of|owner of|best known for)\b[^.;]{0,40}"
)
_SAYS = re.compile(
    r"^(?:\salso|\shas|\shad)?\s(?:said|says|denied|denies|told|confirmed|announced|insists?|wrote|"
    r"refus\w+|declined|replied|rejected|publish\w+|called|added|disclosed|turned down|answered|under(?:takes|took)|"
    r"promise[sd]|pledge[sd]|acknowledge[sd]|admit(?:s|ted)|concede[sd]|complie[sd]|argue[sd]|maintain(?:s|ed))\b"
)
_ONE_OF_MANY = re.compile(
    rf"\b{COMPANY_NOUN}s[,:]?\s(?:such as\s|namely\s)?(?:{NAME.pattern}(?:,\s|,?\s(?:and|or)\s)){{1,4}}$"
    rf"|\b{COMPANY_NOUN}s[,:]\s(?:such as\s|namely\s)?$"
)
"""E.g. "two cloud providers, Paxcar and Parlando"."""
_PERSON_OF = re.compile(rf"[{UPPER}][\w’'-]+\s(?:of|at|from)\s$")
_OFFICE_NEXT = re.compile(rf"^,\s(?:its\s|the\s)?(?:[a-z-]+\s){{0,2}}?{ROLE.pattern}", re.IGNORECASE)
"""E.g. "Jane Roe of Paxcar, deputy general counsel, …"."""
_DEALS = re.compile(
    r"^(?:,\s[^,.;]{3,80},)?\s(?:(?:has|had|will|would|does|did|can|could|must|may|is|was|also|now|never|not|"
    r"no longer|since|"
    r"already|still|always|then|[a-z]+ly)\s){0,3}"
    r"(?:(?:been\s)?(?:asked|sued|fined|appeal\w*|fights?|fought|fighting|challeng\w+|"
    r"hand(?:s|ed|ing)?|giv(?:e|es|en|ing)|gave|"
    r"sen[dt]s?|keeps?|kept|stores?|stored|encrypts?|deletes?|deleted|complies|complied|informs?|informed|notif\w+|"
    r"state[sd]?|report(?:s|ed)?|introduc\w+|launch\w*|clos(?:e|es|ed)|shut|sells?|sold|offers?|offered|answers?|"
    r"receives?|received|resist\w*|oppos\w+|invited?|counts?|counted|collects?|publish\w*))\b"
)
"""What companies do, and agencies and papers more seldom."""
_OFFICE_OF = re.compile(
    r"\b(?:spokes\w+|chief executive|chief [a-z]+ officer|C[ETFOI]O|CISO|general counsel|counsel|vice "
    r"president|president|founder|"
    r"head|director|executive|manager|chief)\b[^.,;“”\"]{0,40}?\s(?:of|at|for|from|with)"
    r"\s(?:the\s)?(?:[a-z-]+\s){0,3}$",
    re.IGNORECASE,
)
_BASED = re.compile(
    r"^(?:\s(?:is|was)|,)\s(?:based|headquartered|founded|owned by|registered|listed|incorporated)\b"
)
_TAKEN_UP = re.compile(
    rf"^[^.!?;“\"]{{8,140}},\sthe\s(?:[\w-]+\s){{0,3}}?{COMPANY_NOUN}\s(?:said|says|announced|has said|"
    rf"wrote|confirmed|told)\b"
)
_SHARES_IN = re.compile(
    r"\b(?:[Ss]hares in|[Cc]ustomers of|[Uu]sers of|subscribers? to|account with|accounts with|hosted "
    r"by|[Mm]ade by|merge with|acquired|bought|works? (?:for|at)|employed by|at)\s$"
)
_LIVES_IN = re.compile(r"\b(?:in|near|from|to|outside|across|of|through|around)\s$")
_WHO = re.compile(r"^,\s(?:who\b|\d\d,|then\s|now\s|aged\s)")
_IS_OFFICER = re.compile(rf"^\s(?:is|was|became)\s(?:the\s|its\s|also\s)?{ROLE.pattern}", re.IGNORECASE)
_OUTSIDER_BEFORE = re.compile(
    rf"{OUTSIDE_OFFICE.pattern}(?: of parliament| of congress)?,?\s$", re.IGNORECASE
)
_GUEST = re.compile(
    r"\b(?:[Ww]ith (?:us|me)(?: \w+)? is|joined by|[Gg]uest is|spoke (?:to|with)|talked (?:to|with)|interviewed|"
    r"[Ii]nterview with|[Cc]onversation with)\s$"
)
_HE_RUNS = re.compile(r"^\.\s(?:She|He)\s(?:is|was|runs|heads|leads|founded|started|owns|works)\b")
_PLACE = re.compile(
    r"^\s(?:airport|station|harbou?r|prison|island|valley|county|district|airfield|crown court|high court)\b",
    re.IGNORECASE,
)
_HOLDER_IS = re.compile(rf"\b{ROLE.pattern}\s(?:is|was|has been|remains)\s$", re.IGNORECASE)
"""E.g. "its managing director is Jane Roe"."""
_THE_GROUP = re.compile(
    r"\b[Tt]he (?:group|campaign|coalition|charity|union|association|league|alliance|network),\s$"
)
_FOUNDED = re.compile(r"\b(?:co-)?(?:founded|founder of|set up|started|runs|heads|leads|owns|joined)\s$")
_IN_CHARGE = re.compile(
    r"^(?:,\swho)?\s(?:looks after|is in charge of|is responsible for|answers for|oversees|handles|took over)\s"
)
_AGE = re.compile(r"^\s\(\d\d\)")
_TITLE = re.compile(
    rf"(?:\b(?:{'|'.join(sorted(HONORIFICS, key=len, reverse=True))})\.?,?\s|\b[Bb]y\s|\b[Aa]ccording to\s)$",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"^\s(?:Act|Bill|Law|Street|Road|Avenue|University|Court|Square|Directive|Treaty|Convention|Award|"
    r"Prize|programme|program)\b"
)
_LONGER = re.compile(r"^['’]s?\s(?:[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]\w+\s)*(?P<last>[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]\w+)")
_APPOSED = re.compile(r"^,\s([^,.;“\"”:]{3,90})[,.;“\"]|^,\s([^,.;“\"”:]{3,90})$|^\s\(([^)]{3,60})\)")
_SPEAKS = re.compile(
    r"(?:[”\"’],?|,)\s(?:said|says|wrote|writes|added|told|replied|asked|explained|noted)\s$"
)
_PERSON_ACTS = re.compile(
    r"^(?:\shas|\shad)?\s(?:has run|runs|heads|leads|resigned|testified|told|smiled|laughed|shrugged|"
    r"added|chairs|paused|conceded|recalled|(?:co-)?founded|started|set up|built|hesitated|left|quit|joined)\b"
)
_OF_ORGANISATION = re.compile(r"^(?:,)?\s(?:of|from|at)\s(?:the\s)?[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]")


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a name most likely is: verdict company, person, other or "" (unknown), and how strongly it is a "
    "company.
    """

    verdict: str
    company: str
    score: int


def weigh(name: str, contexts: Sequence[tuple[str, str]], *, known: int, surname_alone: int) -> Leaning:
    """Sum up the evidence of every place where `name` stands; contexts are (text before, text after).

    `known`: weight of a catalogue entry; `surname_alone`: how often its last word stands by itself.
    """
    company = known + _form(name)
    person = _looks_personal(name, surname_alone)
    lived_in = sum(1 for before, _ in contexts if _LIVES_IN.search(before))
    other = 0 if known > 1 else min(3, lived_in)
    for before, after in contexts:
        company += _company_evidence(before, after)
        person += _person_evidence(before, after, " " in name)
        other += _other_evidence(before, after)
    if " " in name and name.rsplit(" ", 1)[-1].lower() in SECTOR:
        person = 0
    if " " not in name and contexts and all(_THE.search(before) for before, _ in contexts):
        other += 2
    other += _other_name(name) - (3 if known > 1 else 0)
    return Leaning(_verdict(company, person, other, " " in name), name, company)


def _verdict(company: int, person: int, other: int, several: bool) -> str:
    if other >= 3 and other > company:
        return "other"
    if several and person >= 2 and person > company:
        return "person"
    if company >= 2 and company > other:
        return "company"
    if several and 1 <= person >= company and not other:
        return "person"
    return "other" if other >= 2 else ""


def _form(name: str) -> int:
    words = name.lower().split(" ")
    last, first = words[-1], words[0]
    score = 2 if len(words) > 1 and last in SECTOR else 0
    score += 2 if len(words) > 1 and first in ("bank", "banque") else 0
    return score + (2 if "&" in words else 0)


def _company_evidence(before: str, after: str) -> int:
    score = 0
    score += 3 if LEGAL_FORM.match(after) else 0
    score += 3 if _COUNTED.search(before) and after.startswith(",") else 0
    score += 3 if _ONE_OF.match(after) else 0
    score += 1 if _ITS_OWN.match(after) and opens(before) else 0
    score += 4 if _AT.search(before) and _ITS_OFFICER.match(after) else 0
    score += 3 if COMPANY_BEFORE.search(before) and not OUTSIDE_BEFORE.search(before) else 0
    kin = _KIN.match(after) is not None
    score += 3 if not kin and (_IS_COMPANY.match(after) or _MAKES.match(after) or _WHOSE.match(after)) else 0
    score += 2 if not kin and _WHICH.match(after) and not _SEAT.search(before) else 0
    score += 3 if _KIND_WHICH.match(after) else 0
    score += 2 if _MAKES_PLAIN.match(after) and not before.strip() else 0
    score += 2 if _TEAM.match(after) or (_SIGNED.search(before) and not after.strip(" .")) else 0
    score += 2 if _POSSESSED.match(after) or _SERVES.match(after) else 0
    score += 3 if _RESUMED.match(after) and opens(before) else 0
    score += 2 if _POSSESSED_ROLE.match(after) else 0
    score += 2 if _OFFICE_OF.search(before) and not _THE.search(before) else 0
    score += 2 if _ITS_HOLDER.match(after) and opens(before) else 0
    score += 3 if _BASED.match(after) else 0
    score += 3 if _TAKEN_UP.match(after) and opens(before) else 0
    score += 3 if _RIVALLED.match(after) else 0
    score += 2 if _WARES.search(before) else 0
    score += 2 if _KEEPS.search(before) and _KEPT.match(after) else 0
    score += 3 if _FOUNDED.search(before) else 0
    score += 1 if _SHARES_IN.search(before) else 0
    score += 3 if _ONE_OF_MANY.search(before) else 0
    score += 3 if _PERSON_OF.search(before) and _OFFICE_NEXT.match(after) else 0
    score += 1 if _SAYS.match(after) or _DEALS.match(after) else 0
    return score


def opens(before: str) -> bool:
    """Does a name open its sentence?"""
    return not before.strip() or before.rstrip()[-1] in '.!?”"'


def _looks_personal(name: str, surname_alone: int) -> int:
    words = name.split(" ")
    if not 2 <= len(words) <= 4 or words[-1].lower() in SECTOR or words[-1].isupper():
        return 0
    return (3 if words[0] in GIVEN_NAMES else 0) + min(3, surname_alone)


def _person_evidence(before: str, after: str, several: bool) -> int:
    if not several:
        return 0
    score = 0
    housed = _AT.search(before) and _ITS_OFFICER.match(after)
    apposed = None if housed or _KIND_WHICH.match(after) else _APPOSED.match(after)
    score += 4 if _KIN.match(after) else 0
    if apposed and (
        ROLE.search(said := next(g for g in apposed.groups() if g)) or OUTSIDE_OFFICE.search(said)
    ):
        score += 3
    score += (
        3
        if _TITLE.search(before)
        or (
            ROLE.search(before[-40:])
            and before.endswith((", ", "man ", "er ", "or ", "nt ", "ve ", "el ", "on "))
        )
        else 0
    )
    score += 3 if _OUTSIDER_BEFORE.search(before) else 0
    score += 3 if _WHO.match(after) or _AGE.match(after) else 0
    score += 3 if _IS_OFFICER.match(after) else 0
    score += 3 if _IN_CHARGE.match(after) or _HOLDER_IS.search(before) else 0
    score += 3 if _GUEST.search(before) or _HE_RUNS.match(after) else 0
    score += 2 if before.endswith(("'s ", "’s ")) else 0
    score += 2 if _SPEAKS.search(before) or _PERSON_ACTS.match(after) else 0
    score += 1 if _SAYS.match(after) else 0
    score += 2 if _OF_ORGANISATION.match(after) and not _ITS_HOLDER.match(after) else 0
    return score


def _other_evidence(before: str, after: str) -> int:
    score = 0
    score += 3 if OUTSIDE_BEFORE.search(before) or _THE_GROUP.search(before) else 0
    score += 4 if _ACT.match(after) else 0
    longer = _LONGER.match(after)
    score += 5 if longer and longer["last"].lower() in OUTSIDE_NAME else 0
    score += 4 if _PLACE.match(after) else 0
    return score


_SLOGAN = frozenset(
    ("Our", "It", "My", "Your", "Off", "Not", "Us", "Them", "Out", "Up", "Now", "Is", "Are", "Them")
)
"""Words in the names of campaigns: "Keep It Locked"."""


def _other_name(name: str) -> int:
    words = [w.lower() for w in name.split(" ")]
    first = words[0] in OUTSIDE_NAME and words[0].capitalize() not in GIVEN_NAMES
    score = 5 if words[-1] in OUTSIDE_NAME or first else 0
    score += 4 if len(words) > 2 and _SLOGAN & set(name.split(" ")) else 0
    return score + (6 if name in PLACES or (words[0].capitalize() in PLACES and len(words) == 1) else 0)


BEHIND: Mapping[str, re.Pattern[str]] = {
    "held": _POSSESSED,
    "its officer": _POSSESSED_ROLE,
    "its rival": _RIVALLED,
    "is a company": _IS_COMPANY,
    "makes": _MAKES,
    "which": _WHICH,
    "serves": _SERVES,
    "the kind which": _KIND_WHICH,
    "makes things": _MAKES_PLAIN,
    "team": _TEAM,
    "the company then": _RESUMED,
    "whose": _WHOSE,
    "speaks": _SAYS,
    "deals": _DEALS,
    "based": _BASED,
    "taken up": _TAKEN_UP,
    "its own": _ITS_OWN,
    "one of": _ONE_OF,
    "kin": _KIN,
    "who": _WHO,
    "is an officer": _IS_OFFICER,
    "aged": _AGE,
    "acts as people do": _PERSON_ACTS,
    "of a body": _OF_ORGANISATION,
    "act": _ACT,
    "place": _PLACE,
    "in charge": _IN_CHARGE,
}
"""Signs of what a name is, in the text behind it (`match`)."""
AHEAD: Mapping[str, re.Pattern[str]] = {
    "counted": _COUNTED,
    "wares": _WARES,
    "founded": _FOUNDED,
    "shares in": _SHARES_IN,
    "of many": _ONE_OF_MANY,
    "office of": _OFFICE_OF,
    "signed": _SIGNED,
    "titled": _TITLE,
    "outsider": _OUTSIDER_BEFORE,
    "guest": _GUEST,
    "spoke": _SPEAKS,
    "lives in": _LIVES_IN,
    "person of": _PERSON_OF,
}
"""And in the text before it (`search`)."""
