"""Each release as an item of the feeds; its page stands since the line was walked."""

from __future__ import annotations

from relnotes.publication.edition import Edition
from relnotes.publish.feeds.items import Item, identity, latest
from relnotes.publish.wording import excerpt
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.overview import ReleaseSummary


def publish_release_items(edition: Edition) -> None:
    for state in edition.states.values():
        for one, beside in zip(state.summaries, state.annotations, strict=True):
            edition.items.append(_item(edition, one, beside))


def _item(edition: Edition, one: ReleaseSummary, beside: Annotations) -> Item:
    site = edition.site.map
    date = one.date or one.released or ""
    later = [beside.withdrawn_on, *(amend.on for amend in beside.amendments)]
    gone = " (withdrawn)" if beside.is_withdrawn else ""
    return Item(
        kind="release",
        line=one.line,
        page=site.releases[one.line, one.tag],
        id=identity(edition.seed, "release", one.line, one.tag),
        title=site.title(one.line, one.tag) + gone,
        published=date,
        updated=latest(later, date) if any(later) else date,
        summary=excerpt(beside.summary or one.summary or "", 240),
        tags=one.areas,
    )
