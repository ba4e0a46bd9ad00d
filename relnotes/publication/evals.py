"""A page an eval, across releases, with its numbers as JSON; and the list of all evals."""

from __future__ import annotations

from functools import partial

import msgspec

from relnotes.publication.edition import Edition
from relnotes.publication.facts import LineFacts, facts_of
from relnotes.publish import trend_pages
from relnotes.publish.jobs import EvalPages
from relnotes.release.trend import Trend, unpack


def publish_evals(edition: Edition) -> None:
    site = edition.site
    listed: list[tuple[str, list[Trend]]] = []
    for facts in facts_of(edition):
        trends = []
        for packed in facts.state.trends.values():
            trend = unpack(packed)
            assert trend is not None
            trends.append(trend)
            _print(edition, facts, packed, trend)
        listed.append((facts.line.name, trends))
    if not any(trends for _, trends in listed):
        return
    path = site.map.eval_index()
    heads = [(line, [trend_pages.heads(one) for one in trends]) for line, trends in listed]
    make = partial(trend_pages.eval_index, site.templates, listed, site.map)
    edition.put_from(path, heads, make)


def _print(edition: Edition, facts: LineFacts, packed: msgspec.Raw, trend: Trend) -> None:
    line = facts.line.name
    page = edition.site.map.eval_page(line, trend.task)
    data = page.removesuffix(".md") + ".json"
    last = max((one.last.tag for one in trend.series), key=facts.order.__getitem__)
    inputs = (packed, facts.until[last], facts.withdrawn)
    job = EvalPages(page, data, bytes(packed), line, facts.beside)
    edition.print_from((page, data), inputs, job)
