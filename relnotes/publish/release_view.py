"""Put the record of a release into words and links, part by part, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relnotes.publish import markdown, phrases, wording
from relnotes.publish.eval_view import EvalView, eval_view
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.sitemap import Links
from relnotes.release.bundle import Audience
from relnotes.release.record import (
    Annotations,
    Change,
    Combination,
    LedgerEntry,
    LedgerState,
    News,
    Origin,
    PromptChange,
    Provenance,
    Record,
    RolloutStage,
    Section,
)

OTHER_SHOWN = 50  # files under "other changes"; beyond it they are counted by folder
SOURCES_SHOWN = 200

_PARTS = {
    Section.MODEL: "Model",
    Section.PROMPTS: "Prompts",
    Section.DECODING: "Decoding",
    Section.TOOLS: "Tools",
    Section.TRAINING: "Training",
    Section.BEHAVIOURS: "Behaviours",
}
_NOTE_KINDS = {
    "migration": "To do",
    "behaviour": "Behaviour",
    "feature": "New",
    "improvement": "Improved",
    "fix": "Fixed",
    "deprecation": "Deprecated",
}
_ELSEWHERE = {
    Section.EVALS: "eval file",
    Section.NOTES: "release note",
    Section.LIMITATIONS: "limitation",
    Section.ROLLOUT: "rollout stage",
    Section.RELEASE: "word about the release",
}
_STILL_KNOWN = (LedgerState.OPEN, LedgerState.MITIGATED, LedgerState.DROPPED)


@dataclass(frozen=True, slots=True)
class Banner:
    kind: str  # withdrawn, rollback, candidate, internal, stale
    title: str
    text: Markdown


@dataclass(frozen=True, slots=True)
class NoteView:
    anchor: str
    kind: str
    area: str | None
    text: Markdown


@dataclass(frozen=True, slots=True)
class Line:
    anchor: str
    text: Markdown


@dataclass(frozen=True, slots=True)
class PartView:
    """A row of "what changed underneath"."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PromptView:
    anchor: str
    name: str
    file: str
    words: str
    digests: Markdown
    diff: Markdown | None  # None where the policy withholds it
    text: Markdown | None


@dataclass(frozen=True, slots=True)
class LimitationView:
    anchor: str
    news: Markdown
    identity: Markdown
    text: str
    details: Markdown
    workaround: str | None
    evidence: Markdown
    is_news: bool


@dataclass(frozen=True, slots=True)
class RollbackView:
    proof: Markdown
    differs: tuple[str, ...]
    withdraws: Markdown
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a table of facts."""

    name: str
    value: Markdown


@dataclass(frozen=True, slots=True)
class ReleaseView:
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
    prompts: tuple[PromptView, ...]
    evals: EvalView
    limitations: tuple[LimitationView, ...]
    none_known: str  # what is said where no limitation is listed
    unmeasured: tuple[Markdown, ...]
    rollout: tuple[Markdown, ...]
    other: tuple[Line, ...]
    described: str  # what differs too and is told elsewhere on the page
    names: tuple[Fact, ...]
    provenance: tuple[Fact, ...]
    sources: tuple[Markdown, ...]
    corrections: tuple[Line, ...]
    withheld: str
    older: Markdown
    newer: Markdown


def release_view(record: Record, annotations: Annotations, links: Links) -> ReleaseView:
    entries = _entries(record, annotations)
    summary = annotations.summary or record.summary
    return ReleaseView(
        title=record.title,
        description=wording.excerpt(summary or f"What changed in {record.title}."),
        banners=tuple(_banners(record, annotations, links)),
        meta=_meta(record, annotations, links),
        summary=summary,
        summary_is_later=annotations.summary is not None,
        reason=record.reason,
        rollback=_rollback(record, links),
        notes=_notes(record),
        parts=_parts(record),
        prompts=tuple(_prompt(change) for change in record.prompts),
        evals=eval_view(record),
        limitations=tuple(_limitation(entry, record.line, links) for entry in entries),
        none_known=_none_known(record),
        unmeasured=tuple(_unmeasured(record)),
        rollout=tuple(map(_stage, record.rollout)),
        other=_other(record.changes),
        described=_described(record.changes),
        names=tuple(_names(record)),
        provenance=tuple(_provenance(record, links)),
        sources=_sources(record),
        corrections=_corrections(record, annotations, links),
        withheld=_withheld(record),
        older=_neighbour(record.line, annotations.previous, links, "← {}"),
        newer=_neighbour(record.line, annotations.next, links, "{} →"),
    )


# -- above the fold --------------------------------------------------------------------------------


def _banners(record: Record, annotations: Annotations, links: Links) -> Iterator[Banner]:
    if record.audience is Audience.INTERNAL:
        yield Banner("internal", "Internal.", Markdown("Not for publication."))
    if record.provenance.commit is None or record.new.startswith("("):
        dirty = " It has changes that are not committed." if record.provenance.dirty else ""
        yield Banner("candidate", "Not released yet.", fill("A candidate, not tagged.{}", dirty))
    if annotations.withdrawn_by:
        yield Banner("withdrawn", *_withdrawn(record.line, annotations, links))
    if record.rollback:
        restored = links.release(record.line, record.rollback.restores)
        words = fill("This release gives users {} back.", restored)
        yield Banner("rollback", "Rollback.", words)


def _withdrawn(
    line: str, annotations: Annotations, links: Links
) -> tuple[str, Markdown]:
    on = f" on {wording.day(annotations.withdrawn_on)}" if annotations.withdrawn_on else ""
    reason = fill(" {}", annotations.withdrawn_reason) if annotations.withdrawn_reason else ""
    assert annotations.withdrawn_by is not None
    by = links.release(line, annotations.withdrawn_by)
    if annotations.restored is None:
        return f"Withdrawn{on}.", fill("See {}.{}", by, reason)
    back = links.release(line, annotations.restored)
    return f"Withdrawn{on}.", fill("Users got {} back with {}.{}", back, by, reason)


def _meta(record: Record, annotations: Annotations, links: Links) -> Markdown:
    site = links.site
    json = site.release_record(record.line, record.new)
    return chain(
        (
            _live(record, annotations),
            "first release" if record.old is None else f"{record.kind} update",
            fill("after {}", links.release(record.line, record.old)) if record.old else "",
            site.lines[record.line] if len(site.lines) > 1 else "",
            fill("[as JSON]({})", Markdown(links.url(json))) if json else "",
        )
    )


def _live(record: Record, annotations: Annotations) -> Markdown:
    start = _went_live(record)
    if annotations.withdrawn_on:
        return fill("Live {}", wording.span(start, annotations.withdrawn_on))
    said = fill("Released {}", wording.day(start)) if start else Markdown("")
    if annotations.latest == record.new:
        return chain((phrases.tag("live", "Live now"), said))
    return said


def _went_live(record: Record) -> str | None:
    """The first day on which users met it; the day of the tag where no stage says."""
    starts = [stage.start for stage in record.rollout if stage.start and stage.stage != "shadow"]
    return min(starts, default=record.provenance.date)


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


# -- what changed ----------------------------------------------------------------------------------


def _notes(record: Record) -> tuple[NoteView, ...]:
    order = list(_NOTE_KINDS)
    notes = sorted(
        record.notes, key=lambda note: (order.index(note.kind) if note.kind in order else 99)
    )
    return tuple(
        NoteView(
            note_anchor(note.path),
            _NOTE_KINDS.get(note.kind, note.kind),
            note.area,
            markdown.author(note.text),
        )
        for note in notes
    )


def _parts(record: Record) -> tuple[PartView, ...]:
    by_part: dict[Section, list[Line]] = {}
    prompts = {one.file: one for one in record.prompts}
    told = {f"bundle.yaml:training.{name}" for name in record.combination.ids}
    for change in record.changes:
        if change.described_in in _PARTS and change.path not in told:
            line = _line(change, prompts.get(change.path))
            by_part.setdefault(change.described_in, []).append(line)
    if record.combination.ids:
        by_part.setdefault(Section.TRAINING, []).extend(_combination(record.combination))
    return tuple(
        PartView(name, tuple(by_part[section]))
        for section, name in _PARTS.items()
        if section in by_part
    )


def _line(change: Change, prompt: PromptChange | None) -> Line:
    words = phrases.with_digests(change.words)
    if change.kind == "model.weights":
        moved = fill("{} → {}", phrases.digest(change.old), phrases.digest(change.new))
        words = fill("{}: {}", words, moved)
    elif prompt:
        link = fill("[word diff](#{})", prompt_anchor(prompt)) if prompt.diff else ""
        words = chain((f"{prompt.name}: {wording.prompt_words(prompt)}", link))
    why = [fill("[why](#{})", note_anchor(path)) for path in change.explained_by]
    return Line(change_anchor(change.path), chain((words, *why)))


def _combination(one: Combination) -> Iterator[Line]:
    tested = wording.how_tested(one)
    for name in one.ids:
        words = fill("{}: {}", name, tested[name])
        yield Line(change_anchor(f"training.{name}"), words)
    if one.tested_together is False:
        yield Line("change-training", Markdown("**never tested together before this release**"))


def note_anchor(path: str) -> str:
    return "note-" + markdown.path_slug(path.rpartition("/")[2].rpartition(".")[0] or path)


def prompt_anchor(change: PromptChange) -> str:
    return f"prompt-{markdown.path_slug(change.name)}"


def change_anchor(path: str) -> str:
    """The stable anchor of a change on its release's page."""
    return "change-" + markdown.path_slug(path.removeprefix("bundle.yaml:"))


def _prompt(change: PromptChange) -> PromptView:
    return PromptView(
        anchor=prompt_anchor(change),
        name=change.name,
        file=change.file,
        words=wording.prompt_words(change),
        digests=fill(
            "{} → {}", phrases.digest(change.old_digest), phrases.digest(change.new_digest)
        ),
        diff=markdown.word_diff_html(change.diff) if change.diff else None,
        text=markdown.fence(change.text) if change.text else None,
    )


def _other(changes: Iterable[Change]) -> tuple[Line, ...]:
    other = [change for change in changes if change.described_in is Section.OTHER]
    if len(other) <= OTHER_SHOWN:
        return tuple(
            Line(
                change_anchor(change.path),
                fill("{}: {}", markdown.code(change.path), phrases.with_digests(change.words)),
            )
            for change in other
        )
    by_folder: dict[tuple[str, str], int] = {}
    for change in other:
        key = (change.path.rpartition("/")[0], change.words)
        by_folder[key] = by_folder.get(key, 0) + 1
    return tuple(
        Line("", fill("{}: {} × {}", markdown.code(f"{folder or '.'}/"), f"{count:,}", words))
        for (folder, words), count in sorted(by_folder.items())
    )


def _described(changes: Iterable[Change]) -> str:
    files: dict[Section, set[str]] = {}
    for change in changes:
        if change.described_in in _ELSEWHERE:
            files.setdefault(change.described_in, set()).add(change.path)
    return wording.joined(
        wording.counted(len(files[section]), what)
        for section, what in _ELSEWHERE.items()
        if section in files and section is not Section.RELEASE
    )


# -- what is known to be wrong ---------------------------------------------------------------------


def _entries(record: Record, annotations: Annotations) -> list[LedgerEntry]:
    """The record's limitations, and those that a correction added."""
    added = [one.limitation for one in annotations.amendments if one.limitation]
    known = {entry.id for entry in record.limitations}
    entries = [*(one for one in added if one.id not in known), *record.limitations]
    return sorted(entries, key=lambda entry: list(_NEWS_ORDER).index(entry.news))


_NEWS_ORDER = (
    News.DROPPED,
    News.NEW,
    News.REOPENED,
    News.STILL_OPEN,
    News.MITIGATED,
    News.RESOLVED,
    News.WITHDRAWN,
)


def _limitation(entry: LedgerEntry, line: str, links: Links) -> LimitationView:
    return LimitationView(
        anchor=f"limitation-{markdown.path_slug(entry.id)}",
        news=phrases.news(entry.news),
        identity=links.limitation(line, entry.id),
        text=entry.text,
        details=phrases.limitation_details(links, line, entry),
        workaround=entry.workaround,
        evidence=phrases.evidence(entry.evidence),
        is_news=entry.news is not News.STILL_OPEN,
    )


def _none_known(record: Record) -> str:
    if record.none_known:
        return f"None is known. Attested {record.none_known}."
    return "No limitation is recorded, and nobody attested that none is known."


def _unmeasured(record: Record) -> Iterator[Markdown]:
    """Behaviours without a result that no limitation on the page speaks of already."""
    said = {
        entry.behaviour
        for entry in record.limitations
        if entry.origin is Origin.UNMEASURED and entry.state in _STILL_KNOWN
    }
    for one in record.unmeasured:
        if one.behaviour not in said:
            mark = phrases.tag("blocking", "blocking") if one.blocking else ""
            name = chain((fill("**{}**", one.behaviour), mark), Markdown(" "))
            yield fill("{}: {}. {}", name, one.reason, one.principle)


# -- where it comes from -----------------------------------------------------------------------------


def _stage(stage: RolloutStage) -> Markdown:
    if stage.skipped:
        return fill("**{}**: left out: {}", stage.stage, stage.skipped)
    share = f"{wording.percent(stage.share)} of traffic" if stage.share is not None else ""
    when = wording.span(stage.start, stage.end) if stage.end else _from(stage.start)
    return fill("**{}**: {}", stage.stage, ", ".join(filter(None, (share, when))) or "no details")


def _from(start: str | None) -> str:
    return f"from {wording.day(start)}" if start else ""


def _names(record: Record) -> Iterator[Fact]:
    model = record.model
    rows = (
        ("model", markdown.inline(model.name)),
        ("version", markdown.code(model.version) if model.version else ""),
        ("provider id", markdown.code(model.provider_id) if model.provider_id else ""),
        ("aliases", chain(map(markdown.code, model.aliases), Markdown(", "))),
        ("weights", phrases.digest(model.weights) if model.weights else ""),
        ("released", wording.day(model.released)),
        ("deprecated", wording.day(model.deprecated)),
        ("retires", wording.day(model.retires)),
        ("use instead", markdown.inline(model.replacement) if model.replacement else ""),
    )
    for name, value in rows:
        if value:
            yield Fact(name, markdown.inline(value))


def _provenance(record: Record, links: Links) -> Iterator[Fact]:
    yield Fact("this release", _stands(record.provenance))
    if record.previous:
        yield Fact("compared with", _stands(record.previous))
    elif record.old is None:
        yield Fact("compared with", markdown.inline("nothing: it is the first of its line"))


def _stands(one: Provenance) -> Markdown:
    return chain(
        (
            fill("tag {}", markdown.code(one.tag)),
            fill("commit {}", markdown.code(one.commit[:12])) if one.commit else "",
            fill("tree {} of {}", markdown.code(one.tree[:12]), markdown.code(one.bundle))
            if one.tree
            else "",
            wording.day(one.date),
        )
    )


def _sources(record: Record) -> tuple[Markdown, ...]:
    """The files that the eval results stand in, each at its tag."""
    files = sorted({one.source_new for one in record.evals if one.source_new})
    shown = [markdown.code(file) for file in files[:SOURCES_SHOWN]]
    more = len(files) - len(shown)
    return (*shown, *([fill("and {} more", f"{more:,}")] if more > 0 else []))


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


def _withheld(record: Record) -> str:
    if not record.withheld:
        return ""
    parts = [f"{count:,} under {section}" for section, count in sorted(record.withheld.items())]
    total = sum(record.withheld.values())
    isare = "is" if total == 1 else "are"
    return f"{wording.counted(total, 'item')} {isare} not public: {wording.joined(parts)}."


def _neighbour(line: str, tag: str | None, links: Links, pattern: str) -> Markdown:
    return fill(pattern, links.release(line, tag)) if tag else Markdown("")
