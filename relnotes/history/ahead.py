"""The contents of the files that changed, release after release; results may be read ahead.

Reading results needs nothing of the release before, so a second process does it where there is
one. What it cannot say by itself it hands on as it is, such as files that hold samples, and
wrong ones, so that the first process alone collects what is known and what is wrong.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, filterfalse, islice, repeat

import msgspec

from relnotes.beside import Beside, answer
from relnotes.history.reading import Content
from relnotes.history.result_file import read_totals
from relnotes.release.written.file_kinds import FileKind, kind_of
from relnotes.repository import Blob, FileChange, Repository
from relnotes.settings import Settings

_IN_FIRST_JOB = 16  # files: the walk waits for these
_IN_ONE_JOB = 160
_JOBS_AHEAD = 8
_SENT = 1_000_000  # bytes; a larger file that is handed on is fetched again here
_SENT_BY_ONE_JOB = 4_000_000


Asked = Sequence[tuple[str, Sequence[FileChange]]]
"""By release: what stands before a path in messages, and the files whose contents are wanted."""


class _TooLarge(msgspec.Struct, frozen=True):
    """Stands for a file that is not worth sending."""


def contents_of(
    asked: Asked, repository: Repository, settings: Settings, beside: Beside | None
) -> Generator[Content]:
    """Of each, in order. Close it when you leave it early."""
    limit = settings.limits.max_file_mb * 1_000_000
    everything = [one for _, changes in asked for one in changes]
    if beside is None or not beside.is_there:
        yield from repository.blobs(_ids(everything), limit)
        return
    results = [(prefix, [*filter(_is_result, changes)]) for prefix, changes in asked]
    beside.do(_begin, results, repository, settings, limit)
    read = _read_beside(beside, sum(len(changes) for _, changes in results))
    documents = repository.blobs(_ids(filterfalse(_is_result, everything)), limit)
    with closing(documents):
        for one in everything:
            content = next(read if _is_result(one) else documents)
            if isinstance(content, _TooLarge):
                yield from repository.blobs(_ids([one]), limit)
            else:
                yield content


def _ids(files: Iterable[FileChange]) -> Iterator[str]:
    return (one.new for one in files if one.new)


def _is_result(file: FileChange) -> bool:
    return kind_of(file.path) is FileKind.EVAL


def _read_beside(beside: Beside, count: int) -> Iterator[Content | _TooLarge]:
    sizes = chain((_IN_FIRST_JOB,), repeat(_IN_ONE_JOB))
    waiting = deque(beside.do(_read_some, next(sizes)) for _ in range(_JOBS_AHEAD))
    while count:
        waiting.append(beside.do(_read_some, next(sizes)))
        some = answer(waiting.popleft())
        count -= len(some)
        yield from some


# -- the second process ----------------------------------------------------------------------------

_reading: Iterator[Content | _TooLarge]


def _begin(asked: Asked, repository: Repository, settings: Settings, limit: int) -> None:
    global _reading
    _reading = _read(asked, repository, settings, limit)


def _read_some(count: int) -> list[Content | _TooLarge]:
    """The next files, fewer where they are large; none after the last."""
    some: list[Content | _TooLarge] = []
    sent = 0
    for one in islice(_reading, count):
        some.append(one)
        sent += len(one.data or one.head) if isinstance(one, Blob) else 0
        if sent > _SENT_BY_ONE_JOB:
            break
    return some


def _read(
    asked: Asked, repository: Repository, settings: Settings, limit: int
) -> Iterator[Content | _TooLarge]:
    files = [(prefix, one.path) for prefix, changes in asked for one in changes]
    blobs = repository.blobs((i for _, changes in asked for i in _ids(changes)), limit)
    for (prefix, path), blob in zip(files, blobs, strict=True):
        known = read_totals(blob, prefix + path, path, settings)
        if known is not None:
            yield known
        else:
            yield blob if len(blob.data or blob.head) <= _SENT else _TooLarge()
