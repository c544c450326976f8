"""Stored bytes elsewhere: on S3-compatible storage or in a folder, by URL.

A blob's compressed bytes are one object, named by their own SHA-256: written once, never changed. Credentials and
endpoint are the storage's usual variables (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, …), which the library reads.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import unquote

from service.store.errors import StoreError

SCHEMES = ("s3", "file")
AT_ONCE = 16
AT_HAND = 64 * 2**20
"""Bytes of objects that are kept in memory: the versions that the next look is set against."""
PATIENCE = timedelta(seconds=20)
LISTED = 1000


SIGNS = "records"
SIGN = b"A record of onrecord keeps bytes here. What is deleted here is evidence that it does not have elsewhere.\n"
_OURS = re.compile(r"(?P<two>[0-9a-f]{2})/(?P<name>(?P=two)[0-9a-f]{62})")


@dataclass(frozen=True, slots=True)
class Object:
    """A blob's object: `name` as bytes have it on record, `size` in bytes, `at`: when it was written last."""

    name: bytes
    size: int
    at: datetime


class Depot:
    """One storage. Its functions block; StoreError names the storage and what it said."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._store = _open(url)
        self._near: OrderedDict[bytes, bytes] = OrderedDict()
        self._size, self._lock = 0, Lock()

    def put(self, packed: bytes) -> bytes:
        """Store these bytes and read them back; returns their name."""
        name = hashlib.sha256(packed).digest()
        try:
            self._store.put(_path(name), packed)
        except Exception as error:  # obstore's errors have no common class but this
            raise self._error(error) from error
        if self._fetch(name) != packed:
            raise StoreError(f"blobs {self.url}: what was written is not what is read back")
        self._keep(name, packed)
        return name

    def get(self, names: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """The bytes by their names, each checked against it."""
        found = {name: near for name in names if (near := self._at_hand(name)) is not None}
        far = [name for name in names if name not in found]
        if far:
            with ThreadPoolExecutor(min(AT_ONCE, len(far))) as pool:
                found.update(zip(far, pool.map(self._fetch, far), strict=True))
            for name in far:
                self._keep(name, found[name])
        return found

    def has_near(self, name: bytes) -> bool:
        """Whether it can be had without asking anybody."""
        return name in self._near

    def objects(self) -> Iterator[Sequence[Object]]:
        """All blobs that lie there, `LISTED` at a time. What has another kind of name is not ours."""
        try:
            for listed in self._store.list(chunk_size=LISTED):
                yield [
                    Object(bytes.fromhex(found["name"]), one["size"], one["last_modified"])
                    for one in listed
                    if (found := _OURS.fullmatch(one["path"]))
                ]
        except Exception as error:
            raise self._error(error) from error

    def delete(self, names: Sequence[bytes]) -> None:
        """They are gone afterwards, whether they were there or not."""
        try:
            self._store.delete([_path(name) for name in names])
        except FileNotFoundError:  # a folder's: nothing after the missing one was deleted
            for name in names if len(names) > 1 else ():
                self.delete([name])
        except Exception as error:
            raise self._error(error) from error
        with self._lock:
            for name in names:
                self._size -= len(self._near.pop(name, b""))

    def leave_sign(self, name: str) -> None:
        """Say that the record of this name uses the storage."""
        try:
            self._store.put(f"{SIGNS}/{name}", SIGN)
        except Exception as error:
            raise self._error(error) from error

    def signs(self) -> set[str]:
        """The names of the records that use it."""
        try:
            return {
                one["path"].rpartition("/")[2] for listed in self._store.list(prefix=SIGNS) for one in listed
            }
        except Exception as error:
            raise self._error(error) from error

    def _fetch(self, name: bytes) -> bytes:
        try:
            packed = bytes(self._store.get(_path(name)).bytes())
        except FileNotFoundError as error:
            raise StoreError(f"blobs {self.url}: {_path(name)} is missing") from error
        except Exception as error:
            raise self._error(error) from error
        if hashlib.sha256(packed).digest() != name:
            raise StoreError(f"blobs {self.url}: {_path(name)} is damaged: its hash differs")
        return packed

    def _at_hand(self, name: bytes) -> bytes | None:
        with self._lock:
            if name in self._near:
                self._near.move_to_end(name)
            return self._near.get(name)

    def _keep(self, name: bytes, packed: bytes) -> None:
        with self._lock:
            if name not in self._near:
                self._near[name] = packed
                self._size += len(packed)
            while self._size > AT_HAND:
                self._size -= len(self._near.popitem(last=False)[1])

    def _error(self, error: Exception) -> StoreError:
        said = str(error).strip().splitlines() or [type(error).__name__]
        return StoreError(f"blobs {self.url}: {said[0][:300]}")


@cache
def depot(url: str) -> Depot:
    """The storage of that URL; StoreError if it cannot be used."""
    return Depot(url)


def _path(name: bytes) -> str:
    digits = name.hex()
    return f"{digits[:2]}/{digits}"


def _open(url: str) -> Any:
    try:
        from obstore import store  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise StoreError(f'bytes at {url} need the extra "s3": pip install "onrecord[s3]"') from error
    try:
        if url.startswith("file://"):
            return store.LocalStore(unquote(url.removeprefix("file://")), mkdir=True)
        return store.S3Store.from_url(
            url,
            # An endpoint without TLS is one that somebody has named.
            client_options={
                "timeout": PATIENCE,
                "connect_timeout": timedelta(seconds=5),
                "allow_http": True,
            },
            retry_config={"max_retries": 2, "retry_timeout": PATIENCE},
        )
    except Exception as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise StoreError(f"blobs {url}: {said[0][:300]}") from error
