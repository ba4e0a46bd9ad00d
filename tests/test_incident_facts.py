"""What git witnesses of an incident: rollbacks, what changed before it, its timeline."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bundlekit import bundle, limitation, project

from relnotes import demo
from relnotes.cli import main
from relnotes.incident.record import Head, Incident
from relnotes.incident.vocabulary import EventKind
from relnotes.incident_files.reading import read_incidents

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture(scope="module")
def hedgerow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts") / "demo"
    demo.write(folder)
    shutil.rmtree(folder / "incidents", ignore_errors=True)
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> Said:
        capsys.readouterr()
        code = main(["incident", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def lab(hedgerow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's repository with no incident in it, and the terminal in it."""
    copy = tmp_path / "lab"
    shutil.copytree(hedgerow, copy, symlinks=True)
    monkeypatch.chdir(copy)
    return copy


def the_incident() -> Incident:
    (incident,) = read_incidents(Path())
    return incident


def head() -> Head:
    found = the_incident().head
    assert found is not None
    return found


def test_a_release_brings_everything_that_it_changed_under_suspicion(lab: Path, run: Run) -> None:
    code, out, _ = run("new", "Wren flatters", "--release", "wren/2026-05-12")
    assert code == 0
    assert "suspect: wren/2026-05-12 (after wren/2026-03-24): 8 changes" in out
    kinds = [one.kind for one in head().contributing]
    assert kinds == [
        *("model", "prompts", "decoding", "tools"),
        *("reward-signal", "memory", "data-refresh", "evals"),
    ]
    assert {one.verdict for one in head().contributing} == {"suspected"}
    assert head().releases.introduced_in == "wren/2026-05-12"


def test_what_was_known_before_the_launch_comes_from_its_signals(lab: Path, run: Run) -> None:
    run("new", "Wren flatters", "--release", "wren/2026-05-12")
    heeded = {one.what.partition(":")[0]: one.heeded for one in head().signals}
    assert heeded == {"ab test": "relied_on", "expert test": "missed"}


def test_any_two_releases_may_be_suspected(lab: Path, run: Run) -> None:
    _, out, _ = run("new", "Wren flatters", "--suspect", "wren/2026-03-03..wren/2026-05-12")
    assert "suspect: wren/2026-05-12 (after wren/2026-03-03)" in out
    assert head().releases.introduced_in is None


def test_a_release_that_git_does_not_have_stops_no_incident(lab: Path, run: Run) -> None:
    code, _, err = run("new", "Wren flatters", "--release", "wren/2026-05-13")
    assert code == 0
    assert "note: what changed is not known" in err
    assert head().contributing == ()


def test_a_rollback_says_what_it_changes_and_what_is_lost(lab: Path, run: Run) -> None:
    run("new", "Wren flatters")
    code, out, _ = run("rollback", "--to", "wren/2026-03-24", "--live", "wren/2026-05-12")
    assert code == 0
    assert "  decoding temperature 1.0 → 0.8\n" in out
    assert "  training change feedback-reward removed\n" in out
    assert "also lost:\n  KL0017 reopens: Knows little" in out
    assert head().releases.rolled_back_to == "wren/2026-03-24"
    assert len(head().releases.lost) == 4
    begun = the_incident().events[-1].rollback
    assert begun is not None
    assert begun.withdraws == ("wren/2026-05-12",)


def test_a_rollback_is_proved_by_the_tree(lab: Path, run: Run) -> None:
    run("new", "Wren flatters")
    run("rollback", "--to", "wren/2026-03-24", "--live", "wren/2026-05-12")
    code, out, _ = run("rollback", "--done", "--live", "wren/2026-05-18")
    assert code == 0
    assert "wren/2026-05-18 is equal to wren/2026-03-24: tree " in out
    done = the_incident().events[-1].rollback
    assert done is not None
    assert (done.proved, done.differs) == (True, ())


def test_a_rollback_to_what_does_not_exist_is_refused_and_says_how_to_log_it(
    lab: Path, run: Run
) -> None:
    run("new", "Wren flatters")
    code, _, err = run("rollback", "--to", "wren/2026-03-25")
    assert code == 3
    assert 'no line has a release "wren/2026-03-25"' in err
    assert "relnotes incident rollback --unproved" in err
    assert run("rollback", "--to", "wren/2026-03-25", "--unproved")[0] == 0


def test_a_rollback_needs_to_know_where_to(lab: Path, run: Run) -> None:
    run("new", "Wren flatters")
    assert "say which release to go back to: --to RELEASE" in run("rollback")[2]


def test_what_still_differs_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    releases = {
        "v1": {"bundle.yaml": bundle(decoding={"temperature": 0.9})},
        "v2": {
            "bundle.yaml": bundle(decoding={"temperature": 1.0}),
            "limitations/KL0001.yaml": limitation(),
        },
    }
    repository = project(tmp_path, releases)  # type: ignore[arg-type]
    monkeypatch.chdir(tmp_path)
    run("new", "Wren flatters")
    run("rollback", "--to", "v1")
    repository.write({"bundle/bundle.yaml": bundle(decoding={"temperature": 0.9})})

    code, out, _ = run("rollback", "--done")

    assert code == 1
    assert "NOT equal to v1: in the work tree 1 file still differs:" in out
    assert "  limitations/KL0001.yaml\n" in out
    assert the_incident().events[-1].kind is EventKind.ROLLBACK_STEP  # it is not over
    assert "to v1, not equal yet: 1 file" in run("show")[1]
    repository.write({"bundle/limitations/KL0001.yaml": None})
    code, out, _ = run("rollback", "--done")
    assert code == 0
    assert "the work tree is equal to v1" in out


def test_the_history_itself_suggests_a_timeline(lab: Path, run: Run) -> None:
    code, out, err = run("suggest", "--release", "wren/2026-05-12")
    assert code == 0
    assert "  rollout started  canary of wren/2026-05-12 (0.01 of traffic)\n" in out
    assert "  mitigation applied  system.md edited: Wren: hotfix, take the mood line" in out
    assert "  rollback completed  wren/2026-05-18 restores wren/2026-03-24\n" in out
    assert "nothing was filed" in err


def test_what_is_suggested_is_filed_once_and_marked(lab: Path, run: Run) -> None:
    run("new", "Wren flatters")
    assert (
        "filed 4 events and what may have contributed"
        in run(*("suggest", "--release", "wren/2026-05-12", "--write"))[2]
    )
    assert "filed 0 events" in run("suggest", "--write")[2]
    filed = {one.kind: one for one in the_incident().events if one.kind != "declared"}
    assert sorted(filed) == [
        *("mitigation_applied", "rollback_completed", "rollout_completed", "rollout_started"),
    ]
    assert all("suggested from " in one.assumptions[0] for one in filed.values())
    assert filed["rollout_started"].at.precision == "day"  # type: ignore[index]
    edited = filed["mitigation_applied"].mitigation  # type: ignore[index]
    assert edited is not None
    assert edited.removed == ("Match the user's mood.",)
    assert len(head().contributing) == 8


def test_what_a_person_wrote_in_the_head_stays(lab: Path, run: Run) -> None:
    run("new", "Wren flatters", "--release", "wren/2026-05-15")
    run("suggest", "--release", "wren/2026-05-12", "--write")
    assert head().releases.introduced_in == "wren/2026-05-15"


def test_what_was_logged_by_hand_is_not_suggested_again(lab: Path, run: Run) -> None:
    run("new", "Wren flatters", "--release", "wren/2026-05-12")
    run("mitigate", "--commit", "wren/2026-05-15")
    run("suggest", "--write")
    kinds = [one.kind for one in the_incident().events]
    assert kinds.count(EventKind.MITIGATION_APPLIED) == 1
