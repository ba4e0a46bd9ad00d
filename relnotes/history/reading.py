"""Read the files of a release that differ: texts become a snapshot, eval results values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.index import FileOfResults
from relnotes.evals.result import EvalFile
from relnotes.history.result_file import is_ignored, read_result
from relnotes.release.written.file_kinds import FileKind, kind_of
from relnotes.release.written.snapshot import Snapshot, updated
from relnotes.repository import Blob, FileChange, unreadable_modes
from relnotes.samples import Book
from relnotes.settings import Settings

Content = Blob | EvalFile
"""Of a file that changed: what it holds, or what its results are where that is known already."""

_NO_FILES = frozenset({"120000", "160000"})  # a symbolic link, a submodule


class Reader(msgspec.Struct, frozen=True):
    """Of one line; RelnotesError holds every problem of all files of a release."""

    settings: Settings
    samples: Book

    def wanted(self, changes: Iterable[FileChange]) -> Iterator[FileChange]:
        """The files whose contents `read` will ask for, in its order."""
        return (change for change in changes if self._is_read(change))

    def read(
        self,
        before: Snapshot | None,
        changes: Sequence[FileChange],
        contents: Iterator[Content],
        prefix: str,
        *,
        alone: bool = False,
    ) -> tuple[Snapshot, list[FileOfResults]]:
        """The next snapshot, and the result files that differ.

        `prefix` comes before a path in messages. `alone`: say only what is wrong with a file by
        itself.
        """
        come = [change for change in changes if change.new_mode in _NO_FILES]
        problems = unreadable_modes(come, prefix=prefix)
        documents: list[tuple[str, str | None, bytes | None]] = []
        results: list[FileOfResults] = []
        for change in changes:
            content = next(contents) if self._is_read(change) else None
            if kind_of(change.path) is not FileKind.EVAL:
                data = content.data if isinstance(content, Blob) else None
                documents.append((change.path, change.new, data))
                continue
            try:
                file = self._result(content, prefix + change.path, change.path)
                results.append((change.path, change.new, file))
            except RelnotesError as error:
                problems.extend(error.problems)
        return _snapshot(before, documents, prefix, problems, alone=alone), results

    def _is_read(self, change: FileChange) -> bool:
        return (
            change.new is not None
            and change.new_mode not in _NO_FILES
            and kind_of(change.path) is not FileKind.OTHER
            and not is_ignored(change.path, self.settings)
        )

    def _result(self, content: Content | None, place: str, path: str) -> EvalFile | None:
        if isinstance(content, Blob):
            return read_result(content, place, path, self.settings, self.samples)
        return content


def _snapshot(
    before: Snapshot | None,
    documents: Iterable[tuple[str, str | None, bytes | None]],
    prefix: str,
    problems: list[Problem],
    *,
    alone: bool,
) -> Snapshot:
    """The next one; what is wrong with it is raised together with the other `problems`."""
    try:
        snapshot = updated(before or Snapshot(), documents, prefix, alone=alone)
    except RelnotesError as error:
        raise RelnotesError([*problems, *error.problems]) from error
    if problems:
        raise RelnotesError(problems)
    return snapshot
