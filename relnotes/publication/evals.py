"""A page an eval, across releases, with its numbers as JSON; and the list of all evals.

The numbers of a long history are in parts. Only the newest grows; those that are closed are
written again only where a release of theirs is withdrawn or their eval is described anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from relnotes.publication.edition import Edition
from relnotes.publication.eval_data import data_paths
from relnotes.publication.facts import LineFacts
from relnotes.publish.evals import trend_pages
from relnotes.publish.jobs import EvalPages
from relnotes.release.over_time.trend import RELEASES_IN_PART


def publish_evals(edition: Edition) -> None:
    site = edition.site
    listed = {line: tuple(state.trends.values()) for line, state in edition.states.items()}
    for facts in edition.facts:
        edition.press.expect(len(facts.growth.found))
        for job in _to_make(edition, facts):
            edition.press.take(job)
    if not any(listed.values()):
        return
    path = site.map.eval_index()
    heads = {line: [trend_pages.heads(one) for one in trends] for line, trends in listed.items()}
    make = partial(trend_pages.eval_index, site.templates, listed, site.map)
    edition.put_from(path, heads, make)


def _to_make(edition: Edition, facts: LineFacts) -> Iterator[EvalPages]:
    """Those of a line that are not as they should be."""

    @cache
    def of_part(part: int) -> tuple[str, list[str]]:
        """What the releases of a part are, and which of them are withdrawn."""
        tags = list(facts.order)[part * RELEASES_IN_PART : (part + 1) * RELEASES_IN_PART]
        return facts.until[tags[-1]], sorted(facts.beside.withdrawn.intersection(tags))

    growth = facts.growth
    for head in facts.state.trends.values():
        page = edition.site.map.eval_page(facts.line.name, head.task)
        data = data_paths(edition.site.map, facts.line.name, head)
        *older, newest = head.parts
        last = max((one.last.tag for one in head.series), key=facts.order.__getitem__)
        whole = (page, data[newest])
        made: set[str] = set()
        # Releases up to the last that measured it say what its results are, however many.
        if not edition.keeps(whole, (facts.until[last], facts.withdrawn)):
            made.update(whole)
        described = trend_pages.what_they_are(head)
        for part in older:
            if not edition.keeps((data[part],), (of_part(part), described)):
                made.add(data[part])
        if made:
            known = "" if growth.is_all_of(head) else data[newest]
            yield EvalPages(
                page,
                head,
                come=growth.hand_out(head.task),
                site=str(edition.site.writer.folder),
                known=known,
                data=data,
                made=frozenset(made),
                line=facts.line.name,
                beside=facts.beside,
            )
