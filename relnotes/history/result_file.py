"""Read one result file of a bundle, as the settings of its line say."""

from __future__ import annotations

from fnmatch import fnmatchcase

from msgspec.structs import replace

from relnotes.errors import RelnotesError, fail
from relnotes.evals import metrics
from relnotes.evals.held import Held
from relnotes.evals.mapping import Mapping, mapping_of
from relnotes.evals.readers import HEAD, lm_eval_samples, read_eval
from relnotes.evals.readers.by_question import holds_samples
from relnotes.evals.readers.redaction import without_secrets
from relnotes.evals.result import Direction, EvalFile, Kind
from relnotes.release.written.file_kinds import FileKind, kind_of
from relnotes.repository import Blob
from relnotes.samples import Book
from relnotes.samples.long import is_long
from relnotes.settings import Settings


def is_ignored(path: str, settings: Settings) -> bool:
    """Whether somebody declared that a result file is not read."""
    ignored = settings.evals.ignore
    return bool(ignored) and (
        kind_of(path) is FileKind.EVAL and any(fnmatchcase(path, one.path) for one in ignored)
    )


def read_result(blob: Blob, place: str, path: str, settings: Settings, samples: Book) -> EvalFile:
    """What a file says; the scores of single questions go to `samples`.

    `place` names it in messages. RelnotesError if it is wrong, or larger than it may be.
    """
    mapping = mapping_of(path, settings.evals.mapping)
    head = blob.head if blob.data is None else blob.data[:HEAD]
    if mapping and is_long(blob.size, head, mapping):
        return _large_table(blob, head, place, path, mapping, settings, samples)
    if blob.data is None and lm_eval_samples.recognise(blob.head):
        file = lm_eval_samples.read(blob.head, place)
    elif blob.data is None:
        limit = settings.limits.max_file_mb
        raise fail(
            place,
            f"{blob.size / 1e6:,.0f} MB; a result file may have {limit} MB",
            "raise limits.max_file_mb, or declare it under [[evals.ignore]] with a reason",
        )
    else:
        file = _with_settings(read_eval(blob.data, place, mapping), settings)
    if _is_again(path, settings):
        return replace(file, again=True)
    if not holds_samples(file.format, mapping):
        return file
    return replace(file, sampled=samples.take(Held(path, blob.id), blob.data, place))


def read_totals(blob: Blob, place: str, path: str, settings: Settings) -> EvalFile | None:
    """The same of a file of totals; None where it is another one, or wrong."""
    if blob.data is None or mapping_of(path, settings.evals.mapping):
        return None
    try:
        file = _with_settings(read_eval(blob.data, place), settings)
    except RelnotesError:
        return None
    if _is_again(path, settings):
        return replace(file, again=True)
    return None if holds_samples(file.format) else file


def _large_table(
    blob: Blob,
    head: bytes,
    place: str,
    path: str,
    mapping: Mapping,
    settings: Settings,
    samples: Book,
) -> EvalFile:
    """Read by an engine, once, for its results and its questions."""
    from relnotes.evals.readers import mapped  # few have tables of their own
    from relnotes.samples.totals import with_totals

    held = Held(path, blob.id)
    taken = samples.take(held, blob.data, place)
    unread = replace(mapped.unread(mapping, head), sampled=taken)
    file = with_totals(samples, held, unread, mapping, place)
    file = _with_settings(without_secrets(file), settings)
    return replace(file, again=True, sampled=()) if _is_again(path, settings) else file


def _is_again(path: str, settings: Settings) -> bool:
    globs = settings.evals.again
    return bool(globs) and any(fnmatchcase(path, glob) for glob in globs)


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
