"""A folder of the user's own, for what can be made again; imports nothing slow.

Never inside a repository: what stands there may have come with it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def user_cache(name: str) -> Path | None:
    """`~/.cache/relnotes/<name>`, made where it is missing; None where none can be trusted.

    Each folder on the way from `~/.cache` on is the user's, and only the user can write into
    those of ours.
    """
    base = _base()
    if base is None or any((parent / ".git").exists() for parent in (base, *base.parents)):
        return None
    ours = base / "relnotes"
    try:
        for folder in (base, ours, ours / name):
            folder.mkdir(0o700, exist_ok=True)
        trusted = _is_own(base.lstat()) and all(
            is_private(folder.lstat()) for folder in (ours, ours / name)
        )
    except OSError:
        return None
    return ours / name if trusted else None


def is_private(found: os.stat_result) -> bool:
    """Whether it is the user's, and nobody else can write into it."""
    return _is_own(found) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _is_own(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode)


def _base() -> Path | None:
    """`$XDG_CACHE_HOME`, which is passed over where it is not absolute, or `~/.cache`."""
    said = os.environ.get("XDG_CACHE_HOME", "")
    try:
        base = Path(said) if Path(said).is_absolute() else Path.home() / ".cache"
        return base.resolve()
    except (OSError, RuntimeError):  # no home, or a link that leads to itself
        return None
