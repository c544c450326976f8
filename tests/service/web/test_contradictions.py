"""What a company says both ways: in the API, on its page and in the comparison."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import Connection

from service.decision import Begin
from service.model import Attribution, Category, SourceKind, SourceSpec, Speaker
from service.store.store import Store
from service.store.watchlist import add_source
from tests.service.web.written import START, Scribe, say

NEVER = "We never disclose customer content to law enforcement."
MAY = "We may disclose customer content to law enforcement when required by law."
RECORDS = "We may disclose subscriber records to law enforcement when required by law."
QUOTED = "We will disclose customer content to law enforcement."


def speak(connection: Connection) -> None:
    """Quillnet's policy promises, its guide takes it back; what others quote does not count."""
    for name, *texts in (("policy", NEVER), ("guide", MAY, RECORDS)):
        add_source(
            connection,
            SourceSpec(name, f"https://{name}.example/", SourceKind.PAGE, company="Quillnet"),
            START,
        )
        said = [say(text, Category.DISCLOSURE, company="Quillnet") for text in texts]
        if name == "guide":
            rumour = Speaker("Ada Quill", "", Attribution.QUOTED)
            said.append(say(QUOTED, Category.DISCLOSURE, company="Quillnet", speaker=rumour))
        begun = tuple(Begin(n, one) for n, one in enumerate(said))
        Scribe(connection).look(name, START + timedelta(hours=1), "\n".join(texts), begun)


@pytest.fixture
async def torn(store: Store) -> Store:
    await store.write(speak)
    return store


async def test_the_api_lists_both_sentences(torn: Store, client: Any) -> None:
    (found,) = (await (await client.get("/api/v1/contradictions?company=quillnet")).json())["items"]

    assert (found["company"], found["categories"]) == ("Quillnet", ["disclosure"])
    assert (found["promise"]["text"], found["promise"]["source"]) == (NEVER, "policy")
    assert (found["other"]["text"], found["other"]["source"]) == (MAY, "guide")
    before = await (await client.get("/api/v1/contradictions?company=Quillnet&as_of=2020-01-01")).json()
    assert before == {"items": [], "next": None}


async def test_the_answer_is_what_is_described(torn: Store, client: Any) -> None:
    document = await (await client.get("/openapi.json")).json()
    answers = document["paths"]["/api/v1/contradictions"]["get"]["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    answer = await (await client.get("/api/v1/contradictions?company=Quillnet")).json()

    Draft202012Validator({**schema, "components": document["components"]}).validate(answer)


async def test_the_company_must_be_named(torn: Store, client: Any) -> None:
    answer = await client.get("/api/v1/contradictions")

    assert answer.status == 400
    assert (await answer.json())["parameter"] == "company"


async def test_the_pages_show_both_sentences(torn: Store, client: Any) -> None:
    text = await (await client.get("/companies/Quillnet")).text()
    section = text.partition('class="contradictions"')[2].partition("</section>")[0]
    assert NEVER in section
    assert MAY in section
    assert RECORDS not in section
    assert "Quillnet, Disclosure: both ways" in await (await client.get("/compare")).text()


async def test_who_does_not_contradict_himself_has_no_such_section(client: Any) -> None:
    assert "Said both ways" not in await (await client.get("/companies/Harborlight")).text()
