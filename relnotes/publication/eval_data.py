"""Where the numbers of an eval are published, and how they are read again.

What was measured before the newest release stands there already, so nothing else keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from relnotes.publish.api_records import EvalHistory, EvalResult
from relnotes.publish.sitemap import SiteMap
from relnotes.release.over_time.trend import Result, SeriesKey, TrendHead


def data_paths(site: SiteMap, line: str, trend: TrendHead) -> Mapping[int, str]:
    """The document of each part, the newest last; that one keeps its path when it is closed."""
    stem = site.eval_page(line, trend.task).removesuffix(".md")
    *older, newest = trend.parts
    return {part: f"{stem}/{part + 1}.json" for part in older} | {newest: f"{stem}.json"}


def results_in(path: str, read: Callable[[str], bytes]) -> Mapping[SeriesKey, list[Result]]:
    """Every result that the document at `path` and the older ones that it names hold."""
    newest = _document(read(path))
    found: dict[SeriesKey, list[Result]] = {}
    for document in (*(_document(read(older)) for older in newest.older), newest):
        for series in document.series:
            key = (series.metric, series.filter or "", series.variant)
            found.setdefault(key, []).extend(map(_result, series.results))
    return found


def _document(data: bytes) -> EvalHistory:
    return msgspec.json.decode(data, type=EvalHistory)


def _result(one: EvalResult) -> Result:
    return Result(one.release, one.value, one.low, one.high, one.n, one.verdict, one.reason)
