"""Write feeds as Atom (RFC 4287, archives by RFC 5005), RSS 2.0 and JSON Feed 1.1.

Every item carries the text of its page; what is folded away there is named only. With an address
of the site all links are absolute; without one they are relative to the document, which Atom and
JSON Feed allow and RSS does not.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.utils import format_datetime
from functools import lru_cache, partial
from html import escape
from typing import Any

import msgspec

from relnotes.publish.escaping import printable
from relnotes.publish.feeds.items import NEWEST, Feed, Item, instant, latest
from relnotes.publish.feeds.page_html import page_html
from relnotes.publish.sitemap import relative

ATOM, RSS, JSON = "atom.xml", "rss.xml", "feed.json"

_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
_HTML = ' type="html"'
_NO_LINK = ' isPermaLink="false"'
_EMPTY = "1970-01-01"

Tell = Callable[["Document", Item], str]  # the text of an item as HTML for a document


class Document(msgspec.Struct, frozen=True):
    """One file of a feed: its items, and the archive documents beside it."""

    feed: Feed
    path: str
    items: tuple[Item, ...]
    base: str | None  # address of the site, ending with a slash
    archive: int | None = None  # its number, counted from 1; None: the feed itself
    archives: int = 0  # how many there are; of an archive, up to the one after it

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path)

    def address(self, target: str) -> str:
        """A file or a page of the site as this document writes it."""
        return _address(target, self.folder, self.base)


def archive_name(number: int) -> str:
    return f"atom-archive-{number:04}.xml"


def page_address(target: str) -> str:
    """The address of a page below the site's: "releases/v1.md" is "releases/v1/"."""
    path, mark, anchor = target.partition("#")
    if path.endswith(".md"):
        folder, _, name = path.removesuffix(".md").rpartition("/")
        last = "" if name in ("index", "README") else f"{name}/"
        path = f"{folder}/{last}" if folder else last
    return f"{path}{mark}{anchor}"


def content(document: Document, item: Item, text: str) -> str:
    """A whole page, which is Markdown, as HTML, its links as the document needs them."""
    return content_of(item.page, text, document.folder, document.base)


def told(document: bytes) -> dict[str, str]:
    """The content of every item of a feed.json, by the id of the item."""
    return {one.id: one.content_html for one in _TOLD.decode(document).items}


class _ToldItem(msgspec.Struct, frozen=True):
    id: str
    content_html: str


class _Told(msgspec.Struct, frozen=True):
    items: tuple[_ToldItem, ...]


_TOLD = msgspec.json.Decoder(_Told)


@lru_cache(maxsize=2 * NEWEST)  # the formats of a feed hold the same
def content_of(page: str, text: str, folder: str, base: str | None) -> str:
    """The same for a document in `folder`; `base` is the address of the site."""
    return printable(page_html(text, partial(_target, page, folder, base)))


def _target(page: str, here: str, base: str | None, link: str) -> str:
    if ":" in link.partition("/")[0]:
        return link
    path, mark, anchor = link.partition("#")
    wanted = _resolved(page.rpartition("/")[0], path) if path else page
    return _address(f"{wanted}{mark}{anchor}", here, base)


@lru_cache(maxsize=1 << 12)  # the lists, and neighbours that name each other
def _resolved(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


@lru_cache(maxsize=1 << 12)
def _address(target: str, folder: str, base: str | None) -> str:
    pretty = page_address(target)
    if base is not None:
        return base + pretty
    up = "../" * (folder.count("/") + 1) if folder else ""
    return (relative(pretty, folder) if pretty else up) or "./"


# -- Atom ----------------------------------------------------------------------------------------


def atom(document: Document, tell: Tell) -> bytes:
    feed = document.feed
    lines = [
        f'<feed xmlns="{_ATOM}" xmlns:fh="{_HISTORY}">',
        f" {_element('id', feed.id)}",
        f" {_element('title', feed.title)}",
        f" {_element('updated', _stamp(_updated(document.items)))}",
        " <author>",
        f"  {_element('name', feed.author)}",
        " </author>",
        f" {_link('self', document.address(document.path), 'application/atom+xml')}",
        f" {_link('alternate', document.address(feed.home), 'text/html')}",
    ]
    for name, target in _neighbours(document):
        address = document.address(feed.folder + target)
        lines.append(f" {_link(name, address, 'application/atom+xml')}")
    if document.archive:
        lines.append(" <fh:archive />")
    for item in document.items:
        lines += _entry(document, item, tell)
    return _bytes([*lines, "</feed>"])


def _neighbours(document: Document) -> Iterable[tuple[str, str]]:
    """The documents before and after, by the names of RFC 5005."""
    number = document.archive
    if number is not None:
        yield "current", ATOM
        if number < document.archives:
            yield "next-archive", archive_name(number + 1)
    before = document.archives if number is None else number - 1
    if before:
        yield "prev-archive", archive_name(before)


def _entry(document: Document, item: Item, tell: Tell) -> Iterator[str]:
    yield " <entry>"
    yield f"  {_element('id', item.id)}"
    yield f"  {_element('title', item.title)}"
    yield f"  {_element('published', _stamp(item.published))}"
    yield f"  {_element('updated', _stamp(item.updated))}"
    yield f"  {_link('alternate', document.address(item.page), 'text/html')}"
    for tag in _tags(item):
        yield f'  <category term="{_attribute(printable(tag))}" />'
    if item.summary:
        yield f"  {_element('summary', item.summary)}"
    yield f"  {_exactly('content', tell(document, item), _HTML)}"
    yield " </entry>"


def _link(name: str, address: str, kind: str) -> str:
    return f'<link rel="{name}" type="{kind}" href="{_attribute(address)}" />'


# -- RSS -----------------------------------------------------------------------------------------


def rss(document: Document, tell: Tell) -> bytes:
    """The feed itself; what is older stands in the Atom archives."""
    feed = document.feed
    own = _attribute(document.address(document.path))
    built = format_datetime(instant(_updated(document.items)))
    lines = [
        f'<rss version="2.0" xmlns:atom="{_ATOM}">',
        " <channel>",
        f"  {_element('title', feed.title)}",
        f"  {_element('link', document.address(feed.home))}",
        f"  {_element('description', feed.title)}",
        f"  {_element('lastBuildDate', built)}",
        f'  <atom:link rel="self" type="application/rss+xml" href="{own}" />',
    ]
    for item in document.items:
        lines += (
            "  <item>",
            f"   {_element('title', item.title)}",
            f"   {_element('link', document.address(item.page))}",
            f"   {_exactly('guid', item.id, _NO_LINK)}",
            f"   {_element('pubDate', format_datetime(instant(item.published)))}",
            *[f"   {_element('category', tag)}" for tag in _tags(item)],
            f"   {_element('description', tell(document, item))}",
            "  </item>",
        )
    return _bytes([*lines, " </channel>", "</rss>"])


# -- JSON ----------------------------------------------------------------------------------------


def json_feed(document: Document, tell: Tell) -> bytes:
    feed = document.feed
    value: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": document.address(feed.home),
        "feed_url": document.address(document.path),
        "authors": [{"name": feed.author}],
        "items": [_json_item(document, item, tell) for item in document.items],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _json_item(document: Document, item: Item, tell: Tell) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": document.address(item.page),
        "title": printable(item.title),
        "content_html": tell(document, item),
        **({"summary": printable(item.summary)} if item.summary else {}),
        "date_published": _stamp(item.published),
        "date_modified": _stamp(item.updated),
        "tags": _tags(item),
    }


# -- all of them -----------------------------------------------------------------------------------


def written(document: Document, tell: Tell) -> bytes:
    """The document in the format that its name says."""
    write = {RSS: rss, JSON: json_feed}.get(posixpath.basename(document.path), atom)
    return write(document, tell)


def _updated(items: Sequence[Item]) -> str:
    return latest((one.updated for one in items), _EMPTY)


def _tags(item: Item) -> list[str]:
    return list(dict.fromkeys((item.kind, *item.tags)))


def _stamp(text: str) -> str:
    """RFC 3339."""
    return instant(text).isoformat().replace("+00:00", "Z")


def _bytes(lines: Iterable[str]) -> bytes:
    return "\n".join(["<?xml version='1.0' encoding='utf-8'?>", *lines, ""]).encode()


def _element(name: str, text: str) -> str:
    return _exactly(name, printable(text))


def _exactly(name: str, text: str, attributes: str = "") -> str:
    """An element with a text of which nothing is to be taken out."""
    if not text:
        return f"<{name}{attributes} />"
    return f"<{name}{attributes}>{escape(text, quote=False)}</{name}>"


def _attribute(text: str) -> str:
    """A value between double quotes; its lines and tabs, which a reader would take as spaces."""
    safe = escape(text, quote=False).replace('"', "&quot;")
    return safe if safe.isprintable() else safe.translate(_KEPT_IN_ATTRIBUTES)


_KEPT_IN_ATTRIBUTES = {ord(one): f"&#{ord(one):02};" for one in "\r\n\t"}
