"""JSON Feed 1.1 as types (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

from typing import Literal

from service.web.shapes import Shape, Time


class FeedAuthor(Shape):
    """JSON Feed: an author."""

    name: str


class FeedHub(Shape):
    """JSON Feed: who pushes it."""

    type: str
    url: str


class FeedItem(Shape):
    """JSON Feed: an item."""

    id: str
    url: str
    external_url: str
    title: str
    content_html: str
    content_text: str
    date_published: Time
    tags: list[str]
    authors: list[FeedAuthor]


class JsonFeed(Shape):
    """JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""

    version: Literal["https://jsonfeed.org/version/1.1"] = "https://jsonfeed.org/version/1.1"
    title: str
    description: str
    home_page_url: str
    feed_url: str
    next_url: str | None = None
    hubs: list[FeedHub] | None = None
    language: str = "en"
    authors: list[FeedAuthor]
    items: list[FeedItem]
