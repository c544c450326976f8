"""kill -9 at random moments, again and again, while pages change and the receiver misbehaves a third of the time.

`python -m benchmarks.torture [ROUNDS] [--seed N]`: ROUNDS (1000) are spread over five modes. In the end every recorded
change has arrived, every repetition under the same id with the same bytes, nothing arrived that is not on record, and
the database is whole. One daemon in 25 is started as it is installed, the others by `benchmarks.nursery`.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from aiohttp import web
from standardwebhooks import Webhook

from benchmarks.daemons import PATIENCE, Daemons

MODES = ("well", "failing", "slow", "resetting", "all")
SECRET = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"
SENTENCE = "We notify users {} days before we disclose their data to a government."
PROMISE = f"<html><body><main><p>{SENTENCE}</p></main></body></html>"
SCHEDULE = ", ".join(['"0.2s"'] * 40)
PAGES = 3
LONGEST = 0.8
"""Seconds that a round lives at most once it has started."""
COLD = 25
"""One of so many rounds starts a new Python."""
LOOKS = 4
"""At each page, fewer than so many are waited for first: on a busy machine nothing would be under way otherwise."""
EARLY = 0.2
"""Share of the rounds that are killed while they start …"""
STARTING = 3.0
"""… which takes a new Python about so many seconds."""
TIMEOUT = 0.5
"""Of the daemon's deliveries; a slow receiver takes longer."""


@dataclass
class World:
    """Pages that count upwards, and a receiver that is as bad as the mode says."""

    mode: str
    dice: random.Random
    days: list[int] = field(default_factory=lambda: [1] * PAGES)
    asked: list[int] = field(default_factory=lambda: [0] * PAGES)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    bodies: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    refused: int = 0
    url: str = ""

    async def page(self, request: web.Request) -> web.Response:
        """As it stands now."""
        number = int(request.match_info["number"])
        days = self.days[number]
        self.asked[number] += 1
        self.came.set()
        return web.Response(text=PROMISE.format(days), content_type="text/html")

    async def hook(self, request: web.Request) -> web.StreamResponse:
        """Verify, then take it or misbehave."""
        body, headers = await request.read(), {k.lower(): v for k, v in request.headers.items()}
        Webhook(SECRET).verify(body, headers)
        id_ = headers["webhook-id"]
        self.bodies[id_].add(hashlib.sha256(body).hexdigest())
        bad = MODES[1 + self.dice.randrange(3)] if self.mode == "all" else self.mode
        if bad == "well" or self.dice.random() > 1 / 3:
            self.taken[id_] += 1
            return web.Response(status=204)
        self.refused += 1
        if bad == "failing":
            return web.Response(status=self.dice.choice((500, 502, 503)))
        if bad == "slow":
            await asyncio.sleep(2 * TIMEOUT)
            return web.Response(status=204)
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=204)

    async def looked(self, times: int) -> None:
        """Until every page has been asked for so many times more: how long that takes, the machine knows."""
        goal = [asked + times for asked in self.asked]
        async with asyncio.timeout(PATIENCE):
            while any(asked < wanted for asked, wanted in zip(self.asked, goal, strict=True)):
                self.came.clear()
                await self.came.wait()

    async def change(self) -> None:
        """Until cancelled: another page says something else, at odd moments."""
        while True:
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))
            self.days[self.dice.randrange(PAGES)] += 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one mode came to. All of `wrong` must be empty."""

    mode: str
    rounds: int
    events: int
    arrived: int
    repeated: int
    refused: int
    seconds: float
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        what = "; ".join(self.wrong) or "nothing lost, database intact"
        return (
            f"{self.mode:<10} {self.rounds} kills in {self.seconds:.0f} s: {self.events} events recorded, "
            f"{self.arrived} arrived, {self.repeated} of them more than once, {self.refused} attempts spoiled: {what}"
        )


async def torture(mode: str, rounds: int, seed: int, seconds: float) -> Verdict:
    """One mode in a fresh directory; no further round is begun after so many seconds."""
    started = time.monotonic()
    world = World(mode, random.Random(f"{mode} {seed}"))  # noqa: S311 - chance that can be repeated
    app = web.Application()
    app.router.add_get("/page/{number}", world.page)
    app.router.add_post("/hook", world.hook)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world.url = f"127.0.0.1:{runner.addresses[0][1]}"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "onrecord.toml").write_text(_config(world.url))
        changing = asyncio.create_task(world.change())
        async with Daemons(home) as daemons:
            done = 0
            while done < rounds and time.monotonic() < started + seconds:
                _tell_progress(mode, done, rounds, time.monotonic() - started)
                await _round(daemons, world, cold=done % COLD == COLD - 1)
                done += 1
            world.mode = "well"
            left = await _settle(daemons, world, changing)
        verdict = _judge(
            home / "data" / "onrecord.sqlite", world, mode, done, left, time.monotonic() - started
        )
    await runner.cleanup()
    return verdict


def _tell_progress(mode: str, done: int, rounds: int, seconds: float) -> None:
    """For whoever watches, and every tenth round for a log."""
    if sys.stderr.isatty() or done % 10 == 9:
        left = seconds / done * (rounds - done) if done else 0.0
        end = "\r" if sys.stderr.isatty() else "\n"
        sys.stderr.write(f"{mode}: {done} of {rounds} kills, {seconds:.0f} s, about {left:.0f} s to go{end}")
        sys.stderr.flush()


def _config(host: str) -> str:
    sources = "".join(
        f'[[sources]]\nname = "p{n}"\ncompany = "Harborlight"\nkind = "page"\n'
        f'url = "http://{host}/page/{n}"\nevery = "0.1s"\n'
        for n in range(PAGES)
    )
    return (
        f'workers = 1\n[http]\nlisten = "127.0.0.1:0"\n[fetch]\nallow = ["{host}"]\n'
        f'[deliver]\ntimeout = "{TIMEOUT}s"\nschedule = [{SCHEDULE}]\n{sources}'
        f'[[notify]]\nkind = "webhook"\nurl = "http://{host}/hook"\nsecret = "{SECRET}"\n'
    )


async def _round(daemons: Daemons, world: World, *, cold: bool) -> None:
    """Start it, let it live for a while, kill it and whatever it started."""
    dice = world.dice
    daemon = await daemons.start(cold=cold)
    if dice.random() > EARLY:
        await daemon.started()
        await world.looked(dice.randrange(LOOKS))
        await asyncio.sleep(dice.uniform(0, LONGEST))
    else:
        await asyncio.sleep(dice.uniform(0, STARTING if cold else LONGEST))
    await daemon.end(signal.SIGKILL)


async def _settle(daemons: Daemons, world: World, changing: asyncio.Task[None]) -> int:
    """Let it run until nothing is owed; what is left of it after `PATIENCE` seconds."""
    daemon, path = await daemons.start(cold=False), daemons.home / "data" / "onrecord.sqlite"
    await daemon.started()
    await world.looked(LOOKS)
    changing.cancel()
    await world.looked(2)  # the last but one is surely dealt with
    end, left = time.monotonic() + PATIENCE, -1
    while left and time.monotonic() < end:
        await asyncio.sleep(0.2)
        left = int(_ask(path, "SELECT count(*) FROM deliveries WHERE state != 'delivered'")[0][0])
    await daemon.end(signal.SIGTERM)
    return left


def _ask(path: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _judge(path: Path, world: World, mode: str, rounds: int, left: int, seconds: float) -> Verdict:
    recorded: dict[str, bytes] = dict(_ask(path, "SELECT id, body FROM events"))
    sequences = [row[0] for row in _ask(path, "SELECT sequence FROM events ORDER BY sequence")]
    announced = _ask(path, "SELECT count(*) FROM changes WHERE announced")[0][0]
    told = _ask(path, "SELECT count(*) FROM events WHERE change_id IS NOT NULL")[0][0]
    whole = _ask(path, "PRAGMA integrity_check")[0][0]
    foreign = _ask(path, "PRAGMA foreign_key_check")
    other = [
        i for i, sums in world.bodies.items() if sums != {hashlib.sha256(recorded.get(i, b"")).hexdigest()}
    ]
    checks = {
        f"{left} deliveries are still owed": left != 0,
        f"lost: {sorted(set(recorded) - set(world.taken))[:3]}": bool(set(recorded) - set(world.taken)),
        f"not on record, or other bytes: {other[:3]}": bool(other),
        f"{announced} changes were announced by {told} events": announced != told,
        "the sequence has gaps": sequences != list(range(1, len(sequences) + 1)),
        f"the database is damaged: {whole} {foreign[:1]}": whole != "ok" or bool(foreign),
        "nothing was recorded": not recorded,
    }
    return Verdict(
        mode=mode,
        rounds=rounds,
        events=len(recorded),
        arrived=len(world.taken),
        repeated=sum(times > 1 for times in world.taken.values()),
        refused=world.refused,
        seconds=seconds,
        wrong=tuple(what for what, is_so in checks.items() if is_so),
    )


def summary(verdicts: Sequence[Verdict], seed: int) -> str:
    """All modes in one line, with what a thousand rounds take at this pace."""
    rounds, seconds = sum(one.rounds for one in verdicts), sum(one.seconds for one in verdicts)
    bad = [one.mode for one in verdicts if one.wrong]
    return (
        f"together   {rounds} kills in {seconds:.0f} s ({seconds / rounds:.1f} s each, 1,000 take about "
        f"{seconds / rounds * 1000 / 3600:.1f} h): {sum(one.events for one in verdicts)} events recorded, "
        f"{sum(one.arrived for one in verdicts)} arrived, {sum(one.repeated for one in verdicts)} repeated, "
        f"{sum(one.refused for one in verdicts)} attempts spoiled, seed {seed}: "
        + (f"WRONG in {', '.join(bad)}" if bad else "all is well")
    )


@click.command()
@click.argument("rounds", type=click.IntRange(min=1), default=1000)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Of the moments and of the misbehaviour."
)
@click.option(
    "--mode",
    "modes",
    type=click.Choice(MODES),
    multiple=True,
    default=MODES,
    help="Only these; all by default.",
)
@click.option(
    "--minutes", type=click.FloatRange(min=0), default=float("inf"), help="End sooner: so long each mode."
)
def main(rounds: int, seed: int, modes: tuple[str, ...], minutes: float) -> None:
    """Torture the daemon for so many ROUNDS."""
    verdicts: list[Verdict] = []
    for place, mode in enumerate(modes):
        share = rounds // len(modes) + (place < rounds % len(modes))
        if share:
            verdicts.append(asyncio.run(torture(mode, share, seed, 60 * minutes)))
            click.echo(str(verdicts[-1]))
    click.echo(summary(verdicts, seed))
    if any(verdict.wrong for verdict in verdicts):
        sys.exit(1)


if __name__ == "__main__":
    main()
