"""Draw the metrics of one incident, or the trends of many, for a terminal; prints nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relnotes.incident.metrics.absence import State
from relnotes.incident.metrics.durations import Metric
from relnotes.incident.metrics.intervals import Span
from relnotes.incident.metrics.trends import Group, Trend, Trends
from relnotes.incident.record import Incident
from relnotes.publish import wording
from relnotes.publish.incident import metric_wording
from relnotes.publish.incident.timeline_text import headline
from relnotes.publish.pen import Pen, columns, padded

_BOLD, _DIM, _RED = "1", "2", "31"
_COLOURS = {State.RECORDED: "", State.BOUNDED: "", State.INVALID: _RED}
_LABEL = max(len(label) for label, _ in metric_wording.LABELS.values())
_GROUPED = {"severity": "by severity", "kind": "by kind", "quarter": "by quarter"}


def metrics_text(incident: Incident, metrics: Sequence[Metric], *, colour: bool, width: int) -> str:
    """What is known; then what is still missing and what does not apply, by the reason."""
    pen = Pen(colour, width)
    known = [one for one in metrics if one.state in _COLOURS]
    blocks = [
        list(headline(incident, pen)),
        [line for one in known for line in _metric(one, pen)],
        list(_missing("pending", metrics, State.PENDING, pen)),
        list(_missing("not applicable", metrics, State.NOT_APPLICABLE, pen)),
    ]
    if any(one.state is State.BOUNDED for one in metrics):
        blocks.append(pen.wrap("A range is as exact as the times on record are."))
    return _stacked(blocks)


def _missing(title: str, metrics: Sequence[Metric], state: State, pen: Pen) -> Iterator[str]:
    """By the first thing that each waits for: it is what to log next."""
    reasons: dict[str, list[str]] = {}
    for one in metrics:
        if one.state is state:
            first, _, _ = one.why.partition("; ")
            reasons.setdefault(first, []).append(metric_wording.label(one))
    if reasons:
        yield pen.paint(_BOLD, title)
    for why, labels in reasons.items():
        yield from pen.wrap(why[:1].upper() + why[1:], 2)
        yield from (pen.paint(_DIM, line) for line in pen.wrap(", ".join(labels), 4))


def trends_text(found: Trends, *, colour: bool, width: int) -> str:
    """Every metric of all incidents; then, of each group, those that anything is known of."""
    pen = Pen(colour, width)
    if not found.groups:
        return "No incident is on record.\n"
    blocks = [list(_group(group, pen)) for group in found.groups if group.by not in _GROUPED]
    for by, title in _GROUPED.items():
        groups = [group for group in found.groups if group.by == by]
        if len(groups) > 1:
            blocks.append([pen.paint(_BOLD, title)])
            blocks += [list(_group(group, pen)) for group in groups]
    if found.left_out:
        left = wording.counted(len(found.left_out), "record")
        blocks.append(pen.wrap(f"{left} left out: duplicates, false alarms, declined."))
    return _stacked(blocks)


def _stacked(blocks: list[list[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _metric(metric: Metric, pen: Pen) -> Iterator[str]:
    lead = padded(metric_wording.label(metric), _LABEL + 2)
    lines = pen.wrap(metric_wording.value(metric), len(lead))
    colour = _COLOURS[metric.state]
    for number, line in enumerate(lines):
        words = line[len(lead) :]
        shown = pen.paint(colour, words) if colour else words
        yield (lead if number == 0 else " " * len(lead)) + shown


def _group(group: Group, pen: Pen) -> Iterator[str]:
    known = [trend for trend in group.trends if trend.n or group.by not in _GROUPED]
    name = group.value if group.by != "all" else "all incidents"
    yield f"{pen.paint(_BOLD, name)}  {wording.counted(group.incidents, 'incident')}"
    if not known:
        yield "  no metric is known yet"
        return
    rows = [_cells(trend) for trend in known]
    widths = [max(columns(row[at]) for row in [*rows, _HEAD]) for at in range(len(_HEAD))]
    for row in (_HEAD, *rows):
        cells = (padded(cell, width) for cell, width in zip(row, widths, strict=True))
        line = "  " + "  ".join(cells).rstrip()
        yield pen.paint(_DIM, line) if row is _HEAD else line


_HEAD = ("", "n", "median", "90th percentile", "not known")


def _cells(trend: Trend) -> tuple[str, ...]:
    return (
        metric_wording.LABELS[trend.name][0],
        str(trend.n),
        _span(trend.median),
        _span(trend.p90),
        ", ".join(_unknown(trend)),
    )


def _span(span: Span | None) -> str:
    return "" if span is None else metric_wording.span(span.low, span.high)


def _unknown(trend: Trend) -> Iterator[str]:
    counts = (
        (trend.pending, "pending"),
        (trend.not_applicable, "not applicable"),
        (trend.invalid, "invalid"),
    )
    yield from (f"{count} {word}" for count, word in counts if count)
