"""The postmortem of an incident, begun or brought up to date from its record and from git."""

from __future__ import annotations

from relnotes.answers.incidents import Witness
from relnotes.incident.postmortem import Postmortem
from relnotes.incident.record import Incident
from relnotes.incident.review import postmortem_of
from relnotes.publication import map_of
from relnotes.publish import incident_pages
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
