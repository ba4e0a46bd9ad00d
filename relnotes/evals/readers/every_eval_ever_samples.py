"""Read the instance-level lines of Every Eval Ever: one answer under one metric a line.

Newer lines say by an id which result they belong to, and have its scores. Older ones do not, and
some converters write there whether the text was equal and not what the scorer said; so those are
results of their own: `correct`, and `score` where that tells more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

from relnotes.errors import fail
from relnotes.evals.metrics import facts_of, with_facts
from relnotes.evals.readers import lines
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.every_eval_ever_metric import Name, name_by_id
from relnotes.evals.readers.every_eval_ever_shape import INSTANCE, Instance
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.result import EvalFile, Measurement
from relnotes.evals.sample import Sample, State
from relnotes.evals.tally import Tally

name = "Every Eval Ever instances"

_MARKS = (b'"schema_version"', b'"evaluation_id"', b'"sample_id"', b'"evaluation_name"')
_CORRECT, _SCORE = "correct", "score"


class _Placed(NamedTuple):
    row: Instance
    place: str


def recognise(head: bytes) -> bool:
    """A first line with the keys that every version has."""
    line = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")[0]
    return line[:1] == b"{" and all(mark in line for mark in _MARKS)


def read(data: bytes, place: str) -> EvalFile:
    """The averages of what belongs to no result; the others stand in the record beside."""
    checks = Checks(data, place)
    rows = list(_rows(BytesIO(data), place))
    tallies: dict[tuple[str, str, str | None], Tally] = {}
    loose = [one for one in rows if _result_of(one.row) is None]
    for sample in _samples(loose, _more_than_right(loose, checks), checks):
        tally = tallies.setdefault(sample[:3], Tally())
        if sample.score is not None:
            tally.add(sample.key, sample.score)
        elif sample.state is State.ERRORED:
            tally.errored += 1
        else:
            tally.unscored += 1
    for (task, metric, _), tally in tallies.items():
        if text := tally.remark(f"{task} {metric}"):
            checks.remark(text)
    measurements = tuple(_measurement(key, tally) for key, tally in tallies.items())
    return EvalFile(
        name, "every_eval_ever", None, None, _model(rows, place), measurements, checks.finish()
    )


def read_samples(file: BinaryIO, place: str) -> Iterator[Sample]:
    """Every answer. The lines are read twice, to know which scores say more than right or wrong."""
    checks = Checks(b"", place)
    more = _more_than_right(_rows(file, place), checks)
    checks.finish()
    file.seek(0)
    yield from _samples(_rows(file, place), more, checks)


def _rows(file: BinaryIO, place: str) -> Iterator[_Placed]:
    for number, row in lines.decoded(lines.of_file(file, place), INSTANCE, place):
        yield _Placed(row, f"{place}:{number}")


def _result_of(row: Instance) -> Name | None:
    return name_by_id(row.evaluation_name, row.evaluation_result_id)


def _more_than_right(rows: Iterable[_Placed], checks: Checks) -> frozenset[str]:
    """The tasks with a score that is not 1 for right and 0 for wrong."""
    found = set()
    for row, place in rows:
        score = _score(row, place, checks)
        if score is not None and score != _correct(row):
            found.add(row.evaluation_name)
    return frozenset(found)


def _samples(rows: Iterable[_Placed], more: frozenset[str], checks: Checks) -> Iterator[Sample]:
    epochs: dict[tuple[Name, str], int] = {}
    for row, place in rows:
        failed = row.error is not None and row.error != ""
        for named, score in _scores(row, place, more, checks):
            key = _key(row)
            epochs[named, key] = epoch = epochs.get((named, key), 0) + 1
            missing = State.ERRORED if failed else State.UNSCORED
            value = None if failed else score
            yield Sample(
                *named, key, epoch, None, value, missing if value is None else State.SCORED
            )


def _scores(
    row: Instance, place: str, more: frozenset[str], checks: Checks
) -> Iterator[tuple[Name, float | None]]:
    if named := _result_of(row):
        yield named, _score(row, place, checks)
        return
    yield Name(row.evaluation_name, _CORRECT, None), _correct(row)
    if row.evaluation_name in more:
        yield Name(row.evaluation_name, _SCORE, None), _score(row, place, checks)


def _score(row: Instance, place: str, checks: Checks) -> float | None:
    return checks.number_at(row.evaluation.score if row.evaluation else None, place, _SCORE)


def _correct(row: Instance) -> float | None:
    said = row.evaluation.is_correct if row.evaluation else None
    return float(said) if isinstance(said, bool) else None


def _key(row: Instance) -> str:
    """lm-eval's `sample_id` is a position, and its document's hash stands in the metadata."""
    doc_hash = (row.metadata or {}).get("doc_hash")
    return str(doc_hash) if doc_hash else str(row.sample_id)


def _measurement(key: tuple[str, str, str | None], tally: Tally) -> Measurement:
    mean, stderr, method, n = tally.aggregate()
    repeats = tally.answers > n
    one = Measurement(*key, mean, stderr, method, n)
    if key[1] == _CORRECT and not repeats:
        one = Measurement(*key, mean, n=n)
    return with_facts(one, facts_of(key[1]))


def _model(rows: Iterable[_Placed], place: str) -> str | None:
    names = sorted({str(row.model_id) for row, _ in rows if row.model_id})
    if len(names) > 1:
        raise fail(place, f"holds several models: {', '.join(names[:5])}", "write a file for each")
    return redacted(names[0]) if names else None
