"""Draw a release and its limitations as plain text for a terminal; prints nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from relnotes.publish import wording
from relnotes.publish.evals.terminal import evals_by_behaviour, evals_in_brief
from relnotes.publish.pen import LABEL, Pen, clean, columns, padded
from relnotes.release.differences.prompt_diff import PieceOp, unified_lines
from relnotes.release.differences.unexplained import unexplained
from relnotes.release.limitations.known import LedgerEntry, News
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.dates import went_live
from relnotes.release.over_time.overview import LimitationLife
from relnotes.release.record import Change, PromptChange, Record, Section

LINES_OF_A_PROMPT = 12
LINES_OF_AN_AREA = 20
NAMES_SHOWN = 12

AREAS = {
    Section.MODEL: "model",
    Section.PROMPTS: "prompt",
    Section.DECODING: "decoding",
    Section.TOOLS: "tools",
    Section.TRAINING: "training",
    Section.BEHAVIOURS: "behaviour",
    Section.ROLLOUT: "rollout",
    Section.OTHER: "other",
}
_GREEN, _RED, _YELLOW, _BOLD, _DIM = "32", "31", "33", "1", "2"
_COLOURS = {
    "open": _YELLOW,
    "mitigated": _YELLOW,
    "dropped": _RED,
    "resolved": _GREEN,
}
_MARKS = re.compile(
    r"(?<![\w\\])(?:\*{1,3}|_{1,3}|`{1,3})(?=\S)|(?<=\S)(?:\*{1,3}|_{1,3}|`{1,3})(?!\w)"
)
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")


def diff_text(record: Record, *, colour: bool, width: int) -> str:
    """What changed from the old release to the new one, in a screen or two."""
    pen = Pen(colour, width)
    blocks = (
        [_headline(record, pen)],
        _areas(record, pen),
        [*evals_in_brief(record, pen), *_limits(record, pen), *_blind(record, pen)],
    )
    return _stacked(blocks)


def notes_text(
    record: Record, annotations: Annotations, *, colour: bool = False, width: int = 80
) -> str:
    """The release note in plain text, without marks."""
    pen = Pen(colour, width)
    blocks = (
        [pen.paint(_BOLD, clean(record.title)), *_standing(record, annotations, pen)],
        pen.wrap(annotations.summary or record.summary or ""),
        pen.wrap(f"Why: {record.reason}" if record.reason else ""),
        *(_fragment(note.kind, note.area, note.text, pen) for note in record.notes),
        _areas(record, pen),
        list(evals_by_behaviour(record, pen)),
        list(_known(record, annotations, pen)),
        list(_blind(record, pen)),
        list(_corrections(annotations, pen)),
    )
    return _stacked(blocks)


def limitations_text(
    lives: Iterable[LimitationLife | LedgerEntry], *, colour: bool = False, width: int = 80
) -> str:
    """Each limitation with its state, since when it is known, and its text."""
    pen, found = Pen(colour, width), list(lives)
    if not found:
        return "No limitation is recorded.\n"
    identity = max(columns(clean(one.id)) for one in found)
    state = max(len(one.state.value) for one in found)
    lines = []
    for one in found:
        mark = pen.paint(_COLOURS.get(one.state.value, _DIM), one.state.value.ljust(state))
        known = f"known since {clean(one.since)}"
        until = f", resolved in {clean(one.resolved_in)}" if one.resolved_in else ""
        lines.append(f"{padded(clean(one.id), identity)}  {mark}  {known}{until}")
        lines += pen.wrap(one.text, indent=identity + 2)
    return "\n".join(lines) + "\n"


def _stacked(blocks: Iterable[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


# -- what changed ----------------------------------------------------------------------------------


def _headline(record: Record, pen: Pen) -> str:
    old = f"{clean(record.old)} → " if record.old else ""
    left = f"{clean(record.line)}  {old}{clean(record.new)}"
    areas = {one.described_in for one in record.changes} & AREAS.keys()
    right = f"{wording.counted(len(areas), 'area')} changed" if areas else "nothing changed"
    gap = " " * max(pen.width - columns(left) - len(right), 2)
    return pen.paint(_BOLD, left) + gap + right


def _areas(record: Record, pen: Pen) -> list[str]:
    lines: list[str] = []
    for section, label in AREAS.items():
        changes = [one for one in record.changes if one.described_in is section]
        for at, row in enumerate(_area(section, changes, record)):
            if isinstance(row, PromptChange):
                lines += _prompt(row, "" if at else label, pen)
            else:
                lines += pen.row("" if at else label, row)
    if record.rollback:
        same = "the same tree, proved" if record.rollback.identical else "not the same tree"
        lines += pen.row("rollback", f"restores {record.rollback.restores} ({same})")
        lines += [line for lost in record.rollback.lost for line in pen.row("", f"lost: {lost}")]
    if names := list(unexplained(record)):
        lines += pen.row("unsaid", f"no note explains: {wording.listed(names, NAMES_SHOWN)}")
    for one in record.relapses:
        lines += pen.row("relapse", _relapse_words(one.prompt, one.removed_in, one.similarity))
    return lines


def _area(
    section: Section, changes: Sequence[Change], record: Record
) -> Iterator[str | PromptChange]:
    if section is Section.TRAINING and record.combination.ids:
        yield wording.combination_words(record.combination)
        changes = [one for one in changes if one.kind != "training.added"]
    prompts = {one.file: one for one in record.prompts} if section is Section.PROMPTS else {}
    for change in changes[:LINES_OF_AN_AREA]:
        yield prompts.get(change.path) or _change_words(change)
    if len(changes) > LINES_OF_AN_AREA:
        yield f"and {len(changes) - LINES_OF_AN_AREA:,} more"


def _change_words(change: Change) -> str:
    words = wording.short_digest(change.words)
    if change.kind == "model.weights" and change.old and change.new:
        old, new = wording.short_digest(change.old), wording.short_digest(change.new)
        return f"{words}: {old} → {new}"
    is_file = change.described_in in (Section.OTHER, Section.PROMPTS) and ":" not in change.path
    return f"{change.path}: {words}" if is_file else words


def _prompt(prompt: PromptChange, label: str, pen: Pen) -> list[str]:
    lines = pen.row(label, f"{prompt.file}: {wording.prompt_words(prompt)}")
    changed = unified_lines(prompt.diff) if prompt.diff else []
    for op, text in changed[:LINES_OF_A_PROMPT]:
        sign, code = ("-", _RED) if op is PieceOp.REMOVED else ("+", _GREEN)
        wrapped = pen.wrap(text, LABEL + 4)
        wrapped[0] = " " * (LABEL + 2) + f"{sign} {wrapped[0].lstrip()}"
        lines += [pen.paint(code, line) for line in wrapped]
    if len(changed) > LINES_OF_A_PROMPT:
        more = len(changed) - LINES_OF_A_PROMPT
        lines += pen.row("", f"  and {wording.counted(more, 'more line')}")
    return lines


def _relapse_words(prompt: str, removed_in: str, similarity: float) -> str:
    how = "word for word" if similarity >= 1 else "reworded"
    return f"{prompt}: a line that {removed_in} took out is back, {how}"


# -- limitations -----------------------------------------------------------------------------------


def _limits(record: Record, pen: Pen) -> Iterator[str]:
    counts = {news: sum(one.news is news for one in record.limitations) for news in News}
    said = "  ".join(f"{count:,} {news.value}" for news, count in counts.items() if count)
    nothing = "none is known; attested" if record.none_known else "none recorded, none attested"
    yield ""
    yield from pen.row("limits", said or nothing)


def _blind(record: Record, pen: Pen) -> Iterator[str]:
    for at, one in enumerate(record.unmeasured):
        words = f"{one.behaviour}{' (blocking)' if one.blocking else ''}: {one.reason}"
        yield from pen.row("" if at else "blind", words)


# -- notes -----------------------------------------------------------------------------------------


def _standing(record: Record, annotations: Annotations, pen: Pen) -> Iterator[str]:
    after = f"after {record.old}" if record.old else ""
    live = wording.day(went_live(record)) or "not released yet"
    parts = (live, wording.kind_words(record.kind), after)
    yield from pen.wrap(", ".join(filter(None, parts)))
    if annotations.is_withdrawn:
        on = f" on {wording.day(annotations.withdrawn_on)}" if annotations.withdrawn_on else ""
        reason = f" {annotations.withdrawn_reason}" if annotations.withdrawn_reason else ""
        by = f" by {annotations.withdrawn_by}" if annotations.withdrawn_by else ""
        words = f"WITHDRAWN{on}{by}.{reason}"
        yield from (pen.paint(_RED, line) for line in pen.wrap(words))


def _fragment(kind: str, area: str | None, text: str, pen: Pen) -> list[str]:
    label = clean(f"{kind}: {area}" if area else kind)
    return [pen.paint(_DIM, label), *pen.wrap(_without_marks(text), indent=2)]


def _without_marks(text: str) -> str:
    """Markdown as it reads: emphasis marks gone, a link as its words and its address."""
    return _MARKS.sub("", _LINK.sub(r"\1 (\2)", text))


def _corrections(annotations: Annotations, pen: Pen) -> Iterator[str]:
    for one in annotations.amendments:
        yield from pen.wrap(f"{wording.day(one.on)}: {one.text}")


def _known(record: Record, annotations: Annotations, pen: Pen) -> Iterator[str]:
    yield pen.paint(_BOLD, "Known limitations")
    added = [one.limitation for one in annotations.amendments if one.limitation]
    entries: list[LedgerEntry] = [*added, *record.limitations]
    if not entries:
        yield "  None is known; attested." if record.none_known else "  None is recorded."
    for one in entries:
        yield from pen.wrap(f"{one.news.value}: {one.id} {one.text}", indent=2)
