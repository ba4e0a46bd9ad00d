"""A comparison of files as data: the record that `--format json` prints, and its rows as CSV."""

from __future__ import annotations

import csv
import io

import msgspec

from relnotes.comparing import Compared
from relnotes.comparing.files import ResultFile, Side
from relnotes.evals.comparison import Comparison
from relnotes.evals.result import Direction
from relnotes.evals.verdict import Verdict
from relnotes.publish.cells import cell
from relnotes.publish.comparison import wording as compare_wording

SCHEMA = "relnotes.compare/1"


class ComparedFile(msgspec.Struct, frozen=True):
    """A file that was read, and what it says of itself."""

    path: str
    sha256: str
    bytes: int
    format: str
    harness: str
    harness_version: str | None
    model: str | None
    started: str | None  # ISO 8601, as precise as the file
    measurements: int
    remarks: tuple[str, ...]


class ComparedSide(msgspec.Struct, frozen=True):
    name: str  # as it was named
    files: tuple[ComparedFile, ...]
    ignored: tuple[str, ...]


class ComparedFlips(msgspec.Struct, frozen=True):
    """Questions that went from wrong to right (gained) and back (lost); the first by key."""

    gained: int
    lost: int
    gained_keys: tuple[str, ...]
    lost_keys: tuple[str, ...]


class ComparedEval(msgspec.Struct, frozen=True):
    """One row. Numbers are in the metric's unit; null is unknown or not applicable."""

    task: str
    metric: str
    filter: str | None
    variant: str  # what tells it from a sibling of the same task, metric and filter
    direction: Direction
    unit: str | None
    old: float | None
    new: float | None
    delta: float | None  # new − old: where lower is better, a negative one is good
    se: float | None
    ci: tuple[float, float] | None  # two-sided interval of delta
    p: float | None
    p_adjusted: float | None
    method: str
    n: int | None
    verdict: Verdict
    reason: str
    source_old: str | None
    source_new: str | None
    n_old: int | None
    n_new: int | None
    mde: float | None  # the smallest true change that would have been found
    n_needed: int | None  # questions that would settle what is inconclusive
    worst: float | None  # one-sided bound of the change for the better; negative: a loss
    margin: float | None
    remarks: tuple[str, ...]
    best: float | None  # the other one-sided bound
    paired: bool  # question by question
    n_common: int | None  # questions scored on both sides
    coverage: float | None  # the same as a share of all questions of either side
    noise: float | None = None  # how far the old result moved by itself, measured again
    flips: ComparedFlips | None = None  # of right and wrong, where it was compared by question


class Sureness(msgspec.Struct, frozen=True):
    alpha: float
    power: float
    margin: float | None  # of a metric from 0 to 1


class CompareSummary(msgspec.Struct, frozen=True):
    headline: str
    unseen: str  # what may hide behind the rows that show no change
    compared: int
    counts: dict[str, int]  # by verdict
    left_out: int  # rows that --task and --metric leave out


class CompareRecord(msgspec.Struct, frozen=True):
    """Everything that the report says."""

    schema: str
    old: ComparedSide
    new: ComparedSide
    settings: Sureness
    summary: CompareSummary
    evals: tuple[ComparedEval, ...]
    remarks: tuple[str, ...]


def compare_record(compared: Compared) -> CompareRecord:
    sure = compared.options.sureness
    return CompareRecord(
        SCHEMA,
        _side(compared.old),
        _side(compared.new),
        Sureness(sure.alpha, sure.power, sure.margin),
        CompareSummary(
            compare_wording.headline(compared),
            compare_wording.honest_sentence(compared),
            compared.compared,
            dict(sorted((verdict.value, count) for verdict, count in compared.counts.items())),
            compared.left_out,
        ),
        tuple(_eval(row, compared) for row in compared.rows),
        compared.remarks,
    )


def compare_json(compared: Compared) -> str:
    encoded = msgspec.json.encode(compare_record(compared))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def compare_csv(compared: Compared) -> str:
    """A line a row; texts that a spreadsheet would run as a formula stand behind an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [name for name in _ROW_FIELDS if name not in ("ci", "remarks")]
    writer.writerow([*names, "ci_low", "ci_high"])
    for row in compared.rows:
        interval = row.ci or ("", "")
        writer.writerow([*(cell(getattr(row, name)) for name in names), *interval])
    return out.getvalue()


_ROW_FIELDS = tuple(one for one in ComparedEval.__struct_fields__ if one != "flips")


def _side(side: Side) -> ComparedSide:
    return ComparedSide(side.name, tuple(map(_file, side.files)), side.ignored)


def _file(file: ResultFile) -> ComparedFile:
    said = file.results
    return ComparedFile(
        file.path,
        file.sha256,
        file.size,
        said.format,
        said.harness,
        said.harness_version,
        said.model,
        said.started,
        len(said.measurements),
        said.remarks,
    )


def _eval(row: Comparison, compared: Compared) -> ComparedEval:
    flips = compared.flips.get(row.key)
    return ComparedEval(
        **{name: getattr(row, name) for name in _ROW_FIELDS},
        flips=None
        if flips is None
        else ComparedFlips(flips.gained_count, flips.lost_count, flips.gained, flips.lost),
    )
