"""What earlier incidents still ask of the next release: actions, evals, lines that came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from relnotes.answers.incidents import Witness
from relnotes.incident.check.checking import obstacles
from relnotes.incident_files.reading import read_incidents
from relnotes.launch.session import Session
from relnotes.obstacles import Obstacle
from relnotes.release.record import Record

_OWED = frozenset({"FOLLOWUP_OVERDUE", "EVAL_DEBT"})


def owed_by_incidents(here: Session, record: Record, today: date) -> Iterator[Obstacle]:
    """Of the incidents of this line; a line that stands in another release is that one's matter."""
    incidents = read_incidents(here.workspace.root)
    if not incidents:
        return
    witness = Witness(here.workspace, here.settings)
    for incident in incidents:
        line = witness.line(incident)
        if line is None or line.name != here.line.name:
            continue
        for one in obstacles(incident, witness.facts(incident), today):
            if one.code in _OWED or (_came_back(one, record) and not _is_told(one, record)):
                yield one


def _came_back(one: Obstacle, record: Record) -> bool:
    return one.code == "RELAPSED" and one.subject == record.new


def _is_told(one: Obstacle, record: Record) -> bool:
    """Whether the release itself knows of the line: a hotfix had taken it out."""
    return any(relapse.line in one.what for relapse in record.relapses)
