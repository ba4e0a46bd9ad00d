"""The releases of a line: walked in order, each rendered and put, those that stand kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import msgspec

from relnotes.beside import Beside
from relnotes.cache import LineState, remember, restore
from relnotes.errors import Problem, RelnotesError
from relnotes.history import Point
from relnotes.lines import new_fold, walk
from relnotes.publication.aside import Aside
from relnotes.publication.chronicle import Chronicle
from relnotes.publication.edition import Site
from relnotes.publication.eval_data import data_paths
from relnotes.publication.histories import history_document, history_path
from relnotes.publication.languages import by_release
from relnotes.publish import pages
from relnotes.publish.jobs import ReleasePages
from relnotes.publish.markdown import author_problems
from relnotes.publish.press import Press
from relnotes.release.audience import for_public
from relnotes.release.over_time.amendments import annotate, withdrawals_by
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.trend import Growth
from relnotes.release.record import Record
from relnotes.release.written.bundle import Audience
from relnotes.tagged import Releases

Progress = Callable[[str, int, int], None]  # line, done, of how many


def publish_line(
    site: Site,
    press: Press,
    beside: Beside,
    aside: Aside,
    releases: Releases,
    cached: LineState | None,
    progress: Progress,
    remarks: list[str],
) -> tuple[LineState, Growth]:
    """The line after its latest release, and what its evals gained in those that are new."""
    line, tags = releases.line, [one.tag for one in releases.known]
    state = _usable(site, releases, cached)
    done = len(state.releases)
    fold = new_fold(site.repository, line, site.settings)
    restore(state, fold, site.repository)

    def put_history(at: int, steps: Sequence[bytes]) -> None:
        site.writer.put(history_path(site.map, line.name, at), history_document(line.name, steps))

    chronicle = Chronicle(state, site.settings, put_history, aside)
    problems: list[Problem] = []
    expected = _annotations(site, state, tags)
    with closing(walk(site.repository, fold, releases.known[done:], beside)) as walked:
        for number, (release, point) in enumerate(walked, done + 1):
            remarks.extend(point.record.remarks)
            problems.extend(note_problems(point.record))
            record = _seen(point, site.audience)
            annotations = expected[release.tag]
            page, path = _paths(site, line.name, release.tag)
            press.take(ReleasePages(page, path, record, record_json(record), annotations))
            state.releases.append(release)
            state.annotations.append(annotations)
            chronicle.take(point, record)
            progress(line.title or line.name, number, len(tags))
    press.finish()  # what is settled below is the last word
    if problems:
        raise RelnotesError(problems)
    growth = chronicle.close()
    remember(state, fold)
    _settle(site, state, tags, done)
    return state, growth


def _annotations(site: Site, state: LineState, tags: list[str]) -> dict[str, Annotations]:
    gone = withdrawals_by(state.summaries)
    found = annotate(tags, gone, site.amendments, site.audience, site.concerns)
    for tag, languages in by_release(site.translations).items():
        if tag in found:
            found[tag] = msgspec.structs.replace(found[tag], languages=languages)
    return found


def _seen(point: Point, audience: Audience) -> Record:
    everything = audience is Audience.INTERNAL
    return point.record if everything else for_public(point.record, point.hidden)


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
    made = _made(site, releases.line.name, cached)
    return cached if site.writer.are_intact(made) else LineState()


def _made(site: Site, line: str, state: LineState) -> Iterator[str]:
    """What only a walk over the releases can make again."""
    for release in state.releases:
        yield from _paths(site, line, release.tag)
    for at in range(state.full_histories):
        yield history_path(site.map, line, at)
    for trend in state.trends.values():
        yield from data_paths(site.map, line, trend).values()


def _paths(site: Site, line: str, tag: str) -> tuple[str, str]:
    """Page and record of a release."""
    page = site.map.releases[line, tag]
    return page, page.removesuffix(".md") + ".json"


def _settle(site: Site, state: LineState, tags: list[str], done: int) -> None:
    """Keep the pages that are right as they are; write those again beside which more is known.

    The first `done` releases stood there already.
    """
    final = _annotations(site, state, tags)
    for at, (tag, known) in enumerate(zip(tags, state.annotations, strict=True)):
        page, record_path = _paths(site, state.summaries[at].line, tag)
        is_new, is_right = at >= done, known == final[tag]
        if not is_new:
            site.writer.keep(record_path, *([page] if is_right else ()))
        if not is_right:
            record = msgspec.json.decode(site.writer.read(record_path), type=Record)
            _put_page(site, record, final[tag])
            state.annotations[at] = final[tag]


def record_json(record: Record) -> bytes:
    """The published form of a record; the same record gives the same bytes."""
    return msgspec.json.encode(record) + b"\n"


def _put_page(site: Site, record: Record, annotations: Annotations) -> None:
    path, _ = _paths(site, record.line, record.new)
    text = pages.release_page(site.templates, record, annotations, site.map.on(path))
    site.writer.put(path, text)
