"""Where the numbers of an eval are published.

What was measured before the newest release stands there already, so nothing else keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping

from relnotes.publish.sitemap import SiteMap
from relnotes.release.over_time.trend import TrendHead


def data_paths(site: SiteMap, line: str, trend: TrendHead) -> Mapping[int, str]:
    """The document of each part, the newest last; that one keeps its path when it is closed."""
    stem = site.eval_page(line, trend.task).removesuffix(".md")
    *older, newest = trend.parts
    return {part: f"{stem}/{part + 1}.json" for part in older} | {newest: f"{stem}.json"}
