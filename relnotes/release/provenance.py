"""Where a release stands in git. Imports nothing slow."""

from __future__ import annotations

import msgspec


class Provenance(msgspec.Struct, frozen=True):
    """Where a release stands in git."""

    tag: str  # "(candidate)" before it is tagged
    commit: str | None
    tree: str | None  # of the bundle folder
    date: str | None  # ISO 8601 with offset, from git
    bundle: str  # path of the bundle in the repository
    tag_object: str | None = None
    dirty: bool = False  # candidate with uncommitted changes
