"""The history of a git repository of documents, read by git itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from types import TracebackType


class GitError(Exception):
    """Git cannot do what was asked; one line."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One document as one commit left it. `blob` is "" where the commit removed it."""

    path: str
    at: datetime
    blob: str


def history(
    repo: Path, *, glob: str = "*/*.md", since: datetime | None = None, ref: str = ""
) -> dict[str, list[Revision]]:
    """Path → its revisions, oldest first, of paths that match `glob`; GitError names what is wrong."""
    arguments = [
        "log",
        "--reverse",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "--no-merges",
        "-z",
        "--format=%x01%ct",
    ]
    if since is not None:
        arguments.append(f"--since={int(since.timestamp())}")
    arguments.append(ref or _newest_ref(repo))
    found: dict[str, list[Revision]] = {}
    for revision in _revisions(_git(repo, [*arguments, "--"])):
        if fnmatchcase(revision.path, glob):
            earlier = found.setdefault(revision.path, [])
            earlier.append(_after(revision, earlier[-1]) if earlier else revision)
    return found


def _after(revision: Revision, before: Revision) -> Revision:
    """Two commits of one second, or of clocks that disagree, keep their order."""
    if revision.at > before.at:
        return revision
    return Revision(revision.path, before.at + timedelta(microseconds=1), revision.blob)


class Blobs:
    """Reads contents through one `git cat-file --batch`."""

    def __init__(self, repo: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - fixed program, no shell
            ["git", "-C", str(repo), "cat-file", "--batch"],  # noqa: S607 - the user's own git
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Blobs:
        """Ready."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let git go."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def read(self, blob: str) -> bytes:
        """The content of one blob; GitError if git does not have it."""
        assert self._process.stdin is not None  # noqa: S101 - opened with pipes
        assert self._process.stdout is not None  # noqa: S101 - opened with pipes
        self._process.stdin.write(f"{blob}\n".encode())
        self._process.stdin.flush()
        head = self._process.stdout.readline().split()
        if len(head) != 3:
            raise GitError(f"git has no object {blob}")
        body = self._process.stdout.read(int(head[2]))
        self._process.stdout.read(1)
        return body


def _newest_ref(repo: Path) -> str:
    """HEAD, or the only branch of a repository whose HEAD names none (clones of bundles may be so)."""
    try:
        return _git(repo, ["rev-parse", "--verify", "--quiet", "HEAD"]).decode().strip()
    except GitError:
        refs = _git(repo, ["for-each-ref", "--sort=-committerdate", "--format=%(refname)"]).decode().split()
        if not refs:
            raise GitError(f"{repo}: no commit in it") from None
        return refs[0]


def _git(repo: Path, arguments: Sequence[str]) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(repo), *arguments], capture_output=True, check=False)  # noqa: S603, S607 - fixed program, no shell, the user's own git
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(f"{repo}: {said[0] if said else 'git failed'}")
    return done.stdout


def _revisions(log: bytes) -> Iterator[Revision]:
    r"""Read `git log --raw -z`: \x01 and the time, then pairs of ":modes blobs status" and path, by NUL."""
    at = datetime.now(UTC)
    fields = iter(log.split(b"\0"))
    for field in fields:
        text = field.strip(b"\n")
        if text.startswith(b"\x01"):
            at = datetime.fromtimestamp(int(text[1:].split()[0]), UTC)
            text = text[1:].partition(b"\n")[2].strip(b"\n")
        if text.startswith(b":"):
            _, _, _, new, status = text.split()
            path = next(fields).decode(errors="surrogateescape")
            yield Revision(path, at, "" if status == b"D" else new.decode())
