"""The limitation ledger: what is known to be wrong lives until it is closed with evidence.

A fold over the releases of one line: `advance` takes the ledger of the previous release and what
holds at this one. Authored limitations come from their files, derived ones from what was found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec
from msgspec.structs import replace

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.result import Measurement
from relnotes.release.limitations.known import LedgerEntry, LedgerState, News, Origin
from relnotes.release.written.bundle import Audience, Limitation, iso

# A tuple, whose members are compared by identity: a member of an enum hashes itself in Python.
LIVE = (LedgerState.OPEN, LedgerState.MITIGATED, LedgerState.DROPPED)
_NEWS = tuple(News)  # in the order in which a note tells them


class Finding(msgspec.Struct, frozen=True):
    """A limitation that this release's own facts show, before it has a place in the ledger."""

    origin: Origin
    subject: str  # what it is about; the same subject keeps its id from release to release
    text: str
    evidence: tuple[str, ...] = ()
    behaviour: str | None = None
    blocking: bool = False
    audience: Audience = Audience.PUBLIC
    baseline: Measurement | None = None  # of a regression: the result that must come back


class Ledger(msgspec.Struct, frozen=True, dict=True):
    """All limitations ever known on a line, by id, in the order in which they became known."""

    entries: Mapping[str, LedgerEntry] = msgspec.field(default_factory=dict)
    baselines: Mapping[str, Measurement] = msgspec.field(default_factory=dict)
    """Of open regressions."""

    def open_derived(self, origin: Origin) -> Iterator[LedgerEntry]:
        return (entry for entry in self.live if entry.origin is origin)

    @cached_property
    def live(self) -> tuple[LedgerEntry, ...]:
        """What is not closed, in the same order: few of all that a long line has known."""
        return tuple(entry for entry in self.entries.values() if entry.state in LIVE)


class Standing(msgspec.Struct, frozen=True):
    """What holds at one release."""

    line: str
    tag: str
    authored: Mapping[str, tuple[str, Limitation]]  # by id: path below the bundle, limitation
    findings: tuple[Finding, ...]
    closed: Mapping[str, tuple[str, ...]]  # subject of a derived one that ended → evidence
    restored: bool  # the bundle is that of an earlier release again
    place: str  # prefix of paths in evidence, "v1.2.0:bundle/"


def derived_id(line: str, subject: str) -> str:
    """Stable name of a derived limitation: D and eight hexadecimal digits of its subject."""
    return "D" + hashlib.sha256(f"{line}\n{subject}".encode()).hexdigest()[:8]


def advance(ledger: Ledger, now: Standing) -> tuple[Ledger, tuple[LedgerEntry, ...]]:
    """The ledger after this release, and what its note says: the news, then what is still open."""
    entries = dict(ledger.entries)
    said = {
        entry.id: entry
        for entry in (*_authored(ledger, now), *_vanished(ledger, now), *_derived(ledger, now))
    }
    entries.update(said)
    covered = _covered(entries, now)
    listed = tuple(
        sorted(
            (entry for entry in said.values() if entry.id not in covered),
            key=lambda entry: (_NEWS.index(entry.news), not entry.blocking),
        )
    )
    return Ledger(entries, _baselines(ledger, now, entries)), listed


def _baselines(
    ledger: Ledger, now: Standing, entries: Mapping[str, LedgerEntry]
) -> dict[str, Measurement]:
    fresh = {
        derived_id(now.line, finding.subject): finding.baseline
        for finding in now.findings
        if finding.baseline
    }
    kept = {**fresh, **ledger.baselines}  # the first baseline of an open regression stays
    return {key: one for key, one in kept.items() if entries[key].state in LIVE}


# -- authored ----------------------------------------------------------------------------------


def _authored(ledger: Ledger, now: Standing) -> Iterator[LedgerEntry]:
    for id_, (path, limitation) in now.authored.items():
        before = ledger.entries.get(id_)
        state = LedgerState(limitation.state.value)
        news = _news(before, state)
        if news is None:
            continue
        yield LedgerEntry(
            id=id_,
            state=state,
            since=limitation.since or (before.since if before else now.tag),
            origin=Origin.AUTHORED,
            text=limitation.text,
            news=news,
            audience=limitation.audience,
            behaviour=limitation.behaviour,
            evidence=_authored_evidence(limitation),
            workaround=limitation.workaround,
            last_confirmed=iso(limitation.last_confirmed),
            resolved_in=_resolved_in(limitation, now.tag),
            path=path,
        )


def _authored_evidence(limitation: Limitation) -> tuple[str, ...]:
    if limitation.state == "withdrawn" and limitation.reason:
        return (limitation.reason, *limitation.evidence)
    return limitation.evidence


def _resolved_in(limitation: Limitation, tag: str) -> str | None:
    return (limitation.resolved_in or tag) if limitation.state == "resolved" else None


def _news(before: LedgerEntry | None, state: LedgerState) -> News | None:
    """What to say of an authored limitation; None for one that was closed before and still is."""
    was_live = before is not None and before.state in LIVE
    if state in (LedgerState.RESOLVED, LedgerState.WITHDRAWN):
        return News(state.value) if before is None or was_live else None
    if before is None:
        return News.NEW
    if not was_live or before.state is LedgerState.DROPPED:
        return News.REOPENED
    if state is LedgerState.MITIGATED and before.state is LedgerState.OPEN:
        return News.MITIGATED
    return News.STILL_OPEN


def _vanished(ledger: Ledger, now: Standing) -> Iterator[LedgerEntry]:
    """Open ones whose file is gone: not resolved, whatever the reason."""
    for entry in ledger.live:
        if entry.origin is not Origin.AUTHORED or entry.id in now.authored:
            continue
        if entry.state is LedgerState.DROPPED:
            yield replace(entry, news=News.STILL_OPEN)
        elif now.restored:
            note = "recorded in a release that is now rolled back; not reviewed since"
            evidence = tuple(dict.fromkeys((*entry.evidence, note)))
            yield replace(entry, news=News.STILL_OPEN, evidence=evidence)
        else:
            note = f"{now.place}{entry.path} is gone, without a resolution"
            yield replace(
                entry,
                news=News.DROPPED,
                state=LedgerState.DROPPED,
                evidence=(*entry.evidence, note),
            )


# -- derived -----------------------------------------------------------------------------------


def _derived(ledger: Ledger, now: Standing) -> Iterator[LedgerEntry]:
    found = {derived_id(now.line, finding.subject): finding for finding in now.findings}
    for id_, finding in found.items():
        yield _entry(id_, finding, ledger.entries.get(id_), now)
    for entry in ledger.live:
        if not entry.subject or entry.id in found:
            continue
        if entry.subject in now.closed:
            evidence = now.closed[entry.subject]
            yield replace(
                entry,
                state=LedgerState.RESOLVED,
                news=News.RESOLVED,
                evidence=evidence,
                resolved_in=now.tag,
            )
        elif entry.news is News.STILL_OPEN:
            yield entry
        else:
            yield replace(entry, news=News.STILL_OPEN)


def _entry(id_: str, finding: Finding, before: LedgerEntry | None, now: Standing) -> LedgerEntry:
    news = News.NEW
    if before is not None:
        news = News.STILL_OPEN if before.state in LIVE else News.REOPENED
    return LedgerEntry(
        id=id_,
        state=LedgerState.OPEN,
        since=before.since if before and news is News.STILL_OPEN else now.tag,
        origin=finding.origin,
        text=finding.text,
        news=news,
        audience=finding.audience,
        behaviour=finding.behaviour,
        evidence=finding.evidence,
        subject=finding.subject,
        blocking=finding.blocking,
    )


def _covered(entries: Mapping[str, LedgerEntry], now: Standing) -> set[str]:
    """Derived entries that an author words better; an unknown id is a problem."""
    covered: set[str] = set()
    problems = []
    for path, limitation in now.authored.values():
        for id_ in limitation.covers:
            if id_ not in entries:
                what = f'{limitation.id} covers "{id_}", which is no derived limitation'
                mend = "`relnotes limitations` lists them"
                problems.append(Problem(now.place + path, what, mend))
        if limitation.state in ("open", "mitigated"):
            covered.update(limitation.covers)
    if problems:
        raise RelnotesError(problems)
    return covered


def check_none_known(
    listed: Iterable[LedgerEntry], attested: bool, place: str
) -> Iterator[Problem]:
    """The attestation contradicts the ledger where something is open."""
    still = [entry.id for entry in listed if entry.state in LIVE]
    if attested and still:
        shown = ", ".join(still[:5]) + (" …" if len(still) > 5 else "")
        what = f"none_known is attested, but {len(still)} are open: {shown}"
        yield Problem(place, what, "remove the attestation, or close them with evidence")
