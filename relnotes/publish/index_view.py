"""Put lists of releases into words, for the index pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from relnotes.publish import phrases, wording
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.release_filters import keys_of
from relnotes.publish.sitemap import Links
from relnotes.release.over_time.overview import ReleaseSummary

SUMMARIES_SHOWN = 200  # in one list; thousands would make the page heavy

_AREAS = ("model", "prompts", "decoding", "tools", "training", "behaviours")


class ReleaseRow(msgspec.Struct, frozen=True):
    date: str
    keys: str  # by which filters find it
    name: Markdown
    marks: Markdown  # live now, withdrawn, rollback …
    summary: str
    details: Markdown


class Year(msgspec.Struct, frozen=True):
    name: str
    rows: tuple[ReleaseRow, ...]


class LiveRow(msgspec.Struct, frozen=True):
    """What users of one line have now."""

    line: str
    standing: str  # in words
    name: Markdown
    since: str
    summary: str
    history: Markdown
    gone: Markdown  # what was withdrawn, if so


def live_now(releases: Iterable[ReleaseSummary]) -> dict[str, ReleaseSummary]:
    """The release that users of each line have; `releases` are newest first.

    Of a line whose newest was withdrawn, and nothing released since, it is not known.
    """
    return {line: one for line, one in _newest(releases).items() if not one.withdrawn}


def _newest(releases: Iterable[ReleaseSummary]) -> dict[str, ReleaseSummary]:
    found: dict[str, ReleaseSummary] = {}
    for one in releases:
        found.setdefault(one.line, one)
    return found


def years(releases: Sequence[ReleaseSummary], links: Links, *, with_line: bool) -> tuple[Year, ...]:
    live = live_now(releases)
    by_year: dict[str, list[ReleaseRow]] = {}
    for number, one in enumerate(releases):
        told = number < SUMMARIES_SHOWN
        row = release_row(one, links, live, with_line=with_line, with_summary=told)
        by_year.setdefault(wording.year(_released(one)), []).append(row)
    return tuple(Year(name, tuple(rows)) for name, rows in by_year.items())


def _released(one: ReleaseSummary) -> str | None:
    return one.released or one.date


def release_row(
    one: ReleaseSummary,
    links: Links,
    live: Mapping[str, ReleaseSummary],
    *,
    with_line: bool,
    with_year: bool = False,
    with_summary: bool = True,
) -> ReleaseRow:
    return ReleaseRow(
        date=(wording.day if with_year else wording.day_and_month)(_released(one)),
        keys=keys_of(one),
        name=links.release(one.line, one.tag),
        marks=chain(_marks(one, links, live), Markdown(" ")),
        summary=wording.excerpt(one.summary or "", 140) if with_summary else "",
        details=chain(_details(one, links, with_line=with_line)),
    )


def _marks(
    one: ReleaseSummary,
    links: Links,
    live: Mapping[str, ReleaseSummary],
) -> Iterator[Markdown]:
    if live.get(one.line) is one:
        yield phrases.tag("live", "live now")
    if one.withdrawn:
        yield phrases.tag("withdrawn", "withdrawn")
    if one.restores:
        back = links.site.title(one.line, one.restores)
        yield phrases.tag("rollback", f"rollback to {back}")
    elif one.kind != "mainline":
        yield phrases.tag("kind", "first release" if one.kind == "first" else one.kind)


def _details(one: ReleaseSummary, links: Links, *, with_line: bool) -> Iterator[str]:
    title = links.site.lines[one.line]
    if with_line and not links.site.title(one.line, one.tag).startswith(title):
        yield title
    yield ", ".join(area for area in one.areas if area in _AREAS)
    counts = (
        ("improved", one.improved),
        ("regressed", one.regressed),
        ("inconclusive", one.inconclusive),
    )
    yield ", ".join(
        f"{eval_wording.MARKS[kind]} {count:,} {kind}" for kind, count in counts if count
    )
    limits = (
        (one.limitations_new, "new"),
        (one.limitations_resolved, "resolved"),
        (one.limitations_open, "open"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in limits if count)
    yield f"limitations: {said}" if said else ""


def live_rows(releases: Sequence[ReleaseSummary], links: Links) -> tuple[LiveRow, ...]:
    """What is live now, a row a line, in the order of the site."""
    newest = _newest(releases)
    return tuple(
        _live_row(newest[line], title, links)
        for line, title in links.site.lines.items()
        if line in newest
    )


def _live_row(one: ReleaseSummary, title: str, links: Links) -> LiveRow:
    index = links.site.release_index(one.line)
    return LiveRow(
        line=title,
        standing="withdrawn" if one.withdrawn else "live now",
        name=links.release(one.line, one.tag),
        since=wording.day(_released(one)),
        summary=wording.excerpt(one.summary or "", 240),
        history=links.to(index, "all releases") if index != links.page else Markdown(""),
        gone=_gone(one, links),
    )


def _gone(one: ReleaseSummary, links: Links) -> Markdown:
    if one.withdrawn:
        return Markdown("What users have instead is not recorded here.")
    if one.restores is None:
        return Markdown("")
    gone = [links.release(one.line, tag) for tag in one.withdraws]
    back = links.release(one.line, one.restores)
    return fill("It restores {}; withdrawn: {}.", back, chain(gone, Markdown(", ")))
