"""A page a behaviour, and the list of all with the blind spots first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from relnotes.publication.edition import Edition
from relnotes.publication.facts import LineFacts
from relnotes.publish import behaviour_view
from relnotes.release.over_time.histories import BehaviourLife
from relnotes.release.over_time.trend import SeriesHead


def publish_behaviours(edition: Edition) -> None:
    site = edition.site
    lives = {
        line: tuple(sorted(state.behaviours.values(), key=lambda one: one.id))
        for line, state in edition.states.items()
    }
    for facts in edition.facts:
        for life in lives[facts.line.name]:
            _put(edition, facts, life)
    if not any(lives.values()):
        return
    path = site.map.behaviour_index()
    make = partial(behaviour_view.behaviour_index, site.templates, lives, site.map.on(path))
    edition.put_from(path, lives, make)


def _put(edition: Edition, facts: LineFacts, life: BehaviourLife) -> None:
    site, line = edition.site, facts.line.name
    path = site.map.behaviour_page(line, life.id)
    series = tuple(_covering(facts, life))
    about = [one for one in edition.limitations if one.line == line and one.behaviour == life.id]
    make = partial(
        behaviour_view.behaviour_page,
        *(site.templates, life, line, site.map.on(path), series, about),
    )
    heads = [(one.task, one.key, one.unit, one.first, one.last) for one in series]
    edition.put_from(path, (life, heads, about), make)


def _covering(facts: LineFacts, life: BehaviourLife) -> Iterator[SeriesHead]:
    for task in dict.fromkeys(task for task, _, _ in life.evals):
        trend = facts.state.trends.get(task)
        for one in trend.series if trend else ():
            if (one.task, one.metric, one.filter) in life.evals:
                yield one
