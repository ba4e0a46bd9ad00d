"""Feeds: of everything, of each line, of limitations, of incidents; three formats of each.

The feed of everything holds what is newest; each of the others is complete, its older items in
archive documents, so that every page is told by exactly one complete feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from relnotes.publication.edition import Edition
from relnotes.publish.feeds.formats import ATOM, JSON, RSS, Document, archive_name, told
from relnotes.publish.feeds.items import (
    NEWEST,
    Feed,
    Item,
    archives,
    by_update,
    current,
    identity,
)
from relnotes.publish.jobs import FeedFiles

_KINDS = {"limitation": "known limitations", "incident": "incidents"}


def publish_line_feeds(edition: Edition) -> None:
    """Of the releases of each line, whose pages are finished with the last one."""
    _publish(edition, _of_lines(edition))


def publish_feeds(edition: Edition) -> None:
    """All others, from the items that the other families gave; it comes after them, since the
    pages that they name are read here."""
    _publish(edition, (_of_everything(edition), *_of_kinds(edition)))


def _publish(edition: Edition, feeds: Iterable[tuple[Feed, list[Item]]]) -> None:
    for feed, items in feeds:
        old = archives(items) if feed.is_complete else []
        newest = current(items, old) if feed.is_complete else by_update(items)[:NEWEST]
        names = [ATOM, JSON, *([RSS] if edition.base is not None else [])]
        _print(edition, feed, names, tuple(newest), archived=len(old))
        for number, some in enumerate(old, start=1):
            # It says only whether another follows it, so a full one never changes again.
            following = min(number + 1, len(old))
            _print(edition, feed, [archive_name(number)], some, number, following)


def feeds_of(edition: Edition) -> Iterator[tuple[Feed, list[Item]]]:
    """Every feed that has anything to tell, with all that it could."""
    yield _of_everything(edition)
    yield from _of_lines(edition)
    yield from _of_kinds(edition)


def _of_everything(edition: Edition) -> tuple[Feed, list[Item]]:
    site = edition.site.map
    title = f"{site.project}: everything new"
    return _feed(edition, "", site.front, title, is_complete=False), edition.items


def _of_lines(edition: Edition) -> Iterator[tuple[Feed, list[Item]]]:
    site = edition.site.map
    for line, title in site.lines.items():
        home = site.release_index(line)
        folder = f"releases/{site.folders[line]}/"
        own = [one for one in edition.items if one.kind == "release" and one.line == line]
        if own:
            words = f"{title} releases" if len(site.lines) > 1 else site.heading("releases")
            yield _feed(edition, folder, home, words), own


def _of_kinds(edition: Edition) -> Iterator[tuple[Feed, list[Item]]]:
    for kind, words in _KINDS.items():
        if own := [one for one in edition.items if one.kind == kind]:
            title = edition.site.map.heading(words)
            yield _feed(edition, f"{kind}s/", f"{kind}s/index.md", title), own


def _feed(
    edition: Edition, folder: str, home: str, title: str, *, is_complete: bool = True
) -> Feed:
    name = identity(edition.seed, "feed", folder)
    return Feed(folder, home, name, title, edition.site.map.project, is_complete)


def _print(
    edition: Edition,
    feed: Feed,
    names: Sequence[str],
    items: tuple[Item, ...],
    number: int | None = None,
    archived: int = 0,
) -> None:
    """The formats of one document; `number` is that of an archive."""
    writer = edition.site.writer
    documents = tuple(
        Document(feed, feed.folder + name, items, edition.base, number, archived) for name in names
    )
    paths = [one.path for one in documents]
    texts = [writer.digest_of(one.page) for one in items]
    if edition.keeps(paths, (documents, texts)):
        return
    places = [writer.place(one.page) for one in items]
    files = dict(zip([one.page for one in items], zip(places, texts, strict=True), strict=True))
    known = _told(edition, feed, items) if number is None else {}
    edition.press.take(FeedFiles(documents, files, known), is_long=True)


def _told(edition: Edition, feed: Feed, items: Iterable[Item]) -> dict[str, str]:
    """What the last edition of a feed says of pages that are still as they were."""
    path, writer = feed.folder + JSON, edition.site.writer
    if path not in edition.before.made_from or not writer.is_intact(path):
        return {}
    before = told(writer.read(path))
    return {
        one.id: before[one.id] for one in items if one.id in before and writer.is_kept(one.page)
    }
