"""What a team asks of a release, and what settings and waivers make of an obstacle. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec

from relnotes.obstacles import Obstacle
from relnotes.release.review.codes import CODES
from relnotes.release.review.record import WaiverEntry


class Deviation(msgspec.Struct, frozen=True):
    """A code that blocks, or does not, otherwise than by default."""

    blocks: bool
    reason: str


class Rules(msgspec.Struct, frozen=True):
    deviations: Mapping[str, Deviation] = {}
    approvals: Mapping[str, int] = {}  # role → how many people
    approvals_of_hotfix: Mapping[str, int] | None = None  # None: the same
    stages: tuple[str, ...] = ()
    settings: str = "relnotes.toml"  # where they stand


class Ruled(msgspec.Struct, frozen=True):
    """An obstacle with its weight; `because` says why it does not block though its code does."""

    obstacle: Obstacle
    because: str = ""


def ruled(
    found: Iterable[Obstacle], waivers: Iterable[WaiverEntry], rules: Rules, today: date
) -> tuple[Ruled, ...]:
    """Each obstacle with what settings and waivers make of it; blocking ones first."""
    known = tuple(waivers)
    all_ = [_ruled(one, known, rules, today) for one in found]
    return tuple(sorted((*all_, *_changed(rules)), key=lambda one: not one.obstacle.blocking))


def _ruled(one: Obstacle, waivers: tuple[WaiverEntry, ...], rules: Rules, today: date) -> Ruled:
    deviation = rules.deviations.get(one.code)
    blocks = deviation.blocks if deviation else one.blocking and CODES[one.code].blocks
    if not blocks:
        because = f"{rules.settings}: {deviation.reason}" if deviation else ""
        return Ruled(_weighed(one, blocks=False), because)
    mine = [each for each in waivers if covers(each, one)]
    if running := [each for each in mine if in_force(each, today)]:
        last = running[-1]
        words = f"waived by {last.by or last.public} until {last.until}"
        return Ruled(_weighed(one, blocks=False), f"{words}: {last.reason or last.public}")
    if mine:
        ended = f"{one.what} (the waiver of {mine[-1].by} ended on {mine[-1].until})"
        return Ruled(_weighed(one, blocks=True, what=ended))
    return Ruled(_weighed(one, blocks=True))


def _weighed(one: Obstacle, *, blocks: bool, what: str | None = None) -> Obstacle:
    return Obstacle(one.code, what or one.what, one.place, one.clear, one.subject, blocks)


def covers(waiver: WaiverEntry, obstacle: Obstacle) -> bool:
    """Whether it speaks of this obstacle, whatever the day."""
    return waiver.code == obstacle.code and waiver.subject in (None, obstacle.subject)


def in_force(waiver: WaiverEntry, today: date) -> bool:
    return date.fromisoformat(waiver.until) >= today


def _changed(rules: Rules) -> Iterator[Ruled]:
    for code, one in sorted(rules.deviations.items()):
        if one.blocks != CODES[code].blocks:
            what = f"{code} {'blocks' if one.blocks else 'does not block'} here: {one.reason}"
            clear = f"remove its [[check.rules]] entry from {rules.settings} to undo it"
            yield Ruled(Obstacle("CHECK_CHANGED", what, rules.settings, clear, code, False))


def broken(found: Iterable[Ruled]) -> dict[str, int]:
    """How many obstacles of each code block, by code."""
    counts: dict[str, int] = {}
    for one in found:
        if one.obstacle.blocking:
            counts[one.obstacle.code] = counts.get(one.obstacle.code, 0) + 1
    return dict(sorted(counts.items()))
