"""Any two releases compared as if they followed each other."""

from __future__ import annotations

from msgspec.structs import replace

from relnotes.answers.asking import release_asked, seen_by, walk_path
from relnotes.history import Point
from relnotes.lines import new_fold, walk
from relnotes.release.limitations.known import LedgerEntry, News
from relnotes.release.record import Provenance, Record
from relnotes.release.written.bundle import Audience
from relnotes.settings import Line, Settings
from relnotes.tagged import releases_of
from relnotes.workspace import Workspace


def diff_of(
    workspace: Workspace,
    settings: Settings,
    line: Line,
    old: str,
    new: str | None,
    audience: Audience,
) -> Record:
    """Any two releases compared as if they followed each other; None is the candidate.

    What is known to be wrong comes from the whole history up to each of them.
    """
    repository = workspace.repository
    releases = releases_of(repository, line)
    before, after = (
        release_asked(repository, releases, old),
        release_asked(repository, releases, new),
    )
    fold = new_fold(repository, line, settings)
    direct = [point for _, point in walk(repository, fold, [before, after])][-1]
    record = seen_by(direct, audience)
    seen: dict[str, Record] = {}

    def see(release: Provenance, point: Point) -> None:
        if release.tag in (before.tag, after.tag):
            seen[release.tag] = seen_by(point, audience)

    path = list(dict.fromkeys((*releases.known, before, after)))  # the candidate comes last
    until = max(path.index(before), path.index(after)) + 1
    walk_path(repository, line, settings, path[:until], see)
    return replace(
        record,
        limitations=_ledger_between(seen[before.tag].limitations, seen[after.tag].limitations),
        unmeasured=seen[after.tag].unmeasured,
        relapses=seen[after.tag].relapses,
    )


def _ledger_between(
    old: tuple[LedgerEntry, ...], new: tuple[LedgerEntry, ...]
) -> tuple[LedgerEntry, ...]:
    """The newer ledger, with its news told against the older one."""
    before = {entry.id: entry for entry in old}
    told = []
    for entry in new:
        known = entry.id in before and before[entry.id].news not in (News.RESOLVED, News.WITHDRAWN)
        if entry.news is News.STILL_OPEN and not known:
            entry = replace(entry, news=News.NEW)
        elif entry.news is News.NEW and known:
            entry = replace(entry, news=News.STILL_OPEN)
        told.append(entry)
    return tuple(told)
