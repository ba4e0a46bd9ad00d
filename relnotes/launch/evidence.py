"""What a decision has to have considered, and whether a bundle can be shown again."""

from __future__ import annotations

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.launch.standing import Standing
from relnotes.release.review.candidate_digest import ABOUT_IT
from relnotes.release.review.codes import CODES, not_waivable
from relnotes.release.review.record import Conflict
from relnotes.repository import Repository
from relnotes.settings import Line
from relnotes.validation import did_you_mean


def conflict_about(now: Standing, behaviour: str | None) -> Conflict:
    """The conflict that a decision would be about; RelnotesError where there is none."""
    review = now.record.review
    conflicts = review.conflicts if review else ()
    for one in conflicts:
        if one.behaviour == behaviour:
            return one
    names = [one.behaviour or "--whole" for one in conflicts]
    about = f"about {behaviour}" if behaviour else "about the release as a whole"
    what = f"{now.record.new} has no conflict {about}"
    mend = f"there is one about: {', '.join(names)}" if names else "signals do not disagree"
    raise fail("", what, mend)


def check_behaviours(now: Standing, names: tuple[str, ...]) -> None:
    """RelnotesError for names that are not in the register."""
    known = [one.id for one in now.snapshot.behaviours]
    problems = [
        Problem("", f'"{name}" is no behaviour of behaviours.yaml{did_you_mean(name, known)}')
        for name in names
        if name not in known
    ]
    if problems:
        raise RelnotesError(problems)


def check_waivable(code: str) -> None:
    """RelnotesError where there is no such code, or nobody can waive it."""
    if said := not_waivable(code):
        can = [one.name for one in CODES.values() if one.waivable]
        raise fail("", said, f"these can be waived: {', '.join(can)}")


def committed(repository: Repository, line: Line) -> str:
    """The commit whose bundle is the one in the work tree; RelnotesError where there is none.

    Approvals, decisions and waivers need not be committed: they are not what is approved.
    """
    head = repository.head()
    if head is None:
        raise fail("", "nothing is committed yet", "commit the bundle first")
    work = repository.worktree_tree(line.bundle)
    there = repository.trees([head], line.bundle)[0]
    if work and work.tree and there != work.tree:
        changes = next(iter(repository.changes([(there, work.tree)])))
        if open_ := [one.path for one in changes if not one.path.startswith(ABOUT_IT)]:
            what = f"{line.bundle}/{open_[0]} is not committed"
            mend = "commit the bundle: an approval names a commit, so that it can be shown again"
            raise fail("", what, mend)
    return head
