"""Incidents on the house's own site: all of them, in full, each marked where it is not public."""

from __future__ import annotations

import re
from dataclasses import replace

import golden
import pytest
from bundlekit import bundle, limitation, project
from incidentkit import event
from planted import planted_incident
from test_incident_pages import (
    INTERNAL,
    SETTINGS,
    built,
    every_byte,
    file,
    flattery,
    published,
    release,
    replace_map,
)

from relnotes import build
from relnotes.errors import RelnotesError
from relnotes.incident.facts import NOTHING_ASKED
from relnotes.incident.postmortem.document import begun, read
from relnotes.incident.record import Accepted, Filed, FollowUp, Releases
from relnotes.incident.vocabulary import EventKind, FollowUpType
from relnotes.publish.incident import pages as incident_pages
from relnotes.publish.incident.postmortem_parts import parts_of
from relnotes.publish.sitemap import site_map
from relnotes.publish.templates import Templates
from relnotes.workspace import open_workspace


@pytest.fixture
def repository(tmp_path):
    made = project(tmp_path / "wren", {"v1": release("Be brief."), "v2": release("Be kind.")})
    made.commit({"relnotes.toml": SETTINGS})
    return made


def built_inside(repository, *, html=False):
    workspace = open_workspace(repository.path)
    with workspace.repository:
        place = build.site_of(workspace, "internal")
        build.build(workspace, html=html, verify=html, site=place)
    return place.docs


def test_every_internal_mark_reaches_the_pages_of_the_house_and_no_other(repository):
    secret, canaries = planted_incident(lambda _: INTERNAL)
    whole = replace(secret, postmortem=None)
    file(repository, whole)

    inside, outside = every_byte(built_inside(repository)), every_byte(built(repository))

    shown = canaries.found_in(inside)
    assert {"head.title", "head.severity.why", "head.roles.who", "head.accepted.why"} <= shown
    assert {"event.text", "event.by", "event.attachments", "fix.text"} <= shown
    assert {"followup.what", "followup.owner", "head.impact.summary", "head.signals.what"} <= shown
    assert canaries.found_in(outside) == set()


def test_what_stands_in_no_column_of_a_page_is_in_the_record_beside_it(repository):
    """All that a record holds, but the postmortem, which has a page, and broken files."""
    secret, canaries = planted_incident(lambda _: INTERNAL)
    file(repository, replace(secret, postmortem=None))

    text = (built_inside(repository) / f"incidents/{secret.id}.json").read_text()

    missing = set(canaries.marks.values()) - canaries.found_in(text)
    assert missing == {"postmortem", "problem"}


def test_a_release_inside_leads_to_an_internal_incident_and_outside_knows_nothing_of_it(
    repository,
):
    one = flattery(visibility=INTERNAL)
    file(repository, one)

    inside, outside = built_inside(repository), built(repository)

    page = inside / "releases/wren/v2.md"
    assert f"](../../incidents/{one.id}.md)" in page.read_text()
    assert "../releases/wren/v2.md" in (inside / f"incidents/{one.id}.md").read_text()
    assert one.id not in every_byte(outside)


def test_the_finished_site_of_the_house_has_no_broken_link(tmp_path):
    """A limitation that the incident names and no release lists is named, and leads nowhere."""
    files = {"bundle.yaml": bundle(), "limitations/KL0001.yaml": limitation()}
    repository = project(tmp_path / "wren", {"v1": files})
    repository.commit({"relnotes.toml": SETTINGS})
    one = flattery(
        visibility=INTERNAL,
        releases=Releases(line="wren", introduced_in="v1"),
        limitations=("KL0001", "KL0099"),
    )
    file(repository, replace(one, postmortem=begun("It happened.\n", "x").text))

    docs = built_inside(repository, html=True)

    text = (docs / f"incidents/{one.id}.md").read_text()
    assert "[KL0001](../limitations/wren/KL0001.md), KL0099" in text


def test_parts_that_the_public_does_not_get_are_marked_where_the_rest_is_public(repository):
    one = flattery()
    note = event(EventKind.NOTE, "2026-01-03 09:00", text="Only for us.", by="Ines")
    file(repository, replace(one, events=(*one.events, note)))

    text = (built_inside(repository) / f"incidents/{one.id}.md").read_text()

    (row,) = [line for line in text.splitlines() if "Only for us." in line]
    assert ">internal</b> **Note.**" in row
    assert "logged by Ines" in row
    (told,) = [line for line in text.splitlines() if "For all." in line]
    assert "internal" not in told


def test_an_incident_that_is_internal_as_a_whole_is_marked_once(repository):
    one = flattery(visibility=INTERNAL)
    file(repository, one)

    docs = built_inside(repository)

    for page in (docs / f"incidents/{one.id}.md", docs / "incidents/index.md"):
        assert page.read_text().count(">internal</b>") == 1, page


def test_a_status_page_gets_nothing_from_the_site_of_the_house(repository):
    file(repository, flattery())

    assert not list(built_inside(repository).rglob("statuspage.json"))


# -- postmortems ---------------------------------------------------------------------------------


def test_a_postmortem_is_read_inside_from_its_first_draft_on(repository):
    one = flattery()
    body = "It happened.\n\n<!-- relnotes:ask Who noticed? -->\n"
    file(repository, replace(one, postmortem=begun(body, "x").text))

    docs = built_inside(repository)

    text = (docs / f"incidents/{one.id}/postmortem.md").read_text()
    assert "It happened." in text
    assert "**Still to be answered:** Who noticed?" in text
    assert "draft" in re.search(r'rn-meta" markdown>(.*?)</p>', text)[1]
    assert "**[Read the postmortem]" in (docs / f"incidents/{one.id}.md").read_text()
    assert "postmortem (draft)" in (docs / "incidents/index.md").read_text()


def test_the_postmortem_that_is_published_is_not_called_anything_else(repository):
    one = flattery()
    file(repository, replace(one, postmortem=published("It happened.\n")))

    docs = built_inside(repository)

    assert "[postmortem](" in (docs / "incidents/index.md").read_text()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("All may know.\n", [("All may know.", False)]),
        (
            "Open.\n\n<!-- relnotes:internal -->\nClosed.\n<!-- /relnotes:internal -->\n\nOpen.\n",
            [("Open.", False), ("Closed.", True), ("Open.", False)],
        ),
        (
            "Seen <!-- relnotes:internal -->by Ines <!-- /relnotes:internal -->at noon.\n",
            [("Seen ⟨internal: by Ines⟩ at noon.", False)],
        ),
        (
            "<!-- relnotes:internal -->\n<!-- relnotes:rollback --><!-- /relnotes:rollback -->\n"
            "Closed.\n<!-- /relnotes:internal -->\n",
            [("Rolled back.", True), ("Closed.", True)],
        ),
    ],
)
def test_an_internal_passage_is_a_part_of_its_own_or_stands_in_brackets(body, expected):
    blocks = {"rollback": "Rolled back."}

    found = parts_of(read(body, "postmortem.md"), blocks, public=False)

    assert [(one.text, one.inside) for one in found] == expected


@pytest.mark.parametrize("after", ["\n", " More.\n", ""])
def test_no_internal_passage_is_a_part_for_the_public(after):
    body = f"Open.\n<!-- relnotes:internal -->\nClosed.\n<!-- /relnotes:internal -->{after}"

    found = list(parts_of(read(body, "postmortem.md"), {}, public=True))

    assert "Closed" not in str(found)
    assert not any(one.inside for one in found)


def test_a_broken_file_of_an_internal_incident_stops_the_site_of_the_house(repository):
    one = flattery(visibility=INTERNAL)
    file(repository, one)
    repository.write({f"incidents/{one.id}/events/20260101T000000Z-x-note.yaml": "kind: note"})

    with pytest.raises(RelnotesError, match="the file is cut off"):
        built_inside(repository)


# -- as a person reads it ------------------------------------------------------------------------


def test_a_page_of_the_house_reads_well(update_golden):
    one = flattery(accepted=(Accepted(code="NO_ROLLBACK_TARGET", why="It was deleted."),))
    note = event(EventKind.NOTE, "2026-01-03 09:00", text="Only for us.", by="Ines")
    action = FollowUp(what="Ask sooner", type=FollowUpType.PROCESS, owner="Ines")
    filed = (Filed("01-ask", "incidents/x/followups/01-ask.yaml", action),)
    whole = replace(one, events=(*one.events, note), followups=filed)
    site = replace_map(site_map("Wren", {"wren": "Wren"}, [("wren", "v2", "Wren v2")]), whole)

    page = incident_pages.incident_page(Templates(), whole, NOTHING_ASKED, site, public=False)

    golden.check("incidents/page_inside.md", page, update=update_golden)
