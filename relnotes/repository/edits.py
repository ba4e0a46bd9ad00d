"""The history of one file: its commits, its text at any of them, and git's own diff."""

from __future__ import annotations

from datetime import datetime

import msgspec

from relnotes.repository.objects import inner_path
from relnotes.repository.process import Git
from relnotes.repository.tags import parse_date

_FORMAT = "%x1e%H%x00%P%x00%cd%x00%s%x00"
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--unified=3")


class Edit(msgspec.Struct, frozen=True):
    """A commit that changed the files asked for."""

    commit: str
    parent: str | None  # the first; None at the beginning of the history
    date: datetime
    subject: str
    paths: tuple[str, ...]


def edits(git: Git, start: str, paths: tuple[str, ...], limit: int) -> tuple[Edit, ...]:
    """Newest first: the commits that `start` leads to and that changed one of `paths`."""
    inside = [inner_path(path) or "." for path in paths]
    listing = git.ask(
        *("log", f"--max-count={limit}", f"--format={_FORMAT}", "--date=raw", "--name-only", "-z"),
        *("--no-renames", "--no-color", "--diff-merges=first-parent", start, "--", *inside),
    )
    return tuple(_edit(part) for part in listing.decode("utf-8", "replace").split("\x1e")[1:])


def _edit(text: str) -> Edit:
    commit, parents, date, subject, *names = text.split("\0")
    paths = tuple(sorted({name.strip("\n") for name in names if name.strip("\n")}))
    parent = parents.split(" ")[0] or None
    return Edit(commit, parent, parse_date(date, f"commit {commit}"), subject, paths)


def text_diff(git: Git, old: str, new: str | None, path: str) -> str:
    """From one commit to another; to the work tree where `new` is None. Trees count as commits."""
    sides = (old, new) if new else (old,)
    return git.ask(*_DIFF, *sides, "--", inner_path(path)).decode("utf-8", "replace")
