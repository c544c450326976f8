"""Addresses of things, absolute, as answers and feeds carry them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit


@lru_cache(maxsize=1024)
def part(text: str) -> str:
    """One path segment."""
    return quote(text, safe="")


def web_link(url: str) -> str:
    """A stranger's address if it is http(s) and can be linked to, "" otherwise."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


@dataclass(frozen=True, slots=True)
class Links:
    """Builds links that begin with `base`."""

    base: str

    @property
    def api(self) -> str:
        return f"{self.base}/api/v1"

    def change(self, change_id: str) -> dict[str, str]:
        at = f"{self.api}/changes/{change_id}"
        return {"self": at, "change": f"{self.base}/changes/{change_id}", "bundle": f"{at}/evidence"}

    def version(self, version_id: str) -> dict[str, str]:
        at = f"{self.api}/versions/{version_id}"
        return {"self": at, "raw": f"{at}/raw", "text": f"{at}/text"}

    def document(self, document_id: str) -> dict[str, str]:
        at = f"{self.api}/documents/{document_id}"
        return {"self": at, "versions": f"{at}/versions", "page": f"{self.base}/documents/{document_id}"}

    def company_page(self, name: str) -> str:
        return f"{self.base}/companies/{part(name)}" if name else ""

    def company(self, name: str) -> dict[str, str]:
        asked = f"company={part(name)}"
        return {
            "assurances": f"{self.api}/assurances?{asked}",
            "changes": f"{self.api}/changes?{asked}",
            "page": self.company_page(name),
            "feed": f"{self.base}/feeds/changes.atom?{asked}",
        }

    def source(self, name: str) -> dict[str, str]:
        at = f"{self.api}/sources/{part(name)}"
        return {"self": at, "poll": f"{at}/poll", "changes": f"{self.api}/changes?source={part(name)}"}

    def subscription(self, subscription_id: str) -> dict[str, str]:
        at = f"{self.api}/subscriptions/{subscription_id}"
        return {"self": at, "deliveries": f"{at}/deliveries"}
