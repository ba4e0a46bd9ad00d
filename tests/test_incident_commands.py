"""`relnotes incident` as it is used at night: short commands, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from relnotes.cli import main
from relnotes.incident.record import Incident
from relnotes.incident.vocabulary import EventKind, Status
from relnotes.incident_files.reading import read_incidents
from relnotes.publish.incident.listing import rows_of

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `relnotes incident …` in an empty repository: exit code, stdout, stderr."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "America/Los_Angeles")

    def run(*words: str) -> Said:
        code = main(["incident", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def the_incident() -> Incident:
    (incident,) = read_incidents(Path())
    return incident


def test_a_title_needs_no_quotes_and_has_to_say_something(run: Run) -> None:
    assert run("new", "Wren", "flatters")[0] == 0
    assert the_incident().head.title == "Wren flatters"  # type: ignore[union-attr]
    code, _, err = run("new", " ")
    assert code == 2
    assert "say what the model does" in err


def test_a_letter_with_a_mark_on_it_is_a_letter_of_the_name(run: Run) -> None:
    run("new", "Wrén schmeichelt überall")

    assert the_incident().id.endswith("-wren-schmeichelt-uberall")


def test_a_title_is_enough_to_open_one(run: Run) -> None:
    code, out, err = run("new", "Wren flatters")
    assert code == 0
    first, second = out.splitlines()
    assert first.endswith("-wren-flatters  sev2 (default)  internal")
    assert second.startswith("logged: declared ")
    assert "next: relnotes incident log" in err
    assert the_incident().problems == ()


def test_a_second_one_with_the_same_title_gets_its_own_id(run: Run) -> None:
    run("new", "Wren flatters")
    assert "-wren-flatters-2  sev2" in run("new", "Wren flatters")[1]


def test_what_is_known_can_be_said_at_once(run: Run) -> None:
    run(
        *("new", "Wren flatters", "--severity", "sev1", "--kind", "near_miss"),
        *("--behaviour", "sycophancy", "--line", "wren", "--timezone", "Europe/Paris"),
        *("--at", "2025-04-27 10:00", "--id", "flattery", "--public-incident"),
    )
    head = the_incident().head
    assert head is not None
    assert head.id == "2025-04-27-flattery"
    assert (head.severity.level, head.kind, head.visibility) == ("sev1", "near_miss", "public")
    assert head.behaviour is not None
    assert head.timezone.name == "Europe/Paris"
    assert the_incident().events[0].at.value.isoformat() == "2025-04-27T10:00:00+02:00"


def test_logging_needs_only_the_words(run: Run) -> None:
    run("new", "Wren flatters")
    code, out, _ = run("log", "prompt", "reverted", "in", "all", "regions")
    assert code == 0
    assert out.startswith("logged: note ")
    assert the_incident().events[-1].text == "prompt reverted in all regions"


def test_the_echo_tells_both_clocks_and_when_it_was_recorded(run: Run) -> None:
    run("new", "Wren flatters", "--timezone", "America/Los_Angeles")
    _, out, _ = run("log", "40 tickets", "--at", "2025-04-25 19:00")
    assert "logged: note Fri 25 Apr 2025 19:00 PDT = 26 Apr 2025 02:00 UTC  (recorded" in out


def test_less_than_a_minute_is_echoed_with_its_bounds(run: Run) -> None:
    run("new", "Wren flatters", "--timezone", "America/Los_Angeles")
    _, out, _ = run("log", "seen", "--at", "2025-04-25")
    assert (
        "logged: note Fri 25 Apr 2025, some time PDT = 25 Apr 07:00 – 26 Apr 2025 07:00 UTC" in out
    )
    _, out, _ = run("log", "seen", "--at", "2025-04-25 evening")
    assert "note 25 Apr 18:00 – 26 Apr 2025 00:00 PDT = 26 Apr 2025 01:00 – 07:00 UTC" in out


def test_a_time_that_cannot_be_is_refused_and_nothing_is_filed(run: Run) -> None:
    run("new", "Wren flatters")
    code, _, err = run("log", "hm", "--at", "22:28 IST")
    assert code == 2
    assert "Asia/Kolkata" in err
    assert len(the_incident().events) == 1


def test_a_file_is_kept_under_a_name_that_says_what_is_in_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shot 1.png").write_bytes(b"\x89PNG")
    run("new", "Wren flatters")
    run("log", "see", "--attach", "shot 1.png")
    incident = the_incident()
    assert incident.attachments == incident.events[-1].attachments
    assert incident.attachments[0].endswith("-shot-1.png")


def test_a_share_of_traffic_may_be_a_percentage(run: Run) -> None:
    run("new", "Wren flatters")
    run("log", "-k", "rollout_started", "--release", "v2", "--share", "1%")
    assert the_incident().events[-1].share == 0.01
    assert run("log", "x", "--share", "many")[0] == 2


def test_with_two_open_one_must_be_named(run: Run) -> None:
    run("new", "Wren flatters")
    run("new", "Finch stutters")
    code, _, err = run("log", "hm")
    assert code == 2
    assert "2 incidents are open; say which with -i" in err
    assert "in 20" in run("log", "hm", "-i", "finch")[1]


def test_one_that_is_resolved_gives_way_to_one_that_is_open(run: Run) -> None:
    run("new", "Wren flatters")
    run("resolve")
    run("new", "Finch stutters")
    assert "finch-stutters" in run("log", "hm")[1]


def test_one_that_is_closed_is_never_logged_to_by_chance(run: Run) -> None:
    run("new", "Wren flatters")
    run("close")
    code, _, err = run("log", "hm")
    assert code == 2
    assert "no incident is open" in err
    assert run("log", "hm", "-k", "reopened", "-i", "wren")[0] == 0
    assert run("log", "hm")[0] == 0


def test_a_closing_that_is_taken_back_opens_it_again(run: Run) -> None:
    run("new", "Wren flatters")
    run("close")
    run("retract")
    assert run("log", "hm")[0] == 0


def test_a_correction_keeps_what_was_said(run: Run) -> None:
    run("new", "Wren flatters")
    run("log", "in one region")
    code, out, _ = run("correct", "--text", "in all regions", "--because", "misread")
    assert code == 0
    assert "text: in one region → in all regions" in out
    kinds = [event.kind for event in the_incident().events]
    assert kinds[1:] == [EventKind.NOTE, EventKind.CORRECTION]
    assert "in all regions" in run("show")[1]


def test_a_retraction_keeps_what_was_said(run: Run) -> None:
    run("new", "Wren flatters")
    run("resolve")
    run("retract", "last", "it came back")
    assert rows_of([the_incident()])[0].status is Status.INVESTIGATING
    assert "resolved  (retracted)" in run("show")[1]


def test_an_event_is_named_by_the_end_of_its_id(run: Run) -> None:
    run("new", "Wren flatters")
    run("log", "a")
    end = the_incident().events[0].id[-6:].lower()
    assert f"retracted: declared {end.upper()}" in run("retract", end)[1]
    assert "is no event of this incident" in run("retract", "nope")[2]


def test_followups_are_kept_one_by_one(run: Run) -> None:
    run("new", "Wren flatters")
    run("close")
    run("followup", "add", "Add an eval for flattery", "--eval", "sycophancy")
    _, out, err = run("followup", "add", "Ask testers first", "--type", "process")
    assert "follow-up 02-ask-testers-first: process, nobody yet, no day yet" in out
    assert "followup edit 02 --owner … --due …" in err
    run("followup", "edit", "testers", "--owner", "maria", "--due", "2025-05-16")
    assert "(maria, due 2025-05-16)  OVERDUE by" in run("followup", "list")[1]
    run("followup", "start", "1")
    run("followup", "done", "2", "--on", "2025-05-10")
    run("followup", "wont-do", "1", "no", "longer", "needed")
    assert [one.followup.state for one in the_incident().followups] == ["wont_do", "done"]
    assert "no follow-ups" in run("followup", "list", "--open")[1]
    assert 'there is no follow-up "9"' in run("followup", "done", "9")[2]


def test_the_list_shows_those_still_open_first(run: Run) -> None:
    run("new", "Wren flatters", "--id", "2025-01-01-wren")
    run("new", "Finch stutters", "--id", "2025-02-02-finch")
    run("close", "-i", "finch")
    rows = run("list")[1].splitlines()
    assert [row.split()[0] for row in rows] == ["2025-01-01-wren", "2025-02-02-finch"]
    assert len(run("list", "--open")[1].splitlines()) == 1
    listed = json.loads(run("list", "--format", "json")[1])
    assert [one["status"] for one in listed["incidents"]] == ["investigating", "closed"]


def test_everything_on_file_can_be_read_by_a_program(run: Run) -> None:
    run("new", "Wren flatters")
    run("log", "a")
    run("correct", "--text", "b")
    shown = json.loads(run("show", "--format", "json")[1])
    entries = shown["timeline"]["entries"]
    assert [entry["event"]["text"] for entry in entries] == ["Wren flatters", "b"]
    assert entries[1]["original"]["text"] == "a"


def test_the_status_says_what_comes_next(run: Run) -> None:
    run("new", "Wren flatters")
    _, out, _ = run("status")
    assert "  investigating  sev2  internal" in out.splitlines()[0]
    assert "next: relnotes incident mitigate --prompt FILE" in out


def test_a_broken_head_stops_nothing_but_is_told(run: Run) -> None:
    run("new", "Wren flatters")
    (head,) = Path("incidents").glob("*/incident.yaml")
    head.write_text(head.read_text()[:-8])
    assert run("log", "still works")[0] == 0
    code, out, err = run("status")
    assert code == 0
    assert "incident.yaml cannot be read" in out
    assert "1 problem in its files" in err
    assert "cut off" in run("show")[1]


def test_an_event_torn_by_hand_stops_nothing(run: Run) -> None:
    run("new", "Wren flatters")
    (event,) = Path("incidents").glob("*/events/*.yaml")
    event.write_text("<<<<<<< ours\nkind: [note\n")
    assert run("log", "still works")[0] == 0
    assert len(the_incident().events) == 1
    assert "1 problem in its files" in run("list")[1]


def test_without_a_repository_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["incident", "new", "Wren flatters"]) == 3
    assert "is not in a git repository" in capsys.readouterr().err


def test_from_a_folder_below_the_same_incident_is_meant(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("new", "Wren flatters")
    (tmp_path / "bundle").mkdir()
    monkeypatch.chdir(tmp_path / "bundle")
    assert run("log", "from here")[0] == 0
    monkeypatch.chdir(tmp_path)
    assert len(the_incident().events) == 2
