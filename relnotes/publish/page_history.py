"""When a page was published, and what has changed on it since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relnotes.publish import wording
from relnotes.publish.feeds.items import instant, latest
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill
from relnotes.publish.sitemap import Links
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Record

Dates = tuple[Markdown | None, Markdown | None]  # published, modified; for front matter


def release_dates(record: Record, annotations: Annotations) -> Dates:
    """When the page of a release was published and last changed; None for a candidate."""
    date = record.provenance.date
    if date is None or not _is_date(date):
        return None, None
    later = [one for one in (annotations.withdrawn_on, *_corrected(annotations)) if _is_date(one)]
    published = _quoted(date)
    return published, _quoted(latest(later, date)) if later else published


def release_history(record: Record, annotations: Annotations, links: Links) -> Iterator[Markdown]:
    """What changed on the page of a release, oldest first; nothing where nothing did."""
    said: list[tuple[str, Markdown]] = []
    if annotations.withdrawn_on:
        gone_by = annotations.withdrawn_by
        by = fill(" by {}", links.release(record.line, gone_by)) if gone_by else ""
        said.append((annotations.withdrawn_on, fill("marked as withdrawn{}", by)))
    for number, on in enumerate(_corrected(annotations), start=1):
        said.append((on, fill("[correction {}](#correction-{})", number, number)))
    if said and record.provenance.date:
        yield _dated(record.provenance.date, Markdown("published"))
    for on, words in sorted(said, key=lambda one: one[0]):
        yield _dated(on, words)


def life_dates(dates: Iterable[str | None]) -> Dates:
    """First and last of the dates of a limitation's events."""
    known = sorted((one for one in dates if one and _is_date(one)), key=instant)
    return (_quoted(known[0]), _quoted(known[-1])) if known else (None, None)


def _is_date(text: str | None) -> bool:
    """A record may come from a file that somebody wrote."""
    try:
        return bool(text and instant(text))
    except ValueError:
        return False


def _quoted(date: str) -> Markdown:
    return Markdown(f'"{instant(date).isoformat()}"')


def _corrected(annotations: Annotations) -> list[str]:
    return [one.on for one in annotations.amendments]


def _dated(on: str, words: Markdown) -> Markdown:
    return fill("{}: {}", wording.day(on), words)
