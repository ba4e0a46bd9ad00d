"""Where the files that come with the program are; imports nothing slow."""

from __future__ import annotations

from pathlib import Path


def templates_folder() -> Path:
    """The shipped templates."""
    return _folder("_templates", "templates")


def schemas_folder() -> Path:
    """The JSON Schemas that the documentation shows, a file each."""
    return _folder("_schemas", "site/schemas")


def _folder(packed: str, source: str) -> Path:
    """Inside the package, or beside it in a source tree."""
    package = Path(__file__).parent
    return package / packed if (package / packed).is_dir() else package.parent / source
