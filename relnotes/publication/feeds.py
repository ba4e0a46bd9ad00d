"""Feeds: of everything, of each line, of limitations, of incidents; three formats of each.

The feed of everything holds what is newest; each of the others is complete, its older items in
archive documents, so that every page is told by exactly one complete feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

from relnotes.publication.edition import Edition
from relnotes.publish.feed_items import (
    NEWEST,
    Feed,
    Item,
    archives,
    by_update,
    current,
    identity,
)
from relnotes.publish.feeds import (
    ATOM,
    JSON,
    RSS,
    Document,
    Read,
    archive_name,
    atom,
    json_feed,
    rss,
)

_KINDS = {"limitation": "known limitations", "incident": "incidents"}


def publish_feeds(edition: Edition) -> None:
    """From the items that the other families gave; it comes after them."""
    edition.press.finish()  # the pages are read here

    @cache
    def read(page: str) -> str:
        return edition.site.writer.read(page).decode()

    for feed, items in feeds_of(edition):
        old = archives(items) if feed.is_complete else []
        newest = current(items, old) if feed.is_complete else by_update(items)[:NEWEST]
        for name, write in _formats(edition):
            path = feed.folder + name
            document = Document(feed, path, tuple(newest), edition.base, archives=len(old))
            _put(edition, document, write, read)
        for number, some in enumerate(old, start=1):
            path = feed.folder + archive_name(number)
            document = Document(feed, path, some, edition.base, number, len(old))
            _put(edition, document, atom, read)


def feeds_of(edition: Edition) -> Iterator[tuple[Feed, list[Item]]]:
    """Every feed that has anything to tell, with all that it could."""
    items, site = edition.items, edition.site.map
    yield (
        _feed(edition, "", site.front, f"{site.project}: everything new", is_complete=False),
        items,
    )
    for line, title in site.lines.items():
        home = site.release_index(line)
        folder = f"releases/{site.folders[line]}/"
        own = [one for one in items if one.kind == "release" and one.line == line]
        if own:
            yield _feed(edition, folder, home, f"{title} releases"), own
    for kind, words in _KINDS.items():
        if own := [one for one in items if one.kind == kind]:
            home = f"{kind}s/index.md"
            yield _feed(edition, f"{kind}s/", home, f"{site.project} {words}"), own


def _feed(
    edition: Edition, folder: str, home: str, title: str, *, is_complete: bool = True
) -> Feed:
    name = identity(edition.seed, "feed", folder)
    return Feed(folder, home, name, title, edition.site.map.project, is_complete)


Write = Callable[[Document, Read], bytes]


def _formats(edition: Edition) -> Iterator[tuple[str, Write]]:
    yield ATOM, atom
    yield JSON, json_feed
    if edition.base is not None:
        yield RSS, rss


def _put(edition: Edition, document: Document, write: Write, read: Read) -> None:
    texts = [edition.site.writer.digest_of(one.page) for one in document.items]
    edition.put_from(document.path, (document, texts), partial(write, document, read))
