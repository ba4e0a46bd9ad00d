"""Put behaviours into words: what the model should do, what measures it, what nobody measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from relnotes.publish import phrases, wording
from relnotes.publish.evals.trend_view import figure, interval, metric_name
from relnotes.publish.limitation_view import ListedView, listed_view
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.sitemap import Links
from relnotes.publish.templates import Templates
from relnotes.release.over_time.histories import MEASURED, BehaviourEvent, BehaviourLife
from relnotes.release.over_time.overview import LimitationLife
from relnotes.release.over_time.trend import SeriesHead

EVENTS_SHOWN = 60


class Standing(StrEnum):
    """How well the latest release knows whether the model behaves so."""

    BLIND = "blind"  # nothing measures it
    OLDER = "older"  # measured before, and what runs has changed since
    MEASURED = "measured"
    GONE = "gone"  # no longer listed


class MeasureRow(msgspec.Struct, frozen=True):
    """An eval that covers a behaviour, with its latest result."""

    name: Markdown
    metric: str
    value: str
    interval: str
    verdict: Markdown
    at: Markdown
    since: Markdown


class BehaviourView(msgspec.Struct, frozen=True):
    title: str
    link: Markdown
    principle: str
    status: Markdown
    standing: Standing
    details: Markdown
    evals: tuple[MeasureRow, ...]
    events: tuple[Markdown, ...]  # newest first
    left_out: int
    limitations: tuple[ListedView, ...]  # those that are open
    closed: Markdown  # the others


_TITLES = {
    Standing.BLIND: "Blind spots",
    Standing.OLDER: "Measured on an earlier release only",
    Standing.MEASURED: "Measured",
    Standing.GONE: "No longer listed",
}
_TAGS = {
    Standing.BLIND: phrases.tag("regressed", "not measured"),
    Standing.OLDER: phrases.tag("open", "older result"),
    Standing.MEASURED: phrases.tag("resolved", "measured"),
    Standing.GONE: phrases.tag("dropped", "no longer listed"),
}


def behaviour_view(
    life: BehaviourLife,
    line: str,
    links: Links,
    series: Sequence[SeriesHead],
    limitations: Iterable[LimitationLife],
) -> BehaviourView:
    """`series` are the results that cover it, `limitations` those that are about it."""
    events = tuple(_event(one, line, links) for one in reversed(life.events[-EVENTS_SHOWN:]))
    about = [listed_view(one, links, names_behaviour=False) for one in limitations]
    return BehaviourView(
        title=life.id,
        link=links.behaviour(line, life.id),
        principle=life.principle,
        status=_status(life),
        standing=_standing(life),
        details=chain(_details(life, line, links)),
        evals=tuple(_measure(one, line, links) for one in series),
        events=events,
        left_out=len(life.events) - len(events),
        limitations=tuple(one for one in about if one.is_open),
        closed=chain((one.link for one in about if not one.is_open), Markdown(", ")),
    )


def behaviour_page(
    templates: Templates,
    life: BehaviourLife,
    line: str,
    links: Links,
    series: Sequence[SeriesHead],
    limitations: Sequence[LimitationLife],
) -> str:
    page = behaviour_view(life, line, links, series, limitations)
    of_line = links.site.lines[line] if len(links.site.lines) > 1 else ""
    return templates.render(
        "behaviour.md.j2", page=page, of_line=of_line, links=links, site=links.site
    )


def behaviour_index(
    templates: Templates, lives: Mapping[str, Sequence[BehaviourLife]], links: Links
) -> str:
    """Every behaviour by line, the blind spots first."""
    views = {
        line: [behaviour_view(one, line, links, (), ()) for one in some]
        for line, some in lives.items()
    }
    several = len(links.site.lines) > 1
    return templates.render(
        "behaviour_index.md.j2",
        title=links.site.heading("behaviours"),
        lines=[
            {
                "name": links.site.lines[line] if several else "",
                "groups": [
                    (f"{line}-{standing}", title, found)
                    for standing, title in _TITLES.items()
                    if (found := [one for one in some if one.standing is standing])
                ],
            }
            for line, some in views.items()
        ],
        links=links,
        site=links.site,
    )


def _standing(life: BehaviourLife) -> Standing:
    if not life.is_named:
        return Standing.GONE
    if life.status == MEASURED:
        return Standing.MEASURED
    return Standing.OLDER if life.evals else Standing.BLIND


def _status(life: BehaviourLife) -> Markdown:
    return _TAGS[_standing(life)]


def _details(life: BehaviourLife, line: str, links: Links) -> Iterator[Markdown | str]:
    if life.is_named and life.status != MEASURED:
        yield life.status
    if life.blocking:
        yield fill("{} a release depends on it", phrases.tag("blocking", "blocking"))
    yield fill("listed since {}", links.release(line, life.named_since))
    if life.measured_since:
        yield fill("first measured at {}", links.release(line, life.measured_since))
    elif life.is_named:
        yield "never measured so far"


def _measure(one: SeriesHead, line: str, links: Links) -> MeasureRow:
    return MeasureRow(
        name=links.eval(line, one.task),
        metric=metric_name(one),
        value=figure(one.last, one.unit) or "no longer measured",
        interval=interval(one.last, one.unit),
        verdict=phrases.verdict(one.last.verdict, ""),
        at=links.release(line, one.last.tag),
        since=links.release(line, one.first.tag),
    )


def _event(event: BehaviourEvent, line: str, links: Links) -> Markdown:
    when = fill("**{}**", wording.day(event.date)) if event.date else ""
    return chain((when, links.release(line, event.tag), event.status))
