"""Incidents on the built site: what is public stands there, and not a byte of what is not."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import golden
import pytest
from bundlekit import behaviours, bundle, project
from incidentkit import correction, event, incident, minute
from planted import KEPT_INSIDE, planted_incident

from relnotes import build
from relnotes.cli import main
from relnotes.errors import RelnotesError
from relnotes.incident.event import Mitigation
from relnotes.incident.facts import NOTHING_ASKED
from relnotes.incident.postmortem import review
from relnotes.incident.postmortem.document import begun
from relnotes.incident.record import BehaviourAtIssue, Releases
from relnotes.incident.vocabulary import EventKind, Visibility
from relnotes.incident_files.layout import event_name
from relnotes.incident_files.yaml_text import yaml_text
from relnotes.publish.incident import pages as incident_pages
from relnotes.publish.sitemap import site_map
from relnotes.publish.templates import Templates
from relnotes.workspace import open_workspace

PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL
SETTINGS = """\
[project]
name = "Wren"
url = "https://wren.example/"
[[lines]]
name = "wren"
tags = "v*"
"""
MOOD = "Match the mood of the user."


def release(prompt):
    prompts = [{"name": "system", "file": "prompts/system.md"}]
    return {"bundle.yaml": bundle(prompts=prompts), "prompts/system.md": f"Be kind.\n\n{prompt}\n"}


@pytest.fixture
def repository(tmp_path):
    releases = {"v1": release("Be brief."), "v2": release(MOOD), "v3": release("Be brief.")}
    made = project(tmp_path / "wren", {**releases, "v4": release(MOOD)})
    made.commit({"relnotes.toml": SETTINGS})
    return made


def file(repository, one, attachment=b"nothing"):
    """The incident in the files that it is made of."""
    folder = f"incidents/{one.id}"
    files = {f"{folder}/incident.yaml": yaml_text(one.head)}
    for each in one.events:
        name = event_name(each.at.value, each.id, each.kind)
        files[f"{folder}/events/{name}"] = yaml_text(each)
    for filed in one.followups:
        files[f"{folder}/followups/{filed.id}.yaml"] = yaml_text(filed.followup)
    for name in {name for each in one.events for name in each.attachments}:
        files[f"{folder}/attachments/{name}"] = attachment
    if one.postmortem:
        files[f"{folder}/postmortem.md"] = one.postmortem
    repository.write(files)


def published(body, place="incidents/x/postmortem.md"):
    day = minute("2026-05-20 10:00").value.date()
    approved = review.approved(review.submitted(begun(body, place), day), "Ines", day)
    return review.published(approved, day).text


def built(repository, *, html=False):
    workspace = open_workspace(repository.path)
    with workspace.repository:
        build.build(workspace, html=html)
    return repository.path / "site"


def every_byte(folder: Path) -> str:
    """All files, packed ones unpacked, and their names."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            found += [str(path), data.decode("utf-8", "replace")]
    return "\n".join(found)


def flattery(**changes):
    """An incident of v2, softened by v3."""
    took_out = Mitigation(
        prompt="bundle/prompts/system.md", removed=(MOOD,), added=(), publish_diff=True
    )
    logged = [
        event(EventKind.ROLLOUT_STARTED, "2026-01-03 08:00", text="For all.", visibility=PUBLIC),
        event(EventKind.DETECTED, "2026-01-03 12:00", text="Seen.", visibility=PUBLIC),
        event(
            *(EventKind.MITIGATION_APPLIED, "2026-01-04 00:00"),
            **{"mitigation": took_out, "release": "v3", "visibility": PUBLIC},
        ),
    ]
    values = {
        "visibility": PUBLIC,
        "releases": Releases(line="wren", introduced_in="v2"),
        "summary": "It matched moods.",
        **changes,
    }
    return incident(logged, **values)


# -- nothing internal ----------------------------------------------------------------------------


def test_no_internal_mark_reaches_a_byte_of_pages_feeds_json_or_html(repository):
    """One incident whose items are all internal, one that is public as a whole, and one that
    nobody outside is to know of."""
    dark, in_dark = planted_incident(lambda path: PUBLIC if path == "head" else INTERNAL)
    bright, in_bright = planted_incident(lambda _: PUBLIC, "2026-05-05-wren", 1000)
    secret, in_secret = planted_incident(lambda _: INTERNAL, "2026-05-06-wren", 2000)
    prose = "Said. <!-- relnotes:internal -->canarypassage<!-- /relnotes:internal -->\n"
    for one in (dark, bright, secret):
        file(repository, replace(one, postmortem=published(prose)), b"canaryattached")

    site = built(repository, html=True)
    text = every_byte(site) + every_byte(repository.path / "build")

    shown = in_dark.found_in(text)
    assert "head.title" in shown
    assert all(path.startswith("head.") for path in shown)
    assert in_dark.found_in(text) & KEPT_INSIDE == set()
    assert in_bright.found_in(text) & KEPT_INSIDE == set()
    assert {"head.title", "event.text", "followup.what"} <= in_bright.found_in(text)
    assert in_secret.found_in(text) == set()
    assert "canarypassage" not in text
    assert "canaryattached" not in text


# -- both ways -----------------------------------------------------------------------------------


def test_a_release_and_its_incident_lead_to_each_other(repository):
    one = flattery()
    file(repository, one)

    site = built(repository)

    page = (site / f"incidents/{one.id}.md").read_text()
    assert "[Wren v2](../releases/wren/v2.md)" in page
    assert "- Match the mood of the user." in page
    for tag, words in {
        "v2": "This release is part of an incident: ",
        "v3": "This release softened an incident: ",
        "v4": f"“{MOOD.removesuffix('.')}” was taken out in an incident: ".replace("”", ".”"),
    }.items():
        note = (site / f"releases/wren/{tag}.md").read_text()
        assert f"{words}[Wren flatters](../../incidents/{one.id}.md)" in note
    assert "In [Wren v4](../releases/wren/v4.md) the line that was taken out stands again" in page


@pytest.mark.parametrize(("visibility", "readers"), [(PUBLIC, 2), (INTERNAL, 1)])
def test_the_notes_of_a_single_release_say_it_to_those_who_may_know(
    repository, monkeypatch, capsys, visibility, readers
):
    file(repository, flattery(visibility=visibility))
    monkeypatch.chdir(repository.path)
    said = []
    for audience in ("internal", "public"):
        assert main(["notes", "v2", "--audience", audience]) == 0
        said.append("part of an incident: Wren flatters." in capsys.readouterr().out)

    assert said == [True, readers == 2]


def test_what_a_mitigation_took_out_is_quoted_only_where_its_diff_is_public(repository):
    one = flattery()
    hidden = one.events[2].mitigation.model_copy(update={"publish_diff": False})
    file(
        repository,
        replace(
            one, events=(*one.events[:2], one.events[2].model_copy(update={"mitigation": hidden}))
        ),
    )

    site = built(repository)

    assert MOOD not in (site / f"incidents/{one.id}.md").read_text()
    assert "taken out in an incident" not in (site / "releases/wren/v4.md").read_text()


def test_an_incident_that_is_not_over_stands_on_the_front_page(repository):
    one = flattery()
    file(repository, one)
    assert f"[Wren flatters](incidents/{one.id}.md)" in (built(repository) / "index.md").read_text()

    over = event(EventKind.RESOLVED, "2026-01-05 10:00", visibility=PUBLIC)
    file(repository, replace(one, events=(*one.events, over)))
    assert one.id not in (built(repository) / "index.md").read_text()


def test_a_change_below_incidents_is_noticed_by_the_next_build(repository):
    one = flattery()
    file(repository, one)
    page = built(repository) / f"incidents/{one.id}.md"
    assert "Seen at once." not in page.read_text()

    fix = correction(one.events[1], text="Seen at once.")
    file(
        repository,
        replace(one, events=(*one.events, fix.model_copy(update={"visibility": PUBLIC}))),
    )

    built(repository)
    assert "Seen at once." in page.read_text()


def test_an_incident_that_becomes_internal_takes_its_pages_along(repository):
    one = flattery()
    file(repository, one)
    site = built(repository)
    assert (site / "incidents/index.md").exists()

    file(repository, replace(one, head=one.head.model_copy(update={"visibility": INTERNAL})))

    assert not (built(repository) / "incidents").exists()
    assert "incident" not in (site / "releases/wren/v2.md").read_text()


def test_incidents_alone_make_a_site(tmp_path):
    made = project(tmp_path / "wren", {})
    with pytest.raises(RelnotesError, match="no tag matching"):
        built(made)

    one = flattery(releases=Releases())
    file(made, one)

    built(made, html=True)
    assert (made.path / f"build/site/incidents/{one.id}/index.html").exists()


def test_a_site_without_a_public_incident_speaks_of_none(repository):
    site = built(repository)

    assert not (site / "incidents").exists()
    assert "ncidents" not in (repository.path / "relnotes.mkdocs.yml").read_text().replace(
        "/incidents/**", ""
    )


def test_the_record_stands_beside_the_page_for_programs(repository):
    one = flattery()
    file(repository, one)

    record = json.loads((built(repository) / f"incidents/{one.id}.json").read_text())

    assert (record["audience"], record["head"]["title"]) == ("public", "Wren flatters")


def test_every_page_leads_to_its_own_markdown(repository):
    file(repository, replace(flattery(), postmortem=published("It happened.\n")))

    site = built(repository)

    pages = [path.relative_to(site).as_posix() for path in site.rglob("*.md")]
    assert len(pages) == 15
    for name in pages:
        assert f'\nsource: "{name}"\n' in (site / name).read_text(), name


def test_the_behaviour_at_issue_leads_to_its_page_where_it_has_one(repository):
    listed = behaviours({"id": "warmth", "principle": "Is kind."})
    repository.release("v5", {"bundle/behaviours.yaml": listed})
    for name in ("warmth", "flattery"):
        one = flattery(behaviour=BehaviourAtIssue(name=name))
        file(repository, one)
        page = (built(repository) / f"incidents/{one.id}.md").read_text()
        assert ("[warmth](../behaviours/wren/warmth.md)" in page) == (name == "warmth")
        assert f":   {name}\n" in page or name == "warmth"


# -- postmortems ---------------------------------------------------------------------------------


def test_a_postmortem_is_on_the_site_once_it_is_published(repository):
    one = flattery()
    file(repository, replace(one, postmortem=begun("It happened.\n", "x").text))
    page = built(repository) / f"incidents/{one.id}/postmortem.md"
    assert not page.exists()

    file(repository, replace(one, postmortem=published("It happened.\n")))

    built(repository)
    assert "It happened." in page.read_text()
    assert "Read the postmortem" in (page.parents[1] / f"{one.id}.md").read_text()


def test_its_public_tables_come_from_what_is_public_and_not_from_the_file(repository):
    one = flattery()
    inside = event(EventKind.NOTE, "2026-01-03 09:00", text="Only for us.")
    whole = replace(one, events=(*one.events, inside))
    site = site_map("Wren", {"wren": "Wren"}, [])
    body = incident_pages.scaffold(Templates(), whole, NOTHING_ASKED, site, None).text
    answered = "".join(
        line for line in body.splitlines(keepends=True) if "relnotes:ask" not in line
    ).partition("---\n\n")[2]
    assert "Only for us." in answered

    file(repository, replace(whole, postmortem=published(answered)))

    text = (built(repository) / f"incidents/{one.id}/postmortem.md").read_text()
    assert "For all." in text
    assert "Only for us." not in text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!-- relnotes:internal -->\nhidden\n", "is never closed"),
        ("Prose. <!-- a comment -->\n", "looks like a marker or a comment"),
        (published("It happened.\n") + "More.\n", "nobody has approved what it says now"),
        (published("[click](javascript:alert)\n"), "is not one that a page may lead to"),
        ("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "a merge conflict is left in this file"),
    ],
)
def test_what_is_not_fit_to_be_published_stops_the_build(repository, text, what):
    file(repository, replace(flattery(), postmortem=text))

    with pytest.raises(RelnotesError, match=what):
        built(repository)
    assert not (repository.path / "site").exists()


def test_a_broken_file_of_a_public_incident_stops_the_build_and_of_an_internal_one_does_not(
    repository,
):
    one = flattery()
    file(repository, one)
    broken = {f"incidents/{one.id}/events/20260101T000000Z-x-note.yaml": "kind: note"}
    repository.write(broken)
    with pytest.raises(RelnotesError, match="the file is cut off"):
        built(repository)

    file(repository, replace(one, head=one.head.model_copy(update={"visibility": INTERNAL})))
    assert built(repository).exists()


# -- as a person reads it ------------------------------------------------------------------------


def test_the_scaffold_of_a_postmortem_reads_well(update_golden):
    site = site_map("Wren", {"wren": "Wren"}, [])

    made = incident_pages.scaffold(Templates(), flattery(), NOTHING_ASKED, site, None)

    golden.check("incidents/postmortem.md", made.text, update=update_golden)


def test_a_public_page_reads_well(update_golden):
    one = flattery()
    site = replace_map(site_map("Wren", {"wren": "Wren"}, [("wren", "v2", "Wren v2")]), one)

    page = incident_pages.incident_page(Templates(), one, NOTHING_ASKED, site)

    golden.check("incidents/page.md", page, update=update_golden)


def replace_map(site, one):
    from msgspec.structs import replace as changed

    return changed(site, incidents={one.id: one.head.title})


SECTIONS = (
    *("Summary", "Impact", "Background", "What happened", "How long it took"),
    *("Contributing factors", "Why it was not caught", "Why we were surprised", "Detection"),
    *("Mitigation", "Rollback", "What went well", "What went badly", "Where we were lucky"),
    *("What changes now", "Evals added", "Considered and declined", "What we are learning"),
    *("Open questions", "Corrections and earlier accounts"),
)


def test_a_scaffold_has_every_section(update_golden):
    site = site_map("Wren", {"wren": "Wren"}, [])

    text = incident_pages.scaffold(Templates(), flattery(), NOTHING_ASKED, site, None).text

    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    assert headings == list(SECTIONS)
