"""Every incident in a row: for a terminal, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from relnotes.incident.effective import effective_events
from relnotes.incident.record import Incident
from relnotes.incident.status import is_open, status_from
from relnotes.incident.vocabulary import FollowUpState, Severity, Status, Visibility
from relnotes.publish.pen import clean, columns, padded
from relnotes.publish.wording import counted

SCHEMA = "relnotes.incidents/1"
_TITLE_WIDTH = 60
_UNDONE = frozenset({FollowUpState.OPEN, FollowUpState.IN_PROGRESS})


class Row(msgspec.Struct, frozen=True):
    """One incident; None where its head cannot be read."""

    id: str
    status: Status
    severity: Severity | None
    visibility: Visibility | None
    title: str | None
    events: int
    followups_undone: int
    problems: int


def rows_of(incidents: Iterable[Incident]) -> tuple[Row, ...]:
    """Those still open first, then the newest."""
    rows = sorted((row_of(one) for one in incidents), key=lambda row: row.id, reverse=True)
    return tuple(sorted(rows, key=lambda row: not is_open(row.status)))


def row_of(incident: Incident) -> Row:
    head = incident.head
    return Row(
        id=incident.id,
        status=status_from(effective_events(incident.events)),
        severity=head.severity.level if head else None,
        visibility=head.visibility if head else None,
        title=head.title if head else None,
        events=len(incident.events),
        followups_undone=sum(one.followup.state in _UNDONE for one in incident.followups),
        problems=len(incident.problems),
    )


def incidents_json(rows: Sequence[Row]) -> str:
    text = msgspec.json.encode({"schema": SCHEMA, "incidents": rows})
    return msgspec.json.format(text, indent=2).decode() + "\n"


def incidents_text(rows: Sequence[Row]) -> str:
    if not rows:
        return "no incidents\n"
    id_width = max(columns(clean(row.id)) for row in rows)
    status_width = max(len(row.status) for row in rows)
    return "".join(_line(row, id_width, status_width) for row in rows)


def _line(row: Row, id_width: int, status_width: int) -> str:
    title = clean(row.title or "(incident.yaml cannot be read)").replace("\n", " ")
    if len(title) > _TITLE_WIDTH:
        title = title[: _TITLE_WIDTH - 1] + "…"
    remarks = [f"{counted(row.problems, 'problem')} in its files"] if row.problems else []
    if row.followups_undone:
        remarks.append(f"{counted(row.followups_undone, 'follow-up')} to do")
    words = "  ".join([title, *remarks])
    status = row.status.replace("_", " ").ljust(status_width)
    return f"{padded(clean(row.id), id_width)}  {row.severity or '?':<5} {status}  {words}\n"
