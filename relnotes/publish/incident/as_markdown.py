"""An incident's record as one Markdown text that needs no site around it."""

from __future__ import annotations

import re

from relnotes.incident.facts import Facts
from relnotes.incident.record import Incident
from relnotes.publish.incident.pages import NOTHING_RECORDED
from relnotes.publish.incident.view import incident_blocks, incident_view
from relnotes.publish.plain import WholeLinks
from relnotes.publish.sitemap import SiteMap
from relnotes.publish.templates import Templates

# In the order in which a reader asks; the facts stand above without a heading.
HEADINGS = {
    "timeline": "What happened",
    "metrics": "How long it took",
    "contributing": "What contributed",
    "blind-spots": "Why it was not caught",
    "signals": "What was known before",
    "prompt-diff": "How it was mitigated",
    "rollback": "Rollback",
    "follow-ups": "What changes now",
    "declined": "Considered and declined",
    "evals": "Evals added",
    "accounts": "Corrections and earlier accounts",
}


def incident_markdown(
    templates: Templates,
    incident: Incident,
    facts: Facts,
    site: SiteMap,
    base: str | None,
    *,
    public: bool,
    only: str | None = None,
) -> str:
    """`incident` is what its readers may see of it; `only` is the name of one part."""
    links = WholeLinks(site, site.incident_index(), base)
    view = incident_view(incident, facts, links, public=public)
    blocks = incident_blocks(view, templates)
    if only is not None:
        return f"{blocks[only] or NOTHING_RECORDED}\n"
    parts = [(heading, blocks[name]) for name, heading in HEADINGS.items() if blocks[name]]
    text = templates.render("incident_record.md.j2", page=view, facts=blocks["facts"], parts=parts)
    return re.sub(r"\n{3,}", "\n\n", text.strip("\n")) + "\n"
