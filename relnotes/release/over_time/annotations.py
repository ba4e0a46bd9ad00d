"""What later releases and amendments say beside a record; the record itself stays as it is."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from relnotes.release.limitations.known import LedgerEntry
from relnotes.release.written.bundle import Audience


class Amend(msgspec.Struct, frozen=True):
    """A dated correction of a published note."""

    on: str
    text: str
    audience: Audience
    limitation: LedgerEntry | None


class Part(StrEnum):
    """What a release is in an incident."""

    INTRODUCED = "introduced"
    MITIGATED = "mitigated"
    ROLLED_BACK = "rolled back"
    RESTORED = "restored"
    FIXED = "fixed"
    RELAPSED = "relapsed"


class Concern(msgspec.Struct, frozen=True):
    """An incident that a release has a part in."""

    incident: str  # id
    title: str
    status: str  # the word of a status page
    is_open: bool
    part: Part
    line: str | None = None  # of a relapse: the prompt line that is back


class Annotations(msgspec.Struct, frozen=True, array_like=True):
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
    concerns: tuple[Concern, ...] = ()
    languages: tuple[str, ...] = ()  # in which its words stand too

    @property
    def is_withdrawn(self) -> bool:
        """By a rollback, or by an amendment that says so."""
        return self.withdrawn_by is not None or self.withdrawn_on is not None
