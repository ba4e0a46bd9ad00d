"""Gather all that a site is made from, check it, and make its pages; nothing is written yet.

Most of the time of a short build is spent on importing this, since it imports everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os.path import relpath

import msgspec

from relnotes.cache import Cache, read_cache
from relnotes.errors import Exit, Problem, RelnotesError
from relnotes.foresight import Told, foreseen
from relnotes.freshness import CACHE, Seen
from relnotes.lines import expect_tags
from relnotes.outlets import INTERNAL, Outlet
from relnotes.publication import Progress, Site, map_of, publish
from relnotes.publication.incidents import disclosed
from relnotes.publish.site import base_config
from relnotes.publish.template_check import without_effect
from relnotes.publish.templates import Templates
from relnotes.publish.writing import Manifest, Writer
from relnotes.release.over_time.amendments import read_amendments
from relnotes.release.written.bundle import Audience
from relnotes.release.written.translations import read_translations
from relnotes.tagged import Releases, releases_of
from relnotes.workspace import Workspace

Found = tuple[Told, Mapping[str, Seen]]
"""What git is going to be asked, and what stands in the folder of the pages."""


class Ready(msgspec.Struct, frozen=True):
    """Everything checked and made."""

    writer: Writer
    cache: Cache
    commits: Mapping[str, str]  # of the releases, by tag
    base: str  # the settings of the site builder
    remarks: tuple[str, ...]


def gather(
    workspace: Workspace,
    place: Outlet,
    key: str,
    found: Callable[[], Found],
    *,
    accept_rewritten_tags: bool,
    progress: Progress,
) -> Ready:
    """`key` is that of the cache; `found` tells what was found while this was imported."""
    everything = workspace.settings()
    settings = place.of(everything)
    workspace.repository.check_complete()
    templates = Templates(workspace.root / "templates")
    cache = read_cache(place.home, key)
    told, standing = found()
    workspace.repository.foresee(foreseen(told))
    known = [
        releases_of(workspace.repository, line, cache.releases(line.name))
        for line in everything.lines
    ]
    lines = [one for one in known if one.line in settings.lines]
    elsewhere = [one for one in known if one not in lines]
    audience = Audience(place.audience)
    known_of = disclosed(workspace.root, workspace.repository, lines, elsewhere, audience)
    if not known_of.incidents:  # one can be told before there is any release
        expect_tags(lines)
    amendments = read_amendments(workspace.amendments(), _commits(known))
    translations = read_translations(workspace.translations(), _commits(known))
    writer = Writer(place.docs, place.home / CACHE / "staging", cache.stamps, standing)
    if not accept_rewritten_tags:
        _refuse_rewritten(writer.manifest, _commits(lines))
    foreign = writer.foreign_pages()
    site = Site(
        workspace.repository,
        settings,
        workspace.root / "templates",
        templates,
        writer,
        amendments,
        known_of.on(map_of(settings, lines)),
        write_front=not {"index.md", "README.md"} & set(foreign),
        incidents=known_of.incidents,
        concerns=known_of.concerns,
        translations=tuple(one for one in translations if not one.translation.is_draft),
        audience=audience,
    )
    try:
        cache, remarks = publish(site, lines, cache, progress)
    except RelnotesError:
        writer.discard()
        raise
    left_out = (
        f"{one.path} is a draft that nobody approved, and is left out"
        for one in translations
        if one.translation.is_draft
    )
    idle = without_effect(workspace.root / "templates")
    base = base_config(
        site.map,
        docs=relpath(place.docs, place.home),
        output=relpath(place.output, place.home),
        internal=place.audience == INTERNAL,
        url=settings.project.url,
        own_pages=foreign,
        made=writer.wanted,
    )
    said = (*_remarks(lines), *left_out, *idle, *remarks)
    return Ready(writer, cache, _commits(lines), base, said)


def _commits(lines: list[Releases]) -> dict[str, str]:
    """The commit of every release, by tag."""
    return {release.tag: release.commit or "" for one in lines for release in one.known}


def _refuse_rewritten(manifest: Manifest, now: Mapping[str, str]) -> None:
    """A published release whose tag moved, or is gone, does not change or vanish silently."""
    problems = []
    for tag, commit in manifest.releases.items():
        if now.get(tag) == commit:
            continue
        at = f"now {now[tag][:12]}" if tag in now else "now gone"
        problems.append(
            Problem(
                tag,
                f"its notes were published from commit {commit[:12]}, {at}",
                "put the tag back, or accept it with --accept-rewritten-tags",
            )
        )
    if problems:
        raise RelnotesError(problems, Exit.CHECK_FAILED)


def _remarks(lines: list[Releases]) -> list[str]:
    remarks = []
    for one in lines:
        if one.without_bundle:
            shown = ", ".join(one.without_bundle[:5])
            more = " …" if len(one.without_bundle) > 5 else ""
            count = len(one.without_bundle)
            remarks.append(
                f"{count} tags have no {one.line.bundle}/ and are left out: {shown}{more}"
            )
        if not one.known:
            remarks.append(f"line {one.line.name} has no release yet (tags {one.line.tags})")
    return remarks
