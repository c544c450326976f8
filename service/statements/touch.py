"""The words by which a sentence touches on state access to customers' data, and what they weigh together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.statements.vocabulary import alternation

STATE = re.compile(
    r"\b"
    + alternation(
        r"""governments?, police, courts?, judges?, judicial, prosecutors?, authorit(?:y|ies), agenc(?:y|ies), law[-
    ]enforcement, officers?, officials?, inspectors?, ministers?, ministry, states?, investigators?,
    detectives?, sheriffs?, spies, spy, spying, intelligence, security services?, secret services?,
    surveillance, national security, regulators?, parliament, senat\w+, congress\w*, fbi, nsa, cia, gchq,
    mi5, europol, interpol, tax inspectors?, customs, home office, justice department, attorneys? general,
    treasury, magistrates?,
    tribunals?, coroners?, superintendents?, constables?, tax offices?, forces, (?:police|northern|local) force,
    policem[ae]n, policewom[ae]n, raid(?:s|ed)?, wiretap\w*, gendarmes?, agents?, eavesdrop\w*, snoop\w*, badge, crown,
    statute, taxm[ae]n, revenue service, treasury, bureau, investigations?, law, lawful\w*, legal\w*, constitution\w*"""
    )
    + r"\b",
    re.IGNORECASE,
)
_NO_STATE = re.compile(
    r"\b(?:chief [a-z]+ officers?|(?:executive|protection|compliance|privacy|security) officers?|united "
    r"states|law (?:firm|school)s?|press (?:regulator|council|complaints\s\w+))\b",
    re.IGNORECASE,
)
PAPER = re.compile(
    r"\b"
    + alternation(
        r"""warrants?, subpoenas?, (?:court |production |judge's |gag |secret |disclosure )?orders?, ordered,
    requests?, demands?, legal process, gag(?:s|ged)?, mlats?, treat(?:y|ies), interception, taps?,
    tapp(?:ed|ing), canar(?:y|ies), transparency reports?, back ?-?doors?, master keys?, served, (?:security
    )?letters?, signature, bulk, decrypt\w*, encrypt\w*, keys?, passcodes?, passphrases?, compelled,
    injunctions?, informal, (?:next|first|latest|\w+th|\w+nd|\w+rd) (?:report|edition)s?"""
    )
    + r"\b",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?:letters? ?)+")  # anybody's letters, unless another paper is named beside them
ACT = re.compile(
    r"\b"
    + alternation(
        r"""(?:line|link|pipe|window) into,
    hand(?:s|ed|ing)?(?: \w+){0,3} over, handed, turn(?:s|ed|ing)?(?: \w+){0,3} over, turn(?:s|ed)?(?:
    \w+){0,3} away, disclos\w+, giv(?:e|es|en|ing), gave, provid\w+, shar(?:e|es|ed|ing),
    produc(?:e|ed|es|ing), surrender\w*, access\w*, open(?:s|ed)?, unlock\w*, read(?:s|ing)?, listen\w*,
    copy, copies, copied, search(?:ed|es)?, seiz(?:e|ed|es), wip(?:e|es|ed),
    renew(?:s|ed)?, updat(?:e|ed|es), forgets?, obey(?:s|ed)?, track(?:s|ed)?, watch(?:es|ed)?,
    log(?:s|ged|ging)?, record(?:s|ed|ing)?, ke(?:ep|eps|pt), retain\w*,
    stor(?:e|es|ed|age), delet\w+, erase[sd]?, freez\w+, frozen, froze, preserv\w+, notif\w+, tell, tells,
    told, inform(?:s|ed)?, refus\w+, reject\w*, contest\w*, challeng\w+, f(?:ight|ought|ights), oppos\w+,
    appeal\w*, comply, complie[sd], answer(?:s|ed)?, respond\w*, publish\w*, sen[dt](?:s|ing)?(?: \w+){0,3}
    back, redirect\w*, review\w*, receiv\w+, connect\w*, install\w*, monitor\w*, scan\w*, hear(?:s|d)?,
    look(?:s|ed)?, deliver\w*, releas\w+, den(?:y|ies|ied), carried out, help(?:s|ed)?, assist\w*, built?,
    build, sold, sell, ask(?:s|ed)?, take part, took part, look up, plugged, shut (?:\w+ )?out"""
    )
    + r"\b",
    re.IGNORECASE,
)
DATA = re.compile(
    r"\b"
    + alternation(
        r"""data, content, messages?, conversations?, e-?mails?, mail, mailbox(?:es)?, inbox(?:es)?, records?,
    locations?, metadata, logs?, backups?, files?, accounts?, traffic, names?, customers?, users?, members?,
    subscribers?, patients?, clients?, riders?, servers?, systems?, terminals?, machines?, network, calls?,
    numbers?, videos?, searches, readings?, information, identit(?:y|ies),
    phones?, devices?, documents?, boxes, box, interface, port,
    room, pages?, address(?:es)?, photos?, pictures?, recordings?, footage, transcripts?, contacts?, lists?,
    entries, owners?, journeys?, notebooks?, vaults?, feeds?, login, software, cables?, database, tenants?,
    wallets?, payments?, chats?, readers?, drivers?, premises, clips?, cameras?, trips?, routes?, itinerar(?:y|ies),
    passengers?, pupils?, students?, policyholders?, diar(?:y|ies), reports?, statements?, figures"""
    )
    + r"\b",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:we|our|us|ours|I|nobody|no one|never|none|not|cannot|\w+n['’]t|"
    r"only|unless|nothing|neither|nor|without|zero|no)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"\d|\b(?:half|third|quarter|fifth|percent|per cent|dozen|twice|once|none|zero|two|three|four|five|"
    r"six|seven|eight|nine|ten|twelve|twenty|thirty|hundred|thousand)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"\bnothing (?:\w+ )?(?:to|that (?:we|anyone|anybody|they) (?:can|could)) "
    r"(?:search|hand|give|seize|disclose|surrender|produce|turn)\b",
    re.IGNORECASE,
)
"""Who keeps nothing has nothing to give: said of a state even where none is named."""
PRICES = re.compile(
    r"\b(?:pric(?:e|es|ed|ing)|profits?|revenues?|sales|shares?|quarterly|hiring|layoffs|launch\w*|beta|"
    r"stickers?|calendar|spam|copyright|discount|redesign\w*|fibre|bug|sponsor\w*|football"
    r"|employs|headquartered|is based in|founded in|bills?|merge|merger|subsid\w+|wages?|salar\w+|"
    r"advertis\w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Touch:
    """How a sentence touches the matter: `own` by its own words, `state` by naming a state or its papers."""

    own: float
    state: bool
    reach: bool
    """A state and what it may want stand in it together."""


NOTHING = Touch(0.0, state=False, reach=False)


def _only(text: str) -> str:
    """The papers that a sentence names, as one string."""
    return " ".join(m.group().lower() for m in PAPER.finditer(text))


def touch(text: str) -> Touch:
    """Weigh the words of one sentence."""
    plain = _NO_STATE.sub("", text)
    state, paper = bool(STATE.search(plain)), bool(PAPER.search(plain))
    acts, data = len({m.group().lower() for m in ACT.finditer(text)}), bool(DATA.search(text))
    own = 2.0 * state + (1.0 if _MAIL.fullmatch(_only(plain)) else 2.0) * paper + min(acts, 2) + data
    own += 2.0 * bool(_EMPTY.search(text))
    own += 0.5 * bool(_FIRM.search(text)) + 0.5 * bool(NUMBER.search(text)) - 2.0 * bool(PRICES.search(text))
    return Touch(own, state or paper, (state and (paper or data)) or (paper and data))
