"""The pages about incidents, each as Markdown text, and the scaffold of a postmortem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from relnotes.errors import Problem
from relnotes.incident.facts import NOTHING_ASKED, Facts, elsewhere
from relnotes.incident.metrics.durations import measure
from relnotes.incident.postmortem.document import Postmortem, begun
from relnotes.incident.postmortem.passages import Kind, block, public
from relnotes.incident.record import Incident
from relnotes.incident.timeline import timeline
from relnotes.publish import wording
from relnotes.publish.incident.followup_calendar import followup_calendar
from relnotes.publish.incident.plot import incident_plot
from relnotes.publish.incident.postmortem_parts import parts_of
from relnotes.publish.incident.record_json import json_text, told_incident
from relnotes.publish.incident.statuspage import statuspage_json
from relnotes.publish.incident.timeline_csv import timeline_csv
from relnotes.publish.incident.view import (
    IncidentView,
    incident_blocks,
    incident_view,
    status_tag,
)
from relnotes.publish.markdown import Markdown, author_problems
from relnotes.publish.phrases import chain, fill
from relnotes.publish.plain import WholeLinks
from relnotes.publish.sitemap import Links, SiteMap
from relnotes.publish.templates import Templates

NOTHING_RECORDED = "Nothing is recorded."


def incident_page(
    templates: Templates, incident: Incident, facts: Facts, site: SiteMap, *, public: bool = True
) -> str:
    """The page of one incident; `incident` is what its readers may see of it."""
    links = site.on(site.incident(incident.id) or site.incident_index())
    view = incident_view(incident, facts, links, public=public, marked=not public)
    return templates.render(
        "incident.md.j2",
        page=view,
        blocks=incident_blocks(view, templates),
        meta=_meta(view, links),
        exports=chain(tuple(_exports(incident, links, public=public))),
        graphic=incident_plot(incident, facts),
        postmortem=_postmortem_line(view, links),
        links=links,
        site=site,
    )


def _postmortem_line(view: IncidentView, links: Links) -> Markdown:
    """The house reads how far it is."""
    told = links.site.postmortem(view.id)
    words = "Read the postmortem" if told else "Postmortem" if view.review else ""
    link = fill("**{}**", links.to(told, words)) if words else ""
    return chain((link, view.review), Markdown(": "))


def incident_index(
    templates: Templates,
    incidents: Iterable[tuple[Incident, Facts]],
    site: SiteMap,
    *,
    public: bool = True,
) -> str:
    """Every incident, newest first; those that are open before the others."""
    links = site.on(site.incident_index())
    views = [
        incident_view(one, facts, links, public=public, marked=not public)
        for one, facts in incidents
    ]
    views.sort(key=lambda view: view.id, reverse=True)
    return templates.render(
        "incident_index.md.j2",
        title=site.heading("incidents"),
        still_open=[_row(view, links) for view in views if view.is_open],
        over=[_row(view, links) for view in views if not view.is_open],
        links=links,
        site=site,
    )


@dataclass(frozen=True, slots=True)
class IncidentRow:
    when: str
    link: Markdown
    tag: Markdown
    summary: str
    details: Markdown


def _row(view: IncidentView, links: Links) -> IncidentRow:
    told = links.site.postmortem(view.id)
    words = f"postmortem ({view.review})" if view.review else "postmortem"
    return IncidentRow(
        view.when,
        links.incident(view.id, view.title),
        chain((status_tag(view), view.inside), Markdown(" ")),
        wording.excerpt(view.summary or "", 200),
        chain((view.severity, links.to(told, words) if told else "")),
    )


def _meta(view: IncidentView, links: Links) -> Markdown:
    return chain(
        (
            chain((status_tag(view), view.inside), Markdown(" ")),
            view.when,
            view.severity,
            links.to(links.site.incident_index(), "all incidents"),
        )
    )


def exports(
    incident: Incident, facts: Facts, *, public: bool = True
) -> Iterator[tuple[str, Callable[[], str]]]:
    """What stands beside the page for programs: path and how to make it.

    `incident` is what its readers may see of it; what a status page takes is always for the public.
    """
    folder = f"incidents/{incident.id}"
    metrics = measure(incident, elsewhere(incident, facts))
    yield (
        f"{folder}.json",
        lambda: json_text(told_incident(incident, metrics, public=public)),
    )
    yield f"{folder}/timeline.csv", lambda: timeline_csv(timeline(incident))
    if public:
        yield f"{folder}/statuspage.json", lambda: statuspage_json(incident)
    if any(one.followup.due for one in incident.followups):
        yield f"{folder}/follow-ups.ics", lambda: followup_calendar(incident)


def _exports(incident: Incident, links: Links, *, public: bool) -> Iterator[Markdown]:
    for path, _ in exports(incident, NOTHING_ASKED, public=public):
        words = _EXPORTED[path.removeprefix(f"incidents/{incident.id}")]
        yield fill("[{}]({})", words, Markdown(links.url(path)))


_EXPORTED = {
    ".json": "the record as JSON",
    "/timeline.csv": "the timeline as CSV",
    "/statuspage.json": "as a status page takes it",
    "/follow-ups.ics": "the follow-ups for a calendar",
}


# -- postmortem ----------------------------------------------------------------------------------


def postmortem_page(
    templates: Templates,
    incident: Incident,
    facts: Facts,
    postmortem: Postmortem,
    site: SiteMap,
    *,
    public: bool = True,
) -> str:
    """Its blocks come from what its readers may see of the incident, not from the file.

    The house reads it at any time, with its internal passages and with what is still asked.
    """
    links = site.on(site.postmortem(incident.id) or site.incident_index())
    view = incident_view(incident, facts, links, public=public, marked=not public)
    blocks = incident_blocks(view, templates)
    return templates.render(
        "incident_postmortem.md.j2",
        page=view,
        parts=tuple(parts_of(postmortem, blocks, public=public)),
        meta=chain(tuple(_postmortem_meta(postmortem, view, links))),
        links=links,
        site=site,
    )


def _postmortem_meta(
    postmortem: Postmortem, view: IncidentView, links: Links
) -> Iterator[Markdown | str]:
    front = postmortem.front
    yield chain((view.review, front.waived if view.review else ""), Markdown(": "))
    if front.published_on:
        yield f"published {wording.day(front.published_on.isoformat())}"
    if front.authors:
        yield f"by {wording.joined(front.authors)}"
    yield links.incident(view.id, "the incident in short")


def public_text(
    templates: Templates, shown: Incident, facts: Facts, postmortem: Postmortem, site: SiteMap
) -> str:
    """What the public will read, as plain Markdown; `shown` is what it may see of the incident."""
    view = incident_view(shown, facts, _plain(site, None), public=True)
    blocks = incident_blocks(view, templates)
    parts = (
        one.raw if one.kind is Kind.PROSE else blocks.get(one.name, "")
        for one in public(postmortem.body)
    )
    return _squeezed("".join(parts))


def author_mistakes(postmortem: Postmortem) -> list[Problem]:
    """What may not stand in the Markdown of the public version."""
    return [
        problem
        for passage in public(postmortem.body)
        if passage.kind is Kind.PROSE
        for problem in author_problems(passage.raw, postmortem.place, passage.line)
    ]


def scaffold(
    templates: Templates, incident: Incident, facts: Facts, site: SiteMap, base: str | None
) -> Postmortem:
    """A new postmortem for its author."""
    view = incident_view(incident, facts, _plain(site, base), public=False)
    blocks = {name: Markdown(block(name, text)) for name, text in filled(view, templates).items()}
    text = templates.render("postmortem.md.j2", page=view, blocks=blocks, ask=_ask)
    return begun(_squeezed(text), f"{incident.folder}/postmortem.md")


def fresh_blocks(
    templates: Templates, incident: Incident, facts: Facts, site: SiteMap, base: str | None
) -> dict[str, str]:
    """What stands between the markers of a postmortem now; for the house, so all of it."""
    return filled(incident_view(incident, facts, _plain(site, base), public=False), templates)


def filled(view: IncidentView, templates: Templates) -> dict[str, str]:
    return {
        name: str(text) or NOTHING_RECORDED
        for name, text in incident_blocks(view, templates).items()
    }


def _plain(site: SiteMap, base: str | None) -> WholeLinks:
    """Links for a file that is read outside the site."""
    return WholeLinks(site, site.incident_index(), base)


def _ask(question: str) -> Markdown:
    return Markdown(f"<!-- relnotes:ask {question} -->")


def _squeezed(text: str) -> str:
    """One blank line where a template left several."""
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"
