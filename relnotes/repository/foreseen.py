"""What a repository will be asked, answered already."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing

import msgspec

from relnotes.repository.objects import HEAD, Blob, FileChange, read_blobs, read_changes
from relnotes.repository.process import Git, Question

TreePair = tuple[str, str]


class Foreseen(msgspec.Struct, frozen=True):
    """Answers to questions about tags, and contents of objects, which never change.

    Whatever is not here is asked of git, so nothing depends on how much of it was foreseen.
    """

    answers: dict[Question, bytes] = {}
    changes: dict[TreePair, tuple[FileChange, ...]] = {}
    blobs: dict[str, bytes] = {}  # by id

    def changes_of(self, git: Git, pairs: Sequence[TreePair]) -> Iterator[tuple[FileChange, ...]]:
        if all(pair in self.changes for pair in pairs):
            return (self.changes[pair] for pair in pairs)
        return read_changes(git, pairs)

    def contents(self, git: Git, ids: Iterable[str], limit: int) -> Generator[Blob]:
        if not self.blobs:
            yield from read_blobs(git, ids, limit)
            return
        asked = list(ids)
        others = [oid for oid in asked if oid not in self.blobs]
        with closing(_of_git(git, others, limit)) as rest:
            for oid in asked:
                known = self.blobs.get(oid)
                yield next(rest) if known is None else _blob(oid, known, limit)


def _of_git(git: Git, ids: Sequence[str], limit: int) -> Generator[Blob]:
    if ids:
        yield from read_blobs(git, ids, limit)


def _blob(oid: str, data: bytes, limit: int) -> Blob:
    is_short = len(data) <= limit
    return Blob(oid, len(data), data, b"") if is_short else Blob(oid, len(data), None, data[:HEAD])
