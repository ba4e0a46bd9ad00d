"""Prompt lines that a hotfix took out, and whether they come back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relnotes.release.differences.prompt_diff import (
    diff_texts,
    removed_lines,
    returned_lines,
    reworded_lines,
)
from relnotes.release.record import Relapse, Watched
from relnotes.release.written.bundle import Publish
from relnotes.release.written.snapshot import Snapshot


def taken_out(old: Snapshot, new: Snapshot, tag: str) -> Iterator[Watched]:
    """Lines that a hotfix removed from a prompt; one that it only reworded is not removed."""
    before = _texts(old)
    for name, after in _texts(new).items():
        if name not in before or before[name] == after:
            continue
        gone = removed_lines(diff_texts(before[name], after))
        left = {line for line, _, _ in reworded_lines(gone, after)} | set(
            returned_lines(gone, after)
        )
        yield from (Watched(line, name, tag) for line in gone if line not in left)


def relapses(
    watched: Sequence[Watched], old: Snapshot | None, new: Snapshot, default: Publish
) -> Iterator[Relapse]:
    """Watched lines that stand in a prompt of `new`.

    Word for word, as long as they stand there; reworded, where this release brought the words.
    """
    before = _texts(old) if old else {}
    policies = {prompt.name: (prompt.publish or default).value for prompt in new.bundle.prompts}
    for name, text in _texts(new).items():
        mine = {one.line: one for one in watched if one.prompt == name}
        if not mine:
            continue
        for line in returned_lines(list(mine), text):
            yield Relapse(line, name, mine[line].removed_in, line, 1.0, policies[name])
        if before.get(name) == text:
            continue
        for line, found, similarity in reworded_lines(list(mine), text):
            if found not in before.get(name, ""):
                one = mine[line]
                yield Relapse(
                    line, name, one.removed_in, found, round(similarity, 3), policies[name]
                )


def _texts(snapshot: Snapshot) -> dict[str, str]:
    return {
        prompt.name: snapshot.prompts.get(prompt.file, "") for prompt in snapshot.bundle.prompts
    }
