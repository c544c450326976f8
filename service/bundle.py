"""The evidence of one change, put together so that somebody else can check it without this program."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from service import __version__
from service.diff.words import word_diff
from service.events import stamp
from service.store.chain import SEAL_BYTES, Facts, Mark, payload
from service.store.dossier import ChangeDossier, change_dossier
from service.store.errors import StoreError
from service.store.evidence import polls, raw_bytes, text
from service.store.tables import MarkRow
from service.store.views import SideView, VersionView

marks = MarkRow.__table__

_ENDINGS = {"html": "html", "pdf": "pdf", "feed": "xml", "markdown": "md", "text": "txt", "pgp": "txt"}
_ENCODINGS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""What no longer holds of a body as it is stored: unpacked and whole."""

README = """Evidence of one change, recorded by onrecord {program}
{line}

{summary}

What is here
  change.json      the change: both sentences, why it is called what it is called, times, hashes, its place in the
                   hash chain of the record, and which version of the reader (the detector) found it
  evidence.warc.gz both versions as they were received, with the server's headers, as a web archive (ISO 28500)
  raw/             the same bytes as files
  text/            the text that was read out of them, from which the sentences come
  SHA256SUMS       the SHA-256 of every file but itself

How to check it
  1. sha256sum --check SHA256SUMS
       The files are those that were packed. The SHA-256 of each file in raw/ and text/ also stands in change.json.
  2. warcio check evidence.warc.gz        (pip install warcio; any other WARC tool will do)
       The archive is whole. The Content-Encoding and Transfer-Encoding that the server used are kept as
       X-Archive-Orig-... headers, since the bytes are stored unpacked.
  3. grep the sentence in text/ and look at raw/ with a text editor. Don't open strangers' pages in a browser.
  4. For each entry of "chain" in change.json: the first {seal_bytes} bytes of
       SHA-256(seal before, as bytes + "payload", as UTF-8) are its "seal".
     "payload" names the look (number, watch, time in microseconds since 1970 UTC, outcome, status, reason) and the
     SHA-256 of what it brought. Ask the holder of the record, or anybody who noted a later seal, to run
     `onrecord verify --expect LINK:SEAL` on it.

What it does not prove
  That the server said so to everybody, or that the holder of the record did not make it all up. Compare with an
  archive of somebody else's, such as those at https://web.archive.org/ and https://archive.today/.
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Relative path → bytes."""

    files: dict[str, bytes]

    def packed(self) -> bytes:
        """As a ZIP, the same for the same files."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in sorted(self.files.items()):
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()


def evidence_bundle(connection: Connection, change_id: str) -> Bundle:
    """Everything on record about a change; StoreError if there is no such change or its evidence is damaged."""
    dossier = change_dossier(connection, change_id)
    if dossier is None:
        raise StoreError(f"there is no change {change_id!r}")
    sides = [
        (n, v) for n, v in (("previous", dossier.previous), ("current", dossier.version)) if v is not None
    ]
    files: dict[str, bytes] = {}
    bodies: list[tuple[VersionView, bytes]] = []
    for name, version in sides:
        body = raw_bytes(connection, version.id) or b""
        bodies.append((version, body))
        files[f"raw/{name}.{_ENDINGS.get(version.media, 'bin')}"] = body
        files[f"text/{name}.txt"] = (text(connection, version.id) or "").encode()
    looks = [_look(connection, version) for _, version in sides]
    about = _about(dossier, dict(sides), [*filter(None, (*looks, _change_look(connection, dossier, looks)))])
    files["change.json"] = json.dumps(about, ensure_ascii=False, indent=2).encode()
    files["evidence.warc.gz"] = _warc(bodies, about)
    files["README.txt"] = _readme(dossier).encode()
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    return Bundle(files)


def _about(
    dossier: ChangeDossier, sides: dict[str, VersionView], looks: list[dict[str, Any]]
) -> dict[str, Any]:
    change = dossier.change
    diff = word_diff(change.old.text, change.new.text) if change.old and change.new else ()
    return {
        "tool": {"name": "onrecord", "version": __version__},
        "change": {
            "id": change.id,
            "kind": change.kind,
            "company": change.company,
            "categories": [category.value for category in change.categories],
            "observed": stamp(change.observed_at),
            "last_seen": stamp(change.last_seen_at),
            "score": change.score,
            "reason": change.reason,
            "note": change.note,
            "source": change.source,
            "assurance": change.assurance,
            "old": _side(change.old),
            "new": _side(change.new),
            "diff": [{"op": segment.op, "text": segment.text} for segment in diff],
        },
        "document": {"id": change.document_id, "url": change.document_url, "title": change.document_title},
        "versions": {name: _version(version) for name, version in sides.items()},
        "chain": looks,
    }


def _side(side: SideView | None) -> dict[str, str] | None:
    if side is None:
        return None
    return {
        "text": side.text,
        "exception": side.exception,
        "heading": side.heading,
        "speaker": side.speaker.name,
        "speaker_role": side.speaker.role,
        "attribution": side.speaker.attribution.value,
    }


def _version(version: VersionView) -> dict[str, Any]:
    return {
        "id": version.id,
        "number": version.number,
        "observed": stamp(version.observed_at),
        "url": version.final_url or version.url,
        "title": version.title,
        "published": stamp(version.published),
        "media": version.media,
        "headers": [list(pair) for pair in version.headers],
        "sha256": version.sha256,
        "text_sha256": version.text_sha256,
        "read_from": version.basis,
        "detector": version.reader,
    }


# ------------------------------------------------------------------ the chain


def _look(connection: Connection, version: VersionView) -> dict[str, Any] | None:
    """The look that brought a version, as it was sealed; None if it was before there was a chain."""
    link = connection.execute(select(marks.c.link).where(marks.c.thing == version.id)).scalar()
    return None if link is None else _sealed(connection, link)


def _change_look(
    connection: Connection, dossier: ChangeDossier, known: list[dict[str, Any] | None]
) -> dict[str, Any] | None:
    """The look that the change was recorded in, where it is another one: a withdrawal that later looks confirmed."""
    link = connection.execute(select(marks.c.link).where(marks.c.thing == dossier.change.id)).scalar()
    if link is None or any(look and look["link"] == link for look in known):
        return None
    return _sealed(connection, link)


def _sealed(connection: Connection, link: int) -> dict[str, Any]:
    row = connection.execute(select(polls).where(polls.c.link == link)).one()
    before = connection.execute(select(polls.c.seal).where(polls.c.link == link - 1)).scalar()
    brought = [
        Mark(mark.thing, mark.digest)
        for mark in connection.execute(select(marks).where(marks.c.link == link))
    ]
    facts = Facts(row.watch_id, row.at, row.outcome, row.status, row.reason)
    return {
        "link": link,
        "at": stamp(row.at),
        "seal_before": (before or bytes(SEAL_BYTES)).hex(),
        "payload": payload(link, facts, brought).decode(),
        "seal": row.seal.hex(),
    }


# ------------------------------------------------------------------ the archive and the words


def _warc(bodies: list[tuple[VersionView, bytes]], about: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    info = {"software": f"onrecord/{__version__}", "format": "WARC File Format 1.0"}
    writer.write_record(writer.create_warcinfo_record("evidence.warc.gz", info))
    for version, body in bodies:
        writer.write_record(_received(writer, version, body))
    data = json.dumps(about, ensure_ascii=False).encode()
    url = about["document"]["url"]
    writer.write_record(
        writer.create_warc_record(
            url, "metadata", payload=io.BytesIO(data), length=len(data), warc_content_type="application/json"
        )
    )
    return buffer.getvalue()


def _received(writer: WARCWriter, version: VersionView, body: bytes) -> Any:
    """A response; or a resource, of what did not come over HTTP (an imported history)."""
    if not (version.final_url or version.url).startswith(("http://", "https://")):
        return writer.create_warc_record(
            version.final_url or version.url,
            "resource",
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type="application/octet-stream",
            warc_headers_dict={"WARC-Date": _warc_date(version.observed_at)},
        )
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _ENCODINGS else name, " ".join(value.split()))
        for name, value in version.headers
    ]
    headers.append(("Content-Length", str(len(body))))
    return writer.create_warc_record(
        version.final_url or version.url,
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": _warc_date(version.observed_at)},
    )


def _warc_date(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _readme(dossier: ChangeDossier) -> str:
    title = f"Evidence of one change, recorded by onrecord {__version__}"
    return README.format(
        program=__version__,
        line="=" * len(title),
        summary="\n".join(_summary(dossier)),
        seal_bytes=SEAL_BYTES,
    )


def _summary(dossier: ChangeDossier) -> Iterator[str]:
    change = dossier.change
    yield f"{change.company or change.source}: {change.kind}, observed {stamp(change.observed_at)}"
    yield f"in {change.document_url}"
    if change.old:
        yield f"\nBefore: {change.old.text}"
    if change.new:
        yield f"\nNow:    {change.new.text}"
    if change.reason:
        yield f"\nWhy:    {change.reason}"
