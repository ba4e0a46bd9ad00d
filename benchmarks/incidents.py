"""What a thousand incidents with a hundred events each cost to list and to measure.

python -m benchmarks.incidents
"""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from benchmarks import table
from benchmarks.options import parser
from benchmarks.processes import in_turn, once, python, relnotes
from relnotes.incident.event import Event
from relnotes.incident.record import Graded, Head
from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import EventKind, Precision, Severity
from relnotes.incident_files.layout import event_name
from relnotes.incident_files.yaml_text import yaml_text

LINEAR = 1.25  # of what an incident costs among few
_READ = "import pathlib; [p.read_bytes() for p in pathlib.Path({!r}).rglob('*.yaml')]"
_STORY = (
    *(EventKind.ROLLOUT_STARTED, EventKind.ROLLOUT_COMPLETED, EventKind.DETECTED),
    *(EventKind.DECLARED, EventKind.MITIGATION_APPLIED, EventKind.PUBLIC_UPDATE),
    *(EventKind.ROLLBACK_STARTED, EventKind.ROLLBACK_COMPLETED, EventKind.RESOLVED),
)
_START = datetime(2024, 1, 1, tzinfo=UTC)


def main() -> None:
    given = parser(__doc__).parse_args()
    many, events = (20, 20) if given.quick else (1000, 100)
    few, runs = many // 4, given.runs or 3
    base = Path(mkdtemp(dir=given.cache))
    try:
        folders = {count: _repository(base / str(count), count, events) for count in (few, many)}
        folders[1] = _repository(base / "1", 1, 1)
        rows = _rows(folders, few, many, runs)
    finally:
        shutil.rmtree(base)
    table.show(rows, runs)


def _rows(folders: dict[int, Path], few: int, many: int, runs: int) -> list[table.Row]:
    verbs = {"list": ("incident", "list"), "metrics --all": ("incident", "metrics", "--all")}
    steps = {
        f"{name} of {count}": once(relnotes("-C", str(folder), *words))
        for name, words in verbs.items()
        for count, folder in folders.items()
    }
    steps["files"] = once(python(_READ.format(str(folders[many]))))
    costs, rows = in_turn(steps, runs), []
    for name in verbs:
        start = costs[f"{name} of 1"].cpu
        all_of_them = costs[f"{name} of {many}"]
        each = (all_of_them.cpu - start) / many
        floor = (costs[f"{name} of {few}"].cpu - start) / few
        rows.append(
            table.ratio(
                f"{name}, {many} incidents", all_of_them, costs["files"], None, named="their bytes"
            )
        )
        rows.append(table.growth(f"each of {many}, beside each of {few}", each, floor, LINEAR))
    return rows


def _repository(folder: Path, incidents: int, events: int) -> Path:
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for number in range(incidents):
        _incident(folder, number, events)
    return folder


def _incident(root: Path, number: int, events: int) -> None:
    begun = _START + timedelta(hours=17 * number)
    head = Head(
        id=f"{begun:%Y-%m-%d}-incident-{number}",
        title=f"Wren flatters, for the {number}th time",
        severity=Graded(level=list(Severity)[number % len(Severity)]),
    )
    folder = root / "incidents" / head.id
    (folder / "events").mkdir(parents=True)
    (folder / "incident.yaml").write_text(yaml_text(head), "utf-8")
    for place in range(events):
        one = _event(begun, number, place, events)
        name = event_name(one.at.bounds[0], one.id, one.kind.value)
        (folder / "events" / name).write_text(yaml_text(one), "utf-8")


def _event(begun: datetime, incident: int, place: int, events: int) -> Event:
    """A story spread over the log, with notes between; every third time is vague."""
    at = begun + timedelta(minutes=20 * place)
    every = max(events // len(_STORY), 1)
    turn, between = divmod(place, every)
    kind = EventKind.NOTE if between or turn >= len(_STORY) else _STORY[turn]
    vague = place % 3 == 0
    later = at + timedelta(hours=1)
    moment = Moment(value=at, precision=Precision.HOUR, not_before=at, not_after=later)
    return Event(
        id=f"{incident:013d}{place:013d}",
        kind=kind,
        at=moment if vague else Moment(value=at),
        recorded_at=at + timedelta(minutes=2),
        text="Forty tickets since Friday say that it agrees with everything.",
    )


if __name__ == "__main__":
    main()
