"""What share of releases kept the promise: by its parts, and quarter by quarter. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec.structs import replace

from relnotes.release.record import Record
from relnotes.release.review.check_report import AUDIT_SCHEMA, Audited, AuditReport, Period, Share
from relnotes.release.review.checking import check
from relnotes.release.review.codes import CODES, Promise
from relnotes.release.review.rules import Rules, broken

ALL = "all"


def codes_of(inside: Record, seen: Record, rules: Rules) -> dict[str, int]:
    """What blocked a release on its own day, by code: as far as `seen`, the record of those who
    read this, shows it too."""
    found = broken(check(inside, rules))
    if not found or _same_facts(inside, seen):
        return found
    shown = broken(check(seen, rules))
    return {code: min(count, shown[code]) for code, count in found.items() if code in shown}


def _same_facts(inside: Record, seen: Record) -> bool:
    """Whether nothing of what is checked was left out, as of most releases."""
    return seen is inside or inside == replace(
        seen, audience=inside.audience, remarks=inside.remarks
    )


def promises_broken(codes: Mapping[str, int]) -> tuple[str, ...]:
    """Parts of the promise, in their own order."""
    return _promises(tuple(codes))


@lru_cache  # thousands of releases break the same few
def _promises(codes: tuple[str, ...]) -> tuple[str, ...]:
    parts = {CODES[code].promise for code in codes}
    return tuple(one.value for one in Promise if one in parts)


def audit(releases: Sequence[Audited], rules: Rules) -> AuditReport:
    """`releases` of one line or of several, each line oldest first."""
    ordered = sorted(releases, key=lambda one: one.date or "")
    deviations = tuple(
        f"{code} {'blocks' if one.blocks else 'does not block'}: {one.reason}"
        for code, one in sorted(rules.deviations.items())
        if one.blocks != CODES[code].blocks
    )
    return AuditReport(
        AUDIT_SCHEMA, tuple(_shares(ordered)), tuple(_trend(ordered)), deviations, tuple(ordered)
    )


def _shares(releases: Sequence[Audited]) -> Iterator[Share]:
    count = len(releases)
    lost = Counter(one.broken for one in releases)
    yield Share(ALL, lost[()], count)
    for part in Promise:
        if part is not Promise.INCIDENTS:
            kept = count - sum(some for parts, some in lost.items() if part.value in parts)
            yield Share(part.value, kept, count)


def _trend(releases: Iterable[Audited]) -> Iterator[Period]:
    """Quarters from the first release to the last, those without a release left out."""
    quarters: dict[str, list[bool]] = {}
    for one in releases:
        if one.date:
            quarters.setdefault(_quarter(one.date), []).append(one.kept)
    for name, kept in quarters.items():
        yield Period(name, sum(kept), len(kept))


def _quarter(day: str) -> str:
    return f"{day[:4]} Q{(int(day[5:7]) + 2) // 3}"
