"""Read `samples_*.jsonl` of lm-evaluation-harness: one line a question and filter.

Its traps: the task stands in the file's name only; `doc_id` is a position, and not the same with
a limit or another order, so the document's hash is the key; a data set may hold the same document
twice; scores that are lists are parts of a corpus metric and no scores of a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, BinaryIO

import msgspec

from relnotes.errors import fail
from relnotes.evals.readers import json_text, lines
from relnotes.evals.result import EvalFile
from relnotes.evals.sample import Sample, State, by_position

name = "lm-eval samples"

_ABSENT = msgspec.UNSET
_NO_SCORE = frozenset({"bypass"})
_FILE_NAME = re.compile(r"(?:^|/)(?:[^/]*_)?samples_([^/]+?)(?:_\d{4}-\d\d-\d\dT[\d.:-]+)?\.jsonl$")
_MEND = "run it again, or declare the file in relnotes.toml under [[evals.ignore]] with a reason"
_NOT_METRICS = frozenset(
    {
        *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
        *("doc_hash", "prompt_hash", "target_hash"),
    }
)


class _Line(msgspec.Struct):
    doc_id: Any = None
    resps: Any = None
    filtered_resps: Any = None
    doc_hash: Any = None


_DECODER = msgspec.json.Decoder(_Line)


def is_samples(head: bytes) -> bool:
    """Whether the first bytes of a file are those of per-sample results."""
    if b'"doc_id"' not in head:
        return False
    line, ended, _ = head.lstrip().partition(b"\n")
    if not ended and line.startswith((b'{"doc_id"', b'{ "doc_id"')):
        return True  # the first question is longer than the head
    try:
        found = _DECODER.decode(line)
    except json_text.BROKEN:
        return False
    answered = (found.resps, found.filtered_resps, found.doc_hash)
    return found.doc_id is not None and any(field is not None for field in answered)


def recognise(head: bytes) -> bool:
    """The same, under the name that every reader has."""
    return is_samples(head)


def read(data: bytes, place: str) -> EvalFile:  # noqa: ARG001  (the totals stand elsewhere)
    """No measurement: the scores are paired, and the totals are in the results file."""
    return EvalFile(name, "lm-eval", None, None, None, (), ())


def read_samples(file: BinaryIO, place: str) -> Iterator[Sample]:
    """Every metric of every line, with its filter."""
    task = task_of(place)
    key_of, new = _Keys().of, tuple.__new__
    for number, (metrics, row) in _rows(file, place):
        written, doc_hash, doc_id, document, _, *scores = row
        filter_name = None if written == "none" else written
        key = key_of(filter_name, doc_hash, doc_id, document)
        for metric, score in zip(metrics, scores, strict=True):
            if type(score) is float:  # nearly always, and made without a call of Python's
                values = (task, metric, filter_name, key, 1, None, score, State.SCORED)
                yield new(Sample, values)
            elif score is not _ABSENT and not isinstance(score, list | dict):
                number_or_none = _number(score, metric, f"{place}:{number}")
                state = State.UNSCORED if number_or_none is None else State.SCORED
                yield Sample(task, metric, filter_name, key, 1, None, number_or_none, state)


def _rows(
    file: BinaryIO, place: str
) -> Iterator[tuple[int, tuple[tuple[str, ...], tuple[Any, ...]]]]:
    """Each line with the metrics that were looked for in it; later lines may have others."""
    metrics: tuple[str, ...] = ()
    last: Any = None
    decoder = msgspec.json.Decoder(_shape(metrics))
    values_of = msgspec.structs.astuple
    row: Any
    for number, line in lines.of_file(file, place):
        try:
            row = decoder.decode(line)
        except json_text.BROKEN:
            ((_, row),) = lines.decoded([(number, line)], decoder, place)
        if row.metrics != last or last is None:
            last = row.metrics
            named = metrics_of(line, f"{place}:{number}")
            if not set(named) <= set(metrics):
                metrics = tuple(dict.fromkeys((*metrics, *named)))
                decoder = msgspec.json.Decoder(_shape(metrics))
                ((_, row),) = lines.decoded([(number, line)], decoder, place)
        yield number, (metrics, values_of(row))


def task_of(place: str) -> str:
    """The task that a file name tells; the whole name where it is another."""
    found = _FILE_NAME.search(place)
    return found[1] if found else place.rpartition("/")[2].removesuffix(".jsonl")


def metrics_of(line: bytes, place: str) -> tuple[str, ...]:
    """What a line has scores of; before 0.4.5 it does not say so itself."""
    row = json_text.decode(line, msgspec.json.Decoder(dict[str, Any]), place)
    said = row.get("metrics")
    names = said if isinstance(said, list) else [key for key in row if key not in _NOT_METRICS]
    return tuple(str(one) for one in names if one not in _NO_SCORE)


def _shape(metrics: tuple[str, ...]) -> type[msgspec.Struct]:
    """A line, as far as it is needed; the rest is skipped without being decoded."""
    columns = [f"score{index}" for index in range(len(metrics))]
    return msgspec.defstruct(
        "Row",
        [
            ("filter", str | None, None),
            ("doc_hash", str | None, None),
            ("doc_id", Any, None),
            ("doc", msgspec.Raw, msgspec.Raw(b"")),
            ("metrics", Any, None),
            *((column, Any, _ABSENT) for column in columns),
        ],
        rename=dict(zip(columns, metrics, strict=True)),
        gc=False,
    )


class _Keys:
    """Keys of questions; a document that the data set holds again gets a number."""

    def __init__(self) -> None:
        self.filter: str | None = None
        self.seen: dict[str, Any] = {}

    def of(self, filter_name: str | None, doc_hash: str | None, doc_id: Any, document: Any) -> str:
        if filter_name != self.filter:  # lines of one filter follow each other
            self.filter, self.seen = filter_name, {}
        key = doc_hash or _digest(document, doc_id)
        first = self.seen.setdefault(key, doc_id)
        return key if first == doc_id else f"{key} again at {doc_id}"


def _digest(document: Any, doc_id: Any) -> str:
    text = bytes(document)
    return blake2b(text, digest_size=16).hexdigest() if text else by_position(doc_id)


def _number(score: object, metric: str, place: str) -> float | None:
    if score is None or isinstance(score, bool | int):
        return None if score is None else float(score)
    if isinstance(score, str) and score.startswith(json_text.NOT_FINITE):
        raise fail(place, f"{metric} is {score[1:]}, which is no result", _MEND)
    raise fail(place, f"{metric} should be a number, and is {score!r:.40}", _MEND)
