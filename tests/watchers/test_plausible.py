import pytest

from watchers.errors import ExtractError
from watchers.parse import read_document
from watchers.plausible import collapsed, redirected_home

URL = "https://tessellate.example/law-enforcement"
WORDS = "Tessellate reviews each request from an authority. It tells the people concerned unless forbidden. "


@pytest.mark.parametrize(
    ("reason", "html"),
    [
        ("challenge", "<title>Just a moment...</title><h1>tessellate.example</h1><p>Verifying you are"
         " human. This may take a few"
         " seconds.</p><script>window._cf_chl_opt={}</script>"),
        ("challenge", "<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been"
         " blocked</h1><p>You are unable to access"
         " this site. Why have I been blocked? Cloudflare Ray ID: 8a1</p>"),
        ("challenge", "<title>Access Denied</title><h1>Access Denied</h1>You don't have permission to"
         " access this page. Reference"
         " #18.5c"),
        ("challenge", "<script src='https://geo.captcha-delivery.com/x.js'></script><p>Please wait.</p>"),
        ("challenge", "<script src=/_Incapsula_Resource?x=1></script>"),
        ("challenge", "<title>Tessellate</title><p>Our systems have detected unusual traffic from your"
         " computer network.</p>"),
        ("challenge", "<title>503 Service Unavailable</title><p>Try again later.</p>"),
        ("challenge", "<title>We'll be right back</title><h1>Maintenance</h1><p>Back soon.</p>"),
        ("soft_404", "<title>Page not found – Tessellate</title><h1>Oops!</h1><p>Try the search.</p>"),
        ("soft_404", "<title>Tessellate</title><h1>404</h1><p>Nothing here.</p>"),
        ("soft_404", "<title>Tessellate</title><p>Sorry, the page you are looking for could not be found.</p>"),
        ("soft_404", "<title>Seite nicht gefunden</title><p>Leider.</p>"),
        ("login", "<title>Sign in</title><form><p>Welcome back</p><input type=password></form>"),
        ("consent", "<title>Before you continue</title><p>We use cookies and data to deliver our services."
         " If you choose, we measure"
         " audiences.</p><button>Accept all</button><button>Reject all</button>"),
        ("shell", '<title>Tessellate</title><div id="root"></div><script src="/main.js"></script>'),
        ("shell", "<p>You need to enable JavaScript to run this app.</p><script src=x></script>"),
        ("error_page", f"<p>{WORDS * 20}</p><br />\n<b>Fatal error</b>: Uncaught Error: Call to a member function"
         " text() on null in /srv/www/guide.php:12\nStack trace:\n#0 {main}\n  thrown in <b>/srv/www/guide.php</b>"
         " on line <b>12</b>"),
        ("error_page", f"<p>{WORDS}</p>PHP Fatal error:  Allowed memory size exhausted in /srv/a.inc on line 9"),
        ("empty", "<html><head><title>T</title></head><body></body></html>"),
        ("empty", "   \n "),
    ],
)  # fmt: skip
def test_what_answers_in_the_documents_place_is_refused(reason: str, html: str) -> None:
    with pytest.raises(ExtractError) as caught:
        read_document(html.encode(), url=URL, media_type="text/html")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Policy</h1><p>We never give anyone direct access.</p>",
        "<p>No.</p>",
        "<title>404 requests in 2024</title><h1>404 requests</h1><p>We had 404 requests from law"
        " enforcement last year.</p>",
        "<title>Security</title><p>We challenge each warrant that was not found to be valid by our lawyers.</p>",
        "<title>Cookies</title><p>We use cookies. We do not disclose them to any"
        " government.</p><button>Accept all</button>",
        "<title>Access denied: how we answer spies</title><p>We refuse government access to data without a"
        " warrant.</p>",
        '<div id="root"><p>We have never received a secret order from any court of law.</p></div><script'
        " src=x></script>",
        "<title>Sign in with a warrant</title><p>Police must sign in to our portal to file requests.</p>",
        "<title>Maintenance of records</title><p>We keep no logs.</p><p>The police got nothing.</p>",
        "<noscript>Please enable JavaScript</noscript><p>We hold no keys to what you store.</p><script>1</script>",
        f"<p>{WORDS}</p><p>A fatal error in guide.php on line 12 kept this page from you until today.</p>",
        "<title>Help | Tessellate</title><p>" + WORDS * 20 + "The page was not found to be unlawful.</p>",
    ],
)
def test_an_honest_page_passes(html: str) -> None:
    assert read_document(html.encode(), url=URL, media_type="text/html").blocks


@pytest.mark.parametrize(
    ("asked", "answered", "home"),
    [
        ("/legal/police", "/", True),
        ("/legal/police", "/en/", True),
        ("/legal/police", "/en-us/index.html", True),
        ("/legal/police", "https://other.example/home", True),
        ("/legal/police", "/login?next=/legal/police", True),
        ("/legal/police", "https://login.tessellate.example/", True),
        ("/legal/police", "/users/sign_in", True),
        ("/?page=police", "/", True),
        ("/legal/police", "/legal/police/", False),
        ("/legal/police", "/en/legal/police", False),
        ("/legal/police", "https://www.tessellate.example/trust/police", False),
        ("/", "/en/", False),
        ("/login", "/login/", False),
        ("/legal/police", "/blog/catalogin", False),
        ("/legal/police", "/authors/ada", False),
        ("/legal/police", "/?page=police", False),
        ("/legal/police", "http://[", False),
    ],
)
def test_home_and_log_in_pages(asked: str, answered: str, home: bool) -> None:
    base = "https://tessellate.example"
    full = answered if answered.startswith("http") else base + answered
    assert redirected_home(base + asked, full) is home


SENTENCES = [
    "We never give any government direct access to our servers.",
    "We tell our customers about each order unless a court forbids it.",
    "Twice a year we publish how many requests came in and what became of them.",
]
OLD = " ".join(SENTENCES * 3)
OTHER = (
    "Discover wonderful holiday apartments beside beautiful beaches. Book tonight, save money, bring"
    " friends along. "
    "Breakfast included everywhere. Swimming pools, gardens, bicycles, parking spaces available."
)


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        (OLD, "Service unavailable.", True),
        (OLD, "", True),
        (OLD, OTHER, True),
        (OLD, OLD.replace(SENTENCES[0], ""), False),
        (OLD, OLD + OTHER, False),
        (OLD, SENTENCES[1] + SENTENCES[2], False),
        ("".join(SENTENCES), SENTENCES[2], False),
        (SENTENCES[0], "", False),
        (SENTENCES[0], OTHER, False),
        ("", OLD, False),
    ],
)
def test_a_text_that_collapsed(old: str, new: str, gone: bool) -> None:
    assert collapsed(old, new) is gone
