"""Daemons that need no start of Python: forked from a process that has loaded the program and read a page with it.

A thousand starts cost an hour of importing otherwise. A forked daemon reads pages in a thread of its own process; all
else is as installed. `python -m benchmarks.nursery` takes the name of a folder a line, runs `onrecord run --data-dir
data` in it, says `pid N`, hands on what the daemon says, and says `dead` when it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from unittest import mock

from service import app
from service.cli.daemon import serve
from service.cli.options import read_settings
from service.cli.program import program
from service.process.logs import configure

PAGE = "<main><p>We notify users {} days before we disclose their data to a government.</p></main>"
DEAD, PID = "dead", "pid"


def warm() -> None:
    """Load what is loaded late: the detector, the comparison."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(None):
        names = [Path(folder) / f"{days}.html" for days in (1, 2)]
        for days, name in enumerate(names):
            name.write_text(PAGE.format(days))
        program.main(["diff", *map(str, names)], standalone_mode=False)


def live(home: Path) -> None:
    """Be the daemon of one folder, as leader of a group of processes."""
    os.setsid()
    os.chdir(home)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    settings = read_settings(None, data_dir=Path("data"), listen=None)
    configure(verbose=False)
    with mock.patch.object(app, "_workers", return_value=0):
        asyncio.run(serve(settings))


def say(text: str) -> None:
    """One line, at once."""
    os.write(1, f"{text}\n".encode())


def main() -> None:
    """Until nobody asks any more."""
    warm()
    say("ready")
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            code = 1
            try:
                live(Path(line.strip()))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(code)
        say(f"{PID} {pid}")
        os.waitpid(pid, 0)
        say(DEAD)


if __name__ == "__main__":
    main()
