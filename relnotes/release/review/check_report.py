"""The answer of a check and of an audit, as data. The published JSON is this."""

from __future__ import annotations

import msgspec

CHECK_SCHEMA = "relnotes.check/1"
AUDIT_SCHEMA = "relnotes.audit/1"


class Reported(msgspec.Struct, frozen=True):
    """An obstacle as it is told."""

    code: str
    what: str
    place: str  # `path:line` in the repository, as far as known
    clear: str
    subject: str
    blocking: bool
    because: str  # why it does not block though its code does; "" otherwise
    changed: tuple[str, ...] = ()  # of a stale approval: what changed since, field by field


class CheckReport(msgspec.Struct, frozen=True):
    """What stands between one release and its users; blocking obstacles come first."""

    schema: str
    line: str
    release: str
    digest: str | None  # of the bundle, as approvals are bound to it
    may_be_released: bool
    obstacles: tuple[Reported, ...]

    @property
    def blocking(self) -> tuple[Reported, ...]:
        return tuple(one for one in self.obstacles if one.blocking)


class Audited(msgspec.Struct, frozen=True):
    """One release of the history, by the codes that blocked it."""

    line: str
    release: str
    title: str
    date: str | None
    kind: str
    obstacles: dict[str, int]  # by code: how many
    broken: tuple[str, ...]  # which parts of the promise

    @property
    def kept(self) -> bool:
        return not self.obstacles


class Share(msgspec.Struct, frozen=True):
    """How many of a number of releases kept a part of the promise."""

    promise: str  # "all", "notes", …
    kept: int
    of: int


class Period(msgspec.Struct, frozen=True):
    """The releases of a quarter."""

    name: str  # "2026 Q2"
    kept: int
    of: int


class AuditReport(msgspec.Struct, frozen=True):
    """All releases, oldest first, and what share of them kept the promise."""

    schema: str
    shares: tuple[Share, ...]
    trend: tuple[Period, ...]
    deviations: tuple[str, ...]  # where the settings ask for more or less than by default
    releases: tuple[Audited, ...]
