"""The incidents that the readers may know of: page, record and postmortem of each, and the list."""

from __future__ import annotations

import hashlib
from functools import partial

import msgspec
from msgspec.structs import replace

from relnotes.aftermath import History, facts_of
from relnotes.incident.effective import effective_events
from relnotes.incident.facts import NOTHING_ASKED, Facts
from relnotes.incident.public import for_public
from relnotes.incident.record import Incident
from relnotes.incident.status import is_open, status_from
from relnotes.publication.disclosure import KnownIncident
from relnotes.publication.edition import Edition
from relnotes.publish.feeds.items import Item, identity, latest
from relnotes.publish.incident import pages as incident_pages
from relnotes.publish.sitemap import SiteMap
from relnotes.publish.wording import excerpt
from relnotes.release.record import Record
from relnotes.release.written.bundle import Audience


def tell_incidents(edition: Edition) -> None:
    site, told = edition.site, []
    known = [life.id for life in edition.limitations]
    where = _where(edition)
    for one in site.incidents:
        shown = for_public(one.whole, known) if _is_public(edition) else one.shown
        if shown is None:
            continue
        facts = _facts(edition, shown)
        told.append((shown, facts))
        _put(edition, one, shown, facts, where)
        edition.items.append(_item(edition, shown))
    if told:
        write = partial(incident_pages.incident_index, public=_is_public(edition))
        make = partial(write, site.templates, told, where)
        edition.put_from(where.incident_index(), _digest(told), make)


def _is_public(edition: Edition) -> bool:
    return edition.site.audience is Audience.PUBLIC


def _where(edition: Edition) -> SiteMap:
    """The map with the limitations that there are: an incident may name one that is not known."""
    site = edition.site.map
    named = ((life.line, life.id) for life in edition.limitations)
    return replace(site, limitations={key: site.limitation(*key) or "" for key in named})


def _put(
    edition: Edition, one: KnownIncident, shown: Incident, facts: Facts, where: SiteMap
) -> None:
    site, public = edition.site, _is_public(edition)
    inputs = _digest((shown, facts, one.postmortem))
    page = where.incident(shown.id) or ""
    write = partial(incident_pages.incident_page, public=public)
    edition.put_from(page, inputs, partial(write, site.templates, shown, facts, where))
    for export, make in incident_pages.exports(shown, facts, public=public):
        edition.put_from(export, inputs, make)
    if one.postmortem and (path := where.postmortem(shown.id)):
        tell = partial(incident_pages.postmortem_page, public=public)
        known = (shown, facts, one.postmortem, where)
        edition.put_from(path, inputs, partial(tell, site.templates, *known))


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
