"""Make pages; where there are many, a second process shares the work.

A page is made from what its job carries, from the templates and from the site map, so where it is
made changes no byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from relnotes.beside import Beside, answer
from relnotes.publish.feeds.read_pages import ReadPages
from relnotes.publish.sitemap import RELEASE_PAGES, SiteMap
from relnotes.publish.staging import Staged, Staging
from relnotes.publish.templates import Templates
from relnotes.publish.writing import Writer

if TYPE_CHECKING:
    from concurrent.futures import Future

_AT_ONCE = 8  # short jobs that are sent together: a message costs both processes time
_MOST_WAITING = 4_000_000  # bytes for the second process; what comes beyond them is made here

Made = tuple[str, str | bytes]  # path, content


class Given(NamedTuple):
    """What every job finds where it is done."""

    templates: Templates
    site: SiteMap
    shared: dict[str, Any]  # what many jobs need, by name
    read: ReadPages  # empty in the first process, which has no time for it


class Job(Protocol):
    """What pages are made from, so that it can be sent to another process."""

    @property
    def size(self) -> int:
        """About so many bytes wait while it does."""
        ...

    def __call__(self, given: Given, /) -> Iterable[Made]: ...


class _Sent(NamedTuple):
    """What the second process was asked for."""

    jobs: Sequence[Job]
    pages: Future[list[tuple[str, Staged]]]


class Press:
    """Takes jobs; the writer gets the finished pages, some later and in any order."""

    def __init__(
        self,
        templates: Templates,
        overrides: Path,
        site: SiteMap,
        writer: Writer,
        beside: Beside,
        base: str | None = None,
    ) -> None:
        """`overrides` is the folder behind `templates`, `base` the address of the site."""
        self._given = Given(templates, site, {}, ReadPages(base))
        self._overrides, self._base = overrides, base
        self._writer = writer
        self._beside = beside
        self._is_first = not beside.is_there
        self._is_set_up = False
        _keep(self._given, writer.staging)  # a process that is forked from here on has it
        self._gathered: list[Job] = []
        self._sent: deque[_Sent] = deque()
        self._waiting = 0  # bytes

    def expect(self, pages: int) -> None:
        """Get ready for so many."""
        self._beside.expect(pages)

    def share(self, name: str, value: object) -> None:
        """Give the jobs that come what many of them need; best before more is expected."""
        self._given.shared[name] = value
        if self._beside.is_there:
            self._set_up()
            self._beside.do(_share, name, value)

    def take(self, job: Job, *, is_long: bool = False) -> None:
        """A long one is sent by itself."""
        while self._sent and self._sent[0].pages.done():
            self._deliver()
        if not self._beside.is_there or self._waiting > _MOST_WAITING:
            self._make_here([job])
            return
        if is_long and self._gathered:
            self._send()
        self._gathered.append(job)
        self._waiting += job.size
        if is_long or len(self._gathered) == _AT_ONCE:
            self._send()

    def finish(self) -> None:
        """Make what the second process has not begun, and hand over what is under way there."""
        self._make_here(self._gathered)
        self._gathered = []
        while self._sent and self._sent[-1].pages.cancel():
            self._make_here(self._sent.pop().jobs)
        while self._sent:
            self._deliver()
        self._waiting = 0

    def _make_here(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            for made in job(self._given):
                self._writer.put(*made)

    def _send(self) -> None:
        self._set_up()
        self._sent.append(_Sent(self._gathered, self._beside.do(_make, self._gathered)))
        self._gathered = []

    def _set_up(self) -> None:
        if not self._is_set_up and not (self._is_first and self._beside.is_forked):
            _, site, shared, _ = self._given
            folders = self._overrides, self._writer.staging
            self._beside.do(_begin, *folders, site, shared, self._base)
        self._is_set_up = True

    def _deliver(self) -> None:
        sent = self._sent.popleft()
        for path, staged in answer(sent.pages):
            self._writer.put_staged(path, staged)
        self._waiting -= sum(job.size for job in sent.jobs)


# -- the second process ----------------------------------------------------------------------------

_given: Given
_staging: Staging


def _keep(given: Given, staging: Path) -> None:
    global _given, _staging
    _given, _staging = given, Staging(staging, "beside")


def _begin(
    overrides: Path, staging: Path, site: SiteMap, shared: dict[str, Any], base: str | None
) -> None:
    _keep(Given(Templates(overrides), site, shared, ReadPages(base)), staging)


def _share(name: str, value: object) -> None:
    _given.shared[name] = value


def _make(jobs: Sequence[Job]) -> list[tuple[str, Staged]]:
    made = []
    for path, content in chain.from_iterable(job(_given) for job in jobs):
        staged = _staging.put(content)
        made.append((path, staged))
        if isinstance(content, str) and path.startswith(RELEASE_PAGES):
            _given.read.take(path, content, staged.digest)
    return made
