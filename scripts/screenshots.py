"""`make screenshots`: the pictures in the documentation, of the demo's record, by Debian's Chromium."""

from __future__ import annotations

import asyncio
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
SHOTS = (
    ("timeline", "/", 1120, 800, "light", ""),
    ("timeline-phone", "/", 390, 844, "dark", ""),
    ("change", "CHANGE", 1120, 1000, "light", ""),
    ("company", "/companies/Harborlight", 1120, 760, "light", ""),
    ("history", "/companies/Harborlight", 1120, 700, "light", ".portrait"),
)
"""Name, path, width, height, colour scheme, and the part to which the page is scrolled ("": its top)."""
READY = 600.0
"""Seconds that the demo may take to play; on a quiet machine it takes thirty."""


async def main() -> int:
    """0 when every picture was taken, 1 when the demo did not play, 2 without a Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("make screenshots needs Chromium (Debian: apt-get install chromium)\n")
        return 2
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service",
        "demo",
        "--stay",
        "--listen",
        "127.0.0.1:0",
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        address = ""
        with suppress(TimeoutError):
            address = await asyncio.wait_for(_address(demo), READY)
        if not address:
            sys.stderr.write("the demo did not come to its end\n")
            return 1
        FOLDER.mkdir(parents=True, exist_ok=True)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for shot in SHOTS:
                await _take(browser, address, *shot)
            await browser.close()
    finally:
        if demo.returncode is None:
            demo.terminate()
        await demo.wait()
    return 0


async def _address(demo: asyncio.subprocess.Process) -> str:
    """Where the demo says that its record is, "" if it ended before."""
    assert demo.stdout is not None
    async for line in demo.stdout:
        text = line.decode().strip()
        if text.startswith("The record of it: "):
            return text.removeprefix("The record of it: ").rstrip("/")
    return ""


async def _take(
    browser: Browser, address: str, name: str, path: str, width: int, height: int, scheme: str, part: str
) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = await context.new_page()
    await page.goto(f"{address}{await _path(page, address, path)}")
    if part:
        await page.locator(part).evaluate("one => one.scrollIntoView()")
    await page.screenshot(path=FOLDER / f"{name}.png")
    await context.close()
    sys.stdout.write(f"docs/screenshots/{name}.png\n")


async def _path(page: Page, address: str, path: str) -> str:
    if path != "CHANGE":
        return path
    await page.goto(f"{address}/?kind=weakened")
    return await page.locator("article.weakened h3 a").first.get_attribute("href") or "/"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
