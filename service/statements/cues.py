"""Verbs of saying and their subjects: "said X", "X, its lawyer, told reporters", "according to the letter"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.statements.quotes import FILL
from service.statements.vocabulary import alternation

_VERBS = alternation(
    """says?, said, saying, tells?, told, writes?, wrote, written, adds?, added, notes?, noted, insists?, insisted, acknowledges?, acknowledged,
    conceded?, concedes, admits?, admitted, confirms?, confirmed, denied, denies, deny, replied, replies, answered, answers, explains?, explained,
    stress(?:es|ed)?, promised, promises, pledged, pledges, vowed, vows, testif(?:y|ied|ies), announced, announces, stated, states, reiterat(?:es?|ed),
    declared, declares, continued, continues, argued, argues, maintained, maintains, claimed, claims, warned, warns, recalled, recalls,
    emphasi[sz]ed, emphasi[sz]es, posted, reads?, begins, began, goes on, went on, rejected, rejects, disputed, disputes, called, calls,
    pointed out, points out, made clear, makes clear, made no secret, makes no secret, assured, assures, tweeted, responded, responds, countered, counters,
    clarified, clarifies, revealed, reveals?, reported, shows?, suggested, suggests?, accused, alleged, alleges?, retorted, objected, remarked, observed, observes,
    commented, put, outlined, outlines, set out, sets out, wants?, urged, asked, agreed, concluded, thinks?, believes?, believed, refused, refuses, declined,
    quipped, joked, recounted, volunteered, allowed, contended, contends, repeated, repeats, ventured, offered, laughed, demurred, bristled,
    dismissed, dismisses, shot back, hit back, pushed back, summed up, specified, specifies, disclosed, estimated, estimates, ruled out, rules out, swore,
    reckons, gave assurances, signals?, signal(?:l)?ed, intends, plans, counted"""
)
_PLAIN = alternation("says?, said, writes?, wrote, adds?, added, notes?, noted, insists?, insisted, replied, replies, explained, explains, concludes?, concluded, continued")
VERB = re.compile(rf"\b(?P<verb>{_VERBS})\b")
WEAK = frozenset("put wants want called calls reads read began begins continued continues asked agreed allowed offered counted disclosed shows show reveal "
                 "reveals reported disclosed observed intends plans repeated believed posted answers states claims notes counters signal signals suggest "
                 "estimates estimated refused refuses declined reported written saying set outlined".split())
_ACCORDING = re.compile(r"\b[Aa]ccording to (?P<who>[^,.;“”\"]{2,90})|\b[Ii]n (?P<view>[^,.;“”\"]{2,40}?)(?:['’]s?)? (?:view|opinion|telling|words|account|reading)\b")
_HELPERS = re.compile(
    r"(?:(?:^|\s)(?:has|have|had|also|then|later|flatly|repeatedly|however|would|does|did|do|too|again|further|once|never|now|flat out|even|in turn"
    r"|for (?:his|her|its) part|rather|simply|\w+ly|not|goes on to|went on to|is|was|to))+\s*$"
)
_INVERTED = re.compile(r"^\s(?P<np>[^,.;:“”\"—–\x00]{2,110})")
_STARTS_NP = re.compile(r"^\s(?:[A-Z]|the\b|an?\b|one\b|its\b|their\b|another\b|he\b|she\b|it\b|they\b|spokes|chief|general|company|founder)")
_CLAUSE = re.compile(r"[,;:“”\"—–(]")
_NOT_VERB = re.compile(r"(?:\b(?:the|a|an|its|their|his|her|our|this|these|of|such|no|each|every|be|been|being|to|must|will|can|may|not|by)\s|\b(?:are|were|is|was)\s)$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A sign of who speaks: the subject's wording, an apposition to it ("" if none), and what stands before ", who"."""

    subject: str
    apposition: str = ""
    relative: str = ""
    verb: str = ""
    rank: int = 0
    """How plain a sign: 3 beside a quotation or set off by commas, 2 in the main clause, 1 inside another clause."""


def find_cue(text: str) -> Cue | None:
    """The plainest cue of a sentence whose quotations are masked (see `quotes.masked`)."""
    cues = [c for match in VERB.finditer(text) if (c := _cue(text, match)) is not None]
    cues += [_according(match) for match in _ACCORDING.finditer(text)]
    return max(cues, key=lambda c: c.rank, default=None)


def _according(match: re.Match[str]) -> Cue:
    return Cue(match["who"] or match["view"], verb="according", rank=3)


def _cue(text: str, match: re.Match[str]) -> Cue | None:
    before, after = text[: match.start()], text[match.end() :]
    if _NOT_VERB.search(before) and not re.search(r"goes on to $|went on to $", before):
        return None
    inverted = _inverted(before, after, match["verb"])
    if inverted is not None:
        return inverted
    left = _HELPERS.sub("", before.rstrip()).rstrip()
    subject, apposition, relative = _subject(left)
    if not subject.strip(" " + FILL):
        return None
    return Cue(subject, apposition, relative, match["verb"], _rank(before, after, match["verb"], relative, subject))


def _inverted(before: str, after: str, verb: str) -> Cue | None:
    """ "…," said X, its lawyer. Only after a quotation or, set off by commas, inside a sentence."""
    bare = before.rstrip()
    if not bare or not (match := _INVERTED.match(after)) or not _STARTS_NP.match(after):
        return None
    if bare[-1] in "”\"’'" and _quotation_first(before):
        return Cue(match["np"], _apposition_after(after[match.end() :]), verb=verb, rank=3)
    if bare[-1] == "," and re.fullmatch(_PLAIN, verb) and re.match(r"^[,.]", after[match.end() :] or "."):
        if not re.search(r"\b(?:he|she|it|they|who)$", bare[:-1]) and not re.match(r"\s(?:that|it|he|she|they)\b", after):
            if len(bare) > 25 and re.search(r"[a-z]\s", bare) and " " not in match["np"].strip() or _noun_only(match["np"]):
                return Cue(match["np"], _apposition_after(after[match.end() :]), verb=verb, rank=3)
    return None


def _noun_only(phrase: str) -> bool:
    """A noun phrase of a few words with no verb in it."""
    return len(phrase.split()) <= 6 and not re.search(r"\b(?:is|was|are|were|will|would|has|had|have|can|could|does|did|must|not|never)\b", phrase)


def _quotation_first(before: str) -> bool:
    """Nothing but a quotation stands before the verb."""
    return bool(re.match(r"^[\s\W]*[“\"‘'”’\x00]", before)) or len(re.sub(r"[\W\x00]", "", before.split("\x00")[0])) < 3


def _apposition_after(rest: str) -> str:
    match = re.match(r"^,\s([^,.;“”\"]{2,90})", rest)
    return match.group(1) if match else ""


def _subject(left: str) -> tuple[str, str, str]:
    """(subject, apposition, text before ", who") from what stands before the verb."""
    if left.endswith((",", "—", "–", ")")):
        inner = left[:-1]
        cut = max(inner.rfind(","), inner.rfind("—"), inner.rfind("–"), inner.rfind("("))
        if cut < 0:
            return inner, "", ""
        subject = _last_clause(inner[:cut])
        if _FRONTED.match(subject) and inner[cut + 1 :].strip():
            return inner[cut + 1 :], "", ""
        return subject, inner[cut + 1 :], ""
    clause = _last_clause(left)
    if re.match(r"\s*who\b", clause):
        return "who", "", left[: len(left) - len(clause)].rstrip(" ,")
    return clause, "", ""


_FRONTED = re.compile(r"^\s*(?:In|On|At|Asked|After|Under|Last|By|From|For|Until|Since|During|Before|With|When|Pressed|Reached|Speaking|Even|Only|However|Meanwhile|But|And|Yet|Still)\b(?!.*\b[A-Z]\w+$)")


def _last_clause(left: str) -> str:
    cut = max((m.end() for m in _CLAUSE.finditer(left)), default=0)
    clause = left[cut:]
    that = [m.end() for m in re.finditer(r"\b(?:that|because|while|whether|if|and|but|as|since|where)\s", clause)]
    return clause[that[-1] :] if that and re.search(r"\w", clause[that[-1] :]) else clause


def _rank(before: str, after: str, verb: str, relative: str, subject: str) -> int:
    if re.match(r"^\s?[,.;:“\"]|^$|^\s(?:on|at|in|to)\s[^,.]{2,40}[.:]?$", after) or before.rstrip().endswith(("”", '"')):
        ends_clause = True
    else:
        ends_clause = False
    main = len(before.replace(FILL, "")) - len(subject) < 70
    rank = 3 if ends_clause and verb not in WEAK else 2 if main else 1
    if relative:
        rank = min(rank, 2)
    return max(0, rank - (1 if verb in WEAK and not re.match(r"^\s?(?:that\b|[:“\"])", after) else 0))
