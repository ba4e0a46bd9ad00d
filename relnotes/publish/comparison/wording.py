"""Say in words what a comparison of files shows: the headline, the groups, the honest sentence.

Pure, and without markup; whoever puts it on a page or a screen makes it safe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator

import msgspec

from relnotes.comparing import COMPARED, Compared
from relnotes.comparing.files import Side
from relnotes.evals.comparison import EQUAL, SCALE, Comparison
from relnotes.evals.result import Direction
from relnotes.evals.verdict import Verdict
from relnotes.publish import wording
from relnotes.publish.evals import flip_wording, honesty
from relnotes.publish.evals import wording as eval_wording

ORDER = (
    Verdict.REGRESSED,
    Verdict.IMPROVED,
    Verdict.CHANGED,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_COMPARABLE,
    Verdict.NOT_MEASURED,
    Verdict.REMOVED,
    Verdict.ADDED,
    Verdict.HELD,
)
_NAMED = 3
_FAILING = 12
_MEANING = {
    Verdict.REGRESSED: "worse by more than chance",
    Verdict.IMPROVED: "better by more than chance",
    Verdict.CHANGED: "another number, and nobody says which way is better",
    Verdict.INCONCLUSIVE: "neither a change nor its absence is shown",
    Verdict.NOT_COMPARABLE: "measured in another way, so no difference is told",
    Verdict.NOT_MEASURED: "named on both sides, with no number on one",
    Verdict.REMOVED: "no longer measured: whatever happened to it, nobody saw",
    Verdict.ADDED: "measured for the first time, which is no improvement",
    Verdict.HELD: "no worse than the margin allows",
}


class Group(msgspec.Struct, frozen=True):
    """The rows of one verdict, in the order in which to read them."""

    verdict: Verdict
    rows: tuple[Comparison, ...]

    @property
    def mark(self) -> str:
        return eval_wording.MARKS[self.verdict.value]

    @property
    def meaning(self) -> str:
        return _MEANING[self.verdict]


def groups(compared: Compared) -> tuple[Group, ...]:
    """What needs a reader comes first, and within a group too."""
    found = (Group(verdict, _of(compared.rows, verdict)) for verdict in ORDER)
    return tuple(group for group in found if group.rows)


def _of(rows: Iterable[Comparison], verdict: Verdict) -> tuple[Comparison, ...]:
    """Losses first, the largest of them at the top; but gains where all are gains."""
    turn = -1 if verdict is Verdict.IMPROVED else 1
    mine = (row for row in rows if row.verdict is verdict)
    return tuple(sorted(mine, key=lambda row: (turn * _gain(row), row.key)))


def _gain(row: Comparison) -> float:
    """For an order only: in points, or in per cent of the old value where there is no scale."""
    if row.delta is None or row.direction is Direction.UNKNOWN:
        return 0.0
    sign = -1 if row.direction is Direction.LOWER else 1
    if row.unit in SCALE:
        return sign * 100 * row.delta / SCALE[row.unit]
    return sign * 100 * row.delta / abs(row.old) if row.old else 0.0


# -- sentences -------------------------------------------------------------------------------------


def headline(compared: Compared) -> str:
    """What to take away, in a sentence or two."""
    counts = compared.counts
    parts = [_moved(compared) if compared.compared else _nothing(compared)]
    if counts[Verdict.REMOVED]:
        parts.append(f"{_are(counts[Verdict.REMOVED])} no longer measured.")
    if counts[Verdict.NOT_COMPARABLE] and compared.compared:
        parts.append(f"{counts[Verdict.NOT_COMPARABLE]:,} could not be compared.")
    return " ".join(parts)


def _moved(compared: Compared) -> str:
    worse, better = (_of(compared.rows, one) for one in (Verdict.REGRESSED, Verdict.IMPROVED))
    total = compared.compared
    if worse:
        names = wording.listed([eval_wording.eval_name(row) for row in worse], _NAMED)
        too = f" {_are(len(better))} better." if better else ""
        return f"{_are(len(worse), total)} worse by more than chance: {names}.{too}"
    if better:
        more = f"{_are(len(better), total)} better by more than chance"
        return f"None is shown to be worse; {more}."
    if compared.counts[Verdict.CHANGED] == total:
        return f"{_are(total)} different, and nobody says which way is better."
    if all(row.method == EQUAL for row in compared.rows if row.verdict in COMPARED):
        return _all_the_same(total)
    none = "The one eval is not" if total == 1 else f"None of {total:,} is"
    return f"{none} shown to be better or worse."


def _all_the_same(total: int) -> str:
    if total == 1:
        return "The one number is the same."
    return "Both numbers are the same." if total == 2 else f"All {total:,} numbers are the same."


def _nothing(compared: Compared) -> str:
    hindered = compared.counts[Verdict.NOT_COMPARABLE]
    if hindered:
        what = "what both sides have was" if hindered > 1 else "the one eval of both sides was"
        return f"Nothing could be compared: {what} measured in another way."
    return "Nothing could be compared: no eval stands on both sides."


def _are(count: int, total: int | None = None) -> str:
    of = "" if total is None else f" of {total:,}"
    return f"{count:,}{of} {'is' if count == 1 else 'are'}"


def counts_words(compared: Compared) -> list[tuple[Verdict | None, str]]:
    """ "41 compared", then each verdict that there is, in the order of reading."""
    counts = compared.counts
    said: list[tuple[Verdict | None, str]] = [(None, f"{compared.compared:,} compared")]
    order = sorted(ORDER, key=lambda one: one not in COMPARED)
    return said + [(one, f"{counts[one]:,} {one.value}") for one in order if counts[one]]


def honest_sentence(compared: Compared) -> str:
    """What may hide behind the rows that show no change; empty where there are none."""
    return honesty.honest_sentence(compared.rows)


def method_words(compared: Compared) -> str:
    """How sure "more than chance" is, and how the intervals were made."""
    rows = [row for row in compared.rows if row.ci is not None]
    methods = sorted({row.method for row in rows} - {EQUAL})
    if not rows:
        return ""
    sure = compared.options.sureness
    made = f": {'; '.join(methods)}" if methods else ""
    held = ""
    if sure.margin:
        held = f" Held: no loss of {wording.points(sure.margin)} or more, one-sided."
    family = sum(row.p_adjusted is not None for row in rows)
    adjusted = (
        f" Claims are adjusted for {family:,} comparisons (Benjamini–Hochberg)."
        if family > 1
        else ""
    )
    return (
        f"Intervals at {wording.percent(1 - sure.alpha)}{made}.{adjusted}{held}"
        f" Gone unseen: missed more often than one time in {wording.plain(1 / (1 - sure.power))}."
    )


# -- the sides -------------------------------------------------------------------------------------


class SideWords(msgspec.Struct, frozen=True):
    """Where the numbers of one side come from; empty where no file says."""

    name: str
    files: str
    harness: str
    model: str
    when: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.files, self.harness, self.model, self.when)))


def side_words(side: Side) -> SideWords:
    results = [one.results for one in side.files]
    versions = {one.harness for one in results if one.harness_version}
    harness = [
        " ".join(filter(None, (one.harness, one.harness_version)))
        for one in results
        if one.harness_version or one.harness not in versions
    ]
    dates = sorted(one.started for one in results if one.started)
    ignored = f", {len(side.ignored):,} ignored" if side.ignored else ""
    files = f"{wording.counted(len(side.files), 'file')}{ignored}" if side.is_folder else ""
    return SideWords(
        side.name,
        files,
        wording.listed(_distinct(harness), 2),
        wording.listed(_distinct(one.model for one in results if one.model), 2),
        wording.span(dates[0], dates[-1]) if dates else "",
    )


def _distinct(values: Iterable[str]) -> list[str]:
    """Each once, the commonest first."""
    return [value for value, _ in Counter(values).most_common()]


def remarks(compared: Compared) -> Iterator[str]:
    """What a reader should know beside the rows; what several files say is said once."""
    if compared.left_out:
        yield f"{compared.left_out:,} more rows are left out by --task and --metric."
    if compared.options.house.file:
        yield f"Settings of {compared.options.house.file} hold here too."
    yield from compared.remarks
    for label, side in (("old", compared.old), ("new", compared.new)):
        said = Counter(remark for one in side.files for remark in one.results.remarks)
        for remark, count in said.items():
            yield f"{label}: {remark}{f' ({count:,} files)' if count > 1 else ''}"


def row_remarks(compared: Compared) -> Iterator[str]:
    """What is odd about single rows, each oddity once, with the rows that it is about."""
    found: dict[str, list[str]] = {}
    for row in compared.rows:
        for remark in row.remarks:
            found.setdefault(remark, []).append(eval_wording.eval_name(row))
    for remark, names in found.items():
        yield f"{wording.listed(names, _NAMED)}: {remark}"


def failing_words(compared: Compared, verdicts: Container[Verdict]) -> Iterator[str]:
    """ "2 regressed: mmlu acc and gsm8k exact_match", a line for each verdict that is not to be."""
    for group in groups(compared):
        if group.verdict in verdicts:
            names = [eval_wording.eval_name(row) for row in group.rows]
            yield f"{len(names):,} {group.verdict.value}: {wording.listed(names, _FAILING)}"


def beside_words(compared: Compared, row: Comparison) -> Iterator[str]:
    """What a row is made of, and how a real loss stands to the margin."""
    if words := flips_words(compared, row):
        yield words
    if row.noise is not None:
        yield f"the old one moved by {wording.plain(row.noise)} when measured again"
    if row.paired and _is_of_fewer(row):
        yield "the change is that of the questions scored on both sides"
    is_small = row.worst is not None and row.margin is not None and row.worst > -row.margin
    if row.verdict is Verdict.REGRESSED and is_small:
        yield "the loss is real, and surely smaller than the margin"


def _is_of_fewer(row: Comparison) -> bool:
    """Whether the change is not the difference of what is shown beside it."""
    if row.old is None or row.new is None or row.delta is None:
        return False
    return abs(row.new - row.old - row.delta) > 1e-6 * max(abs(row.old), abs(row.new))


def flips_words(compared: Compared, row: Comparison) -> str:
    """What a paired change is made of: "38 went from right to wrong (q7, q9 and 36 more), …"."""
    flips = compared.flips.get(row.key)
    return flip_wording.flips_words(flips, row.verdict, _NAMED) if flips else ""


def of_many_files(compared: Compared) -> bool:
    """Whether a row has to say which files its numbers stand in."""
    sides = ((row.source_old for row in compared.rows), (row.source_new for row in compared.rows))
    return any(len({source for source in side if source}) > 1 for side in sides)


def p_words(row: Comparison) -> str:
    """The p that decided: adjusted where the row is one of several."""
    p = row.p if row.p_adjusted is None else row.p_adjusted
    if p is None:
        return ""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}" if p < 0.995 else "p = 1"
