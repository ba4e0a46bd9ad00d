"""JSON for programs at `api/v1/`: everything that the pages say, in documents with a schema."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from relnotes.cache import LineState
from relnotes.publication.api_releases import put_releases
from relnotes.publication.corrections import corrections_of
from relnotes.publication.edition import Edition
from relnotes.publication.feeds import feeds_of
from relnotes.publication.histories import history_document, history_path
from relnotes.publish import api_records as api
from relnotes.publish.feeds.formats import ATOM, page_address
from relnotes.publish.index_view import live_now
from relnotes.publish.schema_names import COMPUTED
from relnotes.release.over_time.lifecycle import lifecycle_events, notice_days
from relnotes.release.over_time.trend import SeriesHead

ROOT = "api/v1/"


def publish_api(edition: Edition) -> None:
    documents = {
        "limitations": api.Limitations(limitations=tuple(_limitations(edition))),
        "evals": api.Evals(evals=tuple(_evals(edition))),
        "behaviours": api.Behaviours(behaviours=tuple(_behaviours(edition))),
        "prompts": api.Prompts(prompts=tuple(_prompts(edition))),
        "lifecycle": api.Lifecycles(lines=tuple(_lifecycles(edition))),
        "corrections": api.Corrections(corrections=tuple(_corrections(edition))),
    }
    paths = {name: f"{ROOT}{name}.json" for name in documents}
    for name, document in documents.items():
        edition.put(paths[name], msgspec.json.encode(document) + b"\n")
    _put_histories(edition)
    index = _index(edition, {"releases": put_releases(edition), **paths})
    edition.put(f"{ROOT}index.json", msgspec.json.encode(index) + b"\n")


def _index(edition: Edition, documents: dict[str, str]) -> api.SiteIndex:
    live = live_now(edition.newest)
    return api.SiteIndex(
        project=edition.site.map.project,
        address=edition.base,
        lines=tuple(
            api.Line(
                name=line,
                title=edition.site.map.lines[line],
                releases=len(state.releases),
                live=live[line].tag if line in live else None,
                history=tuple(
                    history_path(edition.site.map, line, at) for at in range(_documents(state))
                ),
            )
            for line, state in edition.states.items()
        ),
        documents=documents,
        feeds=tuple(feed.folder + ATOM for feed, _ in feeds_of(edition)),
        schemas={name: f"schemas/{name}.json" for name in COMPUTED},
    )


def _limitations(edition: Edition) -> Iterator[api.LimitationEntry]:
    for one in edition.limitations:
        page = page_address(edition.site.map.limitation(one.line, one.id) or "")
        yield api.LimitationEntry(**msgspec.structs.asdict(one), page=page)


def _evals(edition: Edition) -> Iterator[api.EvalEntry]:
    for line, state in edition.states.items():
        for trend in state.trends.values():
            for one in trend.series:
                yield _eval(edition, line, one)


def _eval(edition: Edition, line: str, one: SeriesHead) -> api.EvalEntry:
    page, last = edition.site.map.eval_page(line, one.task), one.last
    return api.EvalEntry(
        line=line,
        task=one.task,
        metric=one.metric,
        filter=one.filter,
        variant=one.variant,
        unit=one.unit,
        direction=one.direction,
        behaviour=one.behaviour,
        count=one.count,
        latest=last.tag,
        value=last.value,
        low=last.low,
        high=last.high,
        n=last.n,
        verdict=last.verdict,
        page=page_address(page),
        data=page.removesuffix(".md") + ".json",
    )


def _behaviours(edition: Edition) -> Iterator[api.BehaviourEntry]:
    for line, state in edition.states.items():
        for _, one in sorted(state.behaviours.items()):
            page = page_address(edition.site.map.behaviour_page(line, one.id))
            yield api.BehaviourEntry(**msgspec.structs.asdict(one), line=line, page=page)


def _prompts(edition: Edition) -> Iterator[api.PromptEntry]:
    for line, state in edition.states.items():
        for name, versions in state.prompts.items():
            page = page_address(edition.site.map.prompt_page(line, name))
            yield api.PromptEntry(line=line, name=name, page=page, versions=tuple(versions))


def _lifecycles(edition: Edition) -> Iterator[api.LineDates]:
    for line, state in edition.states.items():
        if state.phases:
            yield api.LineDates(
                line=line,
                model=state.phases[-1].model,
                notice_days=notice_days(state.phases),
                events=tuple(lifecycle_events(state.phases)),
            )


def _corrections(edition: Edition) -> Iterator[api.CorrectionEntry]:
    for one in corrections_of(edition):
        page = page_address(edition.site.map.releases[one.line, one.tag])
        yield api.CorrectionEntry(
            line=one.line,
            release=one.tag,
            on=one.amend.on,
            text=one.amend.text,
            limitation=one.amend.limitation.id if one.amend.limitation else None,
            page=f"{page}#correction-{one.number}",
        )


# -- what each release changed ---------------------------------------------------------------------


def _put_histories(edition: Edition) -> None:
    """The full documents stand already, or were put when they became full."""
    writer, site = edition.site.writer, edition.site.map
    put = writer.wanted
    for line, state in edition.states.items():
        for at in range(state.full_histories):
            if (path := history_path(site, line, at)) not in put:
                writer.keep(path)
        if state.steps:
            path = history_path(site, line, state.full_histories)
            edition.put(path, history_document(line, state.steps))


def _documents(state: LineState) -> int:
    return state.full_histories + bool(state.steps)
