"""Verbs of saying and their subjects: "said X", "X, its lawyer, told reporters", "according to the letter"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from service.statements.names.titles import COMPANY_NOUN, UPPER
from service.statements.speech.quotes import FILL
from service.statements.vocabulary import alternation, word_set

_VERBS = alternation(
    """says?, said, saying, tells?, told, writes?, wrote, written, adds?, added, notes?, noted, insists?,
    insisted, acknowledges?, acknowledged, conceded?, concedes, admits?, admitted, confirms?, confirmed,
    denied, denies, deny, replied, replies, answered, answers, explains?, explained, stress(?:es|ed)?,
    promised, promises, pledged, pledges, vowed, vows, testif(?:y|ied|ies), announced, announces, stated,
    states, reiterat(?:es?|ed), declared, declares, continued, continues, argued, argues, maintained,
    maintains, claimed, claims, puts(?! it), lists, warned, warns, recalled, recalls, emphasi[sz]ed,
    emphasi[sz]es, posted,
    reads?, begins, began, goes on, went on, rejected, rejects, disputed, disputes, called, calls, pointed
    out, points out, made clear, makes clear, made no secret, makes no secret, assured, assures, tweeted,
    responded, responds, countered, counters, clarified, clarifies, revealed, reveals?, reported, shows?,
    suggested, suggests?, accused, alleged, alleges?, retorted, objected, remarked, commented, put,
    outlined, outlines, set out, sets out, urged, concluded, thinks?, believes?, believed, refused, refuses,
    declined, submitted, disclosed, quipped, joked, recounted, volunteered, contended, contends, repeated,
    repeats, ventured, laughed, demurred, bristled, dismissed, dismisses, shot back, hit back, pushed back,
    undertook, undertakes, (?:was|is|were|are) (?:at pains|quick|keen|careful|eager|anxious|happy|glad|proud) to
    (?:add|say|stress|point out|note|insist), (?:is|was|are|were) (?:proud|sorry|glad|pleased|relieved|ashamed) to have,
    hastened to (?:add|say|stress), hastens to (?:add|say|stress),
    summed up, estimated, estimates, ruled out, rules out, swore, wanted, wants, reckons, gave assurances,
    signal(?:l)?ed, agree[sd](?= that|[.,]), ask(?:s|ed)(?=[.,]), remarks, quips, jokes,
    retorts, sighs, shrugs, plans to, intends to, plan to"""
)
_PLAIN = alternation(
    "says?, said, writes?, wrote, adds?, added, notes?, noted, insists?, insisted, replied, replies, "
    "explained, explains, concludes?, concluded, continued"
)
VERB = re.compile(rf"\b(?P<verb>{_VERBS})\b")
WEAK = word_set(
    "disclosed put wants wanted called calls reads read began begins continued continues shows show reveal "
    "reveals reported repeated believed posted "
    "answers states claims notes counters puts lists signalled signaled suggest estimates estimated refused "
    "refuses declined written saying outlined "
    "points rejects disputes dismisses shows objected rejected"
)
"""Verbs that have other uses beside saying something."""
_NOUNS_TOO = word_set("remarks jokes calls claims answers states notes counters shows estimates reads begins")
_BARE_SUBJECT = re.compile(
    r"(?:[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][\w’'-]*|\b(?:he|she|it|who|they|which|company|firm|letter|statement|report|"
    r"post|page|"
    r"website|policy|paper|papers|notice|note|text|blog|reply|answer|line|sentence)|,)\s$"
)
_ACCORDING = re.compile(
    r"\b[Aa]ccording to (?!which|whom)(?P<who>[^,.;“”\"]{2,90})|\b[Ii]n (?P<view>(?:his|her|its|their|the|"
    r"[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ])"
    r"[^,.;“”\"]{0,40}?)(?:['’]s?)? ?\b(?:view|opinion|telling|words|account|reading)\b"
)
_PERSON_AHEAD = rf"(?:[{UPPER}]|he\b|she\b|its\s|the\s)"
_FROM_THEM = re.compile(
    r"\b(?:[Aa]|[Tt]he) (?:note|statement|letter|answer|reply|message|e-?mail) from (?P<who>[^,.;:]{3,60}):\s"
)
"""E.g. "A note from Paxcar's press office: the firm will …"."""
_COLON = re.compile(
    rf"^(?:\d[\d.:]*\s)?(?P<who>[{UPPER}][\w’'-]+(?:\s[{UPPER}][\w’'-]+){{0,2}})"
    r"(?:\s(?:again|then|once more|now))?:\s[“\"‘]\x00"
)
"""E.g. "Roe again: “…”"."""
_HER_VIEW = re.compile(
    rf"(?:^|[,;]\s)(?P<who>[Hh]er|[Hh]is|[Tt]heir|[Ii]ts|(?:[Tt]he [\w-]+|[{UPPER}][\w-]+)['’]s?) (?:own |first |"
    rf"short |"
    r"whole |main |usual )?(?:starting point|view|answer|position|line|argument|point|message|reply|response|"
    r"rule|advice|"
    r"understanding|explanation|promise|word|account) (?:is|was|has been)(?: simple| clear| short)?(?: that\b|:)"
)
"""E.g. "Her starting point is that …": she says it."""
_BY_COUNT = re.compile(
    rf"\b[Bb]y (?P<who>his|her|its|their|the [\w-]+['’]s|[{UPPER}][\w-]+['’]s?)"
    r" (?:own )?(?:count|reckoning|account|estimate|tally)\b"
)
_AFTER_QUOTE = re.compile(rf"\x00[”\"’']\s(?P<verb>[a-z]+(?:s|ed))(?=\s{_PERSON_AHEAD})")
"""Behind a quotation any verb before a name is one of saying: “…,” laughs Jane Roe."""
_THAT_VERB = re.compile(
    rf"(?:^|[,;]\s|\b(?:but|and|though|while)\s)(?P<who>he|she|it|they|He|She|It|They|(?:(?:Mr|Mrs|Ms|"
    rf"Dr)\.?\s)?[{UPPER}][\w’'-]+)"
    r"\s(?:also\s|has\s|had\s|then\s|later\s)?(?P<verb>[a-z]+(?:ed|s))\sthat(?=\s)"
)
"""Any verb that leads to "that" may be one of saying: "She regretted that …"."""
_FINDS = word_set(
    "requires required demands demanded means showed shows ensures ensured found finds learned learns happened hoped "
    "hopes fears feared doubts doubted proves proved knows suspects suspected wished wishes is was has does orders "
    "ordered needed needs"
)
"""Verbs that lead to "that" and say nothing, or not what somebody promises."""
_RAN = re.compile(r"\x00[”\"’'],?\s(?P<who>it|they|the [\w-]+|its [\w-]+)\s(?P<verb>ran|runs|goes|went)\b")
"""E.g. “…,” it ran: what a notice said."""
_WAS_REPLY = re.compile(
    r"\x00[”\"’'],?\s(?:was|is|came|ran|reads?|runs)\s(?:the|its|their|his|her)(?: \w+)? "
    r"(?P<what>reply|answer|response)\b"
)
_HELPERS = re.compile(
    r"(?:(?:^|\s)(?:has|have|had|also|then|later|flatly|repeatedly|however|would|does|did|do|too|again|"
    r"further|once|never|now|flat out|even|in turn"
    r"|for (?:his|her|its) part|rather|simply|[a-z]\w*ly|not|goes on to|went on to|used to|is|was|to))+\s*$"
)
_INVERTED = re.compile(r"^\s(?P<np>[^,.;:“”\"—–\x00]{2,110})")
_STARTS_NP = re.compile(
    r"^\s(?:[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]|the\b|an?\b|one\b|its\b|their\b|another\b|he\b|she\b|it\b|they\b|spokes|"
    r"chief|general|"
    r"company|founder|(?!on\b|in\b|at\b|to\b|that\b|of\b|last\b|by\b|from\b|when\b|after\b)"
    rf"(?:[a-z][\w-]*\s){{1,4}}(?:[A-Z][a-z]+\.\s)?[{UPPER}])"
)
_CLAUSE = re.compile(r",(?!\d)|[;:“”\"—–(]")
_NOT_VERB = re.compile(
    r"(?:\b(?:the|a|an|its|their|his|her|our|this|these|of|such|no|each|every|be|been|being|to|must|"
    r"will|can|may|not|by|without)\s|\b(?:are|were|is|was)\s)$"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A sign of who speaks: the subject's wording, an apposition to it ("" if none), and what stands before ", "
    "who".
    """

    subject: str
    apposition: str = ""
    relative: str = ""
    verb: str = ""
    rank: int = 0
    """How plain a sign: 3 beside a quotation or set off by commas, 2 in the main clause, 1 inside another clause."""
    after: str = ""
    """What stands behind the verb."""


_ASKED = re.compile(r"(?:When )?(?:Asked|Pressed|Questioned|Challenged|Reminded)\b[^,]{3,160},\s(?=\S+\s)")
"""A clause that only says what was asked: who speaks stands behind it."""
LONGEST = 1500
"""Characters of a sentence that are looked through: no prose runs longer, and cues are searched pair by pair."""
_ABBREVIATED = re.compile(
    r"\b(Dr|Mr|Mrs|Ms|Prof|Sen|Rep|Col|Sgt|Gov|Gen|Capt|Lt|St|Fr|Rev|Jr|Sr|[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ])"
    r"\.(?=\s[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ])"
)


def find_cue(text: str) -> Cue | None:
    """The plainest cue of a sentence whose quotations are masked (see `quotes.masked`)."""
    text = _ABBREVIATED.sub(r"\1", text[:LONGEST])
    cues: list[Cue] = []
    front = _ASKED.match(text)
    for match in VERB.finditer(text, front.end() if front else 0):
        cue = _cue(text, match)
        if cue is not None and not cue.subject.strip(" " + FILL):
            cue = replace(cue, subject=cues[-1].subject, apposition=cues[-1].apposition) if cues else None
        if cue is not None:
            cues.append(cue)
    cues += [cue for match in _THAT_VERB.finditer(text) if (cue := _plain_that(text, match)) is not None]
    cues += [
        _according(match)
        for match in (
            *_ACCORDING.finditer(text),
            *_BY_COUNT.finditer(text),
            *_HER_VIEW.finditer(text),
            *_FROM_THEM.finditer(text),
            *_COLON.finditer(text),
        )
    ]
    cues += [] if any(c.rank == 3 for c in cues) else _beside_quote(text)
    return max(cues, key=lambda c: c.rank, default=None)


def _according(match: re.Match[str]) -> Cue:
    groups = match.groupdict()
    return Cue(groups["who"] or groups.get("view") or "", verb="according", rank=3)


def _beside_quote(text: str) -> list[Cue]:
    """What stands behind a quotation without a verb of saying: “…,” laughs Jane Roe; “…,” was the reply."""
    cues = [Cue(f"its {m['what']}", verb="replied", rank=3) for m in _WAS_REPLY.finditer(text)]
    cues += [Cue(m["who"], verb=m["verb"], rank=3) for m in _RAN.finditer(text)]
    for match in _AFTER_QUOTE.finditer(text):
        inverted = _inverted(text[: match.start("verb")], text[match.end() :], match["verb"])
        cues += [] if inverted is None else [inverted]
    return cues


def _plain_that(text: str, match: re.Match[str]) -> Cue | None:
    """E.g. "She regretted that …": with no verb of the list."""
    if match["verb"] in _FINDS or VERB.fullmatch(match["verb"]):
        return None
    return Cue(match["who"], verb=match["verb"], rank=2, after=text[match.end("verb") :])


_JOINED = re.compile(r"and|but|or|then")


def _cue(text: str, match: re.Match[str]) -> Cue | None:
    before, after = text[: match.start()], text[match.end() :]
    if _NOT_VERB.search(before) and not re.search(r"(?:goes on|went on|used) to $", before):
        return None
    if match["verb"] == "called" and re.match(rf"\s[“\"‘{UPPER}]", after) and re.search(r"[a-z]\s$", before):
        return None
    if match["verb"] in _NOUNS_TOO and not _BARE_SUBJECT.search(before):
        return None
    inverted = _inverted(before, after, match["verb"])
    if inverted is not None:
        return inverted
    left = _HELPERS.sub("", before.rstrip()).rstrip()
    subject, apposition, relative = _subject(left)
    if _JOINED.fullmatch(subject.strip()):
        subject = ""
    elif not subject.strip(" " + FILL) or _hangs_on(before, subject, match["verb"]):
        return None
    return Cue(
        subject,
        apposition,
        relative,
        match["verb"],
        _rank(before, after, match["verb"], relative, subject),
        after,
    )


def _hangs_on(before: str, subject: str, verb: str) -> bool:
    """E.g. "when a customer asks": on what it depends, and not who says the sentence."""
    return verb in _ASKING and _UNDER.search(before.rstrip()[: -len(subject.strip()) or None]) is not None


def _inverted(before: str, after: str, verb: str) -> Cue | None:
    """E.g. "…," said X, its lawyer. Only after a quotation or, set off by commas, inside a sentence."""
    bare = before.rstrip()
    if not bare or not (match := _INVERTED.match(after)) or not _STARTS_NP.match(after):
        return None
    if bare[-1] in "”\"’'" and _quotation_first(before):
        return Cue(match["np"], _apposition_after(after[match.end() :]), verb=verb, rank=3)
    if bare[-1] == "," and _set_off(bare, after, match, verb):
        return Cue(match["np"], _apposition_after(after[match.end() :]), verb=verb, rank=3)
    return None


def _set_off(bare: str, after: str, match: re.Match[str], verb: str) -> bool:
    """Is "…, says the report, …" set off by commas, and is it not "Jane Roe, its lawyer, said the company"?"""
    if not re.fullmatch(_PLAIN, verb) or not re.match(r"^\s?[,.;:—–]", after[match.end() :] or "."):
        return False
    if re.search(r"\b(?:he|she|it|they|who)$", bare[:-1]) or re.match(r"\s(?:that|it|he|she|they)\b", after):
        return False
    one_word = len(bare) > 25 and " " not in match["np"].strip()
    return one_word or _noun_only(match["np"])


def _noun_only(phrase: str) -> bool:
    """A noun phrase of a few words with no verb in it."""
    return len(phrase.split()) <= 6 and not re.search(
        r"\b(?:is|was|are|were|will|would|has|had|have|can|could|does|did|must|not|never)\b", phrase
    )


def _quotation_first(before: str) -> bool:
    """Nothing but a quotation stands before the verb."""
    return (
        bool(re.match(r"^[\s\W]*[“\"‘'”’\x00]", before))
        or len(re.sub(r"[\W\x00]", "", before.split("\x00", maxsplit=1)[0])) < 3
    )


def _apposition_after(rest: str) -> str:
    match = re.match(r"^,\s([^,.;“”\"]{2,90})", rest)
    return match.group(1) if match else ""


def _subject(left: str) -> tuple[str, str, str]:
    """(subject, apposition, text before ", who") from what stands before the verb."""
    left = _WHICH_TAIL.sub(r"\g<office>,", left)
    if left.endswith((",", "—", "–", ")")):
        inner = left[:-1]
        cut = max(inner.rfind(", "), inner.rfind("—"), inner.rfind("–"), inner.rfind("("))
        if cut < 0:
            return inner, "", ""
        subject = _last_clause(inner[:cut])
        if _FRONTED.match(subject) and inner[cut + 1 :].strip():
            return inner[cut + 1 :], "", ""
        return subject, inner[cut + 1 :], ""
    clause = _last_clause(left)
    if re.match(r"\s*(?:who|which)\b", clause):
        return "who", "", left[: len(left) - len(clause)].rstrip(" ,")
    if re.match(r"\s*(?:whatever|no matter|than|what|if|whoever|how|why)\b", clause):
        return "", "", ""
    return _after_front(clause), "", ""


_WHICH_TAIL = re.compile(r"(?P<office>,\s[^,]{3,90}),\s(?:which|whose)\s[^,]{3,150},$")
"""E.g. ", head of Paxcar, which makes …,": the clause that hangs on an office set beside a name."""
_PREPOSED = re.compile(
    r"^\s*(?:In|On|At|Asked|After|Under|Last|By|From|For|Until|Since|During|Before|With|When|Through|"
    r"Via|As)\b"
)
_TAIL_NP = re.compile(
    r"\b(?:he|she|it|they)$|\b(?:the|its|a|an|their)\s(?:[\w-]+\s){0,3}[\w-]+$|"
    r"(?:[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][\w’'-]*\s?)+$"
)


def _after_front(clause: str) -> str:
    """E.g. "In papers lodged with the court it" → "it"."""
    if not _PREPOSED.match(clause):
        return clause
    tail = _TAIL_NP.search(clause, 3)
    while tail and (shorter := _TAIL_NP.search(clause, tail.start() + 1)):
        tail = shorter
    return clause[tail.start() :] if tail else clause


_FRONTED = re.compile(
    r"^\s*(?:In|On|At|Asked|After|Under|Last|By|From|For|Until|Since|During|Before|With|When|Pressed|"
    r"Reached|Speaking|Even|Only|However|Meanwhile|But|And|Yet|Still)\b(?!.*\b[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]\w+$)"
)


_A_COMPANY_THAT = re.compile(
    rf"\s*(?P<np>(?:An?|The|One|Another)\s(?:[\w-]+\s){{0,3}}?{COMPANY_NOUN})\sthat\s[a-z]+(?:s|ed|es)?\s",
    re.IGNORECASE,
)
"""E.g. "A company that sells tablets to schools has admitted …"."""


def _last_clause(left: str) -> str:
    cut = max((m.end() for m in _CLAUSE.finditer(left)), default=0)
    quoted = left.rfind(FILL) + 2 if FILL in left else 0
    clause = left[max(cut, quoted) :]
    if (kind := _A_COMPANY_THAT.match(clause)) is not None:
        return kind["np"]
    that = [
        m.end()
        for m in re.finditer(
            r"\b(?:that|because|while|whether|if|and|but|as|since|where|after|before|until|once|although|though|"
            r"when)\s",
            clause,
        )
    ]
    return clause[that[-1] :] if that and re.search(r"\w", clause[that[-1] :]) else clause


def _rank(before: str, after: str, verb: str, relative: str, subject: str) -> int:
    closes = bool(re.match(r"^\s?[,.;:“\"]|^$|^\s(?:on|at|in|to)\s[^,.]{2,40}(?:[.,:]|$)", after))
    set_off = closes and before.rstrip()[: len(before.rstrip()) - len(subject.strip())].rstrip().endswith(
        (",", "”", '"', "’", FILL)
    )
    if (set_off or before.rstrip().endswith(("”", '"'))) and verb not in _TRANSITIVE:
        return 2 if relative else 3
    main = len(before.replace(FILL, "")) - len(subject) < 70
    weak = verb in WEAK and not re.match(r"^\s?(?:that\b|[:“\"])", after)
    return (2 if main else 1) - (1 if weak else 0)


_UNDER = re.compile(r"\b(?:if|when|whenever|unless|until|once|before|where)\s$", re.IGNORECASE)
_ASKING = word_set("ask asks asked says tells told tell wants wanted claims claimed agrees agreed")
"""What somebody does on whom it depends ("when a customer asks"), and not who says the sentence."""
_TRANSITIVE = word_set("called calls put wants wanted")
