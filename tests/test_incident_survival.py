"""What a record of incidents must survive: crowds, crashes, full disks, merges, wrong clocks."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gitkit import GitRepo

from relnotes.cli import main
from relnotes.errors import RelnotesError
from relnotes.incident.event import Event
from relnotes.incident.record import Head, Incident
from relnotes.incident.times.moment import Moment
from relnotes.incident_files import filing, writing
from relnotes.incident_files.reading import read_incident, read_incidents
from relnotes.incident_files.ulid import new_ulid

NOW = datetime(2025, 4, 27, 10, 31, tzinfo=UTC)
ID = "2025-04-27-flattery"


def opened(root: Path) -> Path:
    return filing.open_folder(root, Head(id=ID, title="Wren flatters"))


def event(text: str, now: datetime = NOW, after: str | None = None) -> Event:
    return Event.model_validate(
        {
            "id": new_ulid(now, after),
            "kind": "note",
            "at": Moment(value=now),
            "recorded_at": now,
            "text": text,
        }
    )


def read(root: Path) -> Incident:
    return read_incident(root / "incidents" / ID, root)


# -- crowds ----------------------------------------------------------------------------------------


def _log_many(folder: Path, writer: int, count: int) -> None:
    for number in range(count):
        filing.file_event(folder, event(f"{writer}-{number}", datetime.now(UTC)))


def test_eight_processes_log_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    crowd = [
        multiprocessing.get_context("spawn").Process(target=_log_many, args=(folder, writer, 25))
        for writer in range(8)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    incident = read(tmp_path)

    assert len({one.text for one in incident.events}) == 200
    assert incident.problems == ()


def test_commands_at_once_lose_nothing_either(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    opened(tmp_path)
    command = [sys.executable, "-m", "relnotes", "incident", "log"]
    crowd = [subprocess.Popen([*command, f"by {one}"], cwd=tmp_path) for one in range(4)]
    assert [one.wait() for one in crowd] == [0] * 4
    assert {one.text for one in read(tmp_path).events} == {f"by {one}" for one in range(4)}


def test_two_branches_that_log_merge_without_a_conflict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = GitRepo(tmp_path)
    monkeypatch.chdir(tmp_path)
    main(["incident", "new", "Wren flatters"])
    repository.commit()
    repository.branch("theirs")
    main(["incident", "log", "on their side"])
    main(["incident", "followup", "add", "Theirs"])
    repository.commit()
    repository.checkout("main")
    main(["incident", "log", "on our side"])
    main(["incident", "followup", "add", "Ours"])
    repository.commit()

    repository.merge("theirs")

    (incident,) = read_incidents(tmp_path)
    assert {one.text for one in incident.events[1:]} == {"on their side", "on our side"}
    assert len(incident.followups) == 2
    assert incident.problems == ()


# -- crashes ---------------------------------------------------------------------------------------


_KILLED = """
import os, signal, sys
from pathlib import Path
from relnotes.incident_files import filing, writing
sys.path.insert(0, {tests!r})
from test_incident_survival import event, NOW

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

owner, _, name = {step!r}.rpartition(".")
setattr(getattr(writing, owner) if owner else writing, name, die)
filing.file_event(Path({folder!r}), event("during"))
"""


@pytest.mark.parametrize(
    "step", ["_write_through", "os.fsync", "_claim", "os.link", "_sync_folder"]
)
def test_a_process_that_is_killed_while_it_writes_leaves_an_event_whole_or_absent(
    tmp_path: Path, step: str
) -> None:
    folder = opened(tmp_path)
    filing.file_event(folder, event("before"))
    script = _KILLED.format(tests=str(Path(__file__).parent), step=step, folder=str(folder))

    done = subprocess.run([sys.executable, "-c", script], check=False)

    assert done.returncode == -signal.SIGKILL
    incident = read(tmp_path)
    assert incident.problems == ()
    assert {one.text for one in incident.events} - {"during"} == {"before"}
    filing.file_event(folder, event("after", NOW + timedelta(seconds=2)))
    assert read(tmp_path).events[-1].text == "after"


def test_a_file_that_was_never_finished_does_not_count(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    path = filing.file_event(folder, event("whole"))
    whole = path.read_bytes()
    for kept in range(0, len(whole), 11):
        (path.parent / f".{path.name}.99").write_bytes(whole[:kept])
        assert [one.text for one in read(tmp_path).events] == ["whole"]
        assert read(tmp_path).problems == ()


def test_every_beginning_of_an_event_under_its_real_name_is_refused(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    path = filing.file_event(folder, event("whole"))
    whole = path.read_bytes()
    for kept in range(len(whole) - 4):
        path.write_bytes(whole[:kept])
        assert read(tmp_path).events == ()
        assert len(read(tmp_path).problems) == 1


# -- disks -----------------------------------------------------------------------------------------


def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = opened(tmp_path)
    before = sorted(tmp_path.rglob("*"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(RelnotesError, match="No space left on device") as caught:
        filing.file_event(folder, event("lost"))

    assert "nothing was kept" in str(caught.value)
    assert [path for path in sorted(tmp_path.rglob("*")) if path.is_file()] == [
        path for path in before if path.is_file()
    ]


_LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
from relnotes.cli import main
sys.exit(main(["incident", "log", "does not fit"]))
"""


def test_the_operating_system_refusing_a_write_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    opened(tmp_path)
    done = subprocess.run(
        [sys.executable, "-B", "-c", _LIMITED],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "nothing was kept: File too large" in done.stderr
    assert read(tmp_path).events == ()
    assert read(tmp_path).problems == ()


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an incident that may not be written to, whoever runs the test."""
    folder = opened(tmp_path)
    (folder / "events").mkdir()
    if os.geteuid() != 0:
        (folder / "events").chmod(0o555)
        yield tmp_path
        (folder / "events").chmod(0o755)
        return
    refuse = OSError(errno.EROFS, os.strerror(errno.EROFS))

    def refused(*_: Any) -> None:
        raise refuse

    monkeypatch.setattr(writing, "_write_through", refused)
    yield tmp_path


def test_a_read_only_folder_is_said_in_words(read_only: Path) -> None:
    with pytest.raises(RelnotesError, match="nothing was kept"):
        filing.file_event(read_only / "incidents" / ID, event("lost"))


# -- clocks ----------------------------------------------------------------------------------------


def test_what_is_recorded_on_a_clock_that_is_behind_still_follows(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    ahead = event("their clock is an hour ahead", NOW + timedelta(hours=1))
    filing.file_event(folder, ahead)
    filing.file_event(folder, event("ours is right", NOW, after=ahead.id))
    events = read(tmp_path).events
    assert [one.text for one in events] == ["their clock is an hour ahead", "ours is right"]
    assert events[1].recorded_at < events[0].recorded_at


def test_an_id_at_the_end_of_all_ids_stops_nobody(tmp_path: Path) -> None:
    assert new_ulid(NOW, after="7" + "Z" * 25) < "7" + "Z" * 25


def test_ids_sort_by_the_time_at_which_they_were_made() -> None:
    ids = [new_ulid(NOW + timedelta(milliseconds=one)) for one in range(50)]
    assert ids == sorted(ids)
    assert all(len(one) == 26 for one in ids)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2025-03-09 01:30", "2025-03-09 03:30", 1),
        ("2024-11-02 22:30", "2024-11-03 02:30", 5),
    ],
)
def test_an_interval_over_a_change_of_the_clock_has_its_real_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, end: str, hours: int
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    main(["incident", "new", "x", "--timezone", "America/Los_Angeles"])
    for at in (start, end):
        assert main(["incident", "log", "x", "--at", at]) == 0
    (incident,) = read_incidents(tmp_path)
    first, second = (one.at.value for one in incident.events[1:])
    assert second - first == timedelta(hours=hours)


# -- hands -----------------------------------------------------------------------------------------


def test_a_file_of_the_same_name_is_never_overwritten(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    one = event("first")
    filing.file_event(folder, one)
    with pytest.raises(RelnotesError, match="is there already"):
        filing.file_event(folder, one.model_copy(update={"text": "second"}))
    assert read(tmp_path).events[0].text == "first"


def test_where_a_file_cannot_have_a_second_name_it_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    folder = opened(tmp_path)
    monkeypatch.setattr(writing.os, "link", cannot)
    one = event("first")
    filing.file_event(folder, one)
    with pytest.raises(RelnotesError, match="is there already"):
        filing.file_event(folder, one)
    assert [path.name[0] for path in (folder / "events").iterdir()] == ["2"]


def test_a_postmortem_that_was_saved_in_between_is_not_overwritten(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    filing.write_postmortem(folder, None, "one\n")
    (folder / "postmortem.md").write_text("mine\n")
    with pytest.raises(RelnotesError, match="has changed since it was read"):
        filing.write_postmortem(folder, "one\n", "two\n")
    assert (folder / "postmortem.md").read_text() == "mine\n"
