"""A page an eval, across releases, with its numbers as JSON; and the list of all evals.

The numbers of a long history are in parts. Only the newest grows; those that are closed are
written again only where a release of theirs is withdrawn or their eval is described anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial

from relnotes.publication.edition import Edition, digest_of
from relnotes.publication.eval_data import data_paths
from relnotes.publication.facts import LineFacts
from relnotes.publish.evals import trend_pages
from relnotes.publish.jobs import EvalPages
from relnotes.publish.markdown import Markdown
from relnotes.release.over_time.trend import RELEASES_IN_PART, TrendHead


def publish_evals(edition: Edition) -> None:
    site = edition.site
    listed = {line: tuple(state.trends.values()) for line, state in edition.states.items()}
    for facts in edition.facts:
        for job in _to_make(edition, facts):
            edition.press.take(job)
    if not any(listed.values()):
        return
    rows = {line: _rows(edition, line, trends) for line, trends in listed.items()}
    total = sum(len(one.series) for trends in listed.values() for one in trends)
    index = trend_pages.eval_index(site.templates, rows, total, site.map)
    edition.put(site.map.eval_index(), index)


def _rows(edition: Edition, line: str, trends: Iterable[TrendHead]) -> list[Markdown]:
    """The latest results of a line's evals."""
    links = edition.site.map.on(edition.site.map.eval_index())
    return [
        Markdown(
            edition.part(
                f"{links.page}#{line}/{one.task}",
                trend_pages.heads(one),
                partial(trend_pages.latest_rows, one, line, links),
            )
        )
        for one in trends
    ]


def _to_make(edition: Edition, facts: LineFacts) -> Iterator[EvalPages]:
    """Those of a line that are not as they should be."""

    order = list(facts.order)

    @cache
    def of_part(part: int) -> str:
        """What the releases of a part are, and which of them are withdrawn."""
        tags = order[part * RELEASES_IN_PART : (part + 1) * RELEASES_IN_PART]
        return digest_of((facts.until[tags[-1]], sorted(facts.beside.withdrawn.intersection(tags))))

    @cache
    def up_to(tag: str) -> str:
        return digest_of((facts.until[tag], facts.withdrawn))

    growth = facts.growth
    for head in facts.state.trends.values():
        page = edition.site.map.eval_page(facts.line.name, head.task)
        data = data_paths(edition.site.map, facts.line.name, head)
        *older, newest = head.parts
        last = max((one.last.tag for one in head.series), key=facts.order.__getitem__)
        whole = (page, data[newest])
        made: set[str] = set()
        # Releases up to the last that measured it say what its results are, however many.
        if not edition.keeps_of(whole, up_to(last)):
            made.update(whole)
        described = digest_of(trend_pages.what_they_are(head)) if older else ""
        for part in older:
            if not edition.keeps_of((data[part],), of_part(part) + described):
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
            )
