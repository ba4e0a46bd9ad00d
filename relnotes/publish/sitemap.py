"""Which pages there are and where; a link to a page that does not exist cannot be made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

import msgspec

from relnotes.publish import markdown
from relnotes.publish.markdown import Markdown

FRONT = "index.md"
RELEASES = "releases/index.md"
RELEASE_PAGES = "releases/"
LIMITATIONS = "limitations/index.md"
EVALS = "evals/index.md"
BEHAVIOURS = "behaviours/index.md"
PROMPTS = "prompts/index.md"
LIFECYCLE = "lifecycle.md"
CORRECTIONS = "corrections.md"
COMPARE = "compare.md"
AUDIT = "audit.md"
INCIDENTS = "incidents/index.md"

Key = tuple[str, str]  # line, and tag or limitation id


class SiteMap(msgspec.Struct, frozen=True, dict=True):
    """The pages of a site, relative to `docs_dir`; made by `site_map`."""

    project: str
    lines: Mapping[str, str]  # name → title
    releases: Mapping[Key, str]  # (line, tag) → page
    limitations: Mapping[Key, str]  # (line, id) → page
    titles: Mapping[Key, str]  # (line, tag) → what a link to it says
    disclaimer: str | None = None
    records: bool = False  # whether every release page has its record beside it, as JSON
    front: str = FRONT
    incidents: Mapping[str, str] = {}  # id → title, of those that have a page
    postmortems: frozenset[str] = frozenset()  # ids of incidents whose postmortem has a page
    is_named: bool = True  # whether `project` is a name that somebody gave it
    behaviours: frozenset[Key] | None = frozenset()  # with a page; None: each that is named

    def heading(self, words: str) -> str:
        """ "Wren known limitations", "Wren incidents (internal)"; "Known limitations" where the
        project has no name."""
        if not self.is_named:
            return words[:1].upper() + words[1:]
        name, bracket, rest = self.project.partition(" (")
        return f"{name} {words}{bracket}{rest}"

    def release(self, line: str, tag: str) -> str | None:
        return self.releases.get((line, tag))

    def limitation(self, line: str, identity: str) -> str | None:
        return self.limitations.get((line, identity))

    def release_index(self, line: str | None = None) -> str:
        """The list of one line; of all lines without one, which is the same if there is one."""
        if line is None or len(self.lines) == 1:
            return RELEASES
        return f"releases/{self.folders[line]}/index.md"

    def release_indexes(self) -> tuple[tuple[str | None, str], ...]:
        """Every list of releases that the site has: (line, page), None for all lines."""
        lines = self.lines if len(self.lines) > 1 else ()
        return ((None, RELEASES), *((line, self.release_index(line)) for line in lines))

    def limitation_index(self) -> str:
        return LIMITATIONS

    def eval_index(self) -> str:
        return EVALS

    def eval_page(self, line: str, task: str) -> str:
        """The page of an eval across releases."""
        return f"evals/{self.folders[line]}/{markdown.page_name(task)}.md"

    def behaviour_index(self) -> str:
        return BEHAVIOURS

    def behaviour_page(self, line: str, identity: str) -> str:
        return f"behaviours/{self.folders[line]}/{markdown.page_name(identity)}.md"

    def behaviour(self, line: str, identity: str) -> str | None:
        """The page, if there is one."""
        known = self.behaviours is None or (line, identity) in self.behaviours
        return self.behaviour_page(line, identity) if known else None

    def prompt_index(self) -> str:
        return PROMPTS

    def prompt_page(self, line: str, name: str) -> str:
        """The history of a prompt."""
        return f"prompts/{self.folders[line]}/{markdown.page_name(name)}.md"

    def incident_index(self) -> str:
        return INCIDENTS

    def incident(self, identity: str) -> str | None:
        return f"incidents/{identity}.md" if identity in self.incidents else None

    def incident_record(self, identity: str) -> str:
        """The JSON beside the page of an incident."""
        return f"incidents/{identity}.json"

    def postmortem(self, identity: str) -> str | None:
        return f"incidents/{identity}/postmortem.md" if identity in self.postmortems else None

    def release_record(self, line: str, tag: str) -> str | None:
        """The JSON beside the page of a release."""
        page = self.release(line, tag)
        return page.removesuffix(".md") + ".json" if page and self.records else None

    def title(self, line: str, tag: str) -> str:
        return self.titles.get((line, tag), tag)

    def on(self, page: str) -> Links:
        """The links as they are written on that page."""
        return Links(self, page)

    @cached_property
    def folders(self) -> dict[str, str]:
        return _distinct(self.lines)


class EveryLimitation(dict[Key, str]):
    """A page for any limitation of a public record: its page is made when the walk is over.

    A second process is sent it, and imports this module for it: so it stands down here.
    """

    def __init__(self, folders: Mapping[str, str]) -> None:
        self._folders = folders

    def get(self, key: Key, default: object = None) -> str:  # noqa: ARG002
        line, name = key
        return f"limitations/{self._folders[line]}/{markdown.path_slug(name)}.md"


class Links(msgspec.Struct, frozen=True):
    """Links from one page to others; what has no page is named and not linked."""

    site: SiteMap
    page: str

    def to(self, target: str | None, text: str, anchor: str = "") -> Markdown:
        if target is None:
            return markdown.inline(text)
        return _link(text, self.url(target), anchor)

    def url(self, target: str) -> str:
        return relative(target, self.page.rpartition("/")[0])

    def release(self, line: str, tag: str, text: str | None = None, anchor: str = "") -> Markdown:
        """A release by its title, or by `text`."""
        return self.to(
            self.site.release(line, tag), text or self.site.title(line, tag), anchor=anchor
        )

    def behaviour(self, line: str, identity: str) -> Markdown:
        return self.to(self.site.behaviour(line, identity), identity)

    def eval(self, line: str, task: str, text: str | None = None) -> Markdown:
        return self.to(self.site.eval_page(line, task), text or task)

    def incident(self, identity: str, text: str | None = None) -> Markdown:
        """An incident by its title, or by `text`."""
        words = text or self.site.incidents.get(identity, identity)
        return self.to(self.site.incident(identity), words)

    def limitation(self, line: str, identity: str) -> Markdown:
        return self.to(self.site.limitation(line, identity), identity)


@lru_cache(maxsize=1 << 12, typed=True)  # what is escaped already is another text
def _link(text: str, url: str, anchor: str) -> Markdown:
    return markdown.link(text, f"{url}#{anchor}" if anchor else url)


@lru_cache(maxsize=1 << 14)
def relative(target: str, folder: str) -> str:
    """`posixpath.relpath` without asking twice for the working folder."""
    there, slash, name = target.rpartition("/")
    return _way(there + slash, folder) + name


@lru_cache(maxsize=1 << 12)  # a page leads to many of the same folder
def _way(target: str, folder: str) -> str:
    """From one folder to another, each step ending with a slash."""
    here, there = folder.split("/") if folder else [], target.split("/")
    common = 0
    while common < min(len(here), len(there) - 1) and here[common] == there[common]:
        common += 1
    return "/".join([*[".."] * (len(here) - common), *there[common:]])


def site_map(
    project: str,
    lines: Mapping[str, str],
    releases: Iterable[tuple[str, str, str]],
    limitations: Iterable[Key] = (),
    *,
    disclaimer: str | None = None,
    records: bool = False,
    front: str = FRONT,
) -> SiteMap:
    """A site with these `releases` (line, tag, title) and `limitations` (line, id).

    `lines` are titles by name. Tags that would share a file name on some file system get a
    digest of the tag behind it.
    """
    all_releases = list(releases)
    folders = _distinct(lines)
    tags: dict[str, list[str]] = {line: [] for line in lines}
    for line, tag, _ in all_releases:
        tags[line].append(tag)
    ids: dict[str, list[str]] = {line: [] for line in lines}
    for line, identity in limitations:
        ids[line].append(identity)
    return SiteMap(
        project=project,
        lines=dict(lines),
        releases=_pages(RELEASE_PAGES, folders, tags),
        limitations=_pages("limitations/", folders, ids),
        titles={(line, tag): title for line, tag, title in all_releases},
        disclaimer=disclaimer,
        records=records,
        front=front,
    )


def _pages(root: str, folders: Mapping[str, str], names: Mapping[str, list[str]]) -> dict[Key, str]:
    return {
        (line, name): f"{root}{folders[line]}/{slug}.md"
        for line, some in names.items()
        for name, slug in _distinct(some, prefix=f"{line}/").items()
    }


def _distinct(names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """A slug for each name; names with equal slugs get a digest of the name behind it."""
    slugs = {name: markdown.path_slug(name.removeprefix(prefix)) for name in names}
    # Some file systems take names for the same that differ in their case only.
    holders = Counter(slug.lower() for slug in slugs.values())
    shared = {"index", *(slug for slug, count in holders.items() if count > 1)}
    return {
        name: f"{slug}-{_digest(name)}" if slug.lower() in shared else slug
        for name, slug in slugs.items()
    }


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]
