"""The demo: the story's pages change step by step, the real service watches them and tells what it noticed."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from notifiers.signing import new_secret
from service.app import App, utc_now
from service.configuration.listening import AppError
from service.configuration.settings import Settings
from service.demo.stage import Stage
from service.demo.story import Step, load_sources, load_story
from service.diff.words import word_diff
from service.secrets.check import is_same
from service.store.errors import StoreError

EVERY = 0.4
"""Seconds between two looks at each source."""
PATIENCE = 30.0
"""Seconds that one step may take before the demo calls it failed."""

_SYMBOLS = {"withdrawn": "✗", "weakened": "▼", "strengthened": "▲", "new": "+", "figure": "#", "overdue": "!"}


_MORNING = time(9)


class Calendar:
    """The story's clock: a step's day begins at nine, and from there time passes as it does."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def turn(self, day: date) -> None:
        """It is the morning of `day`."""
        self._ahead = datetime.combine(day, _MORNING, UTC) - utc_now()

    def __call__(self) -> datetime:
        """The time in the story."""
        return utc_now() + self._ahead


class Show:
    """Plays the story once. `say` prints a line."""

    def __init__(self, listen: str, *, say: Callable[[str], None]) -> None:
        self._listen, self._say = listen, say
        self._secret = new_secret()
        self._arrived: list[dict[str, Any]] = []
        self._stage = Stage(self._hook)
        self._calendar = Calendar()

    async def run(self, stop: asyncio.Event, *, remain: bool) -> int:
        """Play; 0 if everything that the story holds was noticed and nothing else, 1 if not."""
        await self._stage.open()
        try:
            with tempfile.TemporaryDirectory(prefix="onrecord-demo-") as folder:
                return await self._play(Path(folder), stop, remain=remain)
        except (AppError, StoreError) as error:
            self._say(f"onrecord: {error}")
            return 2
        finally:
            await self._stage.aclose()

    async def _play(self, folder: Path, stop: asyncio.Event, *, remain: bool) -> int:
        story = load_story()
        ended, up = asyncio.Event(), asyncio.Event()
        address = ""

        def started(where: str) -> None:
            nonlocal address
            address = where
            up.set()

        self._stage.put(story[0].resources)
        self._calendar.turn(story[0].date)
        async with App(self._settings(folder), clock=self._calendar) as app:
            service = asyncio.create_task(app.run(ended, started=started))
            script = asyncio.create_task(self._script(story, up, stop))
            await asyncio.wait((service, script), return_when=asyncio.FIRST_COMPLETED)
            if service.done():  # it could not start
                script.cancel()
                await service
            missed = await script
            self._say("")
            self._say(
                f"The record of it: {address}" if remain else "Add --stay to look at the record in a browser."
            )
            if remain and not stop.is_set():
                self._say("Ctrl-C ends the demo.")
                await stop.wait()
            ended.set()
            await service
        return 1 if missed else 0

    def _settings(self, folder: Path) -> Settings:
        base = f"http://{self._stage.address}"
        values: dict[str, Any] = {
            "data_dir": folder,
            "catalogue": False,
            "workers": 1,
            "http": {"listen": self._listen},
            "fetch": {"allow": (self._stage.address,), "per_host": 8},
            "defaults": {"every": f"{EVERY}s", "confirm": "1s"},
            "sources": [{**source, "url": f"{base}{source['url']}"} for source in load_sources()],
            "notify": [{"kind": "webhook", "url": f"{base}/hook", "secret": self._secret}],
        }
        return Settings(**values)

    async def _script(self, story: tuple[Step, ...], up: asyncio.Event, stop: asyncio.Event) -> int:
        """Step by step; how many expected events did not come, or came though nobody expected them."""
        await up.wait()
        wrong = 0
        for number, step in enumerate(story):
            if stop.is_set():
                break
            self._say("")
            self._say(f"{step.date:%d %B %Y} · {step.title}")
            self._calendar.turn(step.date)
            self._stage.put(step.resources)
            wrong += await self._step(step, first=number == 0)
        return wrong

    async def _step(self, step: Step, *, first: bool) -> int:
        seen = len(self._arrived)
        paths = {r.path for r in step.resources}
        goals = {path: self._stage.asked[path] + (3 if first else 2) for path in paths}
        wanted = seen + len(step.expected)

        def over() -> bool:
            looked = all(
                self._stage.asked[path] >= goal for path, goal in goals.items() if path in self._looked
            )
            return looked and len(self._arrived) >= wanted

        try:
            async with asyncio.timeout(PATIENCE):
                await self._stage.until(over)
        except TimeoutError:
            self._say(f"   (only {len(self._arrived) - seen} of {len(step.expected)} events came)")
        came = self._arrived[seen:]
        if came:
            await self._settle()
        else:
            self._say("   nothing to tell")
        found = [event["data"]["kind"] for event in came]
        return abs(len(found) - len(step.expected)) + sum(e.kind not in found for e in step.expected)

    async def _settle(self) -> None:
        """Let it be written down, on the day when it happened, that the webhooks were taken: a look later it is."""
        goals = {path: self._stage.asked[path] + 1 for path in self._looked}
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._stage.until(lambda: all(self._stage.asked[p] >= n for p, n in goals.items()))

    @property
    def _looked(self) -> set[str]:
        """Paths that are asked for again and again: the sources themselves."""
        return {source["url"] for source in load_sources()}

    def _hook(self, headers: dict[str, str], body: bytes) -> None:
        self._verify(headers, body)
        event = json.loads(body)
        self._arrived.append(event)
        for line in _told(event):
            self._say(line)

    def _verify(self, headers: dict[str, str], body: bytes) -> None:
        """ValueError for a wrong signature. A receiver proper also refuses old ones; the story's are of its days."""
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        right = Webhook(self._secret).sign(headers["webhook-id"], at, body.decode())
        if not is_same(headers["webhook-signature"], right):
            raise ValueError("wrong signature")


def _told(event: dict[str, Any]) -> list[str]:
    data = event["data"]
    kind = data["kind"]
    lines = [f"   {_SYMBOLS.get(kind, '·')} {kind} · {data['company']} · {', '.join(data['categories'])}"]
    old, new = data["old"], data["new"]
    if old and new:
        marks = {"equal": "{}", "insert": "{{+{}+}}", "delete": "[-{}-]"}
        lines.append(
            "     " + "".join(marks[s.op].format(s.text) for s in word_diff(old["text"], new["text"]))
        )
    else:
        lines.append(f"     {(new or old)['text']}")
    if data["reason"]:
        lines.append(f"     why: {data['reason']}")
    speaker = data["speaker"]
    if speaker["name"]:
        lines.append(f"     said by {speaker['name']}{', ' + speaker['role'] if speaker['role'] else ''}")
    lines.append(f"     webhook {event['id']} (signature verified), sequence {event['sequence']}")
    return lines
