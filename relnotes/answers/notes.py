"""The notes of one release, from git or from its record, in the format that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from relnotes.answers.asking import release_asked, seen_by, walk_all
from relnotes.concerns import concerns_of
from relnotes.errors import RelnotesError, fail
from relnotes.history import Point
from relnotes.incident.public import for_public
from relnotes.incident.record import Incident
from relnotes.incident_files.reading import read_incidents
from relnotes.release.over_time.amendments import annotate, read_amendments, withdrawals_by
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.overview import ReleaseSummary, summary_of
from relnotes.release.record import SCHEMA, Provenance, Record
from relnotes.release.written.bundle import Audience
from relnotes.settings import Line, Settings
from relnotes.tagged import releases_of
from relnotes.workspace import Workspace

NOTHING_BESIDE = Annotations()


def record_of(
    workspace: Workspace,
    settings: Settings,
    line: Line,
    tag: str | None,
    audience: Audience,
    *,
    all_must_be_read: bool = True,
) -> tuple[Record, Annotations, tuple[str, ...]]:
    """The notes of a release (None: the candidate), compared with the one before it.

    With what stands beside them, and remarks for the authors. `all_must_be_read`: a later release
    that cannot be read is an error; else a remark, since it may withdraw this one.
    """
    from relnotes.publication import note_problems

    repository = workspace.repository
    releases = releases_of(repository, line)
    wanted = release_asked(repository, releases, tag)
    summaries: list[ReleaseSummary] = []
    found: list[Point] = []

    def see(release: Provenance, point: Point) -> None:
        # Later releases are seen too: they may withdraw this one.
        summaries.append(summary_of(point.record))
        if release.tag == wanted.tag:
            found.append(point)

    unread: tuple[str, ...] = ()
    try:
        walk_all(repository, line, settings, releases, wanted, see)
    except RelnotesError as error:
        later = releases.known[len(summaries) :]
        if all_must_be_read or not found or not later:
            raise
        unread = (_not_read(later[0].tag, wanted.tag, error),)
    path = [*releases.known, *([wanted] if wanted not in releases.known else [])]
    amendments = read_amendments(workspace.amendments(), [one.tag for one in releases.known])
    tags = [summary.tag for summary in summaries]
    concerns = concerns_of(repository, _incidents(workspace, line, audience), lambda _: path)
    beside = annotate(tags, withdrawals_by(summaries), amendments, audience, concerns)
    point = found[0]
    if problems := list(note_problems(point.record)):
        raise RelnotesError(problems)
    return seen_by(point, audience), beside[wanted.tag], (*point.record.remarks, *unread)


def _not_read(tag: str, wanted: str, error: RelnotesError) -> str:
    first = error.problems[0]
    return (
        f"{tag} cannot be read, so whether it or a later release withdraws {wanted} is unknown"
        f" ({first.place}: {first.what})"
    )


def _incidents(workspace: Workspace, line: Line, audience: Audience) -> Iterator[Incident]:
    """What the audience may know of the incidents of this line."""
    for one in read_incidents(workspace.root):
        shown = one if audience is Audience.INTERNAL else for_public(one)
        if shown and shown.head and shown.head.releases.line in (None, line.name):
            yield shown


def beside(
    workspace: Workspace, settings: Settings, record: Record
) -> tuple[Annotations, tuple[str, ...]]:
    """What stands beside a record that was read from a file, if its release is known here; and
    remarks for the authors."""
    line = next((one for one in settings.lines if one.name == record.line), None)
    if line is None:
        return NOTHING_BESIDE, ()
    releases = releases_of(workspace.repository, line)
    if releases.named(record.new) is None:
        return NOTHING_BESIDE, ()
    _, found, remarks = record_of(
        workspace, settings, line, record.new, record.audience, all_must_be_read=False
    )
    return found, remarks


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
