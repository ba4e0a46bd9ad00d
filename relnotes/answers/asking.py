"""Which line and which release a command asks for, and the walk that answers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from relnotes.errors import Exit, RelnotesError, fail
from relnotes.history import Point
from relnotes.lines import CANDIDATE, candidate, expect_tags, new_fold, walk
from relnotes.release.audience import for_public
from relnotes.release.limitations.ledger import Ledger
from relnotes.release.record import Provenance, Record
from relnotes.release.written.bundle import Audience
from relnotes.repository import Repository
from relnotes.settings import Line, Settings
from relnotes.tagged import Releases, releases_of
from relnotes.validation import did_you_mean
from relnotes.workspace import choose_line


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


def seen_by(point: Point, audience: Audience) -> Record:
    """The record as one audience may read it."""
    if audience is Audience.INTERNAL:
        return point.record
    return for_public(point.record, point.hidden)


def release_asked(repository: Repository, releases: Releases, tag: str | None) -> Provenance:
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


def walk_all(
    repository: Repository,
    line: Line,
    settings: Settings,
    releases: Releases,
    last: Provenance,
    see: Callable[[Provenance, Point], None],
) -> Ledger:
    """Every release of the line, then the candidate if it is asked for; the ledger at the end."""
    path = [*releases.known, *([last] if last.tag == CANDIDATE else [])]
    return walk_path(repository, line, settings, path, see)


def walk_path(
    repository: Repository,
    line: Line,
    settings: Settings,
    path: Sequence[Provenance],
    see: Callable[[Provenance, Point], None],
) -> Ledger:
    """The releases of `path`, which begins with the first; the ledger at its end."""
    fold = new_fold(repository, line, settings)
    for release, point in walk(repository, fold, path):
        see(release, point)
    return fold.ledger
