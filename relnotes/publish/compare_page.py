"""The page on which any two releases are compared: neighbours by links, the rest by a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill
from relnotes.publish.sitemap import COMPARE, Links, SiteMap
from relnotes.publish.templates import Templates

NEIGHBOURS_SHOWN = 50  # of each line


def compare_page(templates: Templates, tags: Mapping[str, Sequence[str]], site: SiteMap) -> str:
    """`tags` are the releases of each line, oldest first."""
    links = site.on(COMPARE)
    several = len(site.lines) > 1
    return templates.render(
        "compare.md.j2",
        title="Compare two releases",
        lines=[
            {
                "name": site.lines[line] if several else "",
                "steps": _steps(line, some, links),
            }
            for line, some in tags.items()
            if len(some) > 1
        ],
        links=links,
        site=site,
    )


def _steps(line: str, tags: Sequence[str], links: Links) -> list[Markdown]:
    newest = [*pairwise(tags)][: -NEIGHBOURS_SHOWN - 1 : -1]
    site = links.site
    return [
        links.release(line, new, fill("{} → {}", site.title(line, old), site.title(line, new)))
        for old, new in newest
    ]
