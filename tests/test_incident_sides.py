"""`relnotes incident timeline`, `metrics` and `export`: for the house, and for the public."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import bundlekit
import jsonschema
import pytest
from icalendar import Calendar

from relnotes.cli import main
from relnotes.publish.schemas import schema

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`relnotes incident …` in a repository with two releases of Wren."""
    releases: dict[str, dict[str, str | bytes | None]] = {
        "v1.0.0": {"bundle.yaml": bundlekit.bundle()},
        "v1.1.0": {"bundle.yaml": bundlekit.bundle()},
    }
    bundlekit.project(tmp_path, releases)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")

    def run(*words: str) -> Said:
        code = main(["incident", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def _night(run: Run, *options: str) -> None:
    run("new", "Wren flatters", "--at", "2025-04-27 10:00", "--timezone", "UTC", *options)
    run("detect", "It agrees with everything", "--at", "2025-04-27 09:30")
    run("log", "We are looking into it", "--at", "2025-04-27 11:00", "--public")
    run("followup", "add", "=Measure flattery", "--due", "2025-05-16")


def test_a_timeline_comes_as_text_markdown_and_json(run: Run) -> None:
    _night(run)

    assert "09:30" in run("timeline")[1]
    assert "| 27 April 2025, 09:30 |" in run("timeline", "--format", "md")[1]
    told = json.loads(run("timeline", "--format", "json")[1])
    jsonschema.validate(told, schema("incident-timeline"))
    assert [entry["event"]["kind"] for entry in told["entries"]] == ["detected", "declared", "note"]


def test_an_event_in_a_timeline_can_be_taken_back_by_the_sign_beside_it(run: Run) -> None:
    _night(run)
    sign = next(line for line in run("timeline")[1].splitlines() if "Note" in line).split()[0]

    assert run("retract", sign, "a mistake")[0] == 0
    assert "✗" in run("timeline")[1]


def test_metrics_come_as_text_markdown_and_json(run: Run) -> None:
    _night(run)

    assert "Time to acknowledge              30 min" in run("metrics")[1]
    assert "| Time to acknowledge | 30 min |" in run("metrics", "--format", "md")[1]
    told = json.loads(run("metrics", "--format", "json")[1])
    jsonschema.validate(told, schema("incident-metrics"))
    found = {row["name"]: row for row in told["metrics"]}
    assert found["time_to_acknowledge"]["seconds"] == 1800
    assert (found["time_to_detect"]["state"], found["time_to_detect"]["low"]) == ("pending", None)


def test_trends_are_of_all_incidents(run: Run) -> None:
    _night(run)
    run("new", "Another", "--at", "2025-05-01 10:00")

    assert "all incidents  2 incidents" in run("metrics", "--all")[1]
    told = json.loads(run("metrics", "--all", "--format", "json")[1])
    jsonschema.validate(told, schema("incident-trends"))
    assert told["groups"][0]["incidents"] == 2
    assert json.loads(run("metrics", "--all", "--public", "--format", "json")[1])["groups"] == []


def test_trends_of_one_incident_are_refused(run: Run) -> None:
    assert run("metrics", "--all", "-i", "wren")[0] == 2


def test_every_export_is_read_by_what_it_is_for(run: Run) -> None:
    _night(run, "--public-incident")

    record = json.loads(run("export")[1])
    jsonschema.validate(record, schema("incident-record"))
    assert record["followups"][0]["followup"]["what"] == "=Measure flattery"
    assert run("export", "--format", "md")[1].startswith("# Wren flatters\n")
    (row, *_) = csv.DictReader(io.StringIO(run("export", "--format", "csv")[1]))
    assert row["kind"] == "detected"
    calendar = Calendar.from_ical(run("export", "--format", "ics")[1])
    assert len(calendar.todos) == len(calendar.events) == 1
    page = json.loads(run("export", "--format", "statuspage")[1])["incident"]
    assert [update["body"] for update in page["incident_updates"]] == [
        "Note: We are looking into it"
    ]


@pytest.mark.parametrize("format_", ["json", "md", "ics", "csv", "statuspage"])
def test_a_public_export_has_nothing_internal_in_it(run: Run, format_: str) -> None:
    _night(run, "--public-incident")

    code, out, _ = run("export", "--public", "--format", format_)

    assert code == 0
    assert "agrees with everything" not in out
    assert "Measure" not in out


@pytest.mark.parametrize(
    "words",
    [
        *(("export", "--public", "--format", one) for one in ("json", "md", "ics", "csv")),
        *(("export", "--format", "statuspage"), ("timeline", "--public"), ("metrics", "--public")),
    ],
)
def test_an_internal_incident_has_nothing_for_the_public(run: Run, words: tuple[str, ...]) -> None:
    _night(run)

    code, out, err = run(*words)

    assert (code, out) == (2, "")
    assert "is internal" in err
    assert "visibility: public" in err


def test_prompt_text_and_files_are_published_when_they_are_said_to_be(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "bundle" / "system.md").write_text("Be direct.\n")
    (tmp_path / "shot.png").write_bytes(b"png")
    run("new", "Wren flatters", "--public-incident")
    run("mitigate", "--prompt", "bundle/system.md", "--public", "--attach", "shot.png")
    before = run("export", "--public")[1]
    assert "Be direct." not in before
    assert "shot.png" not in before

    assert run("correct", "--publish-diff", "--publish-attachments")[0] == 0
    out = run("export", "--public")[1]
    assert "Be direct." in out
    assert "shot.png" in out


def test_a_known_limitation_of_the_release_gives_the_limitation_lag(
    run: Run, tmp_path: Path
) -> None:
    _night(run)
    (head,) = tmp_path.glob("incidents/*/incident.yaml")
    lines = "releases:\n  introduced_in: v1.1.0\nlimitations: [KL0001]\n...\n"
    head.write_text(head.read_text().removesuffix("...\n") + lines)
    (tmp_path / "amendments").mkdir()
    (tmp_path / "amendments" / "late.yaml").write_text(_AMENDMENT)

    found = json.loads(run("metrics", "--format", "json")[1])["metrics"]

    lag = next(row for row in found if row["name"] == "limitation_lag")
    hour = 3600
    assert (lag["state"], lag["low"] / hour, lag["high"] / hour) == ("bounded", 14.5, 38.5)


_AMENDMENT = """\
release: v1.1.0
on: 2025-04-28
text: It flatters.
limitation:
  id: KL0001
  text: It flatters.
"""


def test_where_the_releases_cannot_be_asked_the_record_is_measured_all_the_same(
    run: Run, tmp_path: Path
) -> None:
    _night(run)
    (head,) = tmp_path.glob("incidents/*/incident.yaml")
    head.write_text(head.read_text().removesuffix("...\n") + "limitations: [KL0001]\n...\n")
    (tmp_path / "relnotes.toml").write_text("[[lines]]\nnam = 3\n")

    code, out, err = run("metrics")

    assert code == 0
    assert "30 min" in out
    assert "the releases could not be asked" in err


def test_a_head_that_cannot_be_read_stops_neither_timeline_nor_metrics(
    run: Run, tmp_path: Path
) -> None:
    _night(run)
    (head,) = tmp_path.glob("incidents/*/incident.yaml")
    head.write_text("title: [")

    assert "09:30" in run("timeline")[1]
    assert "30 min" in run("metrics")[1]
    assert run("export")[0] == 0
    assert "cannot be read" in run("export", "--format", "md")[2]


def test_an_answer_can_go_to_a_file(run: Run, tmp_path: Path) -> None:
    _night(run)
    target = tmp_path / "night.csv"

    assert run("export", "--format", "csv", "-o", str(target))[1] == ""
    assert target.read_text().startswith("id,kind,")
