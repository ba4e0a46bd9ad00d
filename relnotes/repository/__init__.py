"""Read tags, trees and files from git; `creation` writes new repositories, which few commands do.

Nothing outside this package runs git or knows GitPython; nothing here knows what a release is.
"""

from __future__ import annotations

from relnotes.repository.edits import Edit
from relnotes.repository.foreseen import Foreseen
from relnotes.repository.local import Repository
from relnotes.repository.objects import (
    Blob,
    FileChange,
    TreeFile,
    is_lfs_pointer,
    unreadable_modes,
)
from relnotes.repository.tags import Tag, natural_key
from relnotes.repository.worktree import WorkTree

__all__ = [
    "Blob",
    "Edit",
    "FileChange",
    "Foreseen",
    "Repository",
    "Tag",
    "TreeFile",
    "WorkTree",
    "is_lfs_pointer",
    "natural_key",
    "unreadable_modes",
]
