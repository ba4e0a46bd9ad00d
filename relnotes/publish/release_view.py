"""Put the record of a release into words and links, part by part, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from relnotes.publish import phrases, wording
from relnotes.publish.change_view import (
    Line,
    NoteView,
    PartView,
    PromptView,
    anchors_of,
    described_elsewhere,
    note_views,
    other_lines,
    part_views,
    prompt_view,
    relapse_lines,
    unexplained_words,
)
from relnotes.publish.concern_view import incident_banners, relapsed
from relnotes.publish.evals.view import EvalView, eval_view
from relnotes.publish.language_page import language_links
from relnotes.publish.limitation_view import (
    LimitationView,
    limitation_views,
    none_known,
    unmeasured_lines,
)
from relnotes.publish.markdown import Markdown
from relnotes.publish.page_history import release_dates, release_history
from relnotes.publish.phrases import chain, fill
from relnotes.publish.plots.rollout import rollout_plot
from relnotes.publish.provenance_view import Fact, names, provenance, withheld_words
from relnotes.publish.review_view import (
    CoverageRow,
    conflict_lines,
    coverage_rows,
    signal_lines,
    waiver_lines,
)
from relnotes.publish.sitemap import Links
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.dates import is_candidate, own_stages, went_live
from relnotes.release.record import Lifecycle, Record, RolloutStage
from relnotes.release.written.bundle import Audience


class Banner(msgspec.Struct, frozen=True):
    kind: str  # withdrawn, rollback, candidate, internal, deprecated
    title: str
    text: Markdown


class RollbackView(msgspec.Struct, frozen=True):
    proof: Markdown
    differs: tuple[str, ...]
    withdraws: Markdown
    lost: tuple[str, ...]


class ReleaseView(msgspec.Struct, frozen=True):
    title: str
    description: str
    banners: tuple[Banner, ...]
    meta: Markdown
    summary: str | None
    summary_is_later: bool
    reason: str | None
    rollback: RollbackView | None
    notes: tuple[NoteView, ...]
    parts: tuple[PartView, ...]
    is_first: bool  # there is nothing before it, so `parts` say what it is
    unexplained: str  # what changed underneath and no note speaks of
    prompts: tuple[PromptView, ...]
    relapses: tuple[Markdown, ...]  # prompt lines that were taken out and are back
    evals: EvalView
    limitations: tuple[LimitationView, ...]
    none_known: str  # what is said where no limitation is listed
    waivers: tuple[Markdown, ...]
    unmeasured: tuple[Markdown, ...]
    coverage: tuple[CoverageRow, ...]
    signals: tuple[Markdown, ...]
    conflicts: tuple[Markdown, ...]
    rollout: tuple[Markdown, ...]
    rollout_plot: Markdown
    other: tuple[Line, ...]
    described: str  # what differs too and is told elsewhere on the page
    names: tuple[Fact, ...]
    provenance: tuple[Fact, ...]
    record_link: Markdown
    corrections: tuple[Line, ...]
    withheld: str
    older: Markdown
    newer: Markdown
    line: str  # its title, where there are several
    published: Markdown | None
    modified: Markdown | None
    history: tuple[Markdown, ...]  # what changed on the page since


def release_view(record: Record, annotations: Annotations, links: Links) -> ReleaseView:
    summary = annotations.summary or record.summary
    anchors = anchors_of(record)
    published, modified = release_dates(record, annotations)
    return ReleaseView(
        title=record.title,
        description=wording.excerpt(summary or f"What changed in {record.title}."),
        banners=tuple(_banners(record, annotations, links)),
        meta=_meta(record, annotations, links),
        summary=summary,
        summary_is_later=annotations.summary is not None,
        reason=record.reason,
        rollback=_rollback(record, links),
        notes=note_views(record.notes, anchors),
        parts=part_views(record, anchors),
        is_first=record.old is None,
        unexplained=unexplained_words(record),
        prompts=tuple(prompt_view(one, anchors) for one in record.prompts),
        relapses=(
            *relapse_lines(record.relapses, record.audience),
            *relapsed(annotations.concerns, links),
        ),
        evals=eval_view(record),
        limitations=limitation_views(record, annotations, links),
        none_known=none_known(record),
        waivers=waiver_lines(record),
        unmeasured=tuple(unmeasured_lines(record)),
        coverage=coverage_rows(record, links),
        signals=signal_lines(record),
        conflicts=conflict_lines(record),
        rollout=tuple(_rollout(record)),
        rollout_plot=rollout_plot(own_stages(record), record.title),
        other=other_lines(record.changes, anchors),
        described=described_elsewhere(record.changes),
        names=tuple(names(record)),
        provenance=tuple(provenance(record)),
        record_link=_record_link(record, links),
        corrections=_corrections(record, annotations, links),
        withheld=withheld_words(record),
        older=_neighbour(record.line, annotations.previous, links, "← {}"),
        newer=_neighbour(record.line, annotations.next, links, "{} →"),
        line=links.site.lines.get(record.line, "") if len(links.site.lines) > 1 else "",
        published=published,
        modified=modified,
        history=tuple(release_history(record, annotations, links)),
    )


# -- above the fold ------------------------------------------------------------------------------


def _banners(record: Record, annotations: Annotations, links: Links) -> Iterator[Banner]:
    if record.audience is Audience.INTERNAL:
        yield Banner("internal", "Internal.", Markdown("Not for publication."))
    if is_candidate(record):
        dirty = "with changes that are not committed" if record.provenance.dirty else "not tagged"
        yield Banner("candidate", "Not released yet.", fill("A candidate, {}.", dirty))
    if annotations.is_withdrawn:
        yield Banner("withdrawn", *_withdrawn(record.line, annotations, links))
    if record.rollback:
        restored = links.release(record.line, record.rollback.restores)
        words = fill("This release gives users {} back.", restored)
        yield Banner("rollback", "Rollback.", words)
    yield from (Banner(*one) for one in incident_banners(annotations.concerns, links))
    if record.model.deprecated:
        yield Banner("deprecated", "Deprecated.", _deprecated(record.model))


def _deprecated(model: Lifecycle) -> Markdown:
    """When it ends, and what to use instead."""
    since = fill("Since {}.", wording.day(model.deprecated))
    ends = fill("It retires on {}.", wording.day(model.retires)) if model.retires else ""
    instead = fill("Use {} instead.", model.replacement) if model.replacement else ""
    return chain((since, ends, instead), Markdown(" "))


def _withdrawn(line: str, annotations: Annotations, links: Links) -> tuple[str, Markdown]:
    on = f" on {wording.day(annotations.withdrawn_on)}" if annotations.withdrawn_on else ""
    why = annotations.withdrawn_reason
    if annotations.withdrawn_by is None:
        return f"Withdrawn{on}.", fill("{}", why) if why else Markdown("")
    reason = fill(" {}", why) if why else ""
    by = links.release(line, annotations.withdrawn_by)
    if annotations.restored is None:
        return f"Withdrawn{on}.", fill("See {}.{}", by, reason)
    back = links.release(line, annotations.restored)
    return f"Withdrawn{on}.", fill("Users got {} back with {}.{}", back, by, reason)


def _meta(record: Record, annotations: Annotations, links: Links) -> Markdown:
    site = links.site
    of_line = site.lines[record.line] if len(site.lines) > 1 else ""
    ends = record.model.retires
    json = site.release_record(record.line, record.new)
    return chain(
        (
            _live(record, annotations),
            wording.kind_words(record.kind),
            fill("after {}", links.release(record.line, record.old)) if record.old else "",
            f"retires {wording.day(ends)}" if ends and not record.model.deprecated else "",
            "" if record.title.startswith(of_line) else of_line,
            fill("[as JSON]({})", Markdown(links.url(json))) if json else "",
            *language_links(annotations.languages, record.line, record.new, links),
        )
    )


def _record_link(record: Record, links: Links) -> Markdown:
    json = links.site.release_record(record.line, record.new)
    return fill("[the record]({})", Markdown(links.url(json))) if json else Markdown("its record")


def _live(record: Record, annotations: Annotations) -> Markdown:
    start = went_live(record)
    if annotations.withdrawn_on:
        return fill("Live {}", wording.span(start, annotations.withdrawn_on))
    said = fill("Released {}", wording.day(start)) if start else Markdown("")
    if annotations.latest == record.new:
        return chain((phrases.tag("live", "Live now"), said))
    return said


def _rollback(record: Record, links: Links) -> RollbackView | None:
    rollback = record.rollback
    if rollback is None:
        return None
    restored = links.release(record.line, rollback.restores)
    tree = phrases.digest(rollback.restored_tree)
    if rollback.identical:
        proof = fill("The bundle is identical to that of {}: both are tree {}.", restored, tree)
    else:
        count = wording.counted(len(rollback.differs), "file")
        proof = fill("**The bundle is not identical to that of {}:** {} differ.", restored, count)
    gone = [links.release(record.line, tag) for tag in rollback.withdraws]
    return RollbackView(proof, rollback.differs, chain(gone, Markdown(", ")), rollback.lost)


# -- where it comes from -------------------------------------------------------------------------


def _rollout(record: Record) -> Iterator[Markdown]:
    own = own_stages(record)
    for stage in record.rollout:
        yield fill("{}" if stage in own else "{} (of an earlier release)", _stage(stage))


def _stage(stage: RolloutStage) -> Markdown:
    if stage.skipped:
        return fill("**{}**: left out: {}", stage.stage, stage.skipped)
    share = f"{wording.percent(stage.share)} of traffic" if stage.share is not None else ""
    when = wording.span(stage.start, stage.end) if stage.end else _from(stage.start)
    return fill("**{}**: {}", stage.stage, ", ".join(filter(None, (share, when))) or "no details")


def _from(start: str | None) -> str:
    return f"from {wording.day(start)}" if start else ""


def _corrections(record: Record, annotations: Annotations, links: Links) -> tuple[Line, ...]:
    return tuple(
        Line(
            f"correction-{number}",
            chain(
                (
                    fill("**{}**: {}", wording.day(one.on), one.text),
                    fill("Adds {}.", links.limitation(record.line, one.limitation.id))
                    if one.limitation
                    else "",
                ),
                Markdown(" "),
            ),
        )
        for number, one in enumerate(annotations.amendments, start=1)
    )


def _neighbour(line: str, tag: str | None, links: Links, pattern: str) -> Markdown:
    return fill(pattern, links.release(line, tag)) if tag else Markdown("")
