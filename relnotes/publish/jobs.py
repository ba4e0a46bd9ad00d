"""What the pages that a site has by the thousand are made from, ready to be sent elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from relnotes.publish import feeds, pages, trend_pages
from relnotes.publish.press import Made
from relnotes.publish.sitemap import SiteMap
from relnotes.publish.templates import Templates
from relnotes.publish.trend_view import Beside
from relnotes.release.annotations import Annotations
from relnotes.release.record import Record
from relnotes.release.trend import unpack


class ReleasePages(msgspec.Struct, frozen=True):
    """The page of a release, and its record as JSON, which is `encoded` already."""

    path: str
    record_path: str
    record: Record
    encoded: bytes
    annotations: Annotations

    def __call__(self, templates: Templates, site: SiteMap) -> Iterator[Made]:
        yield self.record_path, self.encoded
        links = site.on(self.path)
        yield self.path, pages.release_page(templates, self.record, self.annotations, links)

    def __reduce__(self) -> tuple[Any, ...]:
        return _release_pages, (self.path, self.record_path, self.encoded, self.annotations)


def _release_pages(
    path: str, record_path: str, encoded: bytes, annotations: Annotations
) -> ReleasePages:
    record = msgspec.json.decode(encoded, type=Record)
    return ReleasePages(path, record_path, record, encoded, annotations)


class EvalPages(msgspec.Struct, frozen=True):
    """The page of an eval across releases, and its numbers as JSON."""

    path: str
    data_path: str
    packed: bytes  # its trend
    line: str
    beside: Beside

    def __call__(self, templates: Templates, site: SiteMap) -> Iterator[Made]:
        trend = unpack(msgspec.Raw(self.packed))
        assert trend is not None
        yield self.path, trend_pages.eval_page(templates, trend, self.line, site, self.beside)
        yield self.data_path, trend_pages.eval_data(trend, self.line, self.beside)


class FeedFiles(msgspec.Struct, frozen=True):
    """Documents of feeds; `files` says where the pages that they tell lie on disk."""

    documents: tuple[feeds.Document, ...]
    files: Mapping[str, str]

    def __call__(self, templates: Templates, site: SiteMap) -> Iterator[Made]:  # noqa: ARG002
        for document in self.documents:
            yield document.path, feeds.written(document, self._text)

    def _text(self, page: str) -> str:
        return Path(self.files[page]).read_text("utf-8")
