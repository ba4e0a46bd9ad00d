"""Every public incident: its page, its record, its postmortem; and the list of all of them."""

from __future__ import annotations

import hashlib
from functools import partial

import msgspec

from relnotes.aftermath import History, facts_of
from relnotes.incident.effective import effective_events
from relnotes.incident.facts import NOTHING_ASKED, Facts
from relnotes.incident.public import for_public
from relnotes.incident.record import Incident
from relnotes.incident.status import is_open, status_from
from relnotes.publication.disclosure import PublicIncident
from relnotes.publication.edition import Edition
from relnotes.publish.feeds.items import Item, identity, latest
from relnotes.publish.incident import pages as incident_pages
from relnotes.publish.wording import excerpt
from relnotes.release.record import Record


def tell_incidents(edition: Edition) -> None:
    site, told = edition.site, []
    for one in site.incidents:
        known = [life.id for life in edition.limitations]
        shown = for_public(one.whole, known)
        if shown is None:
            continue
        facts = _facts(edition, shown)
        told.append((shown, facts))
        _put(edition, one, shown, facts)
        edition.items.append(_item(edition, shown))
    if told:
        path = site.map.incident_index()
        make = partial(incident_pages.incident_index, site.templates, told, site.map)
        edition.put_from(path, _digest(told), make)


def _put(edition: Edition, one: PublicIncident, shown: Incident, facts: Facts) -> None:
    site = edition.site
    inputs = _digest((shown, facts, one.postmortem))
    page = site.map.incident(shown.id) or ""
    make = partial(incident_pages.incident_page, site.templates, shown, facts, site.map)
    edition.put_from(page, inputs, make)
    for export, write in incident_pages.exports(shown, facts):
        edition.put_from(export, inputs, write)
    if one.postmortem and (path := site.map.postmortem(shown.id)):
        known = (shown, facts, one.postmortem, site.map)
        tell = partial(incident_pages.postmortem_page, site.templates, *known)
        edition.put_from(path, inputs, tell)


def _facts(edition: Edition, shown: Incident) -> Facts:
    """What the releases that are on the site say of it."""
    assert shown.head is not None
    site, lines = edition.site, edition.states
    releases = shown.head.releases
    by_tag = (
        name
        for name, state in lines.items()
        if any(one.tag == releases.introduced_in for one in state.releases)
    )
    line = releases.line if releases.line in lines else next(by_tag, None)
    if line is None:
        return NOTHING_ASKED
    state = lines[line]
    tags = [one.tag for one in state.releases]

    def record(tag: str) -> Record:
        return msgspec.json.decode(
            site.writer.read(site.map.release_record(line, tag) or ""), type=Record
        )

    beside = dict(zip(tags, state.annotations, strict=True))
    return facts_of(site.repository, shown, History(state.releases, record, beside), tags)


def _item(edition: Edition, shown: Incident) -> Item:
    head, events = shown.head, effective_events(shown.events)
    assert head is not None
    stamps = [event.recorded_at.isoformat() for event in events]
    begun = min(stamps) if stamps else shown.id[:10]
    return Item(
        kind="incident",
        line=head.releases.line,
        page=edition.site.map.incident(shown.id) or "",
        id=identity(edition.seed, "incident", shown.id),
        title=head.title,
        published=begun,
        updated=latest(stamps, begun),
        summary=excerpt(head.summary or "", 240),
        is_open=is_open(status_from(events)),
    )


def _digest(value: object) -> str:
    """Of what a page is made from: the printed form of records and facts says all of them."""
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
