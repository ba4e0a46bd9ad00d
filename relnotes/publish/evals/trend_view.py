"""Put an eval across releases into words: the plot, and the table beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

import msgspec

from relnotes.evals import figures
from relnotes.evals.result import Direction
from relnotes.publish import markdown, phrases, wording
from relnotes.publish.evals.wording import metric_named
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.plots.trend import MOST_DRAWN, Point, thinned, trend_plot
from relnotes.publish.sitemap import Links
from relnotes.release.over_time.trend import Result, Series, SeriesHead, TrendHead

ROWS_SHOWN = 24

_BETTER = {
    Direction.HIGHER: "higher is better ↑",
    Direction.LOWER: "lower is better ↓",
    Direction.UNKNOWN: "which way is better is not known",
}


class Beside(msgspec.Struct, frozen=True):
    """What is known of the releases of a line that an eval page names."""

    dates: Mapping[str, str | None]  # by tag
    withdrawn: frozenset[str]
    short: Mapping[str, str]  # by tag: the tag without its line


class SeriesView(msgspec.Struct, frozen=True):
    anchor: str
    name: str
    lead: Markdown
    plot: Markdown  # empty where there is nothing to draw
    drawn: str  # said where not everything is drawn
    rows: Markdown  # lines of a table, newest first
    files: tuple[Markdown, ...]  # which file holds the numbers of which rows
    left_out: int


class TrendView(msgspec.Struct, frozen=True):
    title: str
    description: str
    line: str
    data: Markdown  # address of the JSON
    series: tuple[SeriesView, ...]


def trend_view(
    trend: TrendHead, series: Sequence[Series], line: str, links: Links, beside: Beside
) -> TrendView:
    names = {"\0".join(one.key): metric_name(one) for one in trend.series}
    anchors = phrases.anchors("metric", names)
    several = len(links.site.lines) > 1
    latest = "; ".join(latest_words(one) for one in trend.series[:3])
    return TrendView(
        title=trend.task,
        description=wording.excerpt(f"{trend.task} across releases: {latest}."),
        line=links.site.lines[line] if several else "",
        data=Markdown(links.url(links.page.removesuffix(".md") + ".json")),
        series=tuple(
            _series_view(one, anchors["\0".join(one.head.key)], line, links, beside)
            for one in series
        ),
    )


def metric_name(series: SeriesHead) -> str:
    return metric_named(series.metric, series.filter, series.variant)


def latest_words(series: SeriesHead) -> str:
    """ "acc 0.874 at the latest measurement"."""
    return f"{metric_name(series)} {figure(series.last, series.unit) or 'no longer measured'}"


def figure(result: Result, unit: str | None) -> str:
    """The value with its unit; empty where there is none."""
    if result.value is None:
        return ""
    digits = figures.decimals(result.value, unit, result.n)
    return figures.number(result.value, digits) + figures.unit_words(unit)


def interval(result: Result, unit: str | None) -> str:
    """Digits and words of ours, safe on any page."""
    if result.value is None or result.low is None or result.high is None:
        return ""
    digits = figures.decimals(result.value, unit, result.n)
    return f"{figures.number(result.low, digits)} to {figures.number(result.high, digits)}"


def _series_view(
    series: Series, anchor: str, line: str, links: Links, beside: Beside
) -> SeriesView:
    head, results = series.head, series.results
    drawn = thinned(results, beside.withdrawn)
    listed = range(len(results) - 1, -1, -1)[:ROWS_SHOWN]
    points = {at: _point(series, at, beside) for at in {*drawn, *listed}}
    name = metric_name(head)
    return SeriesView(
        anchor=anchor,
        name=name,
        lead=chain(_lead(head, line, links)),
        plot=_plot(head, anchor, name, [points[at] for at in drawn]),
        drawn=_drawn(len(results), len(drawn)),
        rows=Markdown("\n".join([_row(points[at], head, line, links, beside) for at in listed])),
        files=tuple(_files([results[at] for at in listed], line, links)),
        left_out=len(results) - len(listed),
    )


def _point(series: Series, at: int, beside: Beside) -> Point:
    one = series.results[at]
    label = beside.short.get(one.tag, one.tag)
    gone = one.tag in beside.withdrawn
    return Point(one, label, figure(one, series.head.unit), series.stretches[at], gone)


def _lead(series: SeriesHead, line: str, links: Links) -> Iterator[Markdown | str]:
    latest = series.last
    if latest.value is None:
        yield fill("no longer measured since {}", links.release(line, latest.tag))
    else:
        yield fill("**{}** at {}", figure(latest, series.unit), links.release(line, latest.tag))
    since = links.release(line, series.first.tag)
    yield fill("{} since {}", wording.counted(series.count, "measurement"), since)
    yield _BETTER[series.direction].rstrip(" ↑↓")
    if series.behaviour:
        yield fill("measures {}", links.behaviour(line, series.behaviour))
    if series.blocking:
        yield phrases.tag("blocking", "blocking")


def _plot(series: SeriesHead, anchor: str, name: str, points: Sequence[Point]) -> Markdown:
    if not any(one.result.value is not None for one in points):
        return Markdown("")
    breaks = points[-1].stretch - points[0].stretch
    gone = sum(one.is_withdrawn for one in points)
    said = [
        f"{wording.counted(len(points), 'measurement')} from {points[0].label} to"
        f" {points[-1].label}, the last one {points[-1].figure or 'missing'}",
        wording.counted(breaks, "break") + " where results cannot be compared" if breaks else "",
        f"{gone} of releases that were withdrawn" if gone else "",
        "the numbers stand in the table below",
    ]
    return trend_plot(
        points,
        identity=anchor,
        title=f"{series.task} {name} across releases",
        description="; ".join(filter(None, said)),
        better=_BETTER[series.direction],
    )


def _drawn(total: int, shown: int) -> str:
    if shown == total:
        return ""
    return (
        f"{shown:,} of {total:,} measurements are drawn: breaks, withdrawn releases and what moved"
        f" by more than chance first, at most {MOST_DRAWN} in all."
    )


def _row(point: Point, series: SeriesHead, line: str, links: Links, beside: Beside) -> str:
    one = point.result
    release = links.release(line, one.tag)
    cells = (
        _release_cell(release, beside.dates.get(one.tag), point.is_withdrawn),
        markdown.inline(point.figure or "—"),
        interval(one, series.unit),
        f"{one.n:,}" if one.n is not None else "",
        phrases.verdict(one.verdict, one.reason),
    )
    return f"| {' | '.join(cells)} |"


def _files(listed: Sequence[Result], line: str, links: Links) -> Iterator[Markdown]:
    """The file behind each number; one that holds several in a row is named once."""
    measured = [one for one in listed if one.source]
    for file, group in groupby(measured, key=attrgetter("source")):
        newest, *others = group
        named = links.release(line, newest.tag)
        if others:
            named = fill("{} back to {}", named, links.release(line, others[-1].tag))
        yield fill("{}: {}", named, markdown.code(file))


@lru_cache(maxsize=1 << 10)  # the same releases, eval after eval
def _release_cell(name: Markdown, date: str | None, is_withdrawn: bool) -> Markdown:
    mark = phrases.tag("withdrawn", "withdrawn") if is_withdrawn else ""
    day = fill("<small>{}</small>", wording.day(date))
    return chain((name, mark, day), Markdown(" "))
