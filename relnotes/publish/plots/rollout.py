"""Draw how a release went out: its stages as bands in time, each with its share of traffic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from relnotes.publish import wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.plots.timeline import Band, Moment, timeline_plot
from relnotes.release.record import RolloutStage


def rollout_plot(stages: Iterable[RolloutStage], title: str) -> Markdown:
    """Empty where fewer than two stages have a date: there is nothing to see then."""
    dated = [one for one in stages if one.start and _moment(one.start)]
    if len(dated) < 2:
        return Markdown("")
    said = ", ".join(f"{_label(one)} from {wording.day(one.start)}" for one in dated)
    return timeline_plot(
        _bands(dated),
        (),
        identity="rollout",
        title=f"How {title} went out",
        description=f"{said}.",
    )


def _bands(stages: Sequence[RolloutStage]) -> list[Band]:
    """A stage without an end lasts until the next begins."""
    following = [*(after.start for _, after in pairwise(stages)), None]
    return [
        Band(_label(one), "rollout", start, _moment(one.end or after or ""))
        for one, after in zip(stages, following, strict=True)
        if (start := _moment(one.start or ""))
    ]


def _label(stage: RolloutStage) -> str:
    share = f" · {wording.percent(stage.share)} of traffic" if stage.share is not None else ""
    return f"{stage.stage}{share}"


def _moment(text: str) -> Moment | None:
    """A day is any moment of it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo:
        return Moment(found, found)
    start = datetime.combine(found.date(), time(), UTC)
    return Moment(start, start + timedelta(days=1) if len(text) <= 10 else start)
