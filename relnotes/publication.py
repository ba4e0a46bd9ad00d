"""From the lines of a repository to the wanted files of its site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from relnotes.cache import Cache, LineState, remember, restore
from relnotes.errors import Problem, RelnotesError
from relnotes.history import short_tag
from relnotes.lines import Releases, new_fold, walk
from relnotes.publish import pages
from relnotes.publish.markdown import author_problems, path_slug
from relnotes.publish.rendering import Renderer
from relnotes.publish.schemas import NAMES, schema_text
from relnotes.publish.site import assets
from relnotes.publish.sitemap import SiteMap, site_map
from relnotes.publish.templates import Templates
from relnotes.publish.writing import Writer
from relnotes.release.amendments import Dated, annotate, with_amended, withdrawals_by
from relnotes.release.audience import for_public
from relnotes.release.bundle import Audience
from relnotes.release.overview import LimitationLife, ReleaseSummary, live_on, summary_of
from relnotes.release.record import Annotations, Record
from relnotes.repository import Repository
from relnotes.settings import Line, Settings

Progress = Callable[[str, int, int], None]  # line, done, of how many


@dataclass(frozen=True, slots=True)
class Site:
    """What every page needs."""

    repository: Repository
    settings: Settings
    overrides: Path  # the team's templates
    templates: Templates
    writer: Writer
    amendments: tuple[Dated, ...]
    map: SiteMap
    write_front: bool  # False where the team has a front page of its own


class _EveryLimitation(dict[tuple[str, str], str]):
    """A page for any limitation of a public record: its page is made when the walk is over."""

    def __init__(self, folders: Mapping[str, str]) -> None:
        self._folders = folders

    def get(self, key: tuple[str, str], default: object = None) -> str:  # noqa: ARG002
        line, name = key
        return f"limitations/{self._folders[line]}/{path_slug(name)}.md"


def map_of(settings: Settings, lines: Sequence[Releases]) -> SiteMap:
    """Where the pages of these releases stand."""
    site = site_map(
        settings.project.name,
        {line.name: line.title or line.name for line in settings.lines},
        [
            (one.line.name, release.tag, f"{one.line.title} {short_tag(release.tag, one.line)}")
            for one in lines
            for release in one.known
        ],
        disclaimer=settings.project.disclaimer,
        records=True,
    )
    return replace(site, limitations=_EveryLimitation(site.folders))


def publish(
    site: Site, lines: Sequence[Releases], cache: Cache, progress: Progress
) -> tuple[dict[str, LineState], list[str]]:
    """Put every wanted file into the writer; the states to go on from next time, and remarks for
    the authors of what is new."""
    remarks: list[str] = []
    same_site = bool(cache.lines)  # the same program, settings and templates as last time
    published = {name: state.register for name, state in cache.lines.items()}
    states = {
        one.line.name: _publish_line(site, one, cache.lines.get(one.line.name), progress, remarks)
        for one in lines
    }
    for one in lines:
        state, name = states[one.line.name], one.line.name
        tags = [release.tag for release in one.known]
        state.register = with_amended(state.lives, name, tags, site.amendments)
    _publish_indexes(site, [one.line for one in lines], states)
    _publish_limitations(site, states, published)
    _publish_fixed(site.writer, same_site)
    return states, remarks


# -- one line ------------------------------------------------------------------------------------


def _publish_line(
    site: Site,
    releases: Releases,
    cached: LineState | None,
    progress: Progress,
    remarks: list[str],
) -> LineState:
    line, tags = releases.line, [one.tag for one in releases.known]
    state = _usable(site, releases, cached)
    done = len(state.releases)
    fold = new_fold(site.repository, line, site.settings)
    restore(state, fold, site.repository)
    problems: list[Problem] = []
    expected = annotate(tags, withdrawals_by(state.summaries), site.amendments, Audience.PUBLIC)
    with Renderer(site.templates, site.overrides, site.map, len(tags) - done) as renderer:
        for number, (release, point) in enumerate(
            walk(site.repository, fold, releases.known[done:]), done + 1
        ):
            remarks.extend(point.record.remarks)
            problems.extend(note_problems(point.record))
            record = for_public(point.record, point.hidden)
            beside = expected[release.tag]
            page, path = _paths(site, line.name, release.tag)
            encoded = record_json(record)
            site.writer.put(path, encoded)
            for ready in renderer.take(record, encoded, beside, page):
                site.writer.put(*ready)
            state.releases.append(release)
            state.annotations.append(beside)
            state.summaries.append(summary_of(record))
            state.lives.update(live_on(state.lives, record))
            progress(line.title or line.name, number, len(tags))
        for ready in renderer.rest():
            site.writer.put(*ready)
    if problems:
        raise RelnotesError(problems)
    remember(state, fold)
    final = annotate(tags, withdrawals_by(state.summaries), site.amendments, Audience.PUBLIC)
    for at, tag in enumerate(tags):
        _settle(site, state, at, tag, final[tag], is_new=at >= done)
    return state


def note_problems(record: Record) -> Iterator[Problem]:
    """What may not stand in the Markdown of a release note."""
    at = record.provenance
    for note in record.notes:
        place = f"{at.tag}:{at.bundle}/{note.path}"
        yield from author_problems(note.text, place, note.first_line)


def _usable(site: Site, releases: Releases, cached: LineState | None) -> LineState:
    """The cached state, if history goes on from it and its pages are as they were left."""
    if cached is None or tuple(cached.releases) != releases.known[: len(cached.releases)]:
        return LineState()
    name = releases.line.name
    if all(
        site.writer.is_intact(path)
        for release in cached.releases
        for path in _paths(site, name, release.tag)
    ):
        return cached
    return LineState()


def _paths(site: Site, line: str, tag: str) -> tuple[str, str]:
    """Page and record of a release."""
    page = site.map.releases[line, tag]
    return page, page.removesuffix(".md") + ".json"


def _settle(
    site: Site, state: LineState, at: int, tag: str, annotations: Annotations, *, is_new: bool
) -> None:
    """Keep a page that is right as it is; write it again where more is known beside it."""
    name = state.summaries[at].line
    page, record_path = _paths(site, name, tag)
    if not is_new:
        site.writer.keep(record_path)
    if state.annotations[at] != annotations:
        record = msgspec.json.decode(site.writer.read(record_path), type=Record)
        _put_page(site, record, annotations)
        state.annotations[at] = annotations
    elif not is_new:
        site.writer.keep(page)


def record_json(record: Record) -> bytes:
    """The published form of a record; the same record gives the same bytes."""
    return msgspec.json.encode(record) + b"\n"


def _put_page(site: Site, record: Record, annotations: Annotations) -> None:
    path, _ = _paths(site, record.line, record.new)
    text = pages.release_page(site.templates, record, annotations, site.map.on(path))
    site.writer.put(path, text)


# -- all lines -----------------------------------------------------------------------------------


def _publish_indexes(site: Site, lines: Sequence[Line], states: Mapping[str, LineState]) -> None:
    newest = _newest_first(states)
    lives = [life for line in lines for life in states[line.name].register.values()]
    put, templates = site.writer.put, site.templates
    for name, path in site.map.release_indexes():
        put(path, pages.release_index(templates, newest, site.map, name))
    put(site.map.limitation_index(), pages.limitation_index(templates, lives, site.map))
    if site.write_front:
        put(site.map.front, pages.front_page(templates, newest, lives, site.map))


def _publish_limitations(
    site: Site,
    states: Mapping[str, LineState],
    published: Mapping[str, Mapping[str, LimitationLife]],
) -> None:
    """A page a limitation; one that nothing was added to is kept as it is."""
    _refuse_same_pages([life for state in states.values() for life in state.register.values()])
    for name, state in states.items():
        before = published.get(name, {})
        for life in state.register.values():
            path = site.map.limitation(name, life.id) or ""
            if before.get(life.id) == life and site.writer.is_intact(path):
                site.writer.keep(path)
            else:
                site.writer.put(path, pages.limitation_page(site.templates, life, site.map))


def _newest_first(states: Mapping[str, LineState]) -> list[ReleaseSummary]:
    """All lines together by date; a line keeps its own order."""
    numbered = [
        (one.date or "", number, _as_amended(one, beside))
        for state in states.values()
        for number, (one, beside) in enumerate(zip(state.summaries, state.annotations, strict=True))
    ]
    ordered = sorted(numbered, key=lambda row: row[1], reverse=True)
    return [one for _, _, one in sorted(ordered, key=lambda row: _instant(row[0]), reverse=True)]


def _as_amended(one: ReleaseSummary, beside: Annotations) -> ReleaseSummary:
    return replace(one, summary=beside.summary) if beside.summary else one


def _instant(date: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(date).timestamp() if date else 0.0


def _refuse_same_pages(lives: Sequence[LimitationLife]) -> None:
    seen: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for life in lives:
        key = (life.line, path_slug(life.id).lower())
        if key in seen:
            what = f"the limitation ids {seen[key]} and {life.id} would share a page"
            problems.append(Problem(f"line {life.line}", what, "rename one of them"))
        seen[key] = life.id
    if problems:
        raise RelnotesError(problems)


def _publish_fixed(writer: Writer, same_site: bool) -> None:
    """Schemas, style and script; what the same program wrote is kept as it is."""
    for name in NAMES:
        path = f"schemas/{name}.json"
        if same_site and writer.is_intact(path):
            writer.keep(path)
        else:
            writer.put(path, schema_text(name))
    for path, data in assets().items():
        writer.put(path, data)
