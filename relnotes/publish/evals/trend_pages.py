"""The pages about evals across releases, and their data, which is read again; writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from relnotes.publish import wording
from relnotes.publish.api_records import EVAL_SCHEMA, EvalHistory, EvalResult, EvalSeries
from relnotes.publish.evals.trend_view import (
    Beside,
    figure,
    interval,
    metric_name,
    trend_view,
)
from relnotes.publish.markdown import Markdown, inline
from relnotes.publish.phrases import verdict
from relnotes.publish.sitemap import Links, SiteMap
from relnotes.publish.templates import Templates
from relnotes.release.over_time.trend import (
    RELEASES_IN_PART,
    Result,
    Series,
    SeriesHead,
    SeriesKey,
    Standing,
    TrendHead,
)


def eval_page(
    templates: Templates,
    trend: TrendHead,
    series: Sequence[Series],
    line: str,
    site: SiteMap,
    beside: Beside,
) -> str:
    """One eval from its first measurement to now, a plot and a table a metric."""
    links = site.on(site.eval_page(line, trend.task))
    page = trend_view(trend, series, line, links, beside)
    return templates.render("eval.md.j2", page=page, links=links, site=site)


def eval_data(
    trend: TrendHead,
    series: Iterable[Series],
    part: int,
    line: str,
    beside: Beside,
    older: Sequence[str] = (),
) -> bytes:
    """The results of one of its parts as JSON; the newest names the documents of the `older`."""
    tags = list(beside.dates)[part * RELEASES_IN_PART : (part + 1) * RELEASES_IN_PART]
    within = frozenset(tags)
    history = EvalHistory(
        schema=EVAL_SCHEMA,
        line=line,
        task=trend.task,
        series=tuple(_series(one, within, beside) for one in series),
        older=tuple(older),
    )
    return msgspec.json.encode(history) + b"\n"


def results_in(path: str, read: Callable[[str], bytes]) -> Mapping[SeriesKey, Standing]:
    """Every result that the document at `path` and the older ones that it names hold."""
    newest = _document(read(path))
    found: dict[SeriesKey, Standing] = {}
    for document in (*(_document(read(older)) for older in newest.older), newest):
        for series in document.series:
            key = (series.metric, series.filter or "", series.variant)
            known = found.setdefault(key, Standing([], []))
            known.results.extend(_as_they_were(series.results))
            known.stretches.extend([one.stretch for one in series.results])
    return found


def _document(data: bytes) -> EvalHistory:
    return msgspec.json.decode(data, type=EvalHistory)


def _as_they_were(results: Iterable[EvalResult]) -> Iterator[Result]:
    file = ""
    for one in results:
        file = one.source or file
        yield Result(
            one.release,
            one.value,
            one.low,
            one.high,
            one.n,
            one.verdict,
            one.reason,
            "" if one.value is None else file,
        )


def eval_index(
    templates: Templates, lines: Mapping[str, Sequence[Markdown]], total: int, site: SiteMap
) -> str:
    """Every eval with its latest results, a table a line; `total` counts their rows."""
    several = len(site.lines) > 1
    tables = [
        _Table(site.lines[line] if several else "", Markdown("\n".join(rows)))
        for line, rows in lines.items()
    ]
    return templates.render(
        "eval_index.md.j2",
        title=site.heading("evals"),
        counted=wording.counted(total, "metric"),
        tables=tables,
        links=site.on(site.eval_index()),
        site=site,
    )


class _Table(msgspec.Struct, frozen=True):
    """The metrics of a line, whose title is empty where there is no other."""

    line: str
    rows: Markdown  # lines of a table


def latest_rows(trend: TrendHead, line: str, links: Links) -> Markdown:
    """The latest results of an eval, a line of the table a metric."""
    name = links.eval(line, trend.task)
    return Markdown("\n".join([_latest(one, name, line, links) for one in trend.series]))


def _latest(one: SeriesHead, name: Markdown, line: str, links: Links) -> str:
    last = one.last
    cells = (
        name,
        inline(metric_name(one)),
        inline(figure(last, one.unit) or "no longer measured"),
        interval(last, one.unit),
        verdict(last.verdict, ""),
        links.release(line, last.tag),
        f"{one.count:,} ×",
    )
    return f"| {' | '.join(cells)} |"


def heads(trend: TrendHead) -> list[Any]:
    """What the list of evals says of one."""
    return [(one.key, one.unit, one.last, one.count) for one in trend.series]


def what_they_are(trend: TrendHead) -> list[Any]:
    """What even a closed part says of an eval beside its results."""
    return [(one.key, one.direction, one.unit, one.behaviour, one.blocking) for one in trend.series]


def _series(series: Series, within: Container[str], beside: Beside) -> EvalSeries:
    head = series.head
    return EvalSeries(
        metric=head.metric,
        filter=head.filter,
        variant=head.variant,
        direction=head.direction,
        unit=head.unit,
        behaviour=head.behaviour,
        blocking=head.blocking,
        results=tuple(_results(series, within, beside)),
    )


def _results(series: Series, within: Container[str], beside: Beside) -> Iterator[EvalResult]:
    file = ""
    for one, stretch in zip(series.results, series.stretches, strict=True):
        if one.tag in within:
            yield _result(one, stretch, beside, one.source if one.source != file else "")
            file = one.source or file


def _result(result: Result, stretch: int, beside: Beside, source: str) -> EvalResult:
    return EvalResult(
        release=result.tag,
        date=beside.dates.get(result.tag),
        value=result.value,
        low=result.low,
        high=result.high,
        n=result.n,
        verdict=result.verdict,
        reason=result.reason,
        stretch=stretch,
        withdrawn=result.tag in beside.withdrawn,
        source=source or None,
    )
