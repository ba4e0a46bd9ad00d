"""Put the review of a release into words: what disagreed, what was waived, what covers what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from relnotes.publish import markdown, phrases, wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.sitemap import Links
from relnotes.release.record import Record
from relnotes.release.review.codes import CODES
from relnotes.release.review.record import (
    BehaviourRow,
    Conflict,
    Covering,
    Decided,
    Evidence,
    Measured,
)
from relnotes.release.review.waiving import waivers_of
from relnotes.release.written.bundle import Audience

_WHOLE = "the release as a whole"


class CoverageRow(msgspec.Struct, frozen=True):
    behaviour: str
    kind: str  # blocking, tracked
    evals: Markdown


def conflict_lines(record: Record) -> tuple[Markdown, ...]:
    """Where signals disagreed, and what was decided; silence where nobody decided is told too."""
    found = record.review.conflicts if record.review else ()
    return tuple(_conflict(one) for one in found)


def _conflict(one: Conflict) -> Markdown:
    kinds = wording.joined(kind.value for kind in one.kinds)
    head = fill("**{}**: {}.", one.behaviour or _WHOLE, kinds)
    sides = _sides(one.opposing, one.favouring)
    return chain((head, sides, _decision(one.decision)), Markdown(" "))


def _sides(opposing: Iterable[Evidence], favouring: Iterable[Evidence]) -> Markdown:
    """Somebody always speaks against; where nobody is named, it is not for this audience."""
    against = fill("Against: {}.", _voices(opposing) or "signals that are not public")
    for_it = _voices(favouring)
    return chain((against, fill("For: {}.", for_it) if for_it else ""), Markdown(" "))


def _voices(side: Iterable[Evidence]) -> str:
    return "; ".join(f"{one.kind} ({one.words})" for one in side)


def _decision(one: Decided | None) -> Markdown:
    if one is None:
        return Markdown("**No decision is recorded.**")
    who = one.role or one.by or "somebody"
    head = fill("*Decision ({}, {}): {}.*", who, wording.day(one.on), one.outcome)
    lack = fill("**It does not cover this release: {}.**", one.missing) if one.missing else ""
    return chain((head, _sentence(one.public), lack), Markdown(" "))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def waiver_lines(record: Record) -> tuple[Markdown, ...]:
    """Obstacles that the release went out with, because somebody answered for them."""
    return tuple(
        chain(
            (
                fill("**Waived until {}.**", wording.day(one.until)),
                _sentence(one.public),
                fill("<small>{}{}</small>", CODES[one.code].title, _about(one.subject)),
            ),
            Markdown(" "),
        )
        for one in waivers_of(record)
    )


def _about(subject: str | None) -> str:
    return f": {subject}" if subject else ""


def coverage_rows(record: Record, links: Links) -> tuple[CoverageRow, ...]:
    """The matrix: a row a behaviour, its evals with how old their word is."""
    rows = record.review.coverage if record.review else ()
    return tuple(
        CoverageRow(
            row.behaviour,
            "blocking" if row.blocking else "tracked",
            _evals(row, record.line, links),
        )
        for row in rows
    )


def _evals(row: BehaviourRow, line: str, links: Links) -> Markdown:
    if not row.evals:
        return phrases.tag("regressed", "✗ none")
    return chain((_eval(one, line, links) for one in row.evals), Markdown("; "))


def _eval(one: Covering, line: str, links: Links) -> Markdown:
    return fill("{} ({})", markdown.code(one.eval), chain(_state(one, line, links), Markdown(", ")))


def _state(one: Covering, line: str, links: Links) -> Iterator[Markdown | str]:
    if one.state is Measured.HERE:
        yield one.verdict or "measured"
    elif one.state is Measured.NEVER:
        yield "no result"
    else:
        since = links.release(line, one.since) if one.since else Markdown("an earlier release")
        old = "" if one.state is Measured.CARRIED else "; what runs has changed since"
        yield fill("of {}{}", since, old)
    if one.results > 1:
        yield f"{one.results} results"


def signal_lines(record: Record) -> tuple[Markdown, ...]:
    """What was found by those whose words this audience may read."""
    found = record.review.signals if record.review else ()
    return tuple(
        fill(
            "**{}** ({}): {}. {}",
            one.kind,
            chain((wording.day(one.on), one.role), Markdown(", ")),
            one.verdict,
            one.found,
        )
        for one in found
        if one.audience is Audience.PUBLIC or record.audience is Audience.INTERNAL
    )
