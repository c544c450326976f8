"""Turns of phrase by which a sentence of a story is small talk, another's doing, a tally, an answer or a denial."""

from __future__ import annotations

import re

SILENT = re.compile(
    r"\b(?:declin(?:ed|es) to|(?:did|would|could) not (?:immediately )?(?:respond|answer|reply|return|"
    r"comment|discuss|say|elaborate)|refus(?:ed|es) to (?:comment|say|discuss"
    r"|answer)|no comment|would say that|press (?:regulator|council|watchdog)|"
    r"(?:wished|wanted|willing|agreed) to comment|would be a mistake|"
    r"den(?:ied|ies) (?:the|any|all) (?:charges?|allegations?|"
    r"claims?|reports?|accusations?|wrongdoing)|unavailable for|could not (?:be reached|talk)|was "
    r"speaking (?:at|to|in|after)|"
    r"(?:do not|does not|don[’']t|doesn[’']t|would not|never) (?:comment|discuss)\b|replied by (?:e-?mail|letter|"
    r"phone)|call(?:s|ed) the (?:account|stor(?:y|ies)|reports?|claims?|allegations?|charges?|idea)"
    r"|disput(?:es|ed) (?:that|the|this)|sets? out (?:how|what|why)|(?:this|that|it|reports?|stor(?:y|"
    r"ies)|claims?|account) (?:is|was|were|are) (?:untrue|wrong|"
    r"false|nonsense))\b",
    re.IGNORECASE,
)
NO_ANSWER = re.compile(
    r"\bspokes\w+ (?:[\w’'-]+ ){0,6}?(?:did not|didn[’']t|declined to|would not|wouldn[’']t|refused to|could not)"
    r" (?:\w+ )?"
    r"(?:reply|respond|answer|comment|say|discuss|elaborate|return)\b",
    re.IGNORECASE,
)
TALLY = re.compile(
    r"\btimes?\s(?:since|in|last|this|over|so far)\b|\bhappened\b.*\b(?:times|once|twice)\b"
    r"|\b(?:received|had|got|handled|answered) (?:\w+ ){0,3}?such\b",
    re.IGNORECASE,
)
"""How often what was just said came about."""
NEXT_ISSUE = re.compile(
    r"\b(?:report|statement|canary|figures?|numbers?|notice)s?\b.{0,60}?\b(?:updated|renewed|re-?signed|published"
    r"|is due|"
    r"are due|appears?)\b|\b(?:renew|update|re-?sign|sign|publish)\b.{0,30}?"
    r"\b(?:report|statement|canary|figures?|numbers?)\b",
    re.IGNORECASE,
)
ANSWERS = re.compile(
    r"[”\"’'],?\s(?:\w+\s){0,4}?(?:replied|answered|responded)\b|\breplied[.,;]", re.IGNORECASE
)
BACK = re.compile(
    r"\b(?:it|they|them|that|those|these|such|there|this|he|she|either|both|ones?|yes|no|each)\b",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"^\W*(?:You\b|Your\b|Please|Thank|Set\b|Use\b|Read\b|Remove\b|Click|See\b|Visit|If you\b|Here "
    r"(?:is|are)|Some (?:governments|of you|people|users)|Many of|Although|Critics|Others\b|This is "
    r"what)|\b(?:several|some|many|most|few) of you\b"
    r"|^\W*Among (?:much|other)|\b(?:it|bill|act|law) would (?:also )?(?:let|allow|require|force|give|"
    r"make|oblige|compel)\b"
    r"|\b(?:we|I) (?:also |firmly |still )*(?:think|thought|believe|support|hope|know|invite|urge|call "
    r"on|feel|understand|"
    r"encourage|would like|want|wanted|need|am|welcome|agree|regret)\b"
    r"|\bwe (?:do not|don't) (?:know|think so)\b|\b(?:news(?:paper|site)?|journalists?|reporters?|stor(?:y|ies))\b|"
    r"\byou can read\b|\bcop(?:y|ies) of their own\b",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"^\W*(?:An?|Another|One|Two|Several|Some|Many|Most|Few) (?:\w+ ){0,2}?(?:competitors?|rivals?|"
    r"newspapers?|officers?|of you|users|companies|governments|people|politicians)\b",
    re.IGNORECASE,
)
OTHER_MAKERS = re.compile(
    r"^\W*(?:(?:Virtually|Almost|Nearly|Practically) )?(?:Other|Some|Many|Most|One|[Nn]o other|"
    r"Neither|None) (?:of (?:my|our|its|their) )?(?:\w+ )?(?:makers?|companies|"
    r"providers|carriers|firms|competitors?|rivals?)\b"
)
STATES_DO = re.compile(
    r"^\W*(?:Police|Prosecutors|Governments|Courts|Authorities|Agents|Officers|Investigators|Agencies|Politicians|"
    r"Lawmakers|Lawyers|Experts|Judges|Detectives)\b[^,.;]{0,40}?\s(?:have|has|had|are|were|use|used|want|can|may|like|love|say|often|disagree|agree)\b"
    r"|^\W*(?:It|This|That) is (?:an?|the) (?:\w+ ){1,3}(?:that|which|by which|in which) "
)
"""What states do, and what a thing is, said by a company in its own post."""
STATES_WISH = re.compile(
    r"^\W*(?:The|A|An|Some|Several)\s(?:[\w-]+\s){0,3}?(?:ministers?|ministry|governments?|courts?|parliament|"
    r"senators?|prosecutors?|party|commission|police|associations?|lawmakers|politicians|agency|agencies)\b[^,.;]{0,40}?"
    r"\s(?:wants?|(?:has |have )?(?:called for|asked for|announced|proposed|introduced|criticised|criticized)|"
    r"calls? for|is examining|argues?|proposes?|would like|demands?|believes?|hopes?)\b",
    re.IGNORECASE,
)
"""What states and others wish for, in a company's own post."""
OFFICERS_COME = re.compile(
    r"^\W*(?:(?:On|Last|At|In|One|This) (?:[\w:]+,? ){1,3}?)?(?:an?|two|three|four|the|some) "
    r"(?:[\w-]+ )?(?:detectives?|officers?|agents?|policem[ae]n|inspectors?|sergeants?|constables?) "
    r"(?:telephoned|called|came|phoned|rang|visited|"
    r"walked|turned up|arrived|stood|wrote)\b",
    re.IGNORECASE,
)
"""How somebody of a state came to ask: the course of a story, no promise."""
OURS = re.compile(r"\b(?:we|our|us|ours|I|my|me)\b", re.IGNORECASE)
SECRETS = re.compile(r"encrypt|decrypt|\bkeys?\b|passcode|passphrase", re.IGNORECASE)
OPEN_TEXT = re.compile(r"\bnot (?:end-to-end )?encrypted", re.IGNORECASE)
POWERLESS = re.compile(
    r"\b(?:\w+n['’]t|not able|unable|cannot|could not|no way|nobody|never|no|not|hold|neither|nor|"
    r"your own|only you|only the (?:user|customer|owner|member)|on your)\b",
    re.IGNORECASE,
)
DENIES = re.compile(
    r"^\W*(?:There (?:is|are|was|were|has been|have been) (?:no|none|never|nothing)|No\b|Nobody|None|"
    r"Nothing|At no time|To (?:date|this day)"
    r"|Never|Neither|Nor\b|Not (?:one|once|a single)|We (?:have|had|do|did|will|can|could)(?: never| "
    r"not|n't|not| none| nothing))\b"
)
NO_SUCH = re.compile(r"^\W*(?:There (?:is|are|was|were|has been|have been) no|No) such\b")
RESUMES = re.compile(
    r"^\W*(?:(?:One|Two|Three|Four|Five|Six|\d+),|Yes|No|Whatever|"
    r"Usually|It|They|That|Those|These|Both|Each|Of (?:the|these|those)|In (?:\d|"
    r"all|each|most|the other)"
    r"|All|None|Together|Most|The (?:other|rest|remaining|remainder|member|user|customer))\b"
)


def of_others(text: str) -> bool:
    """What others do: a rival, a newspaper, other makers, told without a "we"."""
    return bool(OTHERS.match(text) or (OTHER_MAKERS.match(text) and not OURS.search(text)))


def states_do(text: str) -> bool:
    """What states do and how they came to ask, told without a "we"."""
    told = STATES_DO.match(text) or STATES_WISH.match(text)
    return bool(OFFICERS_COME.match(text) or (told and not OURS.search(text)))
