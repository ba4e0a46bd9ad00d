"""What the page of a release says of the incidents that it has a part in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill
from relnotes.publish.sitemap import Links
from relnotes.release.over_time.annotations import Concern, Part

_SAID = {
    Part.INTRODUCED: "This release is part of an incident: {}.",
    Part.MITIGATED: "This release softened an incident: {}.",
    Part.ROLLED_BACK: "This release ended an incident by a rollback: {}.",
    Part.RESTORED: "Users got this release back after an incident: {}.",
    Part.FIXED: "This release fixed what led to an incident: {}.",
}


def incident_banners(
    concerns: Sequence[Concern], links: Links
) -> Iterator[tuple[str, str, Markdown]]:
    """Kind, title and text of a banner each, in the order of a release's part."""
    for part, words in _SAID.items():
        for one in _distinct(concerns, part):
            kind = "withdrawn" if part is Part.INTRODUCED else "incident"
            title = f"Incident, {one.status}." if one.is_open else "Incident."
            yield kind, title, fill(words, links.incident(one.incident, one.title))


def relapsed(concerns: Sequence[Concern], links: Links) -> tuple[Markdown, ...]:
    """Lines that a mitigation had taken out, with the incident that they belong to."""
    return tuple(
        fill(
            "“{}” was taken out in an incident: {}.",
            one.line or "",
            links.incident(one.incident, one.title),
        )
        for one in _distinct(concerns, Part.RELAPSED)
    )


def _distinct(concerns: Iterable[Concern], part: Part) -> list[Concern]:
    return [one for one in dict.fromkeys(concerns) if one.part is part]
