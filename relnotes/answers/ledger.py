"""The ledger as of one release: list it, check it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from relnotes.answers.asking import release_asked, walk_all
from relnotes.history import Point
from relnotes.lines import candidate, expect_tags
from relnotes.release.limitations.known import LedgerEntry, LedgerState
from relnotes.release.limitations.ledger import LIVE
from relnotes.release.record import Provenance
from relnotes.release.written.bundle import Audience
from relnotes.settings import Line, Settings
from relnotes.tagged import releases_of
from relnotes.workspace import Workspace


class LedgerAt(msgspec.Struct, frozen=True):
    """Everything ever known to be wrong on a line, as of one release."""

    line: str
    release: str
    entries: tuple[LedgerEntry, ...]
    attested: bool


def ledger_at(
    workspace: Workspace, settings: Settings, line: Line, tag: str | None, audience: Audience
) -> LedgerAt:
    """The ledger as of a release; without one, as of the candidate, or the latest release."""
    repository = workspace.repository
    releases = releases_of(repository, line)
    work = candidate(repository, line) if tag is None else None
    if tag is not None:
        last = release_asked(repository, releases, tag)
        known = releases.known[: releases.known.index(last) + 1]
        releases = replace(releases, known=known)
    elif work is None:
        expect_tags([releases])
    last = work or releases.known[-1]
    attested: list[str | None] = []

    def see(_: Provenance, point: Point) -> None:
        attested.append(point.record.none_known)

    ledger = walk_all(repository, line, settings, releases, last, see)
    entries = tuple(
        entry
        for entry in ledger.entries.values()
        if audience is Audience.INTERNAL or entry.audience is Audience.PUBLIC
    )
    return LedgerAt(line.name, last.tag, entries, attested[-1] is not None)


def ledger_text(ledger: LedgerAt, entries: Sequence[LedgerEntry], format_: str) -> str:
    """The entries for people, or for programs."""
    if format_ == "json":
        value = {
            "schema": "relnotes.limitations/1",
            "line": ledger.line,
            "release": ledger.release,
            "limitations": entries,
        }
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
    from relnotes.publish.terminal import limitations_text

    if ledger.entries and not entries:
        return f"No limitation is of this kind; {len(ledger.entries)} are recorded.\n"
    return limitations_text(entries)


def ledger_obstacles(ledger: LedgerAt) -> list[str]:
    """Why the ledger is not in order."""
    dropped = [entry for entry in ledger.entries if entry.state is LedgerState.DROPPED]
    obstacles = [
        f"{entry.id} was dropped: its file is gone without a resolution; put it back, or resolve"
        " or withdraw it"
        for entry in dropped
    ]
    if not ledger.attested and not any(entry.state in LIVE for entry in ledger.entries):
        obstacles.append(
            f"{ledger.release}: no limitation is open and nobody attested none_known in bundle.yaml"
        )
    return obstacles
