"""Companies, documents, versions and their bytes."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator


async def harborlight(client: Any) -> dict[str, Any]:
    listed = await (await client.get("/api/v1/documents?company=harborlight")).json()
    found: dict[str, Any] = listed["items"][0]
    return found


async def test_companies_by_name(client: Any) -> None:
    listed = await (await client.get("/api/v1/companies")).json()

    assert [one["name"] for one in listed["items"]] == ["Harborlight", "Quillnet", "Tessellate <&> Söhne"]
    assert (listed["items"][0]["assurances"], listed["items"][0]["changes"]) == (1, 2)
    link = listed["items"][2]["links"]["changes"].removeprefix("https://record.example")
    assert len((await (await client.get(link)).json())["items"]) == 2


async def test_companies_in_parts(client: Any) -> None:
    first = await (await client.get("/api/v1/companies?limit=2")).json()
    rest = await (await client.get(f"/api/v1/companies?limit=2&cursor={first['next']}")).json()

    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]
    assert (await client.get("/api/v1/companies?cursor=bm9ib2R5")).status == 400
    assert (await client.get("/api/v1/companies?cursor=%F0")).status == 400


async def test_documents_and_their_versions(client: Any) -> None:
    document = await harborlight(client)

    assert document["versions"] == 3
    assert document["checked"] == "2026-11-22T09:00:00Z"
    one = await (await client.get(f"/api/v1/documents/{document['id']}")).json()
    assert one["checks"] == 3
    path = f"/api/v1/documents/{document['id']}/versions"
    listed = await (await client.get(path)).json()
    assert [version["number"] for version in listed["items"]] == [3, 2, 1]
    first = await (await client.get(f"{path}?limit=2")).json()
    rest = await (await client.get(f"{path}?limit=2&cursor={first['next']}")).json()
    assert [version["number"] for version in rest["items"]] == [1]


async def test_a_version_can_be_checked_by_anybody(client: Any) -> None:
    document = await harborlight(client)
    listed = await (await client.get(f"/api/v1/documents/{document['id']}/versions")).json()
    version = await (await client.get(f"/api/v1/versions/{listed['items'][0]['id']}")).json()

    raw = await client.get(f"/api/v1/versions/{version['id']}/raw")
    text = await client.get(f"/api/v1/versions/{version['id']}/text")

    assert hashlib.sha256(await raw.read()).hexdigest() == version["sha256"]
    assert hashlib.sha256(await text.read()).hexdigest() == version["text_sha256"]
    assert version["headers"] == [["Content-Type", "text/html"], ["X-Odd", "<i>&"]]
    assert version["links"]["previous"].endswith(listed["items"][1]["id"])


async def test_strangers_bytes_are_only_ever_a_sandboxed_download(client: Any) -> None:
    document = await harborlight(client)
    listed = await (await client.get(f"/api/v1/documents/{document['id']}/versions")).json()
    path = f"/api/v1/versions/{listed['items'][0]['id']}"

    raw, text = await client.get(f"{path}/raw"), await client.get(f"{path}/text")

    assert raw.content_type == "application/octet-stream"
    assert raw.headers["Content-Disposition"].startswith("attachment; filename=")
    for answer in (raw, text):
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert raw.headers["ETag"] == f'"{listed["items"][0]["sha256"]}"'
    again = await client.get(f"{path}/raw", headers={"If-None-Match": raw.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    "path",
    [
        "documents/doc_x",
        "documents/doc_x/versions",
        "versions/v",
        "versions/v/raw",
        "versions/v/text",
        "nothing",
    ],
)
async def test_what_is_not_there_is_a_problem(client: Any, path: str) -> None:
    answer = await client.get(f"/api/v1/{path}")

    assert answer.status == 404
    assert (await answer.json(content_type="application/problem+json"))["status"] == 404


@pytest.mark.parametrize("query", ["documents?cursor=../x", "documents?x=1", "documents?limit=-1"])
async def test_bad_parameters_of_documents(client: Any, query: str) -> None:
    assert (await client.get(f"/api/v1/{query}")).status == 400


async def test_the_evidence_of_a_change_in_one_file(client: Any, tmp_path: Path) -> None:
    (found,) = (await (await client.get("/api/v1/changes?kind=weakened")).json())["items"]
    path = f"/api/v1/changes/{found['id']}/evidence"
    answer = await client.get(path)

    assert found["links"]["bundle"].endswith(path)
    assert answer.content_type == "application/zip"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    with zipfile.ZipFile(io.BytesIO(await answer.read())) as packed:
        assert {"README.txt", "SHA256SUMS", "change.json", "evidence.warc.gz"} < set(packed.namelist())
        packed.extractall(tmp_path)
    checker = [sys.executable, "-m", "warcio.cli", "check", str(tmp_path / "evidence.warc.gz")]
    assert subprocess.run(checker, check=False).returncode == 0  # noqa: ASYNC221 - a second, and nobody waits
    with (tmp_path / "evidence.warc.gz").open("rb") as stream:
        bodies = [r.content_stream().read() for r in ArchiveIterator(stream) if r.rec_type == "response"]
    assert bodies == [(tmp_path / "raw" / f"{name}.html").read_bytes() for name in ("previous", "current")]
    assert (await client.get("/api/v1/changes/chg_none/evidence")).status == 404
