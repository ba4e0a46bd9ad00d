"""Check every release of the history, each against its own day."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.lines import expect_tags, new_fold, walk
from relnotes.release.review.auditing import audit, codes_of, promises_broken
from relnotes.release.review.check_report import Audited, AuditReport
from relnotes.release.review.rules import Rules
from relnotes.settings import Line, Settings
from relnotes.tagged import releases_of
from relnotes.workspace import Workspace


def audit_of(workspace: Workspace, settings: Settings, line: Line | None) -> AuditReport:
    """Of one line, or of all; exit code 3 where nothing was ever released."""
    rules = settings.check.as_rules(workspace.file.place)
    lines = [line] if line else list(settings.lines)
    expect_tags([releases_of(workspace.repository, one) for one in lines])
    found = [each for one in lines for each in _audited(workspace, settings, one, rules)]
    return audit(found, rules)


def _audited(
    workspace: Workspace, settings: Settings, line: Line, rules: Rules
) -> Iterator[Audited]:
    repository = workspace.repository
    fold = new_fold(repository, line, settings)
    for release, point in walk(repository, fold, releases_of(repository, line).known):
        codes = codes_of(point.record, point.record, rules)
        yield Audited(
            line=line.name,
            release=release.tag,
            title=point.record.title,
            date=release.date,
            kind=point.record.kind,
            obstacles=codes,
            broken=promises_broken(codes),
        )
