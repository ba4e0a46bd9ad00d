"""The front page and the lists of releases and limitations, over all lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from relnotes.cache import LineState
from relnotes.publication.edition import Edition
from relnotes.publish import pages
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.overview import ReleaseSummary


def publish_indexes(edition: Edition) -> None:
    site, templates = edition.site, edition.site.templates
    newest = edition.newest
    lives = edition.limitations
    made = site.writer.wanted
    for name, path in site.map.release_indexes():
        edition.put(
            path, pages.release_index(templates, newest, site.map, name, made, edition.part)
        )
    register = site.map.limitation_index()
    about = [one.behaviour and site.map.behaviour(one.line, one.behaviour) for one in lives]
    make = partial(pages.limitation_index, templates, lives, site.map)
    edition.put_from(register, (lives, about), make)
    if site.write_front:
        open_now = [one for one in edition.items if one.kind == "incident" and one.is_open]
        front = pages.front_page(templates, newest, lives, site.map, open_now, made)
        edition.put(site.map.front, front)


def newest_first(states: Mapping[str, LineState]) -> list[ReleaseSummary]:
    """All lines together by date; a line keeps its own order."""
    numbered = [
        (one.date or "", number, _as_amended(one, beside))
        for state in states.values()
        for number, (one, beside) in enumerate(zip(state.summaries, state.annotations, strict=True))
    ]
    ordered = sorted(numbered, key=lambda row: row[1], reverse=True)
    return [one for _, _, one in sorted(ordered, key=lambda row: _instant(row[0]), reverse=True)]


def _as_amended(one: ReleaseSummary, beside: Annotations) -> ReleaseSummary:
    summary, withdrawn = beside.summary or one.summary, beside.is_withdrawn
    if (summary, withdrawn) == (one.summary, one.withdrawn):
        return one
    return replace(one, summary=summary, withdrawn=withdrawn)


def _instant(date: str) -> float:
    return datetime.fromisoformat(date).timestamp() if date else 0.0
