"""Offices: "its general counsel", "a spokeswoman for the bank", "vice president for trust at Bowline"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.statements.names.capitals import DEPARTMENTS, candidates
from service.statements.names.companies import Names
from service.statements.names.titles import (
    COMPANY_DEFINITE,
    COMPANY_NOUN,
    NAME,
    NOT_GROUP,
    OUTSIDE,
    OUTSIDE_OFFICE,
    ROLE,
    ROLE_BEFORE_NAME,
    is_company_noun,
)
from service.statements.speech.cues import VERB


@dataclass(frozen=True, slots=True)
class Office:
    """A role as the text words it, and whose.

    `company`: by name; `possessive`: "its" for the last subject; both "" where nobody is named.
    `outside`: an office in a state, a paper, a campaign. `definite`: it points back to a holder already named.
    """

    role: str
    company: str = ""
    possessive: str = ""
    outside: bool = False
    definite: bool = False


_APPOSED = re.compile(r"^\s?(?:,|—|–|\()\s?([^,;“”\"—–()]{3,120}?)(?=[,;“”\"—–)]|\.(?:\s|$)|$)")
_OF_NAME = re.compile(
    rf"^,?\s(?:of|from|at)\s(?:(?:the|an?)\s(?:(?:[a-z][\w-]*\s){{0,3}}?{NOT_GROUP}\b{COMPANY_NOUN}\s)?)?"
    r"(?=[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ])"
)
"""What kind of body the name is of stands before it, or nothing does: "of the pressure group X" is no company's."""
_TAIL = re.compile(r"\s(?:of|at|for|with|from|in)\s(?:the\s)?(?P<rest>.*)$")
_IS = re.compile(
    r"^(?:,\swho)?\s(?:is|was|became|serves as|works as|has been|took over as)\s(?:also\s|now\s)?"
    r"(?P<what>[^,.;“”\"]{3,90})"
)
_RUNS = re.compile(
    r"^(?:,\swho)?\s(?:has\s|had\s|also\s|now\s)?(?P<verb>run|runs|heads?|headed|leads?|led|founded|"
    r"co-founded|started|chairs?|chaired|owns?|opened|set up|built|created|bought)\s"
)
_RUN_ROLES = {
    "run": "chief executive",
    "head": "head",
    "lead": "head",
    "led": "head",
    "found": "founder",
    "co-found": "co-founder",
    "start": "founder",
    "chair": "chair",
    "own": "owner",
    "open": "founder",
    "set up": "founder",
    "built": "founder",
    "create": "founder",
    "bought": "owner",
}
_THERE = re.compile(r"[^,.;]{0,30}?\bthere\b")
"""E.g. "Jane Roe, who runs security there"."""
_ONE_OF = re.compile(r"\bone of\b")
_FOUNDERS = re.compile(r"\b(?:co-)?founders\b")
_OWNED = re.compile(r"\b(?:its|their|his|her)\s", re.IGNORECASE)
_OUTSIDE_TITLE = re.compile(
    r"\b(?:Professor|Prof|Senator|Sen|Rep|Representative|Congressman|Congresswoman|Judge|Justice|Col|"
    r"Colonel|Sgt|Sergeant|Detective|Superintendent|Inspector|Minister|Fr|Rev|Gen"
    r"|Capt|Lt|Sheriff|Governor|Mayor|MP|MEP|Baroness|Lord|Attorney General|Commissioner|Chancellor|"
    r"Ambassador|[Dd]eputy|[Mm]ember|[Dd]eputies)\.?\s$"
)
_OWNER = re.compile(
    r"\b(?:the|an?|this|that)\s(?P<owner>(?:[\w-]+\s){0,3}?[\w-]+?)['’]s?\s(?:\w+\s)?$", re.IGNORECASE
)
_FOR_OUTSIDE = re.compile(
    r"^\s(?:for|of|at|with|from)\s(?!the\s(?:company|firm|bank|group|provider|app|operator|lender|"
    r"carrier|maker)\b)"
)
_INDEFINITE = re.compile(r"\b(?:an?|another)\s(?:[\w’'-]+\s){0,4}$", re.IGNORECASE)


_AND_ANOTHER = re.compile(rf"^\sand\s{NAME.pattern}(?=,\swho\b)")


def role_phrase(before: str, after: str, names: Names) -> Office | None:
    """The office of a person whose name stands between `before` and `after`; None where nothing is said."""
    if _OUTSIDE_TITLE.search(before):
        return Office("", outside=True)
    after = _AND_ANOTHER.sub("", after, count=1)
    belonging = _belonging(after, names)
    if belonging is not None and belonging.outside:
        return belonging
    if _PUBLIC.match(after):
        return Office("", outside=True)
    readers = (_apposed, _running, _being, _serving)
    said_after = next((office for read in readers if (office := read(after, names)) is not None), None)
    return said_after or _leading(before, names) or belonging


def find_office(phrase: str, names: Names) -> Office | None:
    """An office in a phrase that names no holder: "a Bowline spokesperson", "the bank's chief lawyer"."""
    match = ROLE.search(phrase)
    if match is None or OUTSIDE_OFFICE.search(phrase[: match.end()]):
        return None
    before, after = phrase[: match.start()], phrase[match.end() :]
    clients = _for_clients(match.group(), after) and not _company_of(after, names)
    if clients or _of_a_body(match.group(), before, after, names):
        return Office(match.group(), outside=True)
    if not re.search(
        r"(?:\b(?:an?|the|its|their|another|one)\s|['’]s?\s|[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]\w+\s|^)(?:[\w-]+\s){0,2}$",
        before,
        re.IGNORECASE,
    ):
        return None
    tail = not match.group().lower().startswith("spokes") and re.match(r"\s(?:for|of)\s[a-z]+(?:\s|$)", after)
    if _FOR_OUTSIDE.match(after) and not _company_of(after[:80], names) and not tail:
        return Office(match.group(), outside=True)
    owner = _company_of(phrase, names)
    if not owner and (_foreign(before, names) or _of_strangers(before)):
        return Office(match.group(), outside=True)
    possessive = "its" if _OWNED.search(before) else ""
    return Office(match.group(), owner, possessive, definite=not _INDEFINITE.search(before))


_KIND_OF = re.compile(r"\b(?:[Aa]n?|[Tt]he)\s(?P<kind>[a-z][\w-]+)\s$")
_PLAIN_KINDS = frozenset(
    ("company", "corporate", "senior", "chief", "second", "new", "press", "media", "group")
)


_OF_STATE = re.compile(
    r"\s(?:constables?|justices?|prosecutors?|inspectors?|superintendents?|whips?|ministers?|judges?)\b",
    re.IGNORECASE,
)
"""What makes a chief of somebody in no company's service."""


def _of_a_body(role: str, before: str, after: str, names: Names) -> bool:
    """E.g. "The head teachers' union", "President Obama", "the chief constable": no office in a company."""
    if _OF_STATE.match(after):
        return True
    if re.match(r"\s[\w-]+s?['’]", after):
        return True
    kind = _KIND_OF.search(before) if role.lower().startswith("spokes") else None
    if kind is not None and not is_company_noun(kind["kind"]) and kind["kind"] not in _PLAIN_KINDS:
        return True
    return role == "President" and bool(NAME.match(after.lstrip())) and not _company_of(before, names)


def _apposed(after: str, names: Names) -> Office | None:
    match = _APPOSED.match(after)
    if match is None or VERB.match(match.group(1)):
        return None
    phrase = match.group(1)
    if (one := _ONE_OF.search(phrase)) and _FOUNDERS.search(phrase, one.end()):
        return Office("co-founder", _company_of(phrase, names))
    role = ROLE.search(phrase)
    outside = OUTSIDE_OFFICE.search(phrase)
    if outside and (role is None or outside.start() <= role.start()):
        return Office(phrase, outside=True)
    return None if role is None or _NO_OFFICE.match(phrase) else _worded(phrase, role, names)


_NO_OFFICE = re.compile(r"(?:who|which|whose|and|but|in|on|at)\b")


def _worded(phrase: str, role: re.Match[str], names: Names) -> Office:
    rest = phrase[role.end() :]
    if _of_strangers(phrase[: role.start()]) or _PUBLIC.search(rest):
        return Office(role.group(), outside=True)
    company = _company_of(phrase, names)
    tail = _TAIL.match(rest)
    wording = role.group()
    if tail is None:
        return Office(
            wording,
            company,
            "its" if _OWNED.search(phrase[: role.start()]) else "",
            not company and _foreign(phrase, names),
        )
    named = _first_name(tail["rest"])
    if named.split(" ")[0].lower() in DEPARTMENTS:
        wording, named = wording + tail.group().rstrip(" ."), ""
    if tail["rest"][:1].islower():
        wording += _own_tail(rest)
    owned = bool(_OWNED.search(phrase[: role.start()]) or COMPANY_DEFINITE.search(phrase))
    if owned and not company:
        wording = phrase[role.start() :] if not COMPANY_DEFINITE.search(rest) else wording
    outside = not company and not owned and (bool(named) or _for_clients(role.group(), rest))
    return Office(wording.strip(), company, "its" if _OWNED.search(phrase[: role.start()]) else "", outside)


def _for_clients(role: str, rest: str) -> bool:
    """E.g. "a lawyer for several drivers": of people, where no company's name or kind stands behind it."""
    match = re.match(r"\s(?:for|of|representing)\s(?P<whom>[a-z][^,.;]*)", rest)
    if match is None or not re.search(r"\b(?:lawyer|attorney|counsel|spokes\w+)$", role, re.IGNORECASE):
        return False
    return not COMPANY_DEFINITE.search(match["whom"]) and not is_company_noun(match["whom"])


_PUBLIC = re.compile(
    r"^\s(?:of|for|at)\s(?:[\w’'-]+\s){0,4}?(?:intelligence|police|prosecutions?|union|league|association|"
    r"agency|ministry|institute"
    r"|cent(?:er|re)|foundation|coalition|council|campaign|commission|army|republic|state)\b",
    re.IGNORECASE,
)


def _own_tail(rest: str) -> str:
    """E.g. " for trust at Bowline" → " for trust"."""
    match = re.match(
        r"(?:\s(?:of|for|and)\s[a-z][\w-]*(?:\s(?!at\b|of\b|for\b|with\b|from\b|in\b)[a-z][\w-]*){0,3})+",
        rest,
    )
    if match is None or re.search(
        r"\b(?:company|firm|bank|group|provider|app|operator|rival|maker)\b", match.group()
    ):
        return ""
    return match.group()


_HONORED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof)\.?\s$")


_IS_NOW = re.compile(r"\s(?:is|was|has been|remains)\s$")
"""E.g. "its managing director is Jane Roe"."""


def _leading(before: str, names: Names) -> Office | None:
    clause = _HONORED.sub("", re.split(r"[;:“”\"(]", before)[-1])
    clause = _IS_NOW.sub(" ", clause)
    match = ROLE_BEFORE_NAME.search(clause)
    if match is None:
        return None
    front = clause[: match.start()]
    if OUTSIDE_OFFICE.search(clause[max(0, match.start() - 20) :]):
        return Office(match["role"], outside=True)
    if (tail := _FOR_WHOM.search(match["role"])) and not is_company_noun(tail["whom"]):
        return Office(match["role"], outside=True)
    near = " ".join(front.split(",")[-1].split(" ")[-5:])
    company = _company_of(near, names)
    owner = _POSSESSIVE.search(front)
    possessive = owner["whose"].lower().replace("their", "its") if owner else ""
    anybodys = match["role"].lower() in _ANYBODYS or _OF_A_FIELD.fullmatch(match["role"]) is not None
    bare = anybodys and not owner and not re.search(r"['’]s?\s$|\b[Tt]he\s$", front)
    outside = not company and (bare or _foreign(near, names) or _of_strangers(front))
    return Office(match["role"], company, possessive, outside)


_ANYBODYS = frozenset(("lawyer", "attorney", "engineer", "scientist", "owner", "developer", "counsel"))
"""Offices that say nothing of a company unless the text says which."""
_OF_A_FIELD = re.compile(
    r"(?:(?:privacy|data|data protection|security|human rights|digital|consumer|commercial|media)\s)"
    r"(?:lawyer|attorney|scientist|adviser|advisor|representative)",
    re.IGNORECASE,
)
"""E.g. "Privacy lawyer Jane Roe"."""


_POSSESSIVE = re.compile(r"\b(?P<whose>its|their|his|her)\s(?:\w+\s)?$", re.IGNORECASE)


def _of_strangers(before: str) -> bool:
    """E.g. "The regulator's", "the union's" before an office: nobody who could be a company."""
    match = _OWNER.search(before)
    return match is not None and not is_company_noun(match["owner"])


def _running(after: str, names: Names) -> Office | None:
    match = _RUNS.match(after)
    if match is None:
        return None
    company = _company_of(after[match.end() : match.end() + 60], names)
    verb = match["verb"]
    role = next(role for stem, role in _RUN_ROLES.items() if verb.startswith(stem))
    about = re.split(r"[,.;“”\"]", after[match.end() : match.end() + 100], maxsplit=1)[0]
    if re.match(r"[^,.]*?['’]s?\s\w", about) and (company or COMPANY_DEFINITE.search(about)):
        return Office("", company)
    if company:
        return Office(role, company)
    there = _THERE.match(about)
    if there or COMPANY_DEFINITE.search(about) or re.match(r"(?:the|its) board\b|it\b", about):
        return Office(role, possessive="its" if there or about.startswith("it") else "")
    return Office(role, outside=True)


_FOR_WHOM = re.compile(r"^spokes\w+\s(?:for|of|at)\s(?:the\s|an?\s)?(?P<whom>.*)$", re.IGNORECASE)
_SERVES = re.compile(
    r"^(?:,\swho\s(?:is|was|works|speaks|handles|oversees|looks after|manages|answers|deals|does|has)"
    r"|\s(?:looks after|is in charge of|is responsible for|answers for|oversees|works))"
    r"\b[^.;“”\"]{0,80}"
)


_ITS_HOUSE = re.compile(r"\b(?:its|the [a-z-]+['’]s)\s[a-z]")
"""E.g. "who manages the line's harbour office"."""


def _serving(after: str, names: Names) -> Office | None:
    """E.g. "Jane Roe, who is in charge of security at the firm": one of the company's, whatever the office."""
    match = _SERVES.match(after)
    if match is None or OUTSIDE_OFFICE.search(match.group()):
        return None
    company = _company_of(match.group(), names)
    if company or COMPANY_DEFINITE.search(match.group()):
        return Office("", company)
    owned = _ITS_HOUSE.search(match.group())
    return Office("", possessive="its") if owned and not OUTSIDE.search(match.group()) else None


def _being(after: str, names: Names) -> Office | None:
    """E.g. "Jane Roe is general counsel of Orrery"."""
    match = _IS.match(after)
    role = ROLE.search(match["what"]) if match else None
    if (
        match is None
        or role is None
        or role.start() > 25
        or OUTSIDE_OFFICE.search(match["what"][: role.end()])
    ):
        return None
    return _worded(match["what"], role, names)


def _belonging(after: str, names: Names) -> Office | None:
    match = _OF_NAME.match(after)
    if match is None:
        return None
    company = names.companies.get(_first_name(after[match.end() :]))
    return Office("", company) if company else Office("", outside=True)


def _first_name(text: str) -> str:
    return next((c.name for c in candidates((" x " + text,))), "")


def _company_of(phrase: str, names: Names) -> str:
    return next((names.companies[c.name] for c in candidates((phrase,)) if c.name in names.companies), "")


def _foreign(phrase: str, names: Names) -> bool:
    """Does a name stand here that is no company's?"""
    return any(
        c.name in names.others or c.name not in names.companies
        for c in candidates((" x " + phrase,))
        if c.name not in names.people and c.name.lower() not in DEPARTMENTS
    )
