"""Put lists of releases into words, for the index pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from relnotes.publish import phrases, wording
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.release_filters import keys_of
from relnotes.publish.sitemap import Links, SiteMap
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
    rows: Markdown  # items of a list


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


class Listed(msgspec.Struct, frozen=True):
    """A release of a list, with all that its row says of it."""

    release: ReleaseSummary
    page: str | None
    title: str
    restored: str  # the title of what it brings back
    line: str  # the title of its line, where there are several
    is_live: bool
    with_summary: bool


def listed(
    releases: Iterable[ReleaseSummary],
    live: Mapping[str, ReleaseSummary],
    site: SiteMap,
    *,
    with_line: bool,
) -> Iterator[Listed]:
    """`releases` are newest first."""
    for number, one in enumerate(releases):
        yield Listed(
            one,
            site.release(one.line, one.tag),
            site.title(one.line, one.tag),
            site.title(one.line, one.restores) if one.restores else "",
            site.lines[one.line] if with_line else "",
            is_live=live.get(one.line) is one,
            with_summary=number < SUMMARIES_SHOWN,
        )


def by_year(releases: Iterable[Listed]) -> dict[str, list[Listed]]:
    found: dict[str, list[Listed]] = {}
    for one in releases:
        found.setdefault(wording.year(_released(one.release)), []).append(one)
    return found


def _released(one: ReleaseSummary) -> str | None:
    return one.released or one.date


def release_row(one: Listed, links: Links, *, with_year: bool = False) -> ReleaseRow:
    release = one.release
    return ReleaseRow(
        date=(wording.day if with_year else wording.day_and_month)(_released(release)),
        keys=keys_of(release),
        name=links.to(one.page, one.title),
        marks=chain(_marks(one), Markdown(" ")),
        summary=wording.excerpt(release.summary or "", 140) if one.with_summary else "",
        details=chain(_details(one)),
    )


def _marks(listed: Listed) -> Iterator[Markdown]:
    one = listed.release
    if listed.is_live:
        yield phrases.tag("live", "live now")
    if one.withdrawn:
        yield phrases.tag("withdrawn", "withdrawn")
    if one.restores:
        yield phrases.tag("rollback", f"rollback to {listed.restored}")
    elif one.kind != "mainline":
        yield phrases.tag("kind", "first release" if one.kind == "first" else one.kind)


def _details(listed: Listed) -> Iterator[str]:
    one = listed.release
    if listed.line and not listed.title.startswith(listed.line):
        yield listed.line
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
