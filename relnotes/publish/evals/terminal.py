"""Draw the evals of a release for a terminal: one list for a diff, by behaviour for notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from relnotes.evals.comparison import Comparison
from relnotes.publish import wording
from relnotes.publish.evals import flip_wording
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.evals.groups import groups_of
from relnotes.publish.evals.honesty import honest_sentence
from relnotes.publish.evals.sources import Sources
from relnotes.publish.pen import Pen, clean, columns, padded
from relnotes.release.record import Flipped, Record

EVALS_SHOWN = 40
QUESTIONS_NAMED = 3

_YELLOW, _MAGENTA, _BOLD, _DIM = "33", "35", "1", "2"
_COLOURS = {"improved": "32", "regressed": "31", "inconclusive": _YELLOW}
_BELOW = 6  # columns in front of what stands below a row


class _Table(msgspec.Struct, frozen=True):
    """Rows whose columns stand below each other, in whatever parts they are drawn."""

    task: int
    metric: int
    flips: Mapping[tuple[str, str, str, str], Flipped]
    sources: Sources | None

    @classmethod
    def of(
        cls, record: Record, rows: Iterable[Comparison], sources: Sources | None = None
    ) -> _Table:
        names = [(clean(one.task), clean(eval_wording.metric_name(one))) for one in rows]
        return cls(
            min(max((columns(task) for task, _ in names), default=0), 32),
            min(max((columns(metric) for _, metric in names), default=0), 24),
            {one.key: one for one in record.flips},
            sources,
        )

    def rows(self, evals: Iterable[Comparison], pen: Pen) -> Iterator[str]:
        for one in evals:
            kind = one.verdict.value
            mark = pen.paint(_COLOURS.get(kind, _DIM), eval_wording.MARKS[kind])
            metric = padded(clean(eval_wording.metric_name(one)), self.metric)
            direction = eval_wording.direction_words(one.direction)
            source = f"[{self.sources.words(one)}]" if self.sources else ""
            said = clean("  ".join(filter(None, (_eval_words(one), direction, source))))
            yield f"  {mark} {padded(clean(one.task), self.task)}  {metric}  {said}"
            yield from (pen.paint(_DIM, line) for line in self._below(one, pen))

    def _below(self, one: Comparison, pen: Pen) -> Iterator[str]:
        """What a row is made of."""
        if flips := self.flips.get(one.key):
            words = flip_wording.flips_words(flips, one.verdict, QUESTIONS_NAMED)
            yield from pen.wrap(words, indent=_BELOW)


def evals_in_brief(record: Record, pen: Pen) -> Iterator[str]:
    """What moved or blocks, in one list, and how much could have gone unseen."""
    yield from _counts(record, pen)
    told = eval_wording.told(record.evals)
    shown = told[:EVALS_SHOWN]
    yield from _Table.of(record, shown).rows(shown, pen)
    yield from _left_out(len(told) - len(shown))
    yield from _sentence(honest_sentence(record.evals), pen)
    yield from _uncompared(record, pen)


def evals_by_behaviour(record: Record, pen: Pen) -> Iterator[str]:
    """The same with a sentence for each behaviour, and where the numbers stand."""
    yield from _counts(record, pen)
    told = eval_wording.told(record.evals)
    shown = told[:EVALS_SHOWN]
    sources = Sources.of(record)
    table = _Table.of(record, shown, sources)
    groups = groups_of(record.evals, shown)
    for group in groups.told:
        if groups.named:
            yield f"  {pen.paint(_BOLD, clean(group.name))}"
        yield from table.rows(group.told, pen)
        yield from _sentence(group.honest, pen)
    yield from _left_out(len(told) - len(shown))
    for name, words in groups.quiet:
        said = f"{name}: {words[:1].lower()}{words[1:]}" if groups.named else words
        yield from pen.wrap(said, indent=2)
    yield from _uncompared(record, pen)
    yield from (pen.paint(_DIM, line) for line in _sources(sources, pen))


def _sources(sources: Sources, pen: Pen) -> Iterator[str]:
    """The files behind the numbers in brackets; a path is not broken where it need not be."""
    if sources.numbers:
        old = f"old numbers below {sources.old}, new ones " if sources.old else ""
        yield from pen.wrap(f"{old}below {sources.new}", indent=2)
    for path, number in sources.numbers.items():
        yield from pen.wrap(f"[{number}] {path}", indent=4)


def _counts(record: Record, pen: Pen) -> Iterator[str]:
    summary = record.eval_summary
    kinds = ("improved", "regressed", "changed", "inconclusive", "held")
    counts = [
        (summary.compared, "compared"),
        *((summary.counts.get(kind, 0), kind) for kind in kinds),
        (summary.not_comparable, "not comparable"),
        (summary.added, "new"),
        (summary.removed, "gone"),
        (summary.carried_over, "carried over"),
    ]
    said = "  ".join(f"{count:,} {what}" for count, what in counts if count)
    yield from pen.row("evals", said or "none came with this release")
    if summary.stale:
        older = "older than this release: what runs has changed since they were measured"
        yield from pen.row("", older)


def _left_out(more: int) -> Iterator[str]:
    if more > 0:
        yield f"  and {more:,} more"


def _sentence(words: str, pen: Pen) -> Iterator[str]:
    if words:
        yield from pen.wrap(words, indent=4)


def _uncompared(record: Record, pen: Pen) -> Iterator[str]:
    for reason, names in eval_wording.by_reason(record.evals)[:EVALS_SHOWN]:
        mark = pen.paint(_MAGENTA, eval_wording.MARKS["not comparable"])
        yield from _of_several(mark, names, f"not comparable: {reason}", pen)
    for words, names in eval_wording.by_override(record.evals)[:EVALS_SHOWN]:
        yield from _of_several(pen.paint(_YELLOW, "!"), names, words, pen)


def _of_several(mark: str, names: Sequence[str], words: str, pen: Pen) -> Iterator[str]:
    lines = pen.wrap(f"{wording.listed(names, 4)}: {words}", indent=4)
    yield from (f"  {mark} {line[4:]}" if at == 0 else line for at, line in enumerate(lines))


def _eval_words(one: Comparison) -> str:
    figures, verdict = eval_wording.figures(one), one.verdict.value
    values = " → ".join(filter(None, (figures.old, figures.new)))
    if verdict in ("inconclusive", "not comparable", "added", "removed"):
        words = eval_wording.verdict_words(one)
        return f"{values}  {words}{', blocking' if one.blocking else ''}"
    interval = f" [{figures.low}, {figures.high}]" if figures.low else ""
    blocking = f"  {verdict}, blocking" if one.blocking else ""
    questions = eval_wording.sample_words(one)
    count = "" if questions == eval_wording.UNKNOWN else f"  n={questions}"
    return f"{values}  {figures.change}{interval}{count}{blocking}"
