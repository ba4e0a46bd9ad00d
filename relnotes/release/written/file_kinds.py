"""What a file of a bundle holds, by its place. Knows paths only."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache


class FileKind(StrEnum):
    """What a path below the bundle holds, by its place."""

    BUNDLE = "bundle"
    BEHAVIOURS = "behaviours"
    LIMITATION = "limitation"
    NOTE = "note"
    EVAL = "eval"
    PROMPT = "prompt"
    SIGNAL = "signal"
    DECISION = "decision"
    APPROVAL = "approval"
    WAIVER = "waiver"
    OTHER = "other"


_YAML_FOLDERS = {
    "limitations": FileKind.LIMITATION,
    "signals": FileKind.SIGNAL,
    "decisions": FileKind.DECISION,
    "approvals": FileKind.APPROVAL,
    "waivers": FileKind.WAIVER,
}
TEXTS = frozenset(FileKind) - {FileKind.EVAL, FileKind.OTHER}
"""Those that a snapshot holds the words of."""
REVIEW = frozenset({FileKind.SIGNAL, FileKind.DECISION, FileKind.APPROVAL, FileKind.WAIVER})


@lru_cache(maxsize=1 << 14)  # the same files change again and again
def kind_of(path: str) -> FileKind:
    """The kind of the file at `path`, relative to the bundle."""
    if path == "bundle.yaml":
        return FileKind.BUNDLE
    if path == "behaviours.yaml":
        return FileKind.BEHAVIOURS
    folder, _, name = path.partition("/")
    if not name or name.rpartition("/")[2].startswith("."):
        return FileKind.OTHER
    if folder == "evals":
        return FileKind.EVAL
    if folder == "prompts":
        return FileKind.PROMPT
    if folder in _YAML_FOLDERS and name.endswith((".yaml", ".yml")):
        return _YAML_FOLDERS[folder]
    if folder == "notes" and name.endswith(".md"):
        return FileKind.NOTE
    return FileKind.OTHER
