"""The words of a release page that can stand in another language, each with a name. Pure.

Figures, tables, diffs and sources stand on the original page only.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from relnotes.publish.limitation_view import ORDER, none_known
from relnotes.release.limitations.known import LedgerEntry
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Record

LABELS = {
    "original": "This is a translation. What holds is the original, which has every result too.",
    "withdrawn": "This release was withdrawn.",
    "short": "In short",
    "notes": "What changed for you",
    "limitations": "Known limitations",
    "workaround": "What you can do:",
}


class Segment(msgspec.Struct, frozen=True):
    """`key` is the same as long as the part of the page is."""

    key: str
    text: str
    markdown: bool = False


def segments(record: Record, beside: Annotations) -> tuple[Segment, ...]:
    """Everything to be translated, in the order of the page; the public's words only."""
    return tuple(_segments(record, beside))


def _segments(record: Record, beside: Annotations) -> Iterator[Segment]:
    yield _label("original")
    if beside.withdrawn_by or beside.withdrawn_on:
        yield _label("withdrawn")
        if beside.withdrawn_reason:
            yield Segment("withdrawn", beside.withdrawn_reason)
    summary = beside.summary or record.summary
    if summary or record.reason:
        yield _label("short")
    if summary:
        yield Segment("summary", summary)
    if record.reason:
        yield Segment("reason", record.reason)
    if record.notes:
        yield _label("notes")
    for note in record.notes:
        yield Segment(f"note:{note.path}", note.text, markdown=True)
    yield from _limitations(record, beside)


def _limitations(record: Record, beside: Annotations) -> Iterator[Segment]:
    yield _label("limitations")
    entries = listed(record, beside)
    if any(entry.workaround for entry in entries):
        yield _label("workaround")
    for news in dict.fromkeys(entry.news for entry in entries):
        yield Segment(f"label:{news}", news.value.capitalize())
    for entry in entries:
        yield Segment(f"limitation:{entry.id}", entry.text)
        if entry.workaround:
            yield Segment(f"workaround:{entry.id}", entry.workaround)
    if not entries:
        yield Segment("none", none_known(record))


def listed(record: Record, beside: Annotations) -> list[LedgerEntry]:
    """The limitations of a page with those that a correction added, the news first."""
    known = {entry.id for entry in record.limitations}
    added = [one.limitation for one in beside.amendments if one.limitation]
    entries = [*(one for one in added if one.id not in known), *record.limitations]
    return sorted(entries, key=lambda entry: ORDER.index(entry.news))


def _label(name: str) -> Segment:
    return Segment(f"label:{name}", LABELS[name])
