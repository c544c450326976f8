"""Words of the field by what they stand for, so that rules carry over to companies with other wordings."""

from __future__ import annotations

import re

_FORMS = {
    "law_enforcement": "law enforcement",
    "supervisory_authority": "supervisory|data-protection|protection authority|authorities",
    "state_authority": "public|competent|governmental|government|state|judicial|administrative|tax"
    "|foreign authority|authorities",
    "court_order": "court|judicial|gag|production|disclosure|secret|confidential|judge's order|orders|ordered",
    "search_warrant": "search|arrest|geofence|keyword|cause warrant|warrants",
    "warrant_canary": "warrant canary|canaries",
    "legal_process": "legal process|processes",
    "legal_proceedings": "legal|court|judicial proceedings|proceeding",
    "legal_obligation": "legal|regulatory|statutory obligation|obligations|requirement|requirements"
    "|duty|duties",
    "applicable_law": "applicable|local law|laws|regulation|regulations|legislation",
    "legal_request": "legal|lawful|government|governmental|data request|requests|demand|demands",
    "security_letter": "security letter|letters",
    "national_security": "national security",
    "third_party": "third party|parties",
    "back_door": "back|side|front|master door|doors|key|keys",
    "direct_access": "direct|unfettered|unrestricted|blanket|bulk|indiscriminate|unmediated"
    "|unsupervised|unfiltered access",
    "mutual_assistance": "mutual legal|assistance",
    "transparency_report": "transparency report|reports|center|centre|page|hub",
    "governing_law": "governing|exclusive law|jurisdiction",
    "export_control": "export control|controls|laws|law|regulations|administration",
    "identity_document": "government-issued|government|identity|id|driver's|drivers id|ids|document"
    "|documents|card|cards|license|licence|identification",
    "government_user": "government|commercial user|users|end|customers|computer",
    "good_faith": "good faith",
    "personal_data": "personal|private|non-public|nonpublic data|information",
    "account_holder": "account holder|holders|owner",
    "hand_over": "turn|turns|turned|turning|hand|hands|handed|handing|made|make over|available",
    "let_know": "you|user|customer|them know",
    "push_back": "push|pushes|pushed back",
    "state_agency": "public|secret|intelligence|security|attorney|grand|tax security|police|service"
    "|services|agency|agencies|general|jury|office",
    "represent_and_warrant": "and|represent|hereby|you|publisher|customer|or warrant|warrants",
    "takedown": "takedown|take-down|takedown notice|notices",
    "in_response_to": "response to",
}


def _pairs() -> dict[tuple[str, str], str]:
    """Each pair of words that is one term: every first word with every last one."""
    found: dict[tuple[str, str], str] = {}
    for name, form in _FORMS.items():
        first, last = form.split(" ")
        found.update({(a, b): name for a in first.split("|") for b in last.split("|")})
    return found


_PAIRS = _pairs()
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*|\d[\d,.]*%?|§|[?:!;]")
_FOLD = str.maketrans("’‘“”–—\xa0", "''\"\"-- ")

_CONCEPTS: tuple[tuple[str, str], ...] = (
    (
        "HARD",
        r"represent_and_warrant|governing_law|export_control|identity_document|government_user"
        r"|takedown|arbitrat\w*|arbitrator\w*|venue|embargo\w*"
        r"|sanction\w*|copyright\w*|dmca|infring\w*|tax|taxes|passport\w*|indemnif\w*|merger"
        r"|disclaim\w*|trademark\w*|warranties|warranty",
    ),
    ("COMPLAIN", r"supervisory_authority|complain\w*|lodge\w*"),
    ("CANARY", r"warrant_canary|canary|canaries|signed|attest\w*|certif\w+"),
    (
        "INSTR",
        r"court_order|search_warrant|legal_process|legal_request|security_letter|subpoena\w*|warrant"
        r"|warrants|warrantless|order|orders|summons\w*"
        r"|writs?|demands?|requests?|requisitions?|decrees?|injunctions?|gag\w*|fisa|702|12333|nsls?"
        r"|wiretaps?|dragnets?|interception\w*|mandate[sd]?"
        r"|directives?|discovery|instruments?|enquir\w+|inquir\w+|in_response_to|requested|ordered"
        r"|demanded|asked|asks",
    ),
    (
        "STATE",
        r"law_enforcement|state_authority|state_agency|governments?|governmental|authority"
        r"|authorities|police|policemen|agency|agencies|ministry|ministries"
        r"|minister\w*|prosecut\w*|regulators?|courts?|judges?|judge's|magistrates?|tribunals?"
        r"|intelligence|officers?|officials?|investigators?|detectives?|fbi|nsa|cia"
        r"|gchq|interpol|europol|sheriff\w*|judicial\w*|judiciary|customs|commissions?|parliament\w*"
        r"|national_security|states?|country's|presidency"
        r"|investigations?|immigration|spy|spies|surveillance|attorney|district|federal|criminal"
        r"|crime|terroris\w*|badge",
    ),
    (
        "LAW",
        r"legal_obligation|applicable_law|legal_proceedings|law|laws|legal|legally|lawful\w*"
        r"|statut\w*|regulat\w*|obligat\w*|obliged|required|requires|require|compel\w*"
        r"|compulsory|binding|act|comply|complies|complied|complying|compliance|permitted|prohibited"
        r"|forbidden|forbid\w*|allowed|bound",
    ),
    (
        "GIVE",
        r"disclos\w*|hand_over|provid\w*|releas\w*|reveal\w*|shar(?:e|es|ed|ing)|give|gives|given"
        r"|gave|giving|furnish\w*|surrender\w*|deliver\w*|produc\w*|transfer\w*"
        r"|suppl(?:y|ies|ied|ying)|transmit\w*|report|reported|reports|communicat(?:e|ed|es)"
        r"|divulge\w*|passed|obtain\w*|answer\w*|respond\w*|response|cooperat\w*|co-operat\w*|assist\w*",
    ),
    (
        "ACCESS",
        r"back_door|direct_access|access\w*|tap|taps|tapped|bulk|feed|pipe|unfettered|blanket"
        r"|indiscriminate|programs?|programmes?|prism|interface|equipment|terminal|firmware|helps",
    ),
    (
        "ENCRYPT",
        r"end_to_end|encrypt\w*|decrypt\w*|keys?|cipher\w*|passphrases?|passwords?|passcodes?"
        r"|unlock\w*|unreadable|readable|locked|sealed",
    ),
    (
        "FOREIGN",
        r"mutual_assistance|foreign|abroad|treat(?:y|ies)|international\w*|countr(?:y|ies)"
        r"|jurisdictions?|overseas|cross-border|eu|cloud_act|norwegian|swedish|swiss|irish|ireland",
    ),
    (
        "EMERG",
        r"emergenc\w*|imminent|danger\w*|death|life|lives|injur\w*|suicid\w*|threat\w*|child|children"
        r"|exigent|exploitation|kidnap\w*|missing",
    ),
    ("PRESERVE", r"preserv\w*|freez\w*|frozen|snapshots?"),
    (
        "NOTIFY",
        r"let_know|notif\w*|inform|informs|informed|informing|tell|tells|told|notice|notices|alert\w*"
        r"|learn|hear",
    ),
    (
        "REDIRECT",
        r"redirect\w*|refer|refers|referred|direct|directs|directed|forward\w*|point|pointed|address"
        r"|addressed|turn|approach",
    ),
    (
        "CHALLENGE",
        r"push_back|challeng\w*|contest\w*|object|objects|objected|objections?|appeal\w*|review\w*"
        r"|reject\w*|resist\w*|oppos\w*|quash\w*|fight\w*|assess\w*|scrutin\w*"
        r"|examin\w*|refus\w*|declin\w*|deni(?:ed|es)|deny|overbroad|broad|sued|petition\w*|vague"
        r"|valid|validity|invalid|narrow\w*",
    ),
    (
        "PUBLISH",
        r"transparency_report|transparency|publish\w*|publication|publicly|public|statement|edition"
        r"|page|figures",
    ),
    (
        "KEEP",
        r"keep|keeps|kept|keeping|retain\w*|retention|stor(?:e|es|ed|ing|age)|logs?|logged|logging"
        r"|hold|holds|held|eras\w*|delet\w*|wip(?:e|ed|es)|discard\w*|purg\w*|destroy\w*|collect\w*"
        r"|record(?:ed|ing)?",
    ),
    (
        "ONLY",
        r"only|sole|solely|limit\w*|strict\w*|minim\w*|specif\w*|particular\w*|necessary|extent"
        r"|tailored|proportionate|exactly|precisely|more",
    ),
    (
        "NEG",
        r"not|no|never|nor|neither|none|nothing|cannot|without|nobody|zero|n't|don't|won't|doesn't"
        r"|didn't|can't|couldn't|haven't|hasn't|isn't|aren't|weren't|wasn't|unable|yet",
    ),
    (
        "PROC",
        r"submi\w*|portal|fax|form|fees?|reimburse\w*|letterhead|includ\w*|identify|identifies"
        r"|contact|serve|served|serving|service|domain|registered|email|e-mail|language|name|names",
    ),
    (
        "DATA",
        r"personal_data|data|information|contents?|records?|accounts?|messages?|files?"
        r"|communications?|metadata|details?|mail|mailbox|identit(?:y|ies)|location\w*|history",
    ),
    (
        "PERSON",
        r"account_holder|data_controller|users?|user's|customers?|customer's|clients?|members?"
        r"|subscribers?|you|your|individuals?|patients?|tenants?|owner|controller|merchant|employer"
        r"|company's|person|people",
    ),
    ("WE", r"we|us|our|ours|i|company|ourselves|team|staff|lawyers?|provider"),
    ("THIRD", r"third_party|others|anyone|anybody|partners?|affiliates?|advisers?|advisors?|auditors?"),
    ("MAY", r"may|might|could|can|able|right|reserve|reserves"),
    ("WILL", r"will|shall|must|should|would"),
    ("HAVE", r"have|has|had|having|ever|received?|receives|receive|receipt"),
    ("UNLESS", r"unless|except\w*|save|otherwise|where|if|when|until|other"),
    (
        "BELIEVE",
        r"good_faith|believ\w*|belief|reasonabl[ey]|protect\w*|enforc\w*|defend\w*|rights|safety"
        r"|fraud\w*|prevent\w*|detect\w*",
    ),
    (
        "NUM",
        r"\d[\d,.]*%?|percent|per_cent|fraction\w*|half|quarter|dozen|hundred\w*|thousand\w*"
        r"|million\w*|total|number|twice|one|two|three|four|five|six|seven|eight|nine|ten|fewer",
    ),
    ("PROCESS", r"process(?:es|ed|ing)?|use|uses|used|using|legitimate|basis|purposes?|contract"),
)
_MATCH = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _CONCEPTS))
_known: dict[str, str] = {}


def words(text: str) -> list[str]:
    """Its words, numbers and telling marks, lower-case, in order."""
    return _WORD.findall(text.lower().translate(_FOLD))


def terms(tokens: list[str]) -> list[str]:
    """The words with pairs that make one term put together."""
    out: list[str] = []
    skip = False
    for pair in zip(tokens, [*tokens[1:], ""], strict=False):
        if skip:
            skip = False
            continue
        name = _PAIRS.get(pair)
        out.append(name or pair[0])
        skip = name is not None
    return out


def concept(word: str) -> str:
    """What a (merged, lower-case) word stands for, "" if nothing here."""
    name = _known.get(word)
    if name is None:
        found = _MATCH.fullmatch(word)
        name = (found.lastgroup or "") if found else ""
        if len(_known) < 200_000:
            _known[word] = name
    return name
