"""The page of an invented company, and what strangers serve in its place."""

from __future__ import annotations

from html import escape

PROMISES = (
    "Quillnet requires a search warrant before we disclose the content of any account to law enforcement.",
    "We notify affected customers before we disclose their data, unless we are legally prohibited from doing so.",
    "We have never built a back door into our products for any government.",
    "We do not give any government direct access to our servers or our customers' data.",
    "Quillnet challenges overbroad or unlawful demands for customer data in court.",
    "In 2025 we received 214 requests from law enforcement and disclosed data in 61 cases.",
)
AROUND = (
    "Quillnet runs a notebook service that people use to keep and share what they write.",
    "This page explains how our legal team answers authorities who ask for customer data.",
    "Requests are read by a member of our legal team who checks the form and the authority behind each of them.",
    "Questions about this page can be sent to the address at its end, and we answer within five working days.",
)


def render(
    texts: tuple[str, ...] = AROUND + PROMISES,
    *,
    title: str = "How Quillnet answers authorities",
    more: str = "",
) -> str:
    """A whole HTML page with these paragraphs."""
    body = "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body><header><nav><a href='/'>Home</a> <a href='/help'>Help</a></nav></header>\n<main><h1>{escape(title)}"
        f"</h1>\n{body}\n</main>\n{more}<footer><p>Quillnet Ltd</p></footer></body></html>\n"
    )


GOOD = render()
GOOD_BYTES = GOOD.encode()
FEED_URL = "http://127.0.0.1:9/"


def small(title: str, *texts: str, more: str = "", heading: str = "") -> str:
    """A page with little on it."""
    body = "".join(f"<p>{text}</p>" for text in texts)
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><h1>{heading or title}</h1>{body}{more}"
        "</body></html>"
    )


CHALLENGE = small(
    "Just a moment...",
    "Verify you are human by completing the action below.",
    more="<script>window._cf_chl_opt={}</script>",
)
LOGIN = small(
    "Sign in",
    "Sign in to go on to Quillnet.",
    more='<form method=post><input name=user><input type="password" name=p></form>',
)
CONSENT = small(
    "Before you continue",
    "We and our partners use cookies to store information on a device.",
    more="<button>Accept all</button><button>Reject all</button>",
)
SHELL = (
    "<!doctype html><html><head><title>Quillnet</title></head>"
    '<body><div id="root"></div><script src="/app.js"></script></body></html>'
)
MISSING = small("Page not found", "The page you are looking for could not be found.")
MAINTENANCE = small(
    "We'll be right back", "Quillnet is down for scheduled maintenance. Please try again later."
)
HOME = render(
    (
        "Write anywhere, read everywhere: notebooks for people who think in paragraphs.",
        "Start a free trial today and invite your friends to your first shared notebook.",
        "Over two million writers keep their drafts, letters and recipes in the same place.",
        "See the plans and prices, or read what is new in the spring edition of our editor.",
    ),
    title="Quillnet: notebooks for everybody",
)
GERMAN = render(
    (
        "Quillnet betreibt einen Dienst für Notizbücher, mit dem Menschen ihre Texte aufbewahren und teilen.",
        "Diese Seite erklärt, wie unsere Rechtsabteilung den Behörden antwortet, die nach Daten der Kunden fragen.",
        "Wir verlangen einen richterlichen Beschluss, bevor wir den Inhalt eines Kontos an Behörden herausgeben.",
        "Wir benachrichtigen die betroffenen Kunden, bevor wir ihre Daten herausgeben, sofern es nicht verboten ist.",
        "Wir haben nie eine Hintertür für irgendeine Regierung in unsere Produkte eingebaut.",
        "Wir geben keiner Regierung unmittelbaren Zugang zu unseren Servern oder den Daten unserer Kunden.",
        "Im Jahr 2025 haben wir 214 Anfragen erhalten und in 61 Fällen Daten herausgegeben.",
    ),
    title="Wie Quillnet den Behörden antwortet",
)
PARKED = small(
    "quillnet.example is for sale",
    "This domain may be for sale. Buy this domain today and make it yours.",
    "Related searches: notebooks, writing, recipes, letters, drafts, paper, pens and ink.",
)
SERVER_ERROR = small(
    "Application error",
    "An unhandled exception occurred while processing the request. Contact the administrator with request id 71.",
)
STACK_TRACE = (
    "<html><head><title>Whitelabel Error Page</title></head><body><pre>java.lang.NullPointerException\n"
    + "\n".join(f"\tat example.quillnet.web.Frame{i}.render(Frame{i}.java:{i})" for i in range(20))
    + "</pre></body></html>"
)
DATABASE_DOWN = "<html><body><h1>Error establishing a database connection</h1></body></html>"
LISTING = small(
    "Index of /legal",
    '<a href="../">Parent Directory</a> <a href="guide.bak">guide.bak</a> 2026-01-02 10:11 4.0K',
)
WELCOME = small(
    "Welcome to nginx!",
    "If you see this page, the web server is successfully installed and working. Further configuration is required.",
)
RATE = small("429 Too Many Requests", "You have sent too many requests in a given amount of time. Slow down.")
SUSPENDED = small(
    "Account suspended",
    "This account has been suspended. Contact your hosting provider for more information.",
)
REGION = small("Not available in your region", "This content is not available in your country or region.")
UPGRADE = small(
    "Update your browser", "Your browser is not supported. Please upgrade to a current browser to go on."
)
QUEUE = small(
    "You are now in line", "You are in a queue. Estimated wait time is 4 minutes. Do not refresh the page."
)
COMING = small("Coming soon", "Our new website is coming soon. Stay tuned!")
HALF = GOOD[: GOOD.index(PROMISES[2]) + 30]
THIRD = GOOD[: GOOD.index(PROMISES[0])]
