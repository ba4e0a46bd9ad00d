"""Which waivers a note prints: those that counted on its day, for what stood there. Pure."""

from __future__ import annotations

from datetime import date

from relnotes.release.record import Record
from relnotes.release.review.checking import obstacles
from relnotes.release.review.record import WaiverEntry
from relnotes.release.review.rules import Rules, covers, in_force

# What the record alone cannot tell: it hangs on settings, or on incidents.
_ELSEWHERE = frozenset({"STAGE_SKIPPED", "FOLLOWUP_OVERDUE", "EVAL_DEBT"})


def waivers_of(record: Record) -> tuple[WaiverEntry, ...]:
    given = record.review.waivers if record.review else ()
    if not given:
        return ()
    day = date.fromisoformat((record.provenance.date or "0001-01-01")[:10])
    found = list(obstacles(record, Rules()))
    return tuple(
        one
        for one in given
        if in_force(one, day)
        and (one.code in _ELSEWHERE or any(covers(one, obstacle) for obstacle in found))
    )
