"""Write the worked example: a git repository with two invented models and half a year of releases.

The same bytes every time, so its commits and tags have the same ids on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from relnotes.demo import harness
from relnotes.demo.story import STORY, Step
from relnotes.incident_files.yaml_text import yaml_fields
from relnotes.release.review.candidate_digest import candidate_digest
from relnotes.release.written.review_files import Approval
from relnotes.repository.creation import NewCommit, NewTag, create_repository
from relnotes.scaffold import shipped

Files = dict[str, bytes]


def write(path: Path) -> None:
    """The example repository at `path`; RelnotesError if anything is there already."""
    create_repository(path, commits())


def commits() -> Iterator[NewCommit]:
    """The story as commits, each with the files that differ from the commit before."""
    now: Files = {}
    tagged: dict[str, Files] = {}
    for step in STORY:
        before, now = now, _after(step, now, tagged)
        if step.tag:
            tagged[step.tag] = now
        yield _commit(step, before, now)


def _commit(step: Step, before: Files, now: Files) -> NewCommit:
    changed: dict[str, bytes | None] = {path: None for path in before if path not in now}
    changed |= {path: data for path, data in now.items() if before.get(path) != data}
    return NewCommit(
        date=datetime.fromisoformat(step.at),
        author=step.author,
        message=step.message + "\n",
        files=changed,
        tags=(NewTag(step.tag, step.annotation and step.annotation + "\n"),) if step.tag else (),
    )


def _after(step: Step, now: Files, tagged: dict[str, Files]) -> Files:
    """Every file of the repository once the step is done."""
    files = {path: data for path, data in now.items() if path not in step.removed}
    if step.restores:
        files = _outside(files, step.line) | _below(tagged[step.restores], step.line)
    for run in step.measured:
        folder = f"{step.line}/evals"
        files = _outside(files, f"{folder}/{run.suite}")
        files |= {f"{folder}/{name}": data for name, data in harness.files(run).items()}
    files |= shipped(f"demo/{step.folder}") if step.folder else {}
    return files | dict(_approvals(step, files))


def _approvals(step: Step, files: Files) -> Iterator[tuple[str, bytes]]:
    """Each bound to the bundle as it is with everything else that the step brings."""
    bundle = _below(files, step.line)
    inside = {path.removeprefix(f"{step.line}/"): _blob(data) for path, data in bundle.items()}
    for role, name in step.approved:
        on = datetime.fromisoformat(step.at).date()
        one = Approval(role=role, by=name, on=on, candidate=candidate_digest(inside))
        yield f"{step.line}/approvals/{on}-{role}.yaml", yaml_fields(one).encode()


def _blob(data: bytes) -> str:
    """The id that git gives to a file."""
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()


def _below(files: Files, folder: str) -> Files:
    return {path: data for path, data in files.items() if path.startswith(folder + "/")}


def _outside(files: Files, folder: str) -> Files:
    return {path: data for path, data in files.items() if not path.startswith(folder + "/")}
