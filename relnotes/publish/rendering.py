"""Render release pages; where there are many, in a second process beside the reading of the next.

A page is made from its record as it is published, so where it is made changes no byte.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from relnotes.publish import pages
from relnotes.publish.sitemap import SiteMap
from relnotes.publish.templates import Templates
from relnotes.release.annotations import Annotations
from relnotes.release.record import Record

MANY = 100  # releases; below it a second process costs more than it saves
_AHEAD = 32  # pages under way

Page = tuple[str, str]  # path, Markdown


class Renderer:
    """Takes records, gives pages in the same order, some of them later; use `with`."""

    def __init__(self, templates: Templates, overrides: Path, site: SiteMap, expected: int) -> None:
        """`expected` is how many pages will come; `overrides` the folder behind `templates`."""
        self._here = _Maker(templates, site)
        self._pool: ProcessPoolExecutor | None = None
        if expected >= MANY and (os.cpu_count() or 1) > 1:
            self._pool = ProcessPoolExecutor(
                1, get_context("spawn"), initializer=_begin, initargs=(overrides, site)
            )
        self._under_way: deque[Future[Page]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def take(
        self, record: Record, encoded: bytes, annotations: Annotations, page: str
    ) -> Iterator[Page]:
        """Take one more, and give what is ready. `encoded` is the record as it is published."""
        if self._pool is None:
            yield page, self._here.page(record, annotations, page)
            return
        self._under_way.append(self._pool.submit(_make, encoded, annotations, page))
        while self._under_way and (len(self._under_way) > _AHEAD or self._under_way[0].done()):
            yield self._under_way.popleft().result()

    def rest(self) -> Iterator[Page]:
        """What was still under way."""
        while self._under_way:
            yield self._under_way.popleft().result()


class _Maker:
    def __init__(self, templates: Templates, site: SiteMap) -> None:
        self.templates = templates
        self.site = site

    def page(self, record: Record, annotations: Annotations, page: str) -> str:
        return pages.release_page(self.templates, record, annotations, self.site.on(page))


_maker: _Maker  # of the second process


def _begin(overrides: Path, site: SiteMap) -> None:
    global _maker
    _maker = _Maker(Templates(overrides), site)


def _make(encoded: bytes, annotations: Annotations, page: str) -> Page:
    record = msgspec.json.decode(encoded, type=Record)
    return page, _maker.page(record, annotations, page)
