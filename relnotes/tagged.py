"""The releases of a line as git has them. Imports nothing slow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import msgspec

from relnotes.errors import fail
from relnotes.release.provenance import Provenance
from relnotes.repository import Repository, Tag

if TYPE_CHECKING:
    from relnotes.settings import Line


class Tagged(Protocol):
    """What settings say of a line that finds its releases."""

    @property
    def name(self) -> str: ...
    @property
    def bundle(self) -> str: ...
    @property
    def tags(self) -> str: ...
    @property
    def since(self) -> str | None: ...


class Releases(msgspec.Struct, frozen=True):
    """The releases of a line, oldest first."""

    line: Line
    known: tuple[Provenance, ...]
    without_bundle: tuple[str, ...]  # tags that match, where the folder is missing

    def named(self, tag: str) -> Provenance | None:
        return next((one for one in self.known if one.tag == tag), None)


def releases_of(repository: Repository, line: Line, earlier: Sequence[Provenance] = ()) -> Releases:
    """Every tag of the line that has a bundle, in release order.

    `earlier` is what was found before: nothing is asked again of a tag that has not moved.
    """
    return Releases(line, *find_releases(repository, line, earlier))


def find_releases(
    repository: Repository, line: Tagged, earlier: Sequence[Provenance] = ()
) -> tuple[tuple[Provenance, ...], tuple[str, ...]]:
    """The same, and the tags that match where the folder is missing."""
    before = {one.tag: one for one in earlier if one.bundle == line.bundle}
    tags = repository.tags(line.tags, map(_tag, before.values()))
    if line.since:
        names = [tag.name for tag in tags]
        if line.since not in names:
            what = f'lines.since names "{line.since}", which is no tag of line {line.name}'
            raise fail("", what, f"its tags match {line.tags}")
        tags = tags[names.index(line.since) :]
    unmoved = {
        tag.name for tag in tags if tag.name in before and before[tag.name].tag_object == tag.oid
    }
    others = [tag for tag in tags if tag.name not in unmoved]
    trees = repository.trees([tag.commit for tag in others], line.bundle)
    found = {
        tag.name: Provenance(tag.name, tag.commit, tree, tag.date.isoformat(), line.bundle, tag.oid)
        for tag, tree in zip(others, trees, strict=True)
        if tree
    }
    known = {name: before[name] for name in unmoved} | found
    return (
        tuple(known[tag.name] for tag in tags if tag.name in known),
        tuple(tag.name for tag in tags if tag.name not in known),
    )


def short_tag(tag: str, line: Tagged) -> str:
    """The tag without the part that only names its line, such as `wren/`."""
    fixed = line.tags.partition("*")[0]
    return tag[len(fixed) :] if fixed.endswith("/") and tag.startswith(fixed) else tag


def _tag(one: Provenance) -> Tag:
    """The tag of a release as git had it."""
    assert one.tag_object
    assert one.commit
    assert one.date
    date = datetime.fromisoformat(one.date)
    return Tag(one.tag, one.tag_object, one.commit, date, one.tag_object != one.commit)
