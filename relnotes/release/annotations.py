"""What later releases and amendments say beside a record; the record itself stays as it is."""

from __future__ import annotations

import msgspec

from relnotes.release.bundle import Audience
from relnotes.release.known import LedgerEntry


class Amend(msgspec.Struct, frozen=True):
    """A dated correction of a published note."""

    on: str
    text: str
    audience: Audience
    limitation: LedgerEntry | None


class Annotations(msgspec.Struct, frozen=True):
    """What later releases and amendments add to a release's page; never part of its record."""

    previous: str | None = None
    next: str | None = None
    latest: str | None = None  # the tag live now on this line
    withdrawn_by: str | None = None
    withdrawn_on: str | None = None
    withdrawn_reason: str | None = None
    restored: str | None = None  # what users got back instead
    amendments: tuple[Amend, ...] = ()
    summary: str | None = None  # replaces the record's
