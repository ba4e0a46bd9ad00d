"""`relnotes incident postmortem`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import Chosen, the_incident, which_incident
from relnotes.cli.output import emit

if TYPE_CHECKING:
    from relnotes.incident.postmortem.document import Postmortem
    from relnotes.incident.record import Incident


@click.command()
@which_incident
@click.option("--submit", is_flag=True, help="It is written: give it to its readers.")
@click.option("--approve", is_flag=True, help="You have read it as it stands (with --as).")
@click.option("--as", "name", metavar="NAME", envvar="RELNOTES_BY", help="Who approves.")
@click.option("--publish", is_flag=True, help="On the site from the next build on.")
@click.option("--waive", metavar="REASON", help="There will be none, and why.")
@click.option("--public", is_flag=True, help="Print what the public will read; change nothing.")
@click.pass_obj
def postmortem(
    talk: Globals,
    wanted: str | None,
    submit: bool,
    approve: bool,
    name: str | None,
    publish: bool,
    waive: str | None,
    public: bool,
) -> None:
    """Begin the postmortem, or bring its tables up to date.

    Writes postmortem.md beside the record, with a question wherever only a person knows. What you
    write stays as it is; what stands between markers is written anew from the record.
    """
    from relnotes.launch.session import today

    chosen = the_incident(talk, wanted, closed=True)
    incident = chosen.read()
    if public:
        emit(_public_text(talk, chosen, incident), None)
        return
    found = _fresh(talk, chosen, incident)
    after, said = _reviewed(found, today(), submit, approve, name, publish, waive)
    _keep(chosen, incident, after)
    if publish and (logged := _log_publication(chosen, incident)):
        said.append(logged)
    for line in said:
        talk.say(line)
    emit(after.place, None)


def _fresh(talk: Globals, chosen: Chosen, incident: Incident) -> Postmortem:
    """The file with its blocks as they are now; a new one where there was none."""
    from relnotes.answers.incidents import witness
    from relnotes.answers.postmortem import current_postmortem
    from relnotes.errors import fail

    if incident.head is None:
        mend = f"relnotes incident check -i {incident.id} says what is wrong with it"
        raise fail(f"{incident.folder}/incident.yaml", "the head cannot be read", mend)
    with witness(chosen.root, talk.config) as asked:
        return current_postmortem(incident, asked)


def _reviewed(
    found: Postmortem,
    on: date,
    submit: bool,
    approve: bool,
    name: str | None,
    publish: bool,
    waive: str | None,
) -> tuple[Postmortem, list[str]]:
    """After the steps that were asked for, in their order; with what comes next."""
    from relnotes.incident.postmortem import review

    if waive is not None:
        if not waive.strip():
            raise click.UsageError("say why there will be none: --waive REASON")
        return review.waived(found, waive), ["waived; the reason stands in the file"]
    if submit:
        found = review.submitted(found, on)
    if approve:
        if not name:
            raise click.UsageError("say who has read it: --approve --as NAME")
        found = review.approved(found, name, on)
    if publish:
        found = review.published(found, on)
    return found, [_next(found)]


def _next(found: Postmortem) -> str:
    from relnotes.incident.postmortem.review import standing
    from relnotes.incident.vocabulary import Review

    left = len(found.questions)
    asked = "no question is left" if not left else f"{left} questions to answer"
    return {
        Review.DRAFT: f"draft; {asked}; then: relnotes incident postmortem --submit",
        Review.IN_REVIEW: "in review; next: relnotes incident postmortem --approve --as NAME",
        Review.APPROVED: "approved; next: relnotes incident postmortem --publish",
        Review.PUBLISHED: "published with the next `relnotes build`, if the incident is public",
    }.get(standing(found), "")


def _keep(chosen: Chosen, incident: Incident, after: Postmortem) -> None:
    from relnotes.incident_files.filing import write_postmortem

    if after.text != incident.postmortem:
        write_postmortem(chosen.folder, incident.postmortem, after.text)


def _log_publication(chosen: Chosen, incident: Incident) -> str | None:
    """File that it was published, unless somebody has: the time that it took is counted to it."""
    from relnotes.cli.incident.recording import Told, clock_of, echo_of, record
    from relnotes.incident.effective import effective_events
    from relnotes.incident.vocabulary import EventKind, Visibility

    if any(one.kind is EventKind.POSTMORTEM_PUBLISHED for one in effective_events(incident.events)):
        return None
    public = incident.head is not None and incident.head.visibility is Visibility.PUBLIC
    clock = clock_of(chosen.folder)
    event = record(chosen, clock, EventKind.POSTMORTEM_PUBLISHED, None, Told(public=public))
    return echo_of(event, clock, chosen)


def _public_text(talk: Globals, chosen: Chosen, incident: Incident) -> str:
    from relnotes.answers.incidents import witness
    from relnotes.answers.postmortem import public_text

    with witness(chosen.root, talk.config) as asked:
        return public_text(incident, asked)
