"""What the wording of a phrase tells of its head: whose it is, and who only hangs on it."""

from __future__ import annotations

import re

from service.statements.names.companies import Names
from service.statements.names.titles import COMPANY_DEFINITE, COMPANY_NOUN, ROLE, UPPER
from service.statements.speech.people import Voice

HEAD_END = re.compile(
    r"[,;:“\"]|\b(?:that|which|who|whose|when|because|is|was|are|were|has|have|had|will|would|can|"
    r"cannot|could|may|might|must|did|does|do|took|gave|got|sent|made"
    r"|went|came|kept|held|told|put|\w{3,}ed)\b"
)
"""Where a sentence's subject is over, at the latest."""

OWN_PAPER = re.compile(
    r"\b(?:statement|letter|post|blog|brochure|filing|papers|policy|website|home page|front page|notice|"
    r"e-?mail|press release|terms"
    r"|(?:new|old|earlier|revised|amended|current|previous) (?:text|wording|version)"
    r"|(?:an?|the|its|their|same|legal|written) briefs?|motion|affidavit|guide|manual"
    r"|(?:transparency|annual|yearly|half-yearly|quarterly) report"
    r"|(?:second|first|further|another|short|later|longer) (?:mail|message|note)"
    r"|(?:its|own|['’]s) (?:figures|records|accounts|numbers|books|press office|press team|support team)"
    r"|contract|small print|documentation|brochure|handbook|rule ?book|disclosure page|canary"
    r"|paragraph|page|announcement|FAQ|guidelines|reply|latest report|response|"
    r"tweet|submission)s?\b",
    re.IGNORECASE,
)
BY_POLICY = re.compile(
    r"^(?:Under|In|By|According to)\s(?P<whose>its|their|the \w+['’]s|"
    r"[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][\w&’'. -]{1,40}?['’]s?)"
    r"\s(?:[a-z-]+\s){0,3}?(?:polic(?:y|ies)|terms(?: of \w+)?|guidelines|notice|statement|rules),"
    r"\s(?P<who>[^,]{2,60}?)"
    r"\s(?:may|can|will|must|does|reserves)\b"
)


UNDER_A_POLICY = re.compile(
    r"^(?:Under|According to|By)\s(?:an?|the|these|this|its|those)\s(?:[\w-]+\s){0,2}?"
    r"(?:polic(?:y|ies)|rules?|guidelines|terms|procedure|practice|agreement|contract)\b"
)
HER_WORD = re.compile(
    r"\s*(?:her|his)\s(?:own\s|latest\s)?(?:figures|numbers|counts?|account|estimates?|records|testimony|"
    r"evidence|words|letter|"
    r"statement|notes|reckoning|recollection|answer|reply)\b",
    re.IGNORECASE,
)
"""E.g. "According to her figures": according to her."""
LEAKED = re.compile(
    r"\b(?:leaked|stolen|secret|classified|top-secret|internal) (?:\w+ )?(?:papers|documents|files|slides|memos?|"
    r"cables)\b",
    re.IGNORECASE,
)
THE_PAPERS = re.compile(r"\s*(?:[Tt]he|[Tt]hese|[Tt]hose) (?:\w+ )?(?:papers|documents|files|slides|memo)\b")
COMPANY_PAPER = re.compile(
    r"\b(?:company|firm|startup|start-up|provider|operator)['’]s (?:[\w-]+ )?(?:blog|website|site|"
    r"newsletter|page|forum)"
)
WRITTEN_BY_ONE = re.compile(
    r"\b(?:letter|post|statement|blog|e-?mail|filing|announcement|tweet|reply)\b", re.IGNORECASE
)
NOT_OWN = re.compile(
    r"\b(?:leaked|secret|classified|internal|anonymous|seen by|police|ministry|court's|slides|cables)\b",
    re.IGNORECASE,
)
STAND_IN = re.compile(
    r"\b[Tt]he (?:latter |former )?(?:witness|executive|boss|banker|founder|co-founder|lawyer|manager|"
    r"engineer|veteran|interviewee|entrepreneur|businessman|businesswoman)\b"
)
_MALE = re.compile(r"\b(?:Mr|Sir|Lord|spokesman|chairman|businessman)\b", re.IGNORECASE)
_FEMALE = re.compile(r"\b(?:Mrs|Ms|Miss|Lady|spokeswoman|chairwoman|businesswoman)\b", re.IGNORECASE)
STATE_SERVICE = re.compile(
    r"\b(?:intelligence|security|secret|spy|prosecution) (?:service|agency)\b", re.IGNORECASE
)
THE_SERVICE = re.compile(r"\s*[Tt]he (?:service|agency)$")
HE_RUNS = re.compile(
    r"(?:She|He)(?P<rest>\s(?:has |also |now )?"
    r"(?:runs?|heads?|leads?|led|founded|co-founded|started|chairs?|owns?)\s.*)"
)
SOMEBODY = re.compile(
    r"\s*[Tt]he (?:[a-z-]+ ){0,2}?(?:judge|minister|prosecutor|sheriff|chief constable|commissioner|senator|"
    r"inspector|detective|"
    r"officer|professor|magistrate|coroner|mayor|chairman|chairwoman|chair|attorney general|superintendent|"
    r"congress\w+|"
    r"councillor|activist|campaigner|critic|researcher)\b"
)
"""Somebody outside, by office alone."""
SHOWN = re.compile(
    r"^(?:[\d:.apm]{4,8}\s)?(?:(?:And |But )?(?:Next|First|Last|Then|Now|Also|Up next|Next up|First up|Finally)"
    r"[^,.]{0,20}?\s(?:is|was|comes|came|it[’']s|it is)|Enter)\s(?P<who>[^,.;:]{3,60})"
)
"""E.g. "Next is Jane Roe of …": who is brought before the reader."""
HIRED = re.compile(
    rf"^,\swhom\s(?P<of>[{UPPER}][\w’'-]+)\s(?:had\s)?(?:hired|brought|appointed|named|recruited)\b"
)
_OFFICE_OF = re.compile(rf"(?P<what>The {ROLE.pattern} (?:of|at|behind) [{UPPER}][\w&’'-]*)", re.IGNORECASE)
"""E.g. "The founder of Paxcar pours the tea", of somebody named just before."""
_SAYS_OFFICE = re.compile(
    rf"[”\"’'],?\s(?:says|said|adds|explains|laughs|asks|replies)\s"
    rf"(?P<what>the {ROLE.pattern} (?:of|at|behind) [{UPPER}][\w&’'-]*)"
)
"""E.g. "“…,” says the founder of Paxcar", of somebody named just before."""
RELATIVE = re.compile(
    rf"(?P<of>[{UPPER}][\w’'-]*?)['’]s?\s(?:colleague|deputy|co-founder|successor|predecessor|boss|"
    rf"partner)\s$"
)
"""E.g. "Roe's deputy", before a name."""
RIVAL_BEFORE = re.compile(
    rf"^(?:(?:Its|Their|The|An?|One|Another|[{UPPER}][\w-]*['’]s?)\s(?:[\w-]+\s){{0,2}}?)?(?:rival|"
    rf"competitor)\s(?=[{UPPER}])",
    re.IGNORECASE,
)
"""E.g. "Rival Paxcar": the name behind it is the subject."""
_A_RIVAL = re.compile(
    rf"\s*(?:An?|Another|The|Its|Their|One)\s(?:[\w-]+\s){{0,3}}?{COMPANY_NOUN}s?\s*$", re.IGNORECASE
)
_THE_REPORT = re.compile(
    r"\s*(?:the|this|its)\s(?:latest\s|new\s|same\s)?(?:report|document)\s*$", re.IGNORECASE
)
_ITS_REPORT = re.compile(r"\btransparency report\b", re.IGNORECASE)
_ANOTHER_REPORT = re.compile(
    rf"\breports?\s(?:by|from|in|of)\s|\b(?>\w*?[{UPPER}])\w++['’]s? (?:own )?report\b"
)


def office_of(text: str) -> re.Match[str] | None:
    """Where a sentence gives its speaker by office alone: "The founder of Paxcar pours the tea"; the group `what`."""
    return _OFFICE_OF.match(text) or _SAYS_OFFICE.search(text)


def office_told(text: str) -> str:
    """What such a sentence, or "She runs Paxcar", says of somebody named just before; "" where it is neither."""
    runs, office = HE_RUNS.match(text), office_of(text)
    return runs["rest"] if runs else f", {office['what']}" if office else ""


def names_paper(text: str) -> bool:
    """Does a text speak of a company's own paper, and of nobody else's?"""
    return bool(OWN_PAPER.search(text)) and not NOT_OWN.search(text)


def sex_of(near: str) -> str:
    """What the words around a name tell: m, f or ""."""
    return "m" if _MALE.search(near) else "f" if _FEMALE.search(near) else ""


def is_holder(voice: Voice, sex: str) -> bool:
    """Is it an unnamed spokesman (m) or spokeswoman (f) of a company?"""
    return bool(
        voice.company
        and not voice.name
        and voice.role.lower() == ("spokesman" if sex == "m" else "spokeswoman")
    )


def rival_apposed(phrase: str, apposition: str, names: Names) -> str:
    """E.g. "A competitor, Paxcar, said": the company set beside what it is; "" where it is none."""
    return names.companies.get(apposition.strip(), "") if _A_RIVAL.match(phrase) else ""


_ONE = re.compile(
    r"\s*(?:[Oo]ne|[Aa]nother|[Tt]he (?:other|first|second|third|fourth|last|largest|smallest|biggest))"
    r"(?: (?:of (?:them|these|those|the \w+)|one))?\s*$"
)
A_PERSON = re.compile(
    r"\s*(?:An?|The|His|Her|Its|One|Another|Their)\s(?:[\w’'-]+\s){0,4}?(?:spokes(?:man|woman|person)|officials?|"
    r"officer|"
    r"minister|judge|prosecutor|investigator|detective|analyst|engineer|employee|contractor|researcher|customer|user|"
    r"member|campaigner|activist|lawyer|professor|inspector|sergeant|superintendent|commissioner|senator|secretary|"
    r"critic|source|person|man|woman|clerk|editor|reporter)\b(?!['’]s)"
)
"""Somebody outside who is then "he" or "she"."""


def one_apposed(phrase: str, apposition: str, names: Names) -> str:
    """E.g. "One of these, Paxcar, said": the company set beside it; "" where it is none."""
    return names.companies.get(apposition.strip(), "") if _ONE.match(phrase) else ""


def is_the_report(phrase: str) -> bool:
    """E.g. "the report", in a story that has spoken of a company's transparency report."""
    return _THE_REPORT.match(phrase) is not None


def tells_of_report(text: str) -> bool | None:
    """Does a sentence speak of a company's transparency report (True), of somebody else's (False), of none (None)?"""
    if _ITS_REPORT.search(text):
        return True
    return False if _ANOTHER_REPORT.search(text) else None


ITS_PEOPLE = re.compile(
    r"\s*(?:its|their|the (?:company|firm|group|bank|provider|operator|maker|supplier)['’]s|"
    r"[\w’'&-]+['’]s?)\s(?:\w+\s)?"
    r"(?:lawyers|attorneys|executives|engineers|managers|management|representatives|founders|directors|counsel)\s*$",
    re.IGNORECASE,
)
"""Several who speak for a company."""
ITS_MAKER = re.compile(
    r"\s*(?:its|their|whose)\s(?:\w+\s)?(?:makers?|manufacturer|operators?|provider|developers?|publisher|seller|"
    r"creators?|"
    r"landlord|host|parent company)\s*$",
    re.IGNORECASE,
)
"""The company behind a thing that was named: "its maker told an inquest"."""
OUTSIDERS_OF = re.compile(
    r"\s*(?:[\w-]+\s){0,2}?(?:former|ex-)[\s-]?\w+ (?:of|at|from) |\s*(?:[\w-]+\s){0,3}?(?:customers|users|"
    r"subscribers|members|clients|drivers|owners|parents|residents|employees|"
    r"workers|insiders|critics|victims) (?:of|at|from) ",
    re.IGNORECASE,
)
"""E.g. "two former employees of the contractor"."""


def begins_with(head: str, company: str, names: Names, limit: int) -> bool:
    """Does the company's name (or "the firm") stand before `limit`?"""
    written = [head.find(w) for w, c in names.companies.items() if c == company and w in head]
    definite = COMPANY_DEFINITE.search(head)
    return min([*written, definite.start() if definite else limit]) < limit


_FRONT = re.compile(
    r"^(?:[A-Z][a-z]+ing|In|On|At|Asked|After|Under|Last|By|From|For|Until|Since|During|Before|With|"
    r"When|As|But|And|So|"
    r"Yet)\b[^,]{0,90},\s"
)


_FRONT_BARE = re.compile(
    r"^(?:For|On|In|To|At|Since|Until) (?:\w+ ){1,4}?(?=the (?:company|firm|bank|provider|operator)\s)"
)


SERVED = re.compile(
    r"^(?:In (?:\w+ of the \w+|\w+ cases?|all but \w+|most cases|each case),?\s)?(?:(?:The|Its|All|Affected|"
    r"Those)\s)?(?:users?|customers?|subscribers?|owners?|members?|patients?|passengers?|"
    r"riders?|clients?|accounts?)(?:\s(?:affected|concerned))?\s"
    r"(?:are|were|is|was|will be|would be|have been|has been|get|hear)\b"
    r"|^(?:The |\w+ (?:of the |other )?)?(?:officers?|police|investigators?|inspectors?|detectives?|agents?|"
    r"authorities|prosecutors?|"
    r"requests?|demands?|orders?)\s(?:were|was|are|is|have been|has been|had been)\s(?:\w+ly\s)?"
    r"(?:referred|told|sent|turned|shown|given|refused|pointed|directed|asked to|made to|offered|rejected|returned|"
    r"answered)\b",
    re.IGNORECASE,
)
"""What happens to a company's customers, and to those who ask it, is its doing: "Users are told first"."""
A_COMPANY = re.compile(
    rf"\s*(?:An?|One)\s(?:[\w-]+\s){{0,3}}?(?!site|website|group|network|brand){COMPANY_NOUN}"
    r"(?:\s(?:in|from|near|of|outside|based in)\s(?:the\s)?[\w-]+(?:\s[\w-]+)?)?\s*$",
    re.IGNORECASE,
)
"""Who it is of whom a story tells first, its name still to come."""
A_FURTHER = re.compile(
    rf"\s*(?:An?|One|The)\s(?:second|third|fourth|fifth|further)\s(?:[\w-]+\s)?{COMPANY_NOUN}\b",
    re.IGNORECASE,
)
"""E.g. "A third bank, which did not want to be named"."""
A_SPOKESMAN = re.compile(r"\s*an?\s(?:[a-z]+\s)?spokes\w+\s*$", re.IGNORECASE)


def fronted(sentence: str) -> str:
    """The sentence without an opening "In a letter, " or "For journeys ", so that it begins with its subject."""
    return _FRONT_BARE.sub("", _FRONT.sub("", sentence, count=1), count=1)


def doctor(before: str) -> str:
    """The title that stays with a name: Dr or Prof, "" for none."""
    match = re.search(r"\b(Dr|Prof)\.\s$", before)
    return match.group(1) if match else ""


def of_somebody(phrase: str, surname: str) -> bool:
    """E.g. "A lawyer for Jane Roe", "Roe's office": not the person herself."""
    at = phrase.find(surname)
    if at < 0:
        return False
    if re.match(r"['’]s?\b\s\w", phrase[at + len(surname) :]):
        return not ROLE.search(phrase[at + len(surname) :])
    return bool(re.search(r"\b(?:for|with|about|against|behind)\s(?:[\w.’']+\s){0,3}$", phrase[:at]))


_HANGS_ON = re.compile(r"\w\s(?:at|for|from|with|of|by|about|inside|against|to|in|on)\s(?:the\s)?$")


def only_possessor(phrase: str, company: str, names: Names) -> bool:
    """E.g. "Orrery's customers", "users of Orrery": somebody else than the company."""
    for written, resolved in names.companies.items():
        if resolved != company:
            continue
        at = phrase.find(written)
        if at >= 0 and re.match(r"['’]s?\s\w", phrase[at + len(written) :]):
            return True
        if at > 0 and _HANGS_ON.search(phrase[:at]):
            return True
    return bool(re.match(r"\s*[Tt]he (?:[\w-]+ )?\w+['’]s?\s\w", phrase))


def same_role(one: str, other: str) -> bool:
    """Are two wordings of an office the same office?"""
    a, b = one.lower(), other.lower()
    return bool(a and b) and (a in b or b in a or (a[:6] == b[:6] == "spokes"))
