"""The pages in a real Chromium: phone and desk, light and dark, by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from service.store.store import Store

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt-get install chromium)"),
]
AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PLACES = (
    "/",
    "/companies",
    "/companies/Harborlight",
    "/companies/Harborlight?as_of=2026-11-20",
    "/compare",
    "/sources",
    "/sources/unreachable",
    "/subscriptions",
    "/api",
    "/nothing-here",
)
SIZES = [(1280, 900), (390, 844), (320, 640)]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest.fixture
async def site(serve: Any, store: Store) -> str:
    """Address of the filled record."""
    client = await serve(store)
    return f"http://{client.host}:{client.port}"


async def open_page(browser: Browser, width: int, height: int, scheme: Any) -> tuple[Page, list[str]]:
    """A page, and the list of what went wrong in it."""
    context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith("http://127.0.0.1:") else wrong.append(f"request: {request.url}")
        ),
    )
    return page, wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_every_page_fits_and_stays_at_home(
    browser: Browser, site: str, width: int, height: int, scheme: str
) -> None:
    page, wrong = await open_page(browser, width, height, scheme)
    await page.goto(f"{site}/")
    change = await page.locator("article.weakened h3 a").get_attribute("href")
    await page.goto(f"{site}{change}")
    document = await page.locator("dl.facts a").first.get_attribute("href")
    for path in (
        "/",
        "/companies",
        "/companies/Harborlight",
        "/compare",
        "/sources",
        "/sources/unreachable",
        "/subscriptions",
        change,
        document,
        "/?q=nothing-like-it",
    ):
        await page.goto(f"{site}{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert await page.evaluate("document.querySelectorAll('h1').length") == 1, path
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(21, 23, 26)") == (scheme == "dark")
    assert wrong == []
    await page.context.close()


async def test_by_keyboard_from_the_timeline_to_the_evidence(browser: Browser, site: str) -> None:
    page, wrong = await open_page(browser, 1280, 900, "light")
    await page.goto(f"{site}/?kind=weakened")

    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
    await page.keyboard.press("Enter")
    for _ in range(10):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.closest('h3') !== null"):
            break
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/changes/chg_*")
    assert await page.locator("h2", has_text="Evidence").is_visible()
    assert wrong == []
    await page.context.close()


async def test_filtering_without_a_mouse(browser: Browser, site: str) -> None:
    page, wrong = await open_page(browser, 390, 844, "dark")
    await page.goto(f"{site}/")
    await page.get_by_label("Words").fill("feasible")
    await page.get_by_label("Words").press("Enter")
    await page.wait_for_url("**q=feasible**")

    assert await page.locator("article.change").count() == 1
    assert await page.locator("article ins").first.inner_text() == "may"
    assert wrong == []
    await page.context.close()


async def test_as_of_a_day(browser: Browser, site: str) -> None:
    page, wrong = await open_page(browser, 390, 844, "light")
    await page.goto(f"{site}/companies/Harborlight")
    await page.get_by_label("What it said on").fill("2026-11-20")
    await page.get_by_role("button", name="Show").click()
    await page.wait_for_url("**as_of=2026-11-20**")

    said = page.locator("blockquote", has_text="has never received a secret order")
    assert await said.is_visible()
    assert wrong == []
    await page.context.close()


async def test_raw_bytes_are_downloaded_not_shown(browser: Browser, site: str) -> None:
    page, _ = await open_page(browser, 1280, 900, "light")
    await page.goto(f"{site}/")
    await page.locator("article.weakened h3 a").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="raw bytes").first.click()

    assert (await download.value).suggested_filename.endswith(".html")
    await page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
async def test_axe_finds_nothing(browser: Browser, site: str, width: int, scheme: str) -> None:
    page, _ = await open_page(browser, width, 900, scheme)
    await page.goto(f"{site}/?kind=weakened")
    change = await page.locator("article.weakened h3 a").get_attribute("href")
    await page.goto(f"{site}{change}")
    document = await page.locator("dl.facts a").first.get_attribute("href")
    found: list[str] = []
    for path in (*PLACES, change, document):
        await page.goto(f"{site}{path}")
        await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        result = await page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
        assert len(result["passes"]) > 10
        found += [
            f"{path}: {wrong['id']}: {node['html'][:120]}"
            for wrong in result["violations"]
            for node in wrong["nodes"]
        ]
    assert found == []
    await page.context.close()


async def test_from_the_comparison_to_the_sentence_and_its_evidence_by_keyboard(
    browser: Browser, site: str
) -> None:
    page, wrong = await open_page(browser, 1280, 900, "dark")
    await page.goto(f"{site}/compare")
    await page.get_by_role("link", name="Harborlight, Notice").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/companies/Harborlight?category=notice")
    await page.locator("blockquote", has_text="We may notify customers").wait_for()
    await page.locator(".assurances .facts a").first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/documents/doc_*")

    assert await page.get_by_role("link", name="Raw bytes of version 1").is_visible()
    assert wrong == []
    await page.context.close()


async def test_add_poll_and_remove_a_source_by_form(browser: Browser, site: str) -> None:
    page, wrong = await open_page(browser, 390, 844, "light")
    await page.goto(f"{site}/sources")
    await page.get_by_label("Address").fill("https://oak.example/policy")
    await page.get_by_label("Name").fill("oak")
    await page.get_by_role("button", name="Watch it").press("Enter")
    await page.wait_for_url("**/sources/oak?done=added")
    assert (
        await page.get_by_role("status").inner_text()
        == "✓ It is watched from now on; its first look is the baseline."
    )
    await page.get_by_role("button", name="Poll now").click()
    await page.wait_for_url("**/sources/oak?done=polled")
    await page.get_by_role("button", name="Remove").click()
    await page.wait_for_url("**/sources?done=removed")

    assert await page.get_by_role("link", name="oak", exact=True).count() == 0
    assert wrong == []
    await page.context.close()


async def test_a_refused_form_keeps_what_was_typed(browser: Browser, site: str) -> None:
    page, _ = await open_page(browser, 1280, 900, "light")
    await page.goto(f"{site}/subscriptions")
    await page.get_by_label("Webhook").fill("http://10.0.0.1/hook")
    await page.get_by_label("Figure").uncheck()
    await page.get_by_role("button", name="Subscribe").click()

    assert "Not done." in await page.get_by_role("alert").inner_text()
    assert await page.get_by_label("Webhook").input_value() == "http://10.0.0.1/hook"
    assert not await page.get_by_label("Figure").is_checked()
    assert await page.get_by_label("Weakened").is_checked()
    await page.context.close()


async def test_hostile_titles_and_sentences_are_text(browser: Browser, site: str) -> None:
    page, wrong = await open_page(browser, 1280, 900, "light")
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    await page.goto(f"{site}/?company=tessellate+%3C%26%3E+s%C3%B6hne")
    assert await page.get_by_text('<script>alert("x")</script>').first.is_visible()
    assert await page.get_by_text("<img src=x onerror=alert(1)>").first.is_visible()
    for path in (
        "/companies/Tessellate%20%3C%26%3E%20S%C3%B6hne",
        "/compare",
        "/sources/tessellate",
        "/compare.svg",
    ):
        await page.goto(f"{site}{path}")
        assert await page.evaluate("document.querySelectorAll('script, img').length") == 0, path

    assert wrong == []
    await page.context.close()


async def test_paper_is_white_though_the_screen_is_dark(browser: Browser, site: str) -> None:
    page, wrong = await open_page(browser, 800, 1100, "dark")
    await page.emulate_media(media="print", color_scheme="dark")
    await page.goto(f"{site}/")
    colours = await page.evaluate(
        "['body', '.change.weakened ins', '.faint'].map(one => getComputedStyle(document.querySelector(one)).color)"
    )

    assert colours == ["rgb(0, 0, 0)", "rgb(18, 70, 31)", "rgb(93, 90, 82)"]
    assert not await page.locator("nav, aside, .filter").first.is_visible()
    assert wrong == []
    await page.context.close()


async def test_the_gravest_is_seen_without_scrolling_on_a_phone(browser: Browser, site: str) -> None:
    page, _ = await open_page(browser, 390, 844, "light")
    await page.goto(f"{site}/")
    first = page.locator(".gravest li").first

    assert (await first.locator(".kind").inner_text()).strip().endswith("Withdrawn")
    box = await first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844
    await first.locator("a").click()
    await page.wait_for_url("**/changes/chg_*")
    await page.context.close()
