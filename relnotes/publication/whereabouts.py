"""Where the pages of a site stand, from its settings and its releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from relnotes.history import short_tag
from relnotes.lines import Releases
from relnotes.publish.markdown import path_slug
from relnotes.publish.sitemap import SiteMap, site_map
from relnotes.settings import Settings

NAMELESS = "Releases"  # of a site whose settings give it no name


class _EveryLimitation(dict[tuple[str, str], str]):
    """A page for any limitation of a public record: its page is made when the walk is over."""

    def __init__(self, folders: Mapping[str, str]) -> None:
        self._folders = folders

    def get(self, key: tuple[str, str], default: object = None) -> str:  # noqa: ARG002
        line, name = key
        return f"limitations/{self._folders[line]}/{path_slug(name)}.md"


def map_of(settings: Settings, lines: Sequence[Releases]) -> SiteMap:
    """Where the pages of these releases stand; behaviours are known when the walk is over."""
    site = site_map(
        settings.project.name or NAMELESS,
        {line.name: line.title or line.name for line in settings.lines},
        [
            (one.line.name, release.tag, f"{one.line.title} {short_tag(release.tag, one.line)}")
            for one in lines
            for release in one.known
        ],
        disclaimer=settings.project.disclaimer,
        records=True,
    )
    return replace(
        site,
        is_named=settings.project.name is not None,
        limitations=_EveryLimitation(site.folders),
        behaviours=None,
    )
