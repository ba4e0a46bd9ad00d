"""`relnotes incident check`, `postmortem` and `backfill`, as their user meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import golden
import pytest
from bundlekit import bundle, project
from incidentkit import event

from relnotes.cli import main
from relnotes.incident.record import Head, Releases
from relnotes.incident.vocabulary import EventKind, Visibility
from relnotes.incident_files.filing import file_event, open_folder

PROMPT = {"prompts": [{"name": "system", "file": "prompts/system.md"}]}
ID = "2026-01-03-wren-flatters"
PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """Three releases, of which the second flatters; an incident is open."""
    words = {"v1": "Be brief.", "v2": "Match the mood of the user.", "v3": "Be honest."}
    releases = {
        tag: {"bundle.yaml": bundle(**PROMPT), "prompts/system.md": f"Be kind.\n\n{line}\n"}
        for tag, line in words.items()
    }
    made = project(tmp_path_factory.mktemp("wren") / "wren", releases)
    events = [
        (EventKind.DECLARED, "09:00", "Wren flatters", PUBLIC),
        (EventKind.ROLLOUT_STARTED, "06:00", "For all.", PUBLIC),
        (EventKind.DETECTED, "08:00", "Forty letters.", PUBLIC),
        (EventKind.NOTE, "10:00", "Only for us.", INTERNAL),
    ]
    head = Head(
        id=ID,
        title="Wren flatters",
        visibility=PUBLIC,
        releases=Releases(line="wren", introduced_in="v2"),
    )
    folder = open_folder(made.path, head)
    for kind, at, text, visibility in events:
        file_event(folder, event(kind, f"2026-01-03 {at}", text=text, visibility=visibility))
    return made.path


@pytest.fixture
def here(logged, tmp_path, monkeypatch):
    copy = tmp_path / "wren"
    shutil.copytree(logged, copy)
    monkeypatch.chdir(copy)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767600000")  # 5 January 2026
    return copy


def run(capsys, *command):
    """Exit code, answer, talk."""
    capsys.readouterr()
    code = main(["incident", *command])
    said = capsys.readouterr()
    return code, said.out, said.err


def postmortem(here) -> Path:
    return here / "incidents" / ID / "postmortem.md"


def answer_everything(path):
    """As an author does: each question gives way to a sentence."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join("Said.\n" if "relnotes:ask" in one else one for one in lines))


def test_check_says_what_is_missing_and_how_to_clear_it(here, capsys, update_golden):
    code, answer, _ = run(capsys, "check")

    assert code == 1
    golden.check("incidents/check.txt", answer, update=update_golden)


def test_check_says_what_blocks_before_what_does_not(here, capsys):
    with (here / "incidents" / ID / "incident.yaml").open("r+") as head:
        text = head.read().replace("...", "accepted: [{code: NO_BLIND_SPOT, why: none}]\n...")
        head.seek(0)
        head.write(text)

    blocking, _, said = run(capsys, "check")[1].partition("said, and in nobody's way:")

    assert "NO_BLIND_SPOT" in said
    assert "REVIEW_NOT_APPROVED" in blocking


def test_check_for_programs_is_the_same_and_of_every_incident_if_asked(here, capsys):
    code, answer, _ = run(capsys, "check", "--all", "--format", "json")

    (found,) = json.loads(answer)["incidents"]
    assert (code, found["incident"]) == (1, ID)
    assert {"LIMITATION_NOT_BACKFILLED", "REVIEW_NOT_APPROVED"} <= {
        one["code"] for one in found["obstacles"]
    }


def test_a_postmortem_goes_from_its_scaffold_to_the_site(here, capsys):
    path = postmortem(here)
    code, answer, talk = run(capsys, "postmortem")
    assert (code, answer) == (0, f"incidents/{ID}/postmortem.md\n")
    assert "17 questions to answer" in talk

    code, _, talk = run(capsys, "postmortem", "--submit")
    assert code == 2
    assert "17 questions are not answered yet" in talk

    answer_everything(path)
    code, _, talk = run(capsys, "postmortem", "--publish")
    assert (code, "nobody has approved" in talk) == (2, True)
    assert run(capsys, "postmortem", "--submit")[0] == 0
    assert run(capsys, "postmortem", "--approve", "--as", "Ruth", "--publish")[0] == 0
    assert run(capsys, "postmortem", "--publish")[0] == 0
    assert run(capsys, "timeline")[1].count("Postmortem published") == 1

    assert main(["build", "--no-html"]) == 0
    page = (here / f"site/incidents/{ID}/postmortem.md").read_text()
    assert "Forty letters." in page
    assert "Only for us." not in page


def test_a_postmortem_is_waived_for_a_reason_or_not_at_all(here, capsys):
    code, _, talk = run(capsys, "postmortem", "--waive", " ")

    assert (code, "say why there will be none" in talk) == (2, True)
    assert not postmortem(here).exists()


def test_running_it_again_refreshes_the_tables_and_leaves_the_prose(here, capsys):
    run(capsys, "postmortem")
    path = postmortem(here)
    path.write_text(path.read_text().replace("## Impact\n", "## Impact  \n\n\tOdd prose.\r\n"))
    before = path.read_bytes()
    run(capsys, "log", "--at", "2026-01-03 11:00", "A new thing.")

    run(capsys, "postmortem")

    after = path.read_bytes()
    assert b"A new thing." in after
    assert b"## Impact  \n\n\tOdd prose.\r\n" in after
    assert before.split(b"<!-- relnotes:timeline")[0] == after.split(b"<!-- relnotes:timeline")[0]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("| when |", "| my words |", 'the block "timeline" was changed by hand'),
        ("<!-- /relnotes:timeline -->", "", "this marker stands inside the block timeline"),
        ("## Impact", "## Impact <!-- relnotes:internal -->", "is never closed"),
        ("## Impact", "<<<<<<< HEAD\n## Impact", "a merge conflict is left"),
    ],
)
def test_a_damaged_file_is_refused_and_stays_as_it_is(here, capsys, old, new, what):
    run(capsys, "postmortem")
    path = postmortem(here)
    path.write_text(path.read_text().replace(old, new))
    before = path.read_bytes()

    code, _, talk = run(capsys, "postmortem")

    assert code == 2
    assert what in talk
    assert path.read_bytes() == before


def test_what_the_public_will_read_can_be_seen_before(here, capsys):
    run(capsys, "postmortem")
    path = postmortem(here)
    inside = "<!-- relnotes:internal -->Not this.<!-- /relnotes:internal -->"
    path.write_text(path.read_text() + f"\nThis. {inside}\n")

    _, answer, _ = run(capsys, "postmortem", "--public")

    assert "This." in answer
    for hidden in ("Not this.", "Only for us.", "relnotes:"):
        assert hidden not in answer


def test_an_approval_has_a_name_and_a_waiver_a_reason(here, capsys):
    run(capsys, "postmortem")
    answer_everything(postmortem(here))
    run(capsys, "postmortem", "--submit")

    assert run(capsys, "postmortem", "--approve")[0] == 2
    assert run(capsys, "postmortem", "--waive", "A drill.")[0] == 0
    assert "REVIEW_NOT_APPROVED" not in run(capsys, "check")[1]


def test_a_limitation_is_added_to_the_release_at_fault_and_named_on_both_pages(here, capsys):
    code, answer, _ = run(
        *(capsys, "backfill", "Agrees with what is wrong.", "--limitation", "KL0031"),
    )
    assert (code, answer) == (0, "amendments/2026-01-05-v2-kl0031.yaml\n")
    assert "LIMITATION_NOT_BACKFILLED" not in run(capsys, "check")[1]

    main(["build", "--no-html"])

    note = (here / "site/releases/wren/v2.md").read_text()
    assert "Agrees with what is wrong." in note
    assert (
        "[KL0031](../limitations/wren/KL0031.md)" in (here / f"site/incidents/{ID}.md").read_text()
    )


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (["backfill", "Text.", "--limitation", "KL 31"], "limitation.id"),
        (["backfill", "Text.", "--limitation", "KL1", "--release", "v9"], '"v9" is no release'),
    ],
)
def test_a_limitation_that_cannot_be_is_refused(here, capsys, command, what):
    code, _, talk = run(capsys, *command)

    assert code == 2
    assert what in talk
    assert not (here / "amendments").exists()


def test_a_limitation_is_added_once(here, capsys):
    run(capsys, "backfill", "Text.", "--limitation", "KL1")

    code, _, talk = run(capsys, "backfill", "Text.", "--limitation", "KL1")

    assert (code, "is there already" in talk) == (2, True)
