"""Several sites from one repository: the public one, one for the house, one for a single line.

Each has a docs folder, a site folder and a cache of its own, so that nothing of one can get into
another. All but the public one are written where git does not look.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from relnotes.errors import fail
from relnotes.freshness import CACHE

if TYPE_CHECKING:
    from relnotes.settings import Settings

PUBLIC, INTERNAL = "public", "internal"
NOT_FOR_PUBLICATION = "Internal. Not for publication."


class Outlet(msgspec.Struct, frozen=True):
    """One site of a repository."""

    home: Path  # where its configuration and its cache stand
    docs: Path
    output: Path  # of the built site
    audience: str = PUBLIC
    line: str | None = None  # the only line that it tells of

    @property
    def is_main(self) -> bool:
        """Whether it is the site that is published from the docs folder of the repository."""
        return self.line is None and self.audience == PUBLIC

    def for_disk(self) -> Outlet:
        """The same, built into a folder beside it."""
        output = self.output.with_name(f"{self.output.name}-offline")
        return msgspec.structs.replace(self, output=output)

    def config(self, settings: Settings) -> Path:
        """The configuration that its site builder reads."""
        return self.home / (settings.site.config if self.is_main else "mkdocs.yml")

    def of(self, settings: Settings) -> Settings:
        """What the settings of the repository come to for this site."""
        if self.is_main:
            return settings
        lines = [one for one in settings.lines if self.line in (None, one.name)]
        if not lines:
            known = ", ".join(one.name for one in settings.lines)
            raise fail("", f'there is no line "{self.line}"', f"lines: {known}")
        project = settings.project
        name = (lines[0].title or lines[0].name) if self.line else project.name
        changes = {"name": name, "url": None}
        if self.audience == INTERNAL:
            said = " ".join(filter(None, (NOT_FOR_PUBLICATION, project.disclaimer)))
            changes |= {"name": f"{name} (internal)" if name else "Internal", "disclaimer": said}
        return settings.model_copy(
            update={"project": project.model_copy(update=changes), "lines": tuple(lines)}
        )


def outlet(main: Outlet, audience: str, line: str | None) -> Outlet:
    """The site for this audience and line, beside the main one."""
    name = "-".join(filter(None, (line, INTERNAL if audience == INTERNAL else None)))
    home = main.home / CACHE / "sites" / name
    output = main.output.with_name(f"{main.output.name}-{name}")
    return Outlet(home, home / "docs", output, audience, line)
