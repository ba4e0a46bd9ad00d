"""The page of names and dates: what users can pin, what ends when, and how it came to be so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import msgspec

from relnotes.publish import phrases, wording
from relnotes.publish.markdown import Markdown, code
from relnotes.publish.phrases import chain, fill
from relnotes.publish.provenance_view import Fact
from relnotes.publish.sitemap import Links
from relnotes.publish.templates import Templates
from relnotes.release.over_time.histories import Phase
from relnotes.release.over_time.lifecycle import (
    LifecycleEvent,
    Turn,
    identity,
    lifecycle_events,
    notice_days,
)
from relnotes.release.record import Lifecycle

EVENTS_SHOWN = 100


class EventRow(msgspec.Struct, frozen=True):
    date: str
    release: Markdown
    words: Markdown


class LineLifecycle(msgspec.Struct, frozen=True):
    name: str  # empty where there is one line
    state: Markdown
    facts: tuple[Fact, ...]
    events: tuple[EventRow, ...]  # newest first
    left_out: int


def lifecycle_page(
    templates: Templates, phases: Mapping[str, Sequence[Phase]], links: Links
) -> str:
    """Names and dates of every line."""
    lines = [_line(line, some, links) for line, some in phases.items() if some]
    return templates.render(
        "lifecycle.md.j2",
        title=links.site.heading("lifecycle"),
        lines=lines,
        links=links,
        site=links.site,
    )


def _line(line: str, phases: Sequence[Phase], links: Links) -> LineLifecycle:
    by_release = groupby(lifecycle_events(phases), key=lambda event: event.tag)
    events = [event for group in reversed([[*group] for _, group in by_release]) for event in group]
    model = phases[-1].model
    return LineLifecycle(
        name=links.site.lines[line] if len(links.site.lines) > 1 else "",
        state=_state(model),
        facts=tuple(_facts(model, notice_days(phases))),
        events=tuple(_row(one, line, links) for one in events[:EVENTS_SHOWN]),
        left_out=max(len(events) - EVENTS_SHOWN, 0),
    )


def _state(model: Lifecycle) -> Markdown:
    if model.deprecated:
        return phrases.tag("open", "deprecated")
    return phrases.tag("live", "current")


def _facts(model: Lifecycle, notice: int | None) -> Iterator[Fact]:
    yield Fact("Model", Markdown(code(model.provider_id or model.name)))
    yield Fact("Version", Markdown(code(identity(model))))
    if model.aliases:
        yield Fact("Aliases", chain((code(one) for one in model.aliases), Markdown(", ")))
    if model.released:
        yield Fact("Released", fill("{}", wording.day(model.released)))
    if model.deprecated:
        yield Fact("Deprecated", fill("{}", wording.day(model.deprecated)))
    ends = wording.day(model.retires) if model.retires else "no date is announced"
    yield Fact("Retires", fill("{}", ends))
    if notice is not None:
        yield Fact("Notice", fill("{}", wording.counted(notice, "day")))
    if model.replacement:
        yield Fact("Use instead", Markdown(code(model.replacement)))


def _row(event: LifecycleEvent, line: str, links: Links) -> EventRow:
    return EventRow(wording.day(event.date), links.release(line, event.tag), _words(event))


def _words(event: LifecycleEvent) -> Markdown:
    subject, old, new = event.subject, event.old, event.new
    match event.turn:
        case Turn.RENAMED:
            return fill("The model is {} (before: {}).", code(new), code(old))
        case Turn.VERSION:
            return fill("{} is at version {} (before: {}).", subject, code(new), code(old))
        case Turn.WEIGHTS:
            digests = phrases.digest(old), phrases.digest(new)
            return fill("**Same name, new weights:** {} → {}.", *digests)
        case Turn.ALIAS_MOVED:
            return fill("The alias {} means {} (before: {}).", code(subject), code(new), code(old))
        case Turn.ALIAS_ADDED:
            return fill("The alias {} means {}.", code(subject), code(new))
        case Turn.ALIAS_REMOVED:
            return fill("The alias {} is gone (it meant {}).", code(subject), code(old))
        case Turn.REPLACEMENT:
            return (
                fill("Use {} instead.", code(new)) if new else Markdown("No replacement is named.")
            )
        case Turn.DEPRECATED | Turn.RETIREMENT:
            return _dated(event)


def _dated(event: LifecycleEvent) -> Markdown:
    what = "Deprecated" if event.turn is Turn.DEPRECATED else "Retires"
    if event.new is None:
        return fill("{} no longer: {} was taken back.", what, wording.day(event.old))
    before = fill(" (before: {})", wording.day(event.old)) if event.old else ""
    return fill("{} on **{}**{}.", what, wording.day(event.new), before)
