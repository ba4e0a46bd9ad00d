"""What a feed tells: an item a page, dated by git and the records, with an id for ever. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

import msgspec

NEWEST = 50  # items of a feed document
_ROOT = uuid5(NAMESPACE_URL, "relnotes")


class Item(msgspec.Struct, frozen=True):
    """A page as feeds tell it; its text is read from the page."""

    kind: str  # release, limitation, incident
    line: str | None
    page: str  # path below the docs folder
    id: str  # urn:uuid:…
    title: str
    published: str  # ISO 8601, a day or a time
    updated: str
    summary: str
    tags: tuple[str, ...] = ()
    is_open: bool = False  # an incident that is not over, a limitation that still holds


class Feed(msgspec.Struct, frozen=True):
    """A feed: where its documents stand, and what they are about."""

    folder: str  # "" or ending with a slash
    home: str  # the page that it belongs to
    id: str
    title: str
    author: str
    is_complete: bool  # whether older items stand in archive documents


def identity(seed: str, kind: str, *names: str) -> str:
    """An id that no change of the site's address or title touches; `seed` is its first commit.

    A UUID by name (RFC 9562, version 5), spelt here because the object costs three times as much.
    """
    name = "\0".join((seed, kind, *names))
    digest = bytearray(sha1(_ROOT.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@lru_cache(maxsize=1 << 14)  # pages and feeds ask for the same ones again and again
def instant(text: str) -> datetime:
    """A day is its first moment in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def latest(dates: Iterable[str | None], default: str) -> str:
    """The latest of some days and times."""
    return max((one for one in (default, *dates) if one), key=instant)


def by_update(items: Iterable[Item]) -> list[Item]:
    """What changed last comes first; equal ones by id."""
    return sorted(items, key=lambda one: (instant(one.updated), one.id), reverse=True)


def archives(items: Iterable[Item]) -> list[tuple[Item, ...]]:
    """The items that are no longer in the feed itself, oldest first, in full documents.

    A document that is full never gets another item, so that it can be kept for ever.
    """
    ordered = sorted(items, key=lambda one: (instant(one.published), one.id))
    full = max(len(ordered) - NEWEST // 2, 0) // NEWEST
    return [tuple(ordered[at * NEWEST : (at + 1) * NEWEST]) for at in range(full)]


def current(items: Sequence[Item], archived: Sequence[Sequence[Item]]) -> list[Item]:
    """What the feed itself holds: all that is in no archive, and what was updated since then."""
    old = {one.id for document in archived for one in document}
    fresh = [one for one in items if one.id not in old]
    if not fresh:
        return by_update(items)[:NEWEST]
    since = min(instant(one.published) for one in fresh)
    again = [one for one in items if one.id in old and instant(one.updated) >= since]
    return by_update([*fresh, *by_update(again)[:NEWEST]])
