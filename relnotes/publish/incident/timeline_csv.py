"""The timeline of an incident as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from relnotes.incident.timeline import Entry, Timeline
from relnotes.publish.cells import cell

COLUMNS = (
    *("id", "kind", "earliest_utc", "latest_utc", "local", "precision", "said", "text"),
    *("source", "release", "share", "by", "recorded_at", "visibility"),
    *("order_uncertain", "corrected", "retracted"),
)


def timeline_csv(found: Timeline) -> str:
    """A row an event, as it stands; those retracted are marked. Seconds are kept."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in _row(entry)] for entry in found.entries)
    return out.getvalue()


def _row(entry: Entry) -> Iterator[Any]:
    event = entry.event
    yield from (event.id, event.kind.value, _utc(entry.low), _utc(entry.high))
    yield from (event.at.value.isoformat(), event.at.precision.value, event.at.said, event.text)
    yield from (event.source, event.release, event.share, event.by, _utc(event.recorded_at))
    yield from (event.visibility.value, entry.order_uncertain)
    yield from (bool(entry.corrections), entry.retraction is not None)


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
