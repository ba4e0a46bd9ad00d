"""The shapes of the JSON that the site offers to programs, beside the record of a release.

A field is added freely; one that is taken away or means something else gives its schema a new
number.
"""

from __future__ import annotations

import msgspec

from relnotes.evals.result import Direction
from relnotes.evals.verdict import Verdict
from relnotes.release.over_time.histories import BehaviourLife, PromptVersion
from relnotes.release.over_time.lifecycle import LifecycleEvent
from relnotes.release.over_time.overview import LimitationLife, ReleaseSummary
from relnotes.release.over_time.steps import Step
from relnotes.release.record import Lifecycle

EVAL_SCHEMA = "relnotes.eval/1"


class EvalResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An eval at one release that measured it."""

    release: str
    date: str | None
    value: float | None
    """None where it was no longer measured."""
    low: float | None
    high: float | None
    """The interval of the value by itself."""
    n: int | None
    verdict: Verdict
    reason: str
    stretch: int
    """Results of one stretch may be compared with each other."""
    withdrawn: bool
    source: str | None = None
    """The file that holds the number, at the tag of the release; left out where it is that of the
    result before it."""


class EvalSeries(msgspec.Struct, frozen=True, kw_only=True):
    """One metric of an eval."""

    metric: str
    filter: str | None
    variant: str
    direction: Direction
    unit: str | None
    behaviour: str | None
    blocking: bool
    results: tuple[EvalResult, ...]


class EvalHistory(msgspec.Struct, frozen=True, kw_only=True):
    """An eval across the releases of a line, oldest first; of a long history its newest part."""

    schema: str
    line: str
    task: str
    series: tuple[EvalSeries, ...]
    older: tuple[str, ...]
    """Documents of the same shape with what came before, the oldest first. They are closed."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A model whose releases follow each other."""

    name: str
    title: str
    releases: int
    live: str | None
    """The tag that users have now."""
    history: tuple[str, ...]
    """Documents of `relnotes.history/1`, the oldest releases first."""


class SiteIndex(msgspec.Struct, frozen=True, kw_only=True):
    """Where to begin. Every address is relative to `address`, the top of the site."""

    schema: str = "relnotes.site/1"
    project: str
    address: str | None
    lines: tuple[Line, ...]
    documents: dict[str, str]
    feeds: tuple[str, ...]
    schemas: dict[str, str]


class ReleaseEntry(ReleaseSummary, array_like=False, frozen=True, kw_only=True):
    """A release, with what became known after it."""

    page: str
    record: str
    withdrawn_by: str | None
    withdrawn_on: str | None
    corrections: int


class Releases(msgspec.Struct, frozen=True, kw_only=True):
    """The releases of every line, newest first; of a long history the newest."""

    schema: str = "relnotes.releases/1"
    releases: tuple[ReleaseEntry, ...]
    older: tuple[str, ...]
    """Documents of the same shape with those before, a line's oldest first. They are closed."""


class LimitationEntry(LimitationLife, frozen=True, kw_only=True):
    page: str


class Limitations(msgspec.Struct, frozen=True, kw_only=True):
    """Every limitation ever known."""

    schema: str = "relnotes.limitations/1"
    limitations: tuple[LimitationEntry, ...]


class EvalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A metric of an eval with its latest result; `data` holds them, or says where they are."""

    line: str
    task: str
    metric: str
    filter: str | None
    variant: str
    unit: str | None
    direction: Direction
    behaviour: str | None
    count: int
    latest: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    verdict: Verdict
    page: str
    data: str


class Evals(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = "relnotes.evals/1"
    evals: tuple[EvalEntry, ...]


class BehaviourEntry(BehaviourLife, frozen=True, kw_only=True):
    line: str
    page: str


class Behaviours(msgspec.Struct, frozen=True, kw_only=True):
    """What the model should do, what measures it, and since when."""

    schema: str = "relnotes.behaviours-status/1"
    behaviours: tuple[BehaviourEntry, ...]


class PromptEntry(msgspec.Struct, frozen=True, kw_only=True):
    line: str
    name: str
    page: str
    versions: tuple[PromptVersion, ...]


class Prompts(msgspec.Struct, frozen=True, kw_only=True):
    """Every prompt with its versions; the texts stand in the records, as far as they are public."""

    schema: str = "relnotes.prompts/1"
    prompts: tuple[PromptEntry, ...]


class LineDates(msgspec.Struct, frozen=True, kw_only=True):
    line: str
    model: Lifecycle
    notice_days: int | None
    events: tuple[LifecycleEvent, ...]


class Lifecycles(msgspec.Struct, frozen=True, kw_only=True):
    """Names and dates of every model, and how they changed."""

    schema: str = "relnotes.lifecycle/1"
    lines: tuple[LineDates, ...]


class CorrectionEntry(msgspec.Struct, frozen=True, kw_only=True):
    line: str
    release: str
    on: str
    text: str
    limitation: str | None
    page: str


class Corrections(msgspec.Struct, frozen=True, kw_only=True):
    """Every correction of a published note, newest first."""

    schema: str = "relnotes.corrections/1"
    corrections: tuple[CorrectionEntry, ...]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What each of some releases of a line changed, oldest first."""

    schema: str
    line: str
    steps: tuple[Step, ...]
