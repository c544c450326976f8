"""Every misdeed through the whole program: no false event, the right reason, no delay for others, bounded memory."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tests.hostile.daemon import Daemon, Poll
from tests.hostile.feeds import well_fed
from tests.hostile.handshakes import Papers
from tests.hostile.misdeeds import MISDEEDS, SAME, Misdeed
from tests.hostile.server import Port, well

EVERY = 4.0
HEALTHY = ("healthy-a", "healthy-b")
ROOM = 100 << 20
"""Bytes over idle that a hundred bad servers at once may cost."""
_BUSY = frozenset({"timeout"})
"""Hundreds of servers share one thread here, and some of them never stop sending: any may be late."""
BASELINE = 90.0
"""Seconds for the first good look at all of them."""


async def _run(
    directory: Path, misdeeds: Sequence[Misdeed], temper: str, capsys: pytest.CaptureFixture[str]
) -> tuple[Daemon, dict[str, Port], float]:
    """Let the program look at each until it has been seen to be bad, then stop it; when that began."""
    papers = Papers(directory)
    ports = {m.name: _port(m, papers, "bad" if temper == "cold" else "good") for m in misdeeds}
    ports |= {name: Port(name, well) for name in HEALTHY}
    for port in ports.values():
        await port.open()
    daemon = Daemon(
        directory, {name: port.url for name, port in ports.items()}, every=EVERY, trust=papers.file
    )
    daemon.kinds = {m.name: m.kind for m in misdeeds}
    try:
        await daemon.start()
        idle = daemon.resident()
        if temper != "cold":
            await daemon.until(lambda _: _read(daemon) == len(ports), BASELINE)
            assert _read(daemon) == len(ports)
        turned = time.time()
        for name, port in ports.items():
            if name not in HEALTHY:
                port.temper = "bad" if temper in ("cold", "warm") else "flapping"
        goal = 3 if temper == "flapping" else 1
        await daemon.until(lambda polls: _told(polls, ports, turned, goal), 90)
        over = daemon.peak - idle
        with capsys.disabled():  # for who looks at a run that went well
            print(f"\n{temper}: {len(misdeeds)} bad servers, {over / 2**20:.0f} MiB over idle at most")
        assert 0 < over < ROOM
        assert await daemon.stop() < 10
    finally:
        await daemon.kill()
        for port in ports.values():
            await port.close()
    return daemon, ports, turned


def _read(daemon: Daemon) -> int:
    """Sources of which a text is on record: a feed's posts are read after it."""
    query = "SELECT count(DISTINCT d.source_id) FROM versions v JOIN documents d ON d.id = v.document_id"
    return int(str(daemon.query(query)[0][0]))


def _port(misdeed: Misdeed, papers: Papers, temper: str) -> Port:
    good = well_fed if misdeed.kind == "feed" else well
    port = Port(misdeed.name, misdeed.behave, good, temper, raw=misdeed.raw, robots=misdeed.robots)
    if misdeed.tls:
        port.scheme = "https"
        port.tls = (
            papers.context(misdeed.tls, lambda: port.temper != "good") if misdeed.tls != "none" else None
        )
    return port


def _told(polls: Sequence[Poll], ports: dict[str, Port], since: float, goal: int) -> bool:
    """Whether every bad server was met so often, and that look is on record."""
    looks: defaultdict[str, int] = defaultdict(int)
    for poll in polls:
        looks[poll.source] += poll.at > since + 0.5
    return all(
        looks[name] >= goal and (port.after or port.good is port.bad or name in HEALTHY)
        for name, port in ports.items()
    )


def _complaints(daemon: Daemon, misdeeds: Sequence[Misdeed], temper: str, turned: float) -> list[str]:
    """What a well-behaved monitor would not have done."""
    said: list[str] = []
    by_source: defaultdict[str, list[Poll]] = defaultdict(list)
    for poll in daemon.polls():
        if poll.at > turned:
            by_source[poll.source].append(poll)
    for misdeed in misdeeds:
        wanted = (misdeed.cold if temper == "cold" else misdeed.reasons) | _BUSY
        got = [poll.reason for poll in by_source[misdeed.name]]
        if not got:
            said.append(f"{misdeed.name}: never recorded")
        elif temper != "flapping" and got[-1] not in wanted:
            said.append(f"{misdeed.name}: {got[-1]!r}, not {sorted(wanted)}")
        elif set(got) - wanted - SAME:
            said.append(f"{misdeed.name}: {sorted(set(got) - wanted - SAME)}, not {sorted(wanted)}")
    said += [
        f"event: {row}"
        for row in daemon.query(
            "SELECT s.name, c.kind, c.reason, w.text FROM changes c LEFT JOIN sources s ON s.id = c.source_id"
            " LEFT JOIN wordings w ON w.id = coalesce(c.old_wording, c.new_wording) WHERE c.note = ''"
        )
    ]
    for name in HEALTHY:
        times = [poll.at for poll in by_source[name]]
        gap = max((b - a - daemon.kept_waiting(a - 0.2, b) for a, b in pairwise(times)), default=0.0)
        if gap > 2 * EVERY * 1.1 + 1:
            said.append(f"{name}: {gap:.1f} s without a look")
    return said


@pytest.mark.slow
@pytest.mark.parametrize("temper", ["cold", "warm", "flapping"])
async def test_no_misdeed_is_news(tmp_path: Path, temper: str, capsys: pytest.CaptureFixture[str]) -> None:
    misdeeds = [one for one in MISDEEDS if temper == "cold" or not one.cold_only]
    daemon, _, turned = await _run(tmp_path, misdeeds, temper, capsys)
    complaints = _complaints(daemon, misdeeds, temper, turned)
    assert not complaints, "\n".join(complaints)
    assert "Traceback" not in (tmp_path / "log").read_text()
