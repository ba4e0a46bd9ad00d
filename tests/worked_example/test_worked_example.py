"""The incident of April 2025 stands in incidents/ as its commands enter it, and is told whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from gitkit import GitRepo

from relnotes.incident.check.checking import obstacles
from relnotes.incident.facts import NOTHING_ASKED
from relnotes.incident.metrics.durations import measure
from relnotes.incident.postmortem.review import postmortem_of, standing
from relnotes.incident.vocabulary import Review
from relnotes.incident_files.reading import read_incident
from relnotes.publication.disclosure import incidents_for, with_incidents
from relnotes.publish.incident import pages as incident_pages
from relnotes.publish.sitemap import site_map
from relnotes.publish.templates import Templates, templates_folder
from relnotes.release.written.bundle import Audience

HERE = Path(__file__).parent
NAME = "2025-04-25-gpt-4o-sycophancy"
HOUR = 3600


@pytest.fixture(scope="module")
def kept(request):
    top = request.config.rootpath
    return read_incident(top / "incidents" / NAME, top)


@pytest.fixture(scope="module")
def entered(tmp_path_factory):
    """Entered anew, by the commands that are kept beside this test."""
    root = tmp_path_factory.mktemp("record")
    GitRepo(root)
    bin_ = tmp_path_factory.mktemp("bin")
    command = bin_ / "relnotes"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m relnotes "$@"\n')
    command.chmod(0o755)
    subprocess.run(
        ["sh", HERE / "enter.sh"],
        cwd=root,
        env={
            **os.environ,
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "RECORD": str(HERE),
        },
        check=True,
        capture_output=True,
    )
    return read_incident(root / "incidents" / NAME, root)


def told(event):
    """All of an event but who recorded it when."""
    said = event.model_dump(mode="json", exclude={"id", "recorded_at", "corrects"})
    return said if event.kind not in ("declared", "retraction") else {**said, "at": None}


def test_what_is_kept_is_what_the_commands_enter(kept, entered):
    assert kept.problems == entered.problems == ()
    assert kept.head == entered.head
    assert [told(one) for one in kept.events] == [told(one) for one in entered.events]
    assert [(one.id, one.followup) for one in kept.followups] == [
        (one.id, one.followup) for one in entered.followups
    ]


def test_what_the_sources_leave_open_stays_open(kept):
    known = {one.name: (one.low, one.high) for one in measure(kept)}

    assert known["time_to_detect"] == (48 * HOUR, 96 * HOUR)
    assert known["time_to_mitigate"] == (68 * HOUR, 96 * HOUR)
    assert known["exposure"] == (92 * HOUR, 148 * HOUR)
    assert kept.head.releases.rolled_back_to is None
    assert not any(one.mitigation for one in kept.events)


def test_every_fact_has_one_of_the_two_posts_behind_it(kept):
    posts = {
        "https://openai.com/index/sycophancy-in-gpt-4o/",
        "https://openai.com/index/expanding-on-sycophancy/",
    }
    logged = [one for one in kept.events if one.kind not in ("declared", "retraction")]
    said = [*logged, *kept.head.contributing, *kept.head.signals, *kept.head.blind_spots]
    assert {one.source for one in said} == posts | {None} - {None}
    assert {one.followup.source for one in kept.followups} <= posts


def test_accounts_that_differ_are_both_kept(kept):
    replaced = {gone for one in kept.head.claims for gone in one.supersedes}

    assert replaced == {"second-post-25-april", "first-post", "outside"}
    assert replaced < {one.id for one in kept.head.claims}


def test_its_postmortem_is_written_approved_and_without_an_obstacle(kept):
    found = postmortem_of(kept)

    assert standing(found) is Review.PUBLISHED
    assert found.questions == ()
    assert found.approved_by != ()
    assert not any(one.blocking for one in obstacles(kept, NOTHING_ASKED, found.front.published_on))


def test_its_tables_are_those_of_the_record(kept, request):
    from relnotes.answers.incidents import witness
    from relnotes.answers.postmortem import current_postmortem

    with witness(request.config.rootpath) as asked:
        assert current_postmortem(kept, asked).text == kept.postmortem


def test_the_pages_of_our_own_site_are_made_from_it(kept, request, update_golden):
    """And the style sheet is the one that every site gets."""
    site = request.config.rootpath / "site"
    style = site / "assets" / "relnotes.css"
    assert style.read_bytes() == (templates_folder() / "assets" / "relnotes.css").read_bytes()
    for name, text in pages_of(kept).items():
        if update_golden:
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(text)
        assert (site / name).read_text() == text, "refresh it with --update-golden"


def pages_of(incident):
    """What `relnotes build` writes of a public incident, on a site without releases."""
    (one,) = incidents_for(Audience.PUBLIC, [incident])
    site = with_incidents(site_map("relnotes", {}, []), [one])
    templates, name = Templates(), one.shown.id
    telling = (one.shown, NOTHING_ASKED)
    return {
        **{path: write() for path, write in incident_pages.exports(*telling)},
        site.incident_index(): incident_pages.incident_index(templates, [telling], site),
        site.incident(name): incident_pages.incident_page(templates, *telling, site),
        site.postmortem(name): incident_pages.postmortem_page(
            templates, *telling, one.postmortem, site
        ),
    }
