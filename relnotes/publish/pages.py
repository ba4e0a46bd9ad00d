"""The pages about releases and limitations, each as Markdown text; writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from functools import partial

from relnotes.publish import wording
from relnotes.publish.feeds.items import Item
from relnotes.publish.index_view import (
    Listed,
    ReleaseRow,
    Year,
    by_year,
    listed,
    live_now,
    live_rows,
    release_row,
)
from relnotes.publish.limitation_view import is_open, life_view, listed_view
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill
from relnotes.publish.plain import plain_view
from relnotes.publish.release_filters import filters_of, keys_of
from relnotes.publish.release_view import release_view
from relnotes.publish.sitemap import (
    AUDIT,
    BEHAVIOURS,
    COMPARE,
    CORRECTIONS,
    EVALS,
    LIFECYCLE,
    PROMPTS,
    Links,
    SiteMap,
)
from relnotes.publish.templates import Templates
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.overview import LimitationLife, ReleaseSummary
from relnotes.release.record import Record

LATEST_SHOWN = 10
ROWS_IN_PART = 100

Part = Callable[[str, object, Callable[[], str]], str]
"""Gives a piece of a page by its name, what it is made from, and how."""


def made_anew(_name: str, _inputs: object, make: Callable[[], str]) -> str:
    return make()


# Where a reader can go on from the front page and from the list of releases.
BESIDE_RELEASES = (
    ("Compare any two", COMPARE),
    ("Lifecycle and deprecations", LIFECYCLE),
    ("Corrections", CORRECTIONS),
    ("Audit", AUDIT),
)
_LOOK_UP = (
    ("Evals over time", EVALS),
    ("Behaviours and blind spots", BEHAVIOURS),
    ("Prompt history", PROMPTS),
    *BESIDE_RELEASES,
)


def release_page(
    templates: Templates, record: Record, annotations: Annotations, links: Links
) -> str:
    """The page of one release, for the audience of the record."""
    page = release_view(record, annotations, links)
    return templates.render(
        "release.md.j2",
        page=page,
        record=record,
        annotations=annotations,
        links=links,
        site=links.site,
    )


def notes_markdown(
    templates: Templates,
    record: Record,
    annotations: Annotations,
    links: Links,
    base: str | None = None,
) -> str:
    """The note of one release in Markdown that can be pasted anywhere.

    `base` is the address of the site; without one, links are words only.
    """
    page, address = plain_view(record, annotations, links, base)
    text = templates.render(
        "notes.md.j2",
        page=page,
        record=record,
        annotations=annotations,
        address=address,
        site=links.site,
    )
    return text.strip("\n") + "\n"


def release_index(
    templates: Templates,
    releases: Sequence[ReleaseSummary],
    site: SiteMap,
    line: str | None = None,
    made: Container[str] = (),
    part: Part = made_anew,
) -> str:
    """All releases, newest first; those of one line if it is named. `made`: pages that exist."""
    line = line if len(site.lines) > 1 else None
    links = site.on(site.release_index(line))
    shown = [one for one in releases if line is None or one.line == line]
    with_line = line is None and len(site.lines) > 1
    rows = listed(shown, live_now(shown), site, with_line=with_line)
    years = [
        Year(name, _rows(templates, name, some, links, part))
        for name, some in by_year(rows).items()
    ]
    return templates.render(
        "release_index.md.j2",
        title=f"{site.lines[line]} releases" if line else _all_releases(site),
        live=live_rows(shown, links),
        years=years,
        filter_groups=filters_of(map(keys_of, shown)),
        beside=[links.to(page, words) for words, page in BESIDE_RELEASES if page in made],
        lines=_line_links(site, links) if line is None else (),
        links=links,
        site=site,
    )


def _rows(
    templates: Templates, name: str, year: Sequence[Listed], links: Links, part: Part
) -> Markdown:
    """The rows of a year, in parts that stay as they are when newer releases follow."""

    def rows(some: Sequence[Listed]) -> str:
        return _listed(templates, [release_row(one, links) for one in some])

    # Counted from the oldest: only the newest part gets more.
    count = len(year)
    ends = [count - at for at in range(0, count, ROWS_IN_PART)]
    texts = [
        part(f"{links.page}#{name}/{count - end}", some, partial(rows, some))
        for end in reversed(ends)
        for some in (year[max(end - ROWS_IN_PART, 0) : end],)
    ]
    return Markdown("\n".join(texts))


def _listed(templates: Templates, rows: Sequence[ReleaseRow]) -> Markdown:
    return Markdown(templates.render("release_rows.md.j2", rows=rows).strip("\n"))


def _all_releases(site: SiteMap) -> str:
    """A site without a name has "Releases" on its front page already."""
    return site.heading("releases" if site.is_named else "all releases")


def _line_links(site: SiteMap, links: Links) -> list[Markdown]:
    """The lists of single lines, where there are several."""
    return [links.to(page, site.lines[line]) for line, page in site.release_indexes() if line]


def limitation_index(templates: Templates, lives: Iterable[LimitationLife], site: SiteMap) -> str:
    """Every limitation ever known: the open ones first, then those that are closed."""
    links = site.on(site.limitation_index())
    views = [listed_view(life, links) for life in lives]
    return templates.render(
        "limitation_index.md.j2",
        title=site.heading("known limitations"),
        still_open=[view for view in views if view.is_open],
        closed=[view for view in views if not view.is_open],
        links=links,
        site=site,
    )


def limitation_page(templates: Templates, life: LimitationLife, site: SiteMap) -> str:
    """One limitation from its first mention to now."""
    page = site.limitation(life.line, life.id)
    links = site.on(page or site.limitation_index())
    return templates.render(
        "limitation.md.j2", page=life_view(life, links), life=life, links=links, site=site
    )


def front_page(
    templates: Templates,
    releases: Sequence[ReleaseSummary],
    lives: Iterable[LimitationLife],
    site: SiteMap,
    incidents: Iterable[Item] = (),
    made: Container[str] = (),
) -> str:
    """What is live now, what changed last, and what is known to be wrong; all lines.

    `incidents` are those that are not over, `made` the pages that exist.
    """
    links = site.on(site.front)
    several = len(site.lines) > 1
    latest = listed(releases[:LATEST_SHOWN], live_now(releases), site, with_line=several)
    rows = [release_row(one, links, with_year=True) for one in latest]
    return templates.render(
        "front.md.j2",
        title=site.project,
        live=live_rows(releases, links),
        incidents=[_incident(one, links) for one in incidents],
        beside=[links.to(page, words) for words, page in _LOOK_UP if page in made],
        latest=_listed(templates, rows),
        still_open=[listed_view(life, links) for life in lives if is_open(life)],
        all_releases=links.to(site.release_index(), "all releases"),
        all_limitations=links.to(site.limitation_index(), "all known limitations"),
        links=links,
        site=site,
    )


def _incident(item: Item, links: Links) -> Markdown:
    return fill(
        "**{}** {} <small>{}</small>",
        links.to(item.page, item.title),
        item.summary,
        wording.day(item.published),
    )
