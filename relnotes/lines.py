"""What would be released now, and the walk over the records of a line's releases."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from os import environ
from pathlib import Path
from typing import BinaryIO

from relnotes.beside import Beside
from relnotes.errors import Exit, Problem, RelnotesError
from relnotes.evals.mapping import mapping_of
from relnotes.evals.readers.by_question import read_samples
from relnotes.evals.sample import Sample
from relnotes.history import Fold, Point
from relnotes.history.ahead import contents_of
from relnotes.release.record import Provenance
from relnotes.repository import Repository
from relnotes.samples import Book
from relnotes.settings import Line, Settings
from relnotes.tagged import Releases

CANDIDATE = "(candidate)"


def candidate(repository: Repository, line: Line) -> Provenance | None:
    """What would be released now: the work tree with its uncommitted changes, else HEAD."""
    head = repository.head()
    work = repository.worktree_tree(line.bundle)
    tree = work.tree if work else (repository.trees([head], line.bundle)[0] if head else None)
    if tree is None:
        return None
    date = repository.commit_date("HEAD") if head else None
    return Provenance(
        tag=CANDIDATE,
        commit=head,
        tree=tree,
        date=date.isoformat() if date else None,
        bundle=line.bundle,
        dirty=bool(work and work.dirty),
    )


def new_fold(repository: Repository, line: Line, settings: Settings) -> Fold:
    """The state before the first release of a line."""

    def differing(old: str, new: str) -> tuple[str, ...]:
        return tuple(change.path for change in next(iter(repository.changes([(old, new)]))))

    def read(file: BinaryIO, path: str, place: str) -> Iterator[Sample]:
        return read_samples(file, place, mapping_of(path, settings.evals.mapping))

    samples = Book(
        lambda held: repository.open_blob(held.blob),
        read,
        memory_mb=settings.limits.samples_mb,
        folder=repository.root or Path(),
        warehouse=environ.get("RELNOTES_WAREHOUSE") or settings.evals.warehouse,
        mapping_of=lambda path: mapping_of(path, settings.evals.mapping),
    )
    return Fold(line, settings, differing, samples)


def walk(
    repository: Repository,
    fold: Fold,
    releases: Sequence[Provenance],
    beside: Beside | None = None,
) -> Generator[tuple[Provenance, Point]]:
    """Take in `releases` one after the other; one stream of trees, one of contents.

    After a broken release the files of the later ones are still examined, each by itself, so
    that all problems are reported at once, when the walk ends.
    """
    if not releases:
        return
    before = fold.previous.tree if fold.previous else None
    trees = [before, *(one.tree for one in releases)]
    pairs = list(pairwise(trees))
    changes = list(repository.changes(pairs))
    if beside is not None:
        beside.expect(len(releases))
    asked = [fold.asked(*one) for one in zip(releases, changes, strict=True)]
    with (
        closing(contents_of(asked, repository, fold.settings, beside)) as contents,
        closing(fold.samples),
    ):
        problems: list[Problem] = []
        for release, changed in zip(releases, changes, strict=True):
            if problems:
                problems.extend(fold.examine(release, changed, contents))
                continue
            try:
                point = fold.step(release, changed, contents)
            except RelnotesError as error:
                problems.extend(error.problems)
            else:
                yield release, point
        if problems:
            raise RelnotesError(problems)


def expect_tags(lines: Sequence[Releases]) -> None:
    """No release at all is an error that says how to make one."""
    if any(one.known for one in lines):
        return
    problems = [
        Problem(
            "",
            f'no tag matching "{one.line.tags}" has the folder {one.line.bundle}/'
            + (f" ({len(one.without_bundle)} tags without it)" if one.without_bundle else ""),
            "commit a bundle and tag it, such as: git tag v1.0.0",
        )
        for one in lines
    ]
    raise RelnotesError(problems, Exit.NO_REPOSITORY)
