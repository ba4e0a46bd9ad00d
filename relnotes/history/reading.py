"""Read the files of a release that differ: texts become a snapshot, eval results values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

import msgspec
from msgspec.structs import replace

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.evals import metrics
from relnotes.evals.held import Held
from relnotes.evals.index import FileOfResults
from relnotes.evals.mapping import Mapping, mapping_of
from relnotes.evals.readers import HEAD, lm_eval_samples, read_eval
from relnotes.evals.readers.by_question import holds_samples
from relnotes.evals.readers.redaction import without_secrets
from relnotes.evals.result import Direction, EvalFile, Kind
from relnotes.release.written.snapshot import FileKind, Snapshot, kind_of, updated
from relnotes.repository import Blob, FileChange, unreadable_modes
from relnotes.samples import Book
from relnotes.samples.long import is_long
from relnotes.settings import Settings

_NO_FILES = frozenset({"120000", "160000"})  # a symbolic link, a submodule


def is_ignored(path: str, settings: Settings) -> bool:
    """Whether somebody declared that a result file is not read."""
    ignored = settings.evals.ignore
    return bool(ignored) and (
        kind_of(path) is FileKind.EVAL and any(fnmatchcase(path, one.path) for one in ignored)
    )


class Reader(msgspec.Struct, frozen=True):
    """Of one line; RelnotesError holds every problem of all files of a release."""

    settings: Settings
    samples: Book

    def wanted(self, changes: Iterable[FileChange]) -> Iterator[str]:
        """The blobs that `read` will ask for, in its order."""
        return (change.new for change in changes if change.new and self._is_read(change))

    def read(
        self,
        before: Snapshot | None,
        changes: Sequence[FileChange],
        blobs: Iterator[Blob],
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
            blob = next(blobs) if self._is_read(change) else None
            if kind_of(change.path) is not FileKind.EVAL:
                documents.append((change.path, change.new, blob.data if blob else None))
                continue
            try:
                results.append((change.path, change.new, self._result(blob, prefix, change.path)))
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

    def _result(self, blob: Blob | None, prefix: str, path: str) -> EvalFile | None:
        if blob is None:
            return None
        place = prefix + path
        mapping = mapping_of(path, self.settings.evals.mapping)
        head = blob.head if blob.data is None else blob.data[:HEAD]
        if mapping and is_long(blob.size, head, mapping):
            return self._large_table(blob, head, place, path, mapping)
        if blob.data is None and lm_eval_samples.recognise(blob.head):
            file = lm_eval_samples.read(blob.head, place)
        elif blob.data is None:
            limit = self.settings.limits.max_file_mb
            raise fail(
                place,
                f"{blob.size / 1e6:,.0f} MB; a result file may have {limit} MB",
                "raise limits.max_file_mb, or declare it under [[evals.ignore]] with a reason",
            )
        else:
            file = _with_settings(read_eval(blob.data, place, mapping), self.settings)
        if self._is_again(path):
            return replace(file, again=True)
        if not holds_samples(file.format, mapping):
            return file
        return replace(file, sampled=self.samples.take(Held(path, blob.id), blob.data, place))

    def _large_table(
        self, blob: Blob, head: bytes, place: str, path: str, mapping: Mapping
    ) -> EvalFile:
        """Read by an engine, once, for its results and its questions."""
        from relnotes.evals.readers import mapped  # few have tables of their own
        from relnotes.samples.totals import with_totals

        held = Held(path, blob.id)
        taken = self.samples.take(held, blob.data, place)
        unread = replace(mapped.unread(mapping, head), sampled=taken)
        file = with_totals(self.samples, held, unread, mapping, place)
        file = _with_settings(without_secrets(file), self.settings)
        return replace(file, again=True, sampled=()) if self._is_again(path) else file

    def _is_again(self, path: str) -> bool:
        globs = self.settings.evals.again
        return bool(globs) and any(fnmatchcase(path, glob) for glob in globs)


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


def _with_settings(file: EvalFile, settings: Settings) -> EvalFile:
    """What the team says of its metrics."""
    own = settings.evals.metrics
    if not own or not any(one.metric in own for one in file.measurements):
        return file
    facts = {
        name: metrics.Facts(
            direction=Direction(one.direction) if one.direction else None,
            kind=Kind(one.kind) if one.kind else None,
            unit=one.unit,
        )
        for name, one in own.items()
    }
    measurements = tuple(
        metrics.with_facts(one, facts[one.metric]) if one.metric in facts else one
        for one in file.measurements
    )
    return replace(file, measurements=measurements)
