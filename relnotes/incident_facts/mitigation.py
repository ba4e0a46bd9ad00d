"""What a mitigation changed in a prompt: taken from a commit, or from the work tree."""

from __future__ import annotations

from pathlib import Path

from relnotes.errors import Exit, RelnotesError, fail
from relnotes.incident.event import Mitigation
from relnotes.incident.vocabulary import MitigationKind
from relnotes.release.differences.prompt_diff import (
    added_lines,
    diff_texts,
    removed_lines,
    reworded_lines,
)
from relnotes.repository import Edit, Repository

_PROMPTS = "prompts"
_NEWEST = 1


def from_prompt(repository: Repository, path: str) -> Mitigation:
    """The change of `path` that is not committed yet; else that of its last commit."""
    head = repository.head()
    before = repository.text_at(head, path) if head else None
    now = _on_disk(repository, path)
    if now is None and before is None:
        raise fail(path, "there is no such prompt", "give its path, such as bundle/prompts/a.md")
    if now is not None and now != before:
        return _mitigation(repository, path, old=head, new=None, before=before, after=now)
    found = repository.edits([path], limit=_NEWEST)
    return _of_edit(repository, found[0], path)


def from_commit(repository: Repository, name: str, path: str | None = None) -> Mitigation:
    """The change of one prompt in a commit; `path` says which, where it changed several."""
    commit = repository.resolve(name)
    if commit is None:
        mend = "if it was rebased, name the new commit; `git log` lists them"
        raise fail("", f'there is no commit "{name}"', mend, Exit.NO_REPOSITORY)
    (edit,) = repository.edits(["."], start=commit, limit=1)
    if edit.commit != commit:
        raise fail("", f"{commit[:12]} changes no file", "name the commit that changed the prompt")
    return _of_edit(repository, edit, path or _prompt_of(edit))


def is_prompt(path: str) -> bool:
    """By where it lies: a prompt stands in a folder of prompts."""
    return _PROMPTS in path.split("/")[:-1]


def _prompt_of(edit: Edit) -> str:
    prompts = [path for path in edit.paths if is_prompt(path)] or list(edit.paths)
    if len(prompts) == 1:
        return prompts[0]
    raise _several(edit, prompts)


def _several(edit: Edit, paths: list[str]) -> RelnotesError:
    what = f"{edit.commit[:12]} changes {len(paths)} files"
    return fail("", what, f"say which with --prompt: {', '.join(paths[:8])}")


def _of_edit(repository: Repository, edit: Edit, path: str) -> Mitigation:
    if path not in edit.paths:
        what = f"{edit.commit[:12]} does not change {path}"
        raise fail("", what, f"it changes {', '.join(edit.paths[:8])}")
    before = repository.text_at(edit.parent, path) if edit.parent else None
    after = repository.text_at(edit.commit, path)
    return _mitigation(
        repository, path, old=edit.parent, new=edit.commit, before=before, after=after
    )


def _mitigation(
    repository: Repository,
    path: str,
    *,
    old: str | None,
    new: str | None,
    before: str | None,
    after: str | None,
) -> Mitigation:
    """A line that only reads otherwise now is not watched: it would seem to be back at once."""
    changed = diff_texts(before, after)
    gone = removed_lines(changed)
    kept = {line for line, _, _ in reworded_lines(gone, after or "")}
    return Mitigation(
        kind=MitigationKind.SYSTEM_PROMPT if is_prompt(path) else MitigationKind.OTHER,
        prompt=path,
        commit=new,
        old_commit=old,
        removed=tuple(line for line in gone if line not in kept),
        added=tuple(added_lines(changed)),
        diff=repository.text_diff(old, new, path) or None,
    )


def _on_disk(repository: Repository, path: str) -> str | None:
    """None where there is no work tree, or no such file in it."""
    file = (repository.root or Path()) / path
    if repository.root is None or not file.is_file():
        return None
    return file.read_bytes().decode("utf-8", "replace")
