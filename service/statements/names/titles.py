"""What people are called in the press: honorifics, offices in a company and elsewhere, the grammar of names."""

from __future__ import annotations

import re

from service.statements.vocabulary import word_set

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶŁĻŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŽŹŻ"
TOKEN = (
    rf"(?:[{UPPER}]\.(?=\s[{UPPER}])|[a-z]?[{UPPER}]\w*(?:[-.&'’](?!s\b)\w+"
    rf"|['’]s(?=\s(?:Bank|Mutual|Telecom|Mobile|Cloud|Hosting|Mail)\b))*)"
)
PARTICLE = r"(?:(?:de|van|von|der|den|la|le|du|del|al|bin|ben|da|di|dos|ter|ten)\s){0,2}"
NAME = re.compile(rf"{TOKEN}(?:\s(?:&\s)?{PARTICLE}{TOKEN})*")
"""A run of capitalised words, particles inside."""

HONORIFICS = word_set(
    "mr mrs ms miss mx dr prof professor sir dame lord lady baroness fr father rev senator sen rep "
    "representative congressman "
    "congresswoman detective superintendent sgt sergeant col colonel gen capt captain lt lieutenant "
    "judge justice minister mp mep "
    "president chancellor sheriff commissioner ambassador governor mayor inspector constable attorney "
    "general commodore admiral major brigadier marshal corporal lieutenant retired chief executive vice "
    "counsel director deputy officer secretary spokesman spokeswoman spokesperson chairman chairwoman "
    "chair founder co-founder head ceo "
    "cto cfo coo ciso lawyer prosecutor solicitor deputy assistant senior interim prime home foreign "
    "councillor cllr alderman"
)
"""Words that stand before a name and are no part of it."""
KEPT_HONORIFICS = frozenset({"dr", "prof", "professor"})

_MODIFIER = (
    r"(?:deputy|associate|assistant|global|senior|executive|group|acting|interim|founding|managing|vice|"
    r"chief|general|company|corporate|public"
    r"|policy|privacy|security|legal|technology|technical|data|protection|trust|safety|communications?|"
    r"product|medical|information|operating"
    r"|financial|marketing|compliance|regional|country|press|media|government|affairs|network|"
    r"engineering|regulatory|human|rights|commercial"
    r"|scientific|sales|business|digital|customer|research|software|lead|principal|in-house|European|American|"
    r"British|UK|US|EU|Asia|and|&)"
)
_HEAD = (
    r"(?:chief(?:\s[a-z]+){1,3}\sofficer|board member|member of (?:its|their) (?:executive |supervisory )?board|"
    r"spokes(?:man|woman|person)|chief executive(?: officer)?|"
    r"C[ETFOI]O|CISO|CPO|officer|counsel|"
    r"president|director|head|(?:co-?)?founders?|chair(?:man|woman"
    r"|person)?|lawyer|attorney|executive|manager|secretary|administrator|maintainer|owner|engineer|"
    r"architect|representative|boss|lead|leader|adviser"
    r"|advisor|scientist|partner|chief|EVP|SVP|VP|evangelist|ombudsman|strategist|technologist|"
    r"developer|treasurer|operator|steward)"
)
_TAIL = r"(?:\s(?:of|for|at|on)\s(?:the\s)?[a-z][\w-]+(?:\s(?:and\s)?[a-z][\w-]+){0,3})?"
_ROLE = rf"(?:{_MODIFIER}\s){{0,6}}{_HEAD}(?:,?\s(?:and|&)\s(?:{_MODIFIER}\s){{0,4}}{_HEAD})?"
ROLE = re.compile(rf"\b{_ROLE}\b", re.IGNORECASE)
"""An office that may be one in a company."""
ROLE_BEFORE_NAME = re.compile(
    rf"\b(?P<role>{_ROLE}(?:\s(?:of|for)\s[a-z][\w-]+(?:\s(?:and\s)?[a-z][\w-]+){{0,3}})?),?\s$",
    re.IGNORECASE,
)

_OUTSIDE = (
    r"senators?|congress\w+|lawmakers?|legislators?|ministers?|ministry|secretary of state|permanent "
    r"secretary|home secretary|attorney general|prosecutors?|district attorney"
    r"|judges?|justices?|professors?|researchers?|academics?|analysts?|detectives?|superintendent|"
    r"sergeant|colonel|inspector|commissioner|police|sheriff"
    r"|officials?|deput(?:y|ies) (?!general|chief|director|head|spokes)|members?(?! of (?:its|their) (?:\w+ "
    r")?board)|MPs?|MEPs?|peers?|"
    r"chancellor|activists?|campaigners?|advocates?|author|journalists?"
    r"|editors?|reporters?|correspondent|columnist|experts?|scholars?|whistleblowers?|contractors?|"
    r"former|ex-\w+|customers?|users?|subscribers?|critics?|opponents?|supporters?"
    r"|lobbyists?|students?|fellow|lecturer|historian|cryptograph\w+|technologist at|economist|"
    r"investors?|shareholders?|witness for|neighbours?|victims?|plaintiffs?"
    r"|readers?|insiders?|sources?|people|employees|agents?|spies|officers?|detectives|investigators?|"
    r"regulators?|watchdog|ombudsman|governor|mayor|president of the"
    r"|prime minister|opposition|party|coalition|campaign|union|federation|association|newspaper|paper|"
    r"weekly|daily|magazine|broadcaster|slides|documents|cables|court"
    r"|parliament|senate|committee|subcommittee|agency|agencies|department|authority|authorities|"
    r"government|bureau|commission|council|service said|security service"
    r"|intelligence service|rivals?|competitors?|advocacy|groups?|charity|foundation|institute|"
    r"university|school|college|think tank|parents?|lawyers for|counsel for"
    r"|informants?|constables?|coast ?guards?|gendarmes?|magistrates?|"
    r"hackers?|defectors?|engineers who|legal scholars|observers?|bloggers?|commentators?|"
    r"residents?|tribunal|inspectorate|administration|customs|treasury|army|navy|military|embassy|consulate|panel|"
    r"parents|famil(?:y|ies)|programme"
)
OUTSIDE = re.compile(rf"\b(?:{_OUTSIDE})\b", re.IGNORECASE)
"""Words for those who do not speak for a company."""
OUTSIDE_OFFICE = re.compile(
    r"\b(?:(?:computer|data|political|social) scientist|senator|congress\w+|lawmaker|legislator|"
    r"minister|secretary of state|(?:state|under|foreign|interior|health|cabinet|permanent)[ -]?secretary|home "
    r"secretary|attorney[- ]general|prosecutor|district attorney|judge|justice"
    r"|professor|researcher|academic|analyst|detective|superintendent|sergeant|colonel|inspector|"
    r"commissioner|police|sheriff|official|MP|MEP|chancellor|activist|campaigner"
    r"|advocate|author|journalist|editor|reporter|correspondent|columnist|scholar|whistleblower|"
    r"councillor|former|ex-\w+|customer|user|subscriber|critic|lobbyist|student|fellow"
    r"|lecturer|historian|cryptographer|economist|investor|shareholder|governor|mayor|prime minister|"
    r"opposition|party|coalition|campaign|member of(?! (?:its|their) (?:\w+ )?board)|organi[sz]er|convenor|"
    r"deputy for|teaches|union"
    r"|parliament|committee|politician|state senator|solicitor general|public defender|who wrote|who "
    r"has introduced|who studies|ranking member|expert)\b",
    re.IGNORECASE,
)
"""An office, in apposition to a name, that is none in a company."""

COMPANY_NOUN = (
    r"(?:compan(?:y|ie)|firm|contractor|reseller|hoster|webshop|grocer|courier|tracker|provider|operator|maker|"
    r"manufacturer|app|bank|lender|start-?up|giant|"
    r"carrier|retailer|platform|developer|vendor|rival|competitor|carmaker|automaker"
    r"|chipmaker|insurer|airline|registrar|messenger|chain|exchange|broker|supplier|business|subsidiary|"
    r"telecom|telco|group|service|brand|co-?op(?:erative)?|corporation"
    r"|conglomerate|utility|marketplace|processor|network|host|multinational|brokerage|fintech|studio|"
    r"wallet|browser|website|site|enterprise|outfit|publisher|bookseller"
    r"|gym|clinic|laborator(?:y|ies)|lab|casino|software house|hotelier|garage|dealership|brewery"
    r"|cloud|pharmacy|hospital chain|phone maker|incumbent|search engine|social network|unicorn|newcomer)"
)
NOT_GROUP = (
    r"(?<!campaign )(?<!rights )(?<!advocacy )(?<!lobby )(?<!pressure )(?<!industry )(?<!trade )"
    r"(?<!news )(?<!security )(?<!intelligence )(?<!secret )(?<!police )(?<!privacy )(?<!consumer )"
    r"(?<!working )(?<!spy )(?<!prosecution )(?<!parliamentary )(?<!liberties )(?<!civil )"
)
COMPANY_BEFORE = re.compile(rf"{NOT_GROUP}\b{COMPANY_NOUN},?(?:\scalled|\snamed)?\s$", re.IGNORECASE)
COMPANY_DEFINITE = re.compile(
    rf"\b(?:the|this|that|our)\s(?:[\w’'-]+\s){{0,3}}?{NOT_GROUP}{COMPANY_NOUN}\b", re.IGNORECASE
)
_COMPANY_NOUN_ONLY = re.compile(rf"(?:[\w-]+\s)*{COMPANY_NOUN}s?", re.IGNORECASE)


def is_company_noun(phrase: str) -> bool:
    """Does "mail provider", "app", "co-op" name a kind of company?"""
    return bool(_COMPANY_NOUN_ONLY.fullmatch(phrase))


OUTSIDE_NAME = word_set(
    "fund defense defence liberties clinic observatory initiative guild chamber committee crime "
    "citizens consumers commons freedom privacy justice alliance forum league centre center project "
    "foundation union institute coalition association "
    "federation society council campaign rights watch department ministry "
    "office bureau agency commission commissioner court parliament senate congress committee "
    "subcommittee police university school college academy times post guardian ledger herald "
    "tribune journal gazette observer news weekly argus monitor chronicle courier review mail express "
    "mirror telegraph echo magazine bulletin dispatch docket reuters bloomberg press act bill law "
    "treaty constitution party government state states kingdom republic army navy administration "
    "service services authority board board bank-of-england tribunal assembly "
    "daily house street road square station storting bundestag riksdag directorate inspectorate ombudsman "
    "chamber network-of trust fbi nsa cia gchq doj dhs mi5 mi6 bnd dea irs ice europol interpol eu un "
    "uk us u.s usa aclu eff "
    "garda gendarmerie carabinieri guardia hmrc ofcom cnil nato fsb mps met beat insider "
    "revenue treasury exchequer inland guild echo "
    " wire record standard sun globe examiner register"
)
OUTSIDE_BEFORE = re.compile(
    r"\b(?:newspaper|weekly|daily|magazine|paper|broadcaster|agency|campaign group|rights group|"
    r"advocacy group|lobby group|pressure group|campaigning group|citizens’ group|consumer group|"
    r"activist group|watchdog|"
    r"charity|union|ministry|programme|program|codename|code-named|country|"
    r"city"
    r"|town|state of|senator|think tank|non-profit|nonprofit|coalition|union|tool|law|act|bill|"
    r"operation|party)\s$"
)
SECTOR = word_set(
    "motors mutual cloud vpn bank telecom mobile health devices messenger automotive systems technologies "
    "technology software labs networks wireless communications telecommunications mail chat pay "
    "airlines "
    "insurance electronics hosting analytics robotics games entertainment energy holdings industries "
    "solutions online broadband fibre fiber ai genetics genomics pharmacy stores logistics storage "
    "interactive search browser drive security digital group inc corp ltd media apps payments "
    "financial capital voice telematics semiconductor semiconductors bancorp airways railways rides "
    "cars hotels inns learning foods brands mart supermarkets bikes parcels couriers freight logistics rail shipping "
    "insurers chemist pharmacies clinics cameras toys education textiles stores hosting storage domains broadband "
    "motor mobility instruments biotech dna diagnostics fitness wearables home homes speaker audio "
    "video social dating "
    "gyms locks maps hr payroll secure parking scooters taxis cabs air ferries water gas electric power grid "
    "savings wallet "
    "coin docs notes calendar photos prints books libraries toys clinic clinics dental optics hearing pets "
    "collars farms "
    "tractors drones aerospace aviation satellites alarms lighting lamps heating meters coaches buses trams "
    "rentals vans "
    "trucks haulage delivery deliveries kitchens grocers markets pharma diagnostics imaging hostels travel tours "
    "tickets "
    "archive archives ticketing casinos betting vaults lockers printing robots translate bookings"
)
LEGAL_FORMS = word_set(
    "Inc Ltd LLC GmbH AG Corp Corporation plc PLC Co AB Oy ASA Pty Limited Incorporated SE Srl"
)
LEGAL_FORM = re.compile(
    r"^,?\s(?:Inc|Ltd|LLC|GmbH|AG|S\.?A\.?|Corp(?:oration)?|plc|PLC|Co|B\.?V|AB|Oy|ASA|AS|Pty|Limited|"
    r"Incorporated|SE|N\.?V|K\.?K|Srl|S\.p\.A)\b"
)
