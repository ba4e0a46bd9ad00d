"""What single commands ask of a history: one record, the diff of any two, the ledger now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from relnotes.errors import Exit, RelnotesError, fail
from relnotes.history import Point
from relnotes.lines import (
    CANDIDATE,
    Releases,
    candidate,
    expect_tags,
    new_fold,
    releases_of,
    walk,
)
from relnotes.release.amendments import annotate, read_amendments, withdrawals_by
from relnotes.release.annotations import Annotations
from relnotes.release.audience import for_public
from relnotes.release.bundle import Audience
from relnotes.release.known import LedgerEntry, LedgerState, News
from relnotes.release.ledger import LIVE, Ledger
from relnotes.release.overview import ReleaseSummary, summary_of
from relnotes.release.record import SCHEMA, Provenance, Record
from relnotes.repository import Repository
from relnotes.settings import Line, Settings
from relnotes.validation import did_you_mean
from relnotes.workspace import Workspace, choose_line

NOTHING_BESIDE = Annotations()


def line_of(settings: Settings, repository: Repository, tags: list[str], name: str | None) -> Line:
    """The line that the tags belong to, unless `name` says it."""
    if name or len(settings.lines) == 1:
        return choose_line(settings, name)
    for line in settings.lines:
        known = {tag.name for tag in repository.tags(line.tags)}
        if any(tag in known for tag in tags):
            return line
    return choose_line(settings, None) if not tags else _unknown_tag(settings, repository, tags[0])


def _unknown_tag(settings: Settings, repository: Repository, tag: str) -> Line:
    names = [one.name for line in settings.lines for one in repository.tags(line.tags)]
    what = f'no line has a release "{tag}"{did_you_mean(tag, names)}'
    raise fail(
        "", what, f"lines: {', '.join(one.name for one in settings.lines)}", Exit.NO_REPOSITORY
    )


def latest(repository: Repository, line: Line) -> str:
    """The tag of the newest release; exit code 3 where there is none."""
    releases = releases_of(repository, line)
    expect_tags([releases])
    return releases.known[-1].tag


# -- one release ---------------------------------------------------------------------------------


def record_of(
    workspace: Workspace, settings: Settings, line: Line, tag: str | None, audience: Audience
) -> tuple[Record, Annotations, tuple[str, ...]]:
    """The notes of a release (None: the candidate), compared with the one before it.

    With what stands beside them, and remarks for the authors.
    """
    from relnotes.publication import note_problems

    repository = workspace.repository
    releases = releases_of(repository, line)
    wanted = _wanted(repository, releases, tag)
    summaries: list[ReleaseSummary] = []
    found: list[Point] = []

    def see(release: Provenance, point: Point) -> None:
        # Later releases are seen too: they may withdraw this one.
        summaries.append(summary_of(point.record))
        if release.tag == wanted.tag:
            found.append(point)

    _walk_all(repository, line, settings, releases, wanted, see)
    amendments = read_amendments(workspace.amendments(), [one.tag for one in releases.known])
    tags = [summary.tag for summary in summaries]
    beside = annotate(tags, withdrawals_by(summaries), amendments, audience)
    point = found[0]
    if problems := list(note_problems(point.record)):
        raise RelnotesError(problems)
    return seen_by(point, audience), beside[wanted.tag], point.record.remarks


def beside(workspace: Workspace, settings: Settings, record: Record) -> Annotations:
    """What stands beside a record that was read from a file, if its release is known here."""
    line = next((one for one in settings.lines if one.name == record.line), None)
    if line is None:
        return NOTHING_BESIDE
    releases = releases_of(workspace.repository, line)
    if releases.named(record.new) is None:
        return NOTHING_BESIDE
    return record_of(workspace, settings, line, record.new, record.audience)[1]


def read_record(data: bytes, place: str) -> Record:
    """A JSON record as `relnotes notes --format json` writes it."""
    try:
        head = msgspec.json.decode(data, type=dict[str, Any])
        if head.get("schema") != SCHEMA:
            what = f'the schema is {head.get("schema")!r}, not "{SCHEMA}"'
            raise fail(place, what, "`relnotes notes --format json` writes such a record")
        return msgspec.json.decode(data, type=Record)
    except msgspec.DecodeError as error:
        raise fail(place, f"this is no release record: {error}") from error


def render(
    workspace: Workspace, settings: Settings, record: Record, beside: Annotations, format_: str
) -> str:
    """The record as Markdown, plain text or JSON."""
    from relnotes.publication import map_of, record_json
    from relnotes.publish import pages, terminal
    from relnotes.publish.templates import Templates

    if format_ == "json":
        return record_json(record).decode()
    if format_ == "text":
        return terminal.notes_text(record, beside)
    templates = Templates(workspace.root / "templates")
    lines = [releases_of(workspace.repository, line) for line in settings.lines]
    site = map_of(settings, lines)
    page = site.release(record.line, record.new) or f"releases/{record.line}/candidate.md"
    return pages.notes_markdown(templates, record, beside, site.on(page), settings.project.url)


# -- any two releases ----------------------------------------------------------------------------


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
    before, after = _wanted(repository, releases, old), _wanted(repository, releases, new)
    fold = new_fold(repository, line, settings)
    direct = [point for _, point in walk(repository, fold, [before, after])][-1]
    record = seen_by(direct, audience)
    seen: dict[str, Record] = {}

    def see(release: Provenance, point: Point) -> None:
        if release.tag in (before.tag, after.tag):
            seen[release.tag] = seen_by(point, audience)

    _walk_all(repository, line, settings, releases, after, see)
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


def seen_by(point: Point, audience: Audience) -> Record:
    """The record as one audience may read it."""
    if audience is Audience.INTERNAL:
        return point.record
    return for_public(point.record, point.hidden)


def _wanted(repository: Repository, releases: Releases, tag: str | None) -> Provenance:
    if tag is None or tag == CANDIDATE:
        found = candidate(repository, releases.line)
        if found is None:
            what = f"there is no {releases.line.bundle}/ in the work tree or at HEAD"
            raise fail("", what, "`relnotes init` makes one")
        return found
    found = releases.named(tag)
    if found is None:
        raise _no_release(releases, tag)
    return found


def _no_release(releases: Releases, tag: str) -> RelnotesError:
    if tag in releases.without_bundle:
        what = f'the tag "{tag}" has no folder {releases.line.bundle}/'
        return fail("", what, exit_code=Exit.NO_REPOSITORY)
    names = [one.tag for one in releases.known]
    what = f'there is no release "{tag}"{did_you_mean(tag, names)}'
    mend = f"the latest are: {', '.join(names[-5:])}" if names else "nothing is tagged yet"
    return fail("", what, mend, Exit.NO_REPOSITORY)


def _walk_all(
    repository: Repository,
    line: Line,
    settings: Settings,
    releases: Releases,
    last: Provenance,
    see: Callable[[Provenance, Point], None],
) -> Ledger:
    """Every release of the line, then the candidate if it is asked for; the ledger at the end."""
    path = [*releases.known, *([last] if last.tag == CANDIDATE else [])]
    fold = new_fold(repository, line, settings)
    for release, point in walk(repository, fold, path):
        see(release, point)
    return fold.ledger


# -- the ledger ----------------------------------------------------------------------------------


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
        last = _wanted(repository, releases, tag)
        known = releases.known[: releases.known.index(last) + 1]
        releases = replace(releases, known=known)
    elif work is None:
        expect_tags([releases])
    last = work or releases.known[-1]
    attested: list[str | None] = []

    def see(_: Provenance, point: Point) -> None:
        attested.append(point.record.none_known)

    ledger = _walk_all(repository, line, settings, releases, last, see)
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
