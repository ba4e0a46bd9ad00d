"""Put an incident into words, part by part, as its page and its postmortem show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relnotes.incident.check.debt import debts
from relnotes.incident.effective import effective_events
from relnotes.incident.event import Event
from relnotes.incident.facts import Facts, elsewhere
from relnotes.incident.metrics.absence import State
from relnotes.incident.metrics.durations import Metric, measure
from relnotes.incident.postmortem.document import BLOCKS
from relnotes.incident.postmortem.review import review_of
from relnotes.incident.public import for_public
from relnotes.incident.record import Accepted, Head, Impact, Incident
from relnotes.incident.status import is_open, public_status, status_from
from relnotes.incident.timeline import Timeline, timeline
from relnotes.incident.vocabulary import EventKind, IncidentKind, Review
from relnotes.publish import phrases, wording
from relnotes.publish.incident import metric_wording, outcome, rows
from relnotes.publish.incident import wording as say
from relnotes.publish.markdown import Markdown, inline
from relnotes.publish.phrases import chain
from relnotes.publish.provenance_view import Fact
from relnotes.publish.sitemap import Links
from relnotes.publish.templates import Templates


@dataclass(frozen=True, slots=True)
class MetricRow:
    name: str
    value: str
    basis: str


@dataclass(frozen=True, slots=True)
class IncidentView:
    """`blocks` are the parts that are written alike on the page and in the postmortem."""

    id: str
    title: str
    description: str
    is_open: bool
    status: str
    severity: str
    summary: str | None
    when: str  # its days, for lists
    zone: str
    facts: tuple[Fact, ...]
    impact: Impact
    timeline: tuple[rows.TimelineRow, ...]
    metrics: tuple[MetricRow, ...]
    unmeasured: str  # what is not known, or cannot be
    contributing: tuple[rows.ContributingRow, ...]
    blind_spots: tuple[tuple[str, Markdown], ...]
    signals: tuple[rows.SignalRow, ...]
    mitigations: tuple[rows.MitigationRow, ...]
    rollback: tuple[Markdown, ...]
    followups: tuple[outcome.FollowUpRow, ...]
    declined: tuple[outcome.FollowUpRow, ...]
    evals: tuple[outcome.EvalRow, ...]
    accounts: tuple[outcome.AccountRow, ...]
    corrections: tuple[Markdown, ...]
    relapses: tuple[Markdown, ...]
    shows_owners: bool
    accepted: tuple[Accepted, ...]  # what a check found and what stays so, with the reason
    inside: Markdown  # a mark on what the public is not to know of at all
    impact_inside: Markdown
    review: str  # of the postmortem, for the house, as long as it is not published


def incident_view(
    incident: Incident, facts: Facts, links: Links, *, public: bool, marked: bool = False
) -> IncidentView:
    """`incident` is what its readers may see of it, and its head can be read.

    `marked`, for the house: it is said of each part whether the public gets it, and who logged it.
    """
    head = incident.head
    assert head is not None
    events = effective_events(incident.events)
    status = status_from(events)
    found = timeline(incident)
    told = _told(incident) if marked else None
    named = rows.Named(links, _line(head, links), head.claims, told, marked)
    measured = measure(incident, elsewhere(incident, facts))
    return IncidentView(
        id=incident.id,
        title=head.title,
        description=wording.excerpt(head.summary or f"What happened, and when: {head.title}."),
        is_open=is_open(status),
        status=say.status(public_status(status) if public else status),
        severity=say.severity(head.severity.level),
        summary=head.summary,
        when=_days(events),
        zone=_below(head, found),
        facts=tuple(_facts(head, events, named, links)),
        impact=head.impact,
        timeline=rows.timeline_rows(found, named),
        metrics=_metrics(measured),
        unmeasured=_unmeasured(measured),
        contributing=rows.contributing_rows(head.contributing, named),
        blind_spots=rows.blind_spot_rows(head.blind_spots, named),
        signals=rows.signal_rows(head.signals, named),
        mitigations=rows.mitigation_rows(events, named),
        rollback=rows.rollback_words(head, events, named),
        followups=outcome.followup_rows(incident.followups, named),
        declined=outcome.declined_rows(incident.followups, named),
        evals=outcome.eval_rows(debts(incident, facts.evals), named),
        accounts=outcome.account_rows(head.claims, named),
        corrections=rows.corrections(found, named),
        relapses=outcome.relapse_lines(facts.comebacks, named, quoted=_quoted(events)),
        shows_owners=not public,
        accepted=head.accepted,
        inside=rows.INSIDE if marked and told is None else Markdown(""),
        impact_inside=named.marked("", head.impact.visibility),
        review=_review(incident) if marked else "",
    )


def incident_blocks(view: IncidentView, templates: Templates) -> dict[str, Markdown]:
    """Every block by its name; empty where nothing is recorded."""
    return {
        name: Markdown(templates.render("incident_block.md.j2", block=name, page=view).strip("\n"))
        for name in BLOCKS
    }


def _told(incident: Incident) -> frozenset[str] | None:
    """The events that the public gets too; None where it gets nothing at all of the incident."""
    shown = for_public(incident)
    return None if shown is None else frozenset(one.id for one in shown.events)


def _review(incident: Incident) -> str:
    review = review_of(incident)
    return "" if review is Review.PUBLISHED else say.spoken(review.value)


def _below(head: Head, found: Timeline) -> str:
    """What is said below the timeline: whose clock it is, and what its order is worth."""
    uncertain = any(entry.order_uncertain for entry in found.entries)
    mark = "† As far as is known, it may have come before or after what stands beside it."
    return f"{say.zone(head.timezone)} {mark if uncertain else ''}".strip()


def _line(head: Head, links: Links) -> str | None:
    if head.releases.line:
        return head.releases.line
    only = list(links.site.lines)
    return only[0] if len(only) == 1 else None


def _metrics(found: Sequence[Metric]) -> tuple[MetricRow, ...]:
    return tuple(
        MetricRow(metric_wording.label(one), metric_wording.value(one), metric_wording.basis(one))
        for one in found
        if one.state in _TOLD
    )


def _unmeasured(found: Sequence[Metric]) -> str:
    """The others by name, with what they wait for said once."""
    waiting = _labels(one for one in found if one.state is State.PENDING)
    never = _labels(one for one in found if one.state is State.NOT_APPLICABLE)
    return " ".join(
        filter(
            None,
            (
                waiting and f"Not known yet: {waiting}.",
                never and f"Does not apply: {never}.",
            ),
        )
    )


def _labels(found: Iterable[Metric]) -> str:
    return wording.joined(metric_wording.label(one).lower() for one in found)


_TOLD = frozenset({State.RECORDED, State.BOUNDED, State.INVALID})


def _days(events: tuple[Event, ...]) -> str:
    """From its first event to the end of what users met: "24–29 April 2025"."""
    lived = [one for one in events if one.kind not in _AFTERWARDS]
    if not lived:
        return ""
    last = max(lived, key=lambda one: one.at.bounds[1])
    return wording.span(say.first_day(lived[0].at), say.last_day(last.at))


_AFTERWARDS = frozenset(
    {EventKind.PUBLIC_UPDATE, EventKind.PUBLIC_STATEMENT, EventKind.POSTMORTEM_PUBLISHED}
    | {EventKind.NOTE, EventKind.DECISION, EventKind.SIGNAL, EventKind.CLOSED}
    | {EventKind.FIX_SHIPPED, EventKind.VERIFIED}
)


def _facts(
    head: Head, events: tuple[Event, ...], named: rows.Named, links: Links
) -> Iterator[Fact]:
    releases, behaviour = head.releases, head.behaviour
    if head.kind is not IncidentKind.INCIDENT:
        yield Fact("Kind", inline(say.KINDS[head.kind]))
    if releases.introduced_in:
        yield Fact("Came with", named.release(releases.introduced_in))
    if releases.scope:
        yield Fact("Reached", inline(releases.scope))
    if releases.rolled_back_to:
        yield Fact("Rolled back to", named.release(releases.rolled_back_to))
    if behaviour:
        yield Fact("Behaviour", named.behaviour(behaviour.name))
        if behaviour.principle:
            yield Fact("Principle", inline(behaviour.principle))
        if behaviour.surfaces:
            yield Fact("Where", inline(wording.joined(behaviour.surfaces)))
        if behaviour.harms:
            yield Fact("Harm", inline("; ".join(behaviour.harms)))
    for kind, name in _SHOWN:
        if at := next((one.at for one in events if one.kind is kind), None):
            yield Fact(name, inline(say.moment(at)))
    if head.limitations and named.line:
        line = named.line
        told = (links.limitation(line, one) for one in head.limitations)
        yield Fact("Known limitations", chain(told, Markdown(", ")))
    if named.signed and head.severity.why:
        yield Fact("Why so severe", inline(head.severity.why))
    for role in head.roles:
        yield Fact(role.role, named.marked(role.who, role.visibility))


_SHOWN = (
    (EventKind.ROLLOUT_STARTED, "Rollout began"),
    (EventKind.DETECTED, "Detected"),
    (EventKind.MITIGATION_APPLIED, "Mitigated"),
    (EventKind.ROLLBACK_COMPLETED, "Rolled back"),
    (EventKind.RESOLVED, "Resolved"),
)


def _quoted(events: tuple[Event, ...]) -> frozenset[str]:
    """The mitigations whose lines these readers may read."""
    return frozenset(one.id for one in events if one.mitigation and one.mitigation.removed)


def status_tag(view: IncidentView) -> Markdown:
    return phrases.tag("incident-open" if view.is_open else "resolved", view.status)
