"""What changed in a bundle since somebody approved it, field by field."""

from __future__ import annotations

from relnotes.errors import RelnotesError
from relnotes.lines import new_fold, walk
from relnotes.release.record import Change, Provenance, Record
from relnotes.release.review.candidate_digest import ABOUT_IT
from relnotes.release.review.record import ApprovalEntry
from relnotes.repository import Repository
from relnotes.settings import Line, Settings

_SHOWN = 20


def changed_since(
    repository: Repository, settings: Settings, line: Line, given: ApprovalEntry, now: Record
) -> tuple[str, ...]:
    """In words; where it cannot be told, why."""
    tree = _tree(repository, given, line)
    if tree is None:
        where = f"commit {given.commit[:12]} is not here" if given.commit else "it names no commit"
        return (f"what changed since cannot be told: {where}",)
    approved = Provenance("(approved)", given.commit, tree, None, line.bundle)
    try:
        fold = new_fold(repository, line, settings)
        *_, (_, last) = walk(repository, fold, [approved, now.provenance])
    except RelnotesError as error:
        return (f"what was approved cannot be read: {error.problems[0].what}",)
    told = [_words(one) for one in last.record.changes if not one.path.startswith(ABOUT_IT)]
    more = len(told) - _SHOWN
    return (*told[:_SHOWN], *([f"and {more} more"] if more > 0 else []))


def _tree(repository: Repository, given: ApprovalEntry, line: Line) -> str | None:
    """Of the bundle that was approved, if its commit is known here."""
    if given.commit is None or repository.resolve(given.commit) is None:
        return None
    return repository.trees([given.commit], line.bundle)[0]


def _words(change: Change) -> str:
    return f"{change.path.removeprefix('bundle.yaml:')}: {change.words}"
