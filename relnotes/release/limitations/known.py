"""What is known to be wrong at a release: the entries of the ledger, and what nothing measured."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from relnotes.release.written.bundle import Audience


class Origin(StrEnum):
    AUTHORED = "authored"
    REGRESSION = "regression"
    INCONCLUSIVE = "inconclusive"
    UNMEASURED = "not measured"
    COMBINATION = "combination"
    ROLLBACK = "rollback"
    RELAPSE = "relapse"
    AMENDMENT = "amendment"


class LedgerState(StrEnum):
    OPEN = "open"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"


class News(StrEnum):
    """What this release says of a limitation."""

    NEW = "new"
    STILL_OPEN = "still open"
    REOPENED = "reopened"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"


class LedgerEntry(msgspec.Struct, frozen=True):
    """A known limitation as it stands at this release."""

    id: str
    state: LedgerState
    since: str  # tag (or the author's own date) since which it is known
    origin: Origin
    text: str
    news: News
    audience: Audience = Audience.PUBLIC
    behaviour: str | None = None
    evidence: tuple[str, ...] = ()  # "v1.1.0:bundle/evals/mmlu.json", links, the author's words
    workaround: str | None = None
    last_confirmed: str | None = None
    resolved_in: str | None = None
    path: str | None = None  # the author's file
    subject: str = ""  # what a derived entry is about; its id comes from this
    blocking: bool = False


class Unmeasured(msgspec.Struct, frozen=True):
    """A behaviour that this release has no result of its own for."""

    behaviour: str
    principle: str
    blocking: bool
    reason: str  # "no eval covers this behaviour", "last measured at v1.2.0, and …"
    audience: Audience
    last_measured: str | None = None  # tag of the latest result, which is of something else
