"""What every family of pages is given, and gives: the lines with their states, and the writer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from relnotes.cache import Cache, LineState, Part
from relnotes.publication.facts import LineFacts
from relnotes.publish.feeds.items import Item
from relnotes.publish.press import Press
from relnotes.publish.sitemap import SiteMap
from relnotes.publish.templates import Templates
from relnotes.publish.writing import Writer
from relnotes.release.over_time.amendments import Dated
from relnotes.release.over_time.annotations import Concern
from relnotes.release.over_time.overview import LimitationLife, ReleaseSummary
from relnotes.release.written.bundle import Audience
from relnotes.release.written.translations import Kept
from relnotes.repository import Repository
from relnotes.settings import Settings

if TYPE_CHECKING:
    from relnotes.publication.disclosure import KnownIncident


class Site(msgspec.Struct, frozen=True):
    """What every page needs."""

    repository: Repository
    settings: Settings
    overrides: Path  # the team's templates
    templates: Templates
    writer: Writer
    amendments: tuple[Dated, ...]
    map: SiteMap
    write_front: bool  # False where the team has a front page of its own
    incidents: tuple[KnownIncident, ...] = ()
    concerns: Mapping[str, tuple[Concern, ...]] = {}  # by tag: incidents it has a part in
    translations: tuple[Kept, ...] = ()  # those that may be published
    audience: Audience = Audience.PUBLIC

    @property
    def base(self) -> str | None:
        """The address of the site, with a slash at its end."""
        url = self.settings.project.url
        return url.rstrip("/") + "/" if url else None


class Edition(msgspec.Struct, frozen=True):
    """One publication of the site, after the releases of every line were taken in."""

    site: Site
    press: Press
    states: Mapping[str, LineState]  # by line, in the order of the settings
    facts: tuple[LineFacts, ...]  # the same, with what pages over their histories ask of them
    newest: Sequence[ReleaseSummary]  # all releases of all lines, newest first
    limitations: tuple[LimitationLife, ...]  # of every line, with those that amendments added
    seed: str  # the first commit of the site's history, which ids are made from
    before: Cache  # what the last edition left
    made_from: dict[str, str] = {}  # path → digest of what it was made from
    parts: dict[str, Part] = {}  # of long pages
    items: list[Item] = []  # what feeds and the front page tell

    @property
    def base(self) -> str | None:
        return self.site.base

    def put(self, path: str, content: str | bytes) -> None:
        self.site.writer.put(path, content)

    def put_from(self, path: str, inputs: object, make: Callable[[], str | bytes]) -> None:
        """A page made from `inputs` alone (and templates, settings): made again if they differ."""
        if not self.keeps((path,), inputs):
            self.put(path, make())

    def keeps(self, paths: Sequence[str], inputs: object) -> bool:
        """Whether the pages, which are made from these inputs, are still right, and stay."""
        return self.keeps_of(paths, digest_of(inputs))

    def keeps_of(self, paths: Sequence[str], inputs: str) -> bool:
        """The same by the digest of the inputs."""
        writer, before = self.site.writer, self.before.made_from
        same = writer.are_intact(paths) and all(before.get(path) == inputs for path in paths)
        self.made_from.update(dict.fromkeys(paths, inputs))
        if same:
            writer.keep(*paths)
        return same

    def part(self, name: str, inputs: object, make: Callable[[], str]) -> str:
        """A piece of a page, made from `inputs` alone: made again if they differ."""
        digest = digest_of(inputs)
        known = self.before.parts.get(name)
        if known is None or known.made_from != digest:
            known = Part(digest, str(make()))
        self.parts[name] = known
        return known.text


def digest_of(inputs: object) -> str:
    return hashlib.blake2b(msgspec.msgpack.encode(inputs), digest_size=12).hexdigest()


class Family(Protocol):
    """One kind of pages: puts every file that it wants into the edition."""

    def __call__(self, edition: Edition, /) -> None: ...
