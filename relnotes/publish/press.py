"""Make pages; where there are many, a second process shares the work.

A page is made from what its job carries, from the templates and from the site map, so where it is
made changes no byte.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from relnotes.publish.sitemap import SiteMap
from relnotes.publish.staging import Staged, Staging
from relnotes.publish.templates import Templates
from relnotes.publish.writing import Writer

MANY = 100  # releases; below it a second process costs more than it saves
_AHEAD = 8  # jobs that wait for the second process; what comes beyond them is made here

Made = tuple[str, str | bytes]  # path, content


class Job(Protocol):
    """What pages are made from, so that it can be sent to another process."""

    def __call__(self, templates: Templates, site: SiteMap, /) -> Iterable[Made]: ...


class Press:
    """Takes jobs; the writer gets the finished pages, some later and in any order. Use `with`."""

    def __init__(
        self,
        templates: Templates,
        overrides: Path,
        site: SiteMap,
        writer: Writer,
    ) -> None:
        """`overrides` is the folder behind `templates`."""
        self._templates, self._overrides, self._site = templates, overrides, site
        self._writer = writer
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[Future[list[tuple[str, Staged]]]] = deque()

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

    def expect(self, releases: int) -> None:
        """Get ready for the pages of so many."""
        if self._pool is None and releases >= MANY and (os.cpu_count() or 1) > 1:
            given = (self._overrides, self._site, self._writer.staging)
            self._pool = ProcessPoolExecutor(
                1, get_context("spawn"), initializer=_begin, initargs=given
            )

    def take(self, job: Job) -> None:
        while self._waiting and self._waiting[0].done():
            self._deliver()
        if self._pool and len(self._waiting) < _AHEAD:
            self._waiting.append(self._pool.submit(_make, job))
        else:
            for made in job(self._templates, self._site):
                self._writer.put(*made)

    def finish(self) -> None:
        """Hand over what is still under way."""
        while self._waiting:
            self._deliver()

    def _deliver(self) -> None:
        for path, staged in self._waiting.popleft().result():
            self._writer.put_staged(path, staged)


# -- the second process ----------------------------------------------------------------------------

_given: tuple[Templates, SiteMap, Staging]


def _begin(overrides: Path, site: SiteMap, staging: Path) -> None:
    global _given
    gc.disable()  # pages have no cycles
    _given = Templates(overrides), site, Staging(staging, "beside")


def _make(job: Job) -> list[tuple[str, Staged]]:
    templates, site, staging = _given
    return [(path, staging.put(content)) for path, content in job(templates, site)]
