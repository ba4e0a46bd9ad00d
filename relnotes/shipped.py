"""Where the files that come with the program are; imports nothing slow."""

from __future__ import annotations

from pathlib import Path


def templates_folder() -> Path:
    """The shipped templates: inside the package, or beside it in a source tree."""
    package = Path(__file__).parent
    packed = package / "_templates"
    return packed if packed.is_dir() else package.parent / "templates"
