"""Feeds as a reader's program sees them: well formed, dated, each item once and leading somewhere.

Atom is RFC 4287, RSS 2.0 the board's specification, JSON Feed version 1.1.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from relnotes.errors import Problem
from relnotes.verifying.address import Addresses, Inside

_ATOM = "{http://www.w3.org/2005/Atom}"
_JSON_FEED = re.compile(r"\s*\{\s*\"version\"\s*:\s*\"https://jsonfeed\.org/")


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    link: str
    date: str
    title: str


def feed_problems(files: Mapping[str, bytes], addresses: Addresses) -> Iterator[Problem]:
    """`files` are all XML and JSON files of the site; what is no feed is passed over."""
    for path, data in files.items():
        try:
            items = _items(path, data)
        except (etree.XMLSyntaxError, ValueError) as error:
            yield Problem(path, f"this is not well formed: {error}")
            continue
        if items is not None:
            yield from _item_problems(path, items, addresses)


def _items(path: str, data: bytes) -> list[_Item] | None:
    if path.endswith(".json"):
        return (
            _json_items(data) if _JSON_FEED.match(data[:200].decode("utf-8", "replace")) else None
        )
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.tag == f"{_ATOM}feed":
        return [_atom_item(entry) for entry in root.iter(f"{_ATOM}entry")]
    if root.tag == "rss":
        return [
            _Item(*(entry.findtext(name) or "" for name in ("guid", "link", "pubDate", "title")))
            for entry in root.iter("item")
        ]
    return None


def _atom_item(entry: etree._Element) -> _Item:
    links = entry.findall(f"{_ATOM}link")
    link = next(
        (one.get("href") for one in links if one.get("rel", "alternate") == "alternate"), ""
    )
    texts = (entry.findtext(f"{_ATOM}{name}") or "" for name in ("id", "updated", "title"))
    identity, updated, title = texts
    return _Item(identity, link or "", updated, title)


def _json_items(data: bytes) -> list[_Item]:
    feed = json.loads(data)
    return [
        _Item(
            str(one.get("id", "")),
            str(one.get("url", "")),
            str(one.get("date_modified") or one.get("date_published") or ""),
            str(one.get("title", "")),
        )
        for one in feed.get("items", [])
    ]


def _item_problems(path: str, items: list[_Item], addresses: Addresses) -> Iterator[Problem]:
    counts = Counter(item.id for item in items)
    for number, item in enumerate(items, 1):
        where = f"{path}, item {number}"
        if not item.id:
            yield Problem(where, "it has no id, so readers would see it again and again")
        elif counts[item.id] > 1:
            yield Problem(where, f"its id {item.id} is that of another item too")
        if not item.title:
            yield Problem(where, "it has no title")
        if not _is_date(item.date):
            yield Problem(where, f'"{item.date}" is no date that feeds allow')
        target = addresses.of(path, item.link)
        if isinstance(target, Inside) and target.path not in addresses.files:
            yield Problem(where, f"it leads to {item.link}, which is not in the site")


def _is_date(text: str) -> bool:
    try:
        is_iso = text[:4].isdigit()
        found = datetime.fromisoformat(text) if is_iso else parsedate_to_datetime(text)
    except ValueError:
        return False
    return found.tzinfo is not None
