"""What a model is told beside the facts: the shipped texts, or the team's own in their place."""

from __future__ import annotations

from pathlib import Path
from string import Template

from relnotes.errors import fail
from relnotes.shipped import templates_folder

FOLDER = "drafting"


def prompt(name: str, overrides: Path, **values: str) -> str:
    """The text `templates/drafting/NAME.md`, with `$words` in it replaced."""
    own = overrides / FOLDER / f"{name}.md"
    path = own if own.is_file() else templates_folder() / FOLDER / f"{name}.md"
    try:
        return Template(path.read_text("utf-8")).substitute(values)
    except (KeyError, ValueError) as error:
        known = ", ".join(f"${word}" for word in sorted(values)) or "none"
        what = f"a $word that means nothing here: {error}"
        raise fail(str(path), what, f"known here: {known}; write $$ for a dollar sign") from error
