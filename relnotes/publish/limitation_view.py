"""Put known limitations into words: at one release, over their life, and what is not measured."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import asdict

from relnotes.publish import phrases, wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.page_history import life_dates
from relnotes.publish.phrases import chain, fill
from relnotes.publish.sitemap import Links
from relnotes.release.limitations.known import LedgerEntry, LedgerState, News, Origin
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.overview import LifeEvent, LimitationLife
from relnotes.release.record import Record

# What was dropped comes first: it is what somebody might hope nobody sees.
ORDER = tuple(
    News[name]
    for name in ("DROPPED", "NEW", "REOPENED", "STILL_OPEN", "MITIGATED", "RESOLVED", "WITHDRAWN")
)
_LIVE = frozenset({LedgerState.OPEN, LedgerState.MITIGATED, LedgerState.DROPPED})
_ORIGINS = {
    Origin.REGRESSION: "follows from the eval results",
    Origin.INCONCLUSIVE: "follows from the eval results",
    Origin.UNMEASURED: "follows from what was not measured",
    Origin.COMBINATION: "follows from the training changes",
    Origin.ROLLBACK: "follows from the rollback",
    Origin.RELAPSE: "follows from the prompt",
    Origin.AMENDMENT: "added after the release",
}


class LimitationView(msgspec.Struct, frozen=True):
    """What one release says of a limitation."""

    anchor: str
    news: Markdown
    identity: Markdown
    text: str
    details: Markdown
    workaround: str | None
    evidence: Markdown


class EventView(msgspec.Struct, frozen=True):
    release: Markdown
    date: str
    news: Markdown
    text: str  # empty where the wording is that of now
    remarks: Markdown
    evidence: Markdown


class ListedView(msgspec.Struct, frozen=True):
    """A limitation as a list shows it."""

    identity: str
    link: Markdown
    state: Markdown
    is_open: bool
    text: str
    workaround: str | None
    details: Markdown
    brief: Markdown  # the details that a reader who passes by needs


class LifeView(ListedView, frozen=True):
    """A limitation from its first mention to now."""

    title: str
    evidence: Markdown
    events: tuple[EventView, ...]
    line: str  # its title, where there are several
    published: Markdown | None
    modified: Markdown | None


def limitation_views(
    record: Record, annotations: Annotations, links: Links
) -> tuple[LimitationView, ...]:
    """The record's limitations and those that a correction added, the news first."""
    known = {entry.id for entry in record.limitations}
    added = [one.limitation for one in annotations.amendments if one.limitation]
    entries = [*(one for one in added if one.id not in known), *record.limitations]
    ranked = sorted(entries, key=lambda entry: ORDER.index(entry.news))
    anchors = phrases.anchors("limitation", {entry.id: entry.id for entry in ranked})
    return tuple(_limitation(entry, anchors[entry.id], record, links) for entry in ranked)


def _limitation(entry: LedgerEntry, anchor: str, record: Record, links: Links) -> LimitationView:
    line = record.line
    since = "known since" if entry.news is News.NEW else "since"
    return LimitationView(
        anchor=anchor,
        news=phrases.news(entry.news),
        identity=links.limitation(line, entry.id),
        text=entry.text,
        details=chain(_details(entry, line, links, since, entry.behaviour, record.new)),
        workaround=entry.workaround,
        evidence=phrases.evidence(entry.evidence),
    )


def is_open(life: LimitationLife) -> bool:
    return life.state in _LIVE


def listed_view(life: LimitationLife, links: Links, *, names_behaviour: bool = True) -> ListedView:
    """`names_behaviour`: False on the page of the behaviour that it is about."""
    line = life.line
    about = links.behaviour(line, life.behaviour) if life.behaviour and names_behaviour else None
    title = "" if links.site.release(line, life.since) else _line_title(life, links)
    brief = (_since(life.since, line, links, "since"), fill("about {}", about) if about else "")
    return ListedView(
        identity=life.id,
        link=links.limitation(line, life.id),
        state=phrases.state(life.state),
        is_open=is_open(life),
        text=life.text,
        workaround=life.workaround,
        details=chain((title, *_details(life, line, links, "known since", about))),
        brief=chain(brief),
    )


def life_view(life: LimitationLife, links: Links) -> LifeView:
    published, modified = life_dates(event.date for event in life.events)
    return LifeView(
        **asdict(listed_view(life, links)),
        title=wording.headline(life.text),
        evidence=phrases.evidence(life.evidence),
        events=tuple(_event(event, life, links) for event in life.events),
        line=_line_title(life, links),
        published=published,
        modified=modified,
    )


def _line_title(life: LimitationLife, links: Links) -> str:
    """Empty where there is one line only."""
    return links.site.lines[life.line] if len(links.site.lines) > 1 else ""


def _event(event: LifeEvent, life: LimitationLife, links: Links) -> EventView:
    return EventView(
        release=links.release(life.line, event.tag),
        date=wording.day(event.date),
        news=phrases.news(event.news),
        text="" if event.text == life.text else event.text,
        remarks=chain(phrases.remarks(event.evidence)),
        evidence=phrases.evidence(event.evidence),
    )


def _details(
    one: LedgerEntry | LimitationLife,
    line: str,
    links: Links,
    since: str,
    about: Markdown | str | None,
    here: str | None = None,
) -> Iterator[Markdown | str]:
    """What is known beside the text: since when, about what, how it got on the list.

    `here` is the release that the page is about, which need not be named again.
    """
    if one.since != here:
        yield _since(one.since, line, links, since)
    if one.resolved_in and one.resolved_in != here:
        yield fill("resolved in {}", phrases.release_named(links, line, one.resolved_in))
    if about:
        yield fill("about {}", about)
    if one.blocking:
        yield "blocking"
    if one.last_confirmed:
        yield f"last confirmed {wording.day(one.last_confirmed)}"
    yield _ORIGINS.get(one.origin, "")
    yield from phrases.remarks(one.evidence)


def _since(release: str, line: str, links: Links, words: str) -> Markdown:
    return fill("{} {}", words, phrases.release_named(links, line, release))


def none_known(record: Record) -> str:
    """What is said where no limitation is listed; silence would say too much."""
    if record.none_known:
        return f"None is known. Attested by {record.none_known}."
    return "No limitation is recorded, and nobody attested that none is known."


def unmeasured_lines(record: Record) -> Iterator[Markdown]:
    """Behaviours without a result that no limitation on the page speaks of already."""
    said = {
        entry.behaviour
        for entry in record.limitations
        if entry.origin is Origin.UNMEASURED and entry.state in _LIVE
    }
    for one in record.unmeasured:
        if one.behaviour not in said:
            mark = phrases.tag("blocking", "blocking") if one.blocking else ""
            name = chain((fill("**{}**", one.behaviour), mark), Markdown(" "))
            yield fill("{}: {}. {}", name, one.reason, one.principle)
