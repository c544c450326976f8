"""Events to tell of, and how a letter is read."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

BASE = "https://onrecord.example"
OLD = "We will notify you before we hand over your data to any authority."
NEW = "We may notify you before we hand over your data to any authority, unless the law forbids it."
HOSTILE = "<script>alert(1)</script>\r\nBcc: eve@example.net\x00\u202e\ud800 & \"'"


def event(
    kind: str = "weakened", *, company: str = "Quillnet", sequence: int = 42, **data: Any
) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"evt_{sequence}",
        "type": f"onrecord.assurance.{kind}",
        "source": "/sources/quillnet-privacy",
        "subject": company,
        "time": "2026-11-22T12:00:00Z",
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "data": {
            "kind": kind,
            "company": company,
            "categories": ["notice"],
            "old": None if kind == "new" else {"text": OLD, "exception": ""},
            "new": None if kind == "withdrawn" else {"text": NEW, "exception": "unless the law forbids it"},
            "speaker": {"name": "Ada Quill", "role": "General Counsel", "attribution": "quoted"},
            "document": {
                "url": "https://quillnet.example/privacy",
                "title": "Privacy notice",
                "published": "2026-11-20T08:30:00Z",
                "observed": "2026-11-22T12:00:00+01:00",
                "version": 7,
                "previous_version": 6,
            },
            "reason": "“will” became “may”",
            "score": 0.93,
            "links": {
                "change": f"{BASE}/changes/chg_{sequence}",
                "evidence": f"{BASE}/api/v1/versions/ver_7",
            },
            **data,
        },
    }


class Page(HTMLParser):
    """The words of a page, its links, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marks: dict[str, list[str]] = {"del": [], "ins": []}
        self._open: list[str] = []
        self.feed(html)
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._open and self._open[-1] in self.marks:
            self.marks[self._open[-1]].append(data)


def flat(text: str) -> str:
    return " ".join(text.split())
