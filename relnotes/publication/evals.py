"""A page an eval, across releases, with its numbers as JSON; and the list of all evals.

The numbers of a long history are in parts. Only the newest grows; those that are closed are
written again only where a release of theirs is withdrawn or their eval is described anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

import msgspec

from relnotes.publication.edition import Edition
from relnotes.publication.facts import LineFacts, facts_of
from relnotes.publish.evals import trend_pages
from relnotes.publish.jobs import EvalFiles, EvalPages
from relnotes.release.trend import RELEASES_IN_PART, Trend, unpack

EVALS_IN_A_JOB = 6  # each job takes along the dates of all releases, and some jobs wait


def publish_evals(edition: Edition) -> None:
    site = edition.site
    listed: list[tuple[str, list[Trend]]] = []
    for facts in facts_of(edition):
        trends: list[Trend] = []
        todo = _to_make(edition, facts, trends)
        while some := tuple(islice(todo, EVALS_IN_A_JOB)):
            edition.press.take(EvalPages(some, facts.line.name, facts.beside))
        listed.append((facts.line.name, trends))
    if not any(trends for _, trends in listed):
        return
    path = site.map.eval_index()
    heads = [(line, [trend_pages.heads(one) for one in trends]) for line, trends in listed]
    make = partial(trend_pages.eval_index, site.templates, listed, site.map)
    edition.put_from(path, heads, make)


def _to_make(edition: Edition, facts: LineFacts, trends: list[Trend]) -> Iterator[EvalFiles]:
    """Those of a line that are not as they should be; every one of them comes into `trends`."""
    for packed in facts.state.trends.values():
        trend = unpack(packed)
        assert trend is not None
        trends.append(trend)
        files = _files(edition, facts, packed, trend)
        if files.made:
            yield files


def _files(edition: Edition, facts: LineFacts, packed: msgspec.Raw, trend: Trend) -> EvalFiles:
    page = edition.site.map.eval_page(facts.line.name, trend.task)
    stem = page.removesuffix(".md")
    *older, newest = trend.parts
    data = {part: f"{stem}/{part + 1}.json" for part in older} | {newest: f"{stem}.json"}
    last = max((one.last.tag for one in trend.series), key=facts.order.__getitem__)
    whole = (page, data[newest])
    made: set[str] = set()
    # Releases up to the last that measured it say what its results are, whatever their number.
    if not edition.keeps(whole, (facts.until[last], facts.withdrawn)):
        made.update(whole)
    for part in older:
        if not edition.keeps((data[part],), _closed(facts, trend, part)):
            made.add(data[part])
    return EvalFiles(page, bytes(packed) if made else b"", data, frozenset(made))


def _closed(facts: LineFacts, trend: Trend, part: int) -> object:
    """What the document of a part that is full was made from."""
    tags = list(facts.order)[part * RELEASES_IN_PART : (part + 1) * RELEASES_IN_PART]
    gone = sorted(facts.beside.withdrawn.intersection(tags))
    return facts.until[tags[-1]], gone, trend_pages.what_they_are(trend)
