"""A page a limitation; one that nothing was added to is kept as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from relnotes.errors import Problem, RelnotesError
from relnotes.publication.edition import Edition
from relnotes.publish import pages
from relnotes.publish.feeds.items import Item, identity, instant, latest
from relnotes.publish.markdown import path_slug
from relnotes.publish.wording import excerpt, headline
from relnotes.release.limitations.ledger import LIVE
from relnotes.release.over_time.overview import LimitationLife


def publish_limitations(edition: Edition) -> None:
    site = edition.site
    _refuse_same_pages(edition.limitations)
    for life in edition.limitations:
        path = site.map.limitation(life.line, life.id) or ""
        make = partial(pages.limitation_page, site.templates, life, site.map)
        about = life.behaviour and site.map.behaviour(life.line, life.behaviour)
        edition.put_from(path, (life, about), make)
        edition.items.extend(_items(edition, life, path))


def _items(edition: Edition, life: LimitationLife, path: str) -> Iterator[Item]:
    """A page that no release dates has nothing to tell a feed."""
    dates = [one.date for one in life.events if one.date]
    if not dates:
        return
    yield Item(
        kind="limitation",
        line=life.line,
        page=path,
        id=identity(edition.seed, "limitation", life.line, life.id),
        title=f"{life.id}: {headline(life.text)}",
        published=min(dates, key=instant),
        updated=latest(dates, dates[0]),
        summary=excerpt(life.text, 240),
        tags=(life.state.value,),
        is_open=life.state in LIVE,
    )


def _refuse_same_pages(lives: Sequence[LimitationLife]) -> None:
    seen: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for life in lives:
        key = (life.line, path_slug(life.id).lower())
        if key in seen:
            what = f"the limitation ids {seen[key]} and {life.id} would share a page"
            problems.append(Problem(f"line {life.line}", what, "rename one of them"))
        seen[key] = life.id
    if problems:
        raise RelnotesError(problems)
