"""What every family of pages is given, and gives: the lines with their states, and the writer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from relnotes.cache import LineState
from relnotes.publish.sitemap import SiteMap
from relnotes.publish.templates import Templates
from relnotes.publish.writing import Writer
from relnotes.release.amendments import Dated
from relnotes.release.overview import LimitationLife
from relnotes.repository import Repository
from relnotes.settings import Settings


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


class Edition(msgspec.Struct, frozen=True):
    """One publication of the site, after the releases of every line were taken in."""

    site: Site
    states: Mapping[str, LineState]  # by line, in the order of the settings
    limitations: tuple[LimitationLife, ...]  # of every line, with those that amendments added
    made_from: Mapping[str, str]  # of the last edition: path → digest of what it was made from
    now_from: dict[str, str] = msgspec.field(default_factory=dict)

    def put(self, path: str, content: str | bytes) -> None:
        self.site.writer.put(path, content)

    def put_from(self, path: str, inputs: object, make: Callable[[], str | bytes]) -> None:
        """A page made from `inputs` alone (and templates, settings): made again if they differ."""
        digest = hashlib.blake2b(msgspec.msgpack.encode(inputs), digest_size=12).hexdigest()
        self.now_from[path] = digest
        if self.made_from.get(path) == digest and self.site.writer.is_intact(path):
            self.site.writer.keep(path)
        else:
            self.put(path, make())


class Family(Protocol):
    """One kind of pages: puts every file that it wants into the edition."""

    def __call__(self, edition: Edition, /) -> None: ...
