"""What the pages that a site has by the thousand are made from, ready to be sent elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from relnotes.publish import pages
from relnotes.publish.evals import trend_pages
from relnotes.publish.evals.trend_view import Beside
from relnotes.publish.feeds import formats as feeds
from relnotes.publish.feeds.items import Item
from relnotes.publish.feeds.read_pages import ReadPages
from relnotes.publish.press import Given, Made
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.trend import Packed, TrendHead, series_of
from relnotes.release.record import Record


class ReleasePages(msgspec.Struct, frozen=True):
    """The page of a release, and its record as JSON, which is `encoded` already."""

    path: str
    record_path: str
    record: Record
    encoded: bytes
    annotations: Annotations

    @property
    def size(self) -> int:
        return len(self.encoded)

    def __call__(self, given: Given) -> Iterator[Made]:
        yield self.record_path, self.encoded
        links = given.site.on(self.path)
        yield self.path, pages.release_page(given.templates, self.record, self.annotations, links)

    def __reduce__(self) -> tuple[Any, ...]:
        return _release_pages, (self.path, self.record_path, self.encoded, self.annotations)


def _release_pages(
    path: str, record_path: str, encoded: bytes, annotations: Annotations
) -> ReleasePages:
    record = msgspec.json.decode(encoded, type=Record)
    return ReleasePages(path, record_path, record, encoded, annotations)


class EvalPages(msgspec.Struct, frozen=True):
    """An eval across releases: its page, its numbers as JSON, and which of their parts are made.

    What stands beside the releases of its line is shared under the line's name.
    """

    path: str
    trend: TrendHead
    come: Packed  # its results that are new
    site: str  # the folder where the others stand, as the last build left them
    known: str  # the document there that leads to all of them; empty: there are none
    data: Mapping[int, str]  # the document of each of its parts, the newest last
    made: frozenset[str]
    line: str

    @property
    def size(self) -> int:
        return sum(map(len, self.come.values()))

    def __call__(self, given: Given) -> Iterator[Made]:
        templates, site, shared, _ = given
        trend, line = self.trend, self.line
        beside: Beside = shared[self.line]
        before = trend_pages.results_in(self.known, self._read) if self.known else {}
        series = series_of(trend, before, self.come)
        if self.path in self.made:
            yield self.path, trend_pages.eval_page(templates, trend, series, line, site, beside)
        *older, newest = self.data.values()
        for part, path in self.data.items():
            if path in self.made:
                others = older if path == newest else ()
                yield path, trend_pages.eval_data(trend, series, part, line, beside, others)

    def _read(self, path: str) -> bytes:
        return Path(self.site, path).read_bytes()


class FeedFiles(msgspec.Struct, frozen=True):
    """Documents of feeds; `files` says where the pages that they tell lie on disk, with the digest
    of each, `told` by the id of an item what is known of them already."""

    documents: tuple[feeds.Document, ...]
    files: Mapping[str, tuple[str, str]]
    told: Mapping[str, str]

    @property
    def size(self) -> int:
        return sum(map(len, self.told.values()))

    def __call__(self, given: Given) -> Iterator[Made]:
        tell = partial(self._tell, given.read)
        for document in self.documents:
            yield document.path, feeds.written(document, tell)

    def _tell(self, read: ReadPages, document: feeds.Document, item: Item) -> str:
        file, digest = self.files[item.page]
        known = self.told.get(item.id) or read.get(digest, document.folder)
        if known is not None:
            return known
        with open(file, "rb", buffering=0) as page:  # noqa: PTH123 hot path
            return feeds.content(document, item, page.read().decode())
