"""The postmortem of an incident, begun or brought up to date from its record and from git."""

from __future__ import annotations

from relnotes.answers.incidents import Witness
from relnotes.errors import fail
from relnotes.incident.postmortem.document import Postmortem
from relnotes.incident.postmortem.review import postmortem_of
from relnotes.incident.public import for_public
from relnotes.incident.record import Incident
from relnotes.publication import map_of
from relnotes.publish.incident import pages as incident_pages
from relnotes.publish.templates import Templates


def current_postmortem(incident: Incident, asked: Witness) -> Postmortem:
    """The file with its blocks as they are now, the prose untouched; a new one where none is."""
    site = map_of(asked.settings, asked.lines)
    templates = Templates(asked.workspace.root / "templates")
    facts, base = asked.facts(incident), asked.settings.project.url
    found = postmortem_of(incident)
    if found is None:
        return incident_pages.scaffold(templates, incident, facts, site, base)
    blocks = incident_pages.fresh_blocks(templates, incident, facts, site, base)
    return found.with_blocks(blocks)


def public_text(incident: Incident, asked: Witness) -> str:
    """What the public would read of it now; RelnotesError where the incident is internal."""
    shown = for_public(incident)
    if shown is None:
        mend = "visibility: public in incident.yaml makes it public"
        raise fail(incident.folder, "this incident is internal: nothing of it is published", mend)
    templates = Templates(asked.workspace.root / "templates")
    found = current_postmortem(incident, asked)
    site = map_of(asked.settings, asked.lines)
    return incident_pages.public_text(templates, shown, asked.facts(shown), found, site)
