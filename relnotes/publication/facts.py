"""What the pages over a line's history ask of its releases: dates, short names, withdrawals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from relnotes.cache import LineState
from relnotes.publish.evals.trend_view import Beside
from relnotes.release.over_time.trend import Growth
from relnotes.settings import Line
from relnotes.tagged import short_tag


class LineFacts(msgspec.Struct, frozen=True):
    line: Line
    state: LineState
    growth: Growth  # what its evals gained in the releases that are new
    beside: Beside
    until: Mapping[str, str]  # tag → digest of what the line's releases are, up to it
    order: Mapping[str, int]  # of the tags
    withdrawn: tuple[str, ...]  # sorted


def facts_of(
    lines: Iterable[Line], states: Mapping[str, LineState], growth: Mapping[str, Growth]
) -> tuple[LineFacts, ...]:
    """One for each line, in the order of the settings."""
    known = {line.name: line for line in lines}
    return tuple(_facts(known[name], state, growth[name]) for name, state in states.items())


def _facts(line: Line, state: LineState, growth: Growth) -> LineFacts:
    beside = Beside(
        dates={one.tag: one.released or one.date for one in state.summaries},
        withdrawn=frozenset(
            release.tag
            for release, annotations in zip(state.releases, state.annotations, strict=True)
            if annotations.is_withdrawn
        ),
        short={one.tag: short_tag(one.tag, line) for one in state.summaries},
    )
    digest = hashlib.blake2b(digest_size=8)
    until = {}
    for release, (tag, date) in zip(state.releases, beside.dates.items(), strict=True):
        known = f"{tag}\0{release.commit}\0{release.tree}\0{date}\n"
        digest.update(known.encode("utf-8", "surrogatepass"))
        until[tag] = digest.hexdigest()
    order = {tag: at for at, tag in enumerate(until)}
    gone = tuple(sorted(beside.withdrawn))
    return LineFacts(line, state, growth, beside, until, order, gone)
