"""Every release as JSON: the newest in one document, older ones in documents that are closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from relnotes.cache import LineState
from relnotes.publication.edition import Edition
from relnotes.publish import api_records as api
from relnotes.publish.feeds.formats import page_address
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.overview import ReleaseSummary
from relnotes.release.over_time.trend import RELEASES_IN_PART

_PATH = "api/v1/releases"


def put_releases(edition: Edition) -> str:
    """The path of the document with the newest."""
    beside = {
        (line, release.tag): annotations
        for line, state in edition.states.items()
        for release, annotations in zip(state.releases, state.annotations, strict=True)
    }
    told = {
        (line, release.tag)
        for line, state in edition.states.items()
        for release in state.releases[: _closed(state) * RELEASES_IN_PART]
    }
    newest = [one for one in edition.newest if (one.line, one.tag) not in told]
    older = tuple(_put_closed(edition, beside))
    path = f"{_PATH}.json"
    edition.put(path, _document(edition, newest, beside, older))
    return path


def _closed(state: LineState) -> int:
    """How many parts of a line are closed: at least as many releases as one has stay open."""
    return max(len(state.releases) // RELEASES_IN_PART - 1, 0)


def _put_closed(edition: Edition, beside: dict[tuple[str, str], Annotations]) -> Iterator[str]:
    """The path of each, the oldest of a line first."""
    site = edition.site.map
    amended = {(one.line, one.tag): one for one in edition.newest}
    for facts in edition.facts:
        line = facts.line.name
        for part in range(_closed(facts.state)):
            path = f"{_PATH}/{site.folders[line]}/{part + 1}.json"
            span = slice(part * RELEASES_IN_PART, (part + 1) * RELEASES_IN_PART)
            keys = [(line, one.tag) for one in reversed(facts.state.releases[span])]
            pages = [site.releases[key] for key in keys]
            inputs = (facts.until[keys[0][1]], facts.state.annotations[span], pages)
            if not edition.keeps((path,), inputs):
                rows = [amended[key] for key in keys]
                edition.put(path, _document(edition, rows, beside))
            yield path


def _document(
    edition: Edition,
    releases: Iterable[ReleaseSummary],
    beside: dict[tuple[str, str], Annotations],
    older: tuple[str, ...] = (),
) -> bytes:
    entries = tuple(_entry(edition, one, beside[one.line, one.tag]) for one in releases)
    return msgspec.json.encode(api.Releases(releases=entries, older=older)) + b"\n"


def _entry(edition: Edition, one: ReleaseSummary, later: Annotations) -> api.ReleaseEntry:
    site = edition.site.map
    return api.ReleaseEntry(
        **msgspec.structs.asdict(one),
        page=page_address(site.releases[one.line, one.tag]),
        record=site.release_record(one.line, one.tag) or "",
        withdrawn_by=later.withdrawn_by,
        withdrawn_on=later.withdrawn_on,
        corrections=len(later.amendments),
    )
