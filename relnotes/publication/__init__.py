"""From the lines of a repository to the wanted files of its site.

The releases of every line come first; then each family of pages puts what it wants. A new kind of
page is a module here with one function, and a place in FAMILIES.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain

from msgspec.structs import replace

from relnotes.beside import Beside
from relnotes.cache import Cache, LineState
from relnotes.evals.unused import unused
from relnotes.publication.api import publish_api
from relnotes.publication.aside import Aside
from relnotes.publication.audit import publish_audit
from relnotes.publication.behaviours import publish_behaviours
from relnotes.publication.compare import publish_compare
from relnotes.publication.corrections import publish_corrections
from relnotes.publication.edition import Edition, Family, Site
from relnotes.publication.evals import publish_evals
from relnotes.publication.facts import facts_of
from relnotes.publication.feeds import publish_feeds, publish_line_feeds
from relnotes.publication.fixed import publish_fixed
from relnotes.publication.incidents import publish_incidents
from relnotes.publication.indexes import newest_first, publish_indexes
from relnotes.publication.languages import publish_languages
from relnotes.publication.lifecycle import publish_lifecycle
from relnotes.publication.limitations import publish_limitations
from relnotes.publication.llms import publish_llms
from relnotes.publication.prompts import publish_prompts
from relnotes.publication.release_items import publish_release_items
from relnotes.publication.releases import Progress, note_problems, publish_line, record_json
from relnotes.publication.whereabouts import map_of
from relnotes.publish.press import Press
from relnotes.release.over_time.amendments import with_amended
from relnotes.release.over_time.overview import LimitationLife
from relnotes.tagged import Releases

__all__ = ["Progress", "Site", "map_of", "note_problems", "publish", "record_json"]

FAMILIES: tuple[Family, ...] = (
    # What takes long comes first: the second process makes it while the others follow.
    publish_release_items,
    publish_line_feeds,
    publish_evals,
    publish_limitations,
    publish_incidents,
    publish_feeds,
    publish_behaviours,
    publish_prompts,
    publish_lifecycle,
    publish_languages,
    publish_corrections,
    publish_compare,
    publish_audit,
    # Families below tell what those above have put.
    publish_indexes,
    publish_api,
    publish_llms,
    publish_fixed,
)


def publish(
    site: Site, lines: Sequence[Releases], cache: Cache, progress: Progress
) -> tuple[Cache, list[str]]:
    """Put every wanted file into the writer; the cache to go on from next time, and remarks for
    the authors of what is new."""
    remarks: list[str] = []
    with closing(Beside()) as beside, closing(Aside()) as aside:
        press = Press(site.templates, site.overrides, site.map, site.writer, beside, site.base)
        taken = {
            one.line.name: publish_line(
                site, press, beside, aside, one, cache.lines.get(one.line.name), progress, remarks
            )
            for one in lines
        }
        states = {line: state for line, (state, _) in taken.items()}
        growth = {line: gained for line, (_, gained) in taken.items()}
        site = replace(site, map=replace(site.map, behaviours=frozenset(_behaviours(states))))
        limitations = tuple(_limitations(site, states))
        seed = next((one.known[0].commit or "" for one in lines if one.known), "")
        newest = newest_first(states)
        facts = facts_of(site.settings.lines, states, growth)
        before = cache if _goes_on(cache, states) else Cache()
        edition = Edition(site, press, states, facts, newest, limitations, seed, before)
        for one in facts:
            press.share(one.line.name, one.beside)
        press.expect(sum(len(one.growth.found) for one in facts))
        for put_all in FAMILIES:
            put_all(edition)
        press.finish()
    remarks.extend(_unused(site, states.values()))
    known = Cache(cache.key, states, cache.stamps, edition.made_from, edition.parts)
    return known, remarks


def _goes_on(cache: Cache, states: Mapping[str, LineState]) -> bool:
    """Whether every line went on from where it stood.

    Where one began anew, pages may stand elsewhere, and no page that leads to them is kept.
    """
    return all(states.get(line) is state for line, state in cache.lines.items())


def _behaviours(states: Mapping[str, LineState]) -> Iterator[tuple[str, str]]:
    """Those that a release lists, by line: the ones that get a page."""
    for name, state in states.items():
        yield from ((name, one) for one in state.behaviours)


def _unused(site: Site, states: Iterable[LineState]) -> Iterator[str]:
    """What the settings say of results, to no effect."""
    evals = site.settings.evals
    files = (file for state in states for _, file in state.results.values())
    if evals.override or evals.metrics:
        said = [(one.task, one.field) for one in evals.override]
        yield from unused(said, evals.metrics, chain.from_iterable(f.measurements for f in files))


def _limitations(site: Site, states: Mapping[str, LineState]) -> Iterator[LimitationLife]:
    for name, state in states.items():
        tags = [release.tag for release in state.releases]
        yield from with_amended(state.lives, name, tags, site.amendments, site.audience).values()
