"""Draw a comparison of files for a terminal; prints nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import structs

from relnotes.comparing import Compared
from relnotes.evals.comparison import SCALE, Comparison
from relnotes.evals.verdict import Verdict
from relnotes.publish import wording
from relnotes.publish.comparison import wording as compare_wording
from relnotes.publish.comparison.wording import Group
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.pen import Pen, clean, columns, padded

ROWS_SHOWN = 40
NAMES_SHOWN = 6
REASONS_SHOWN = 12
REMARKS_SHOWN = 8
_SHORTEST_NAME = 18
_INDENT = 6

_BOLD, _DIM = "1", "2"
_COLOURS = {
    Verdict.REGRESSED: "31",
    Verdict.IMPROVED: "32",
    Verdict.INCONCLUSIVE: "33",
    Verdict.NOT_COMPARABLE: "35",
    Verdict.REMOVED: "31",
}
_WITH_INTERVAL = frozenset(
    {Verdict.REGRESSED, Verdict.IMPROVED, Verdict.CHANGED, Verdict.INCONCLUSIVE, Verdict.HELD}
)


def compare_text(compared: Compared, *, colour: bool, width: int, everything: bool = False) -> str:
    """A screen or two; `everything` lists what is folded into a count otherwise."""
    pen, found = Pen(colour, width), compare_wording.groups(compared)
    blocks = [
        list(_sides(compared, pen)),
        list(_summary(compared, pen)),
        *(list(_group(group, compared, pen, everything)) for group in found),
        pen.wrap(compare_wording.honest_sentence(compared)),
        list(_foot(compared, pen, everything)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


# -- the head --------------------------------------------------------------------------------------


def _sides(compared: Compared, pen: Pen) -> Iterator[str]:
    sides = [compare_wording.side_words(side) for side in (compared.old, compared.new)]
    room = max(columns(clean(side.name)) for side in sides)
    parts = [clean(" · ".join(side.parts)) for side in sides]
    beside = 5 + room + 3 + max(map(columns, parts)) <= pen.width
    for label, side, rest in zip(("OLD", "NEW"), sides, parts, strict=True):
        name = clean(side.name)
        if beside:
            yield f"{pen.paint(_BOLD, label)}  {padded(name, room)}   {rest}".rstrip()
            continue
        yield f"{pen.paint(_BOLD, label)}  {name}"
        yield from pen.wrap(rest, indent=5)


def _summary(compared: Compared, pen: Pen) -> Iterator[str]:
    for line in pen.wrap(compare_wording.headline(compared)):
        yield pen.paint(_BOLD, line)
    said = compare_wording.counts_words(compared)
    line, used = "", 0
    for verdict, words in said:
        mark = f"{eval_wording.MARKS[verdict.value]} " if verdict else ""
        more = 3 + columns(mark + words)
        if used and used + more > pen.width:
            yield line
            line, used = "", 0
        painted = pen.paint(_COLOURS.get(verdict, "") if verdict else "", mark + words)
        line, used = f"{line}{'   ' if used else ''}{painted}", used + more
    yield line


# -- groups ----------------------------------------------------------------------------------------


def _group(group: Group, compared: Compared, pen: Pen, everything: bool) -> Iterator[str]:
    heading = f"{group.mark} {len(group.rows):,} {group.verdict.value}"
    yield _heading(heading, group, pen)
    most = len(group.rows) if everything else ROWS_SHOWN
    if group.verdict is Verdict.NOT_COMPARABLE:
        yield from _by_reason(group, pen, everything)
    elif group.verdict in (Verdict.ADDED, Verdict.HELD) and not everything:
        names = [eval_wording.eval_name(row) for row in group.rows]
        yield from pen.wrap(wording.listed(names, NAMES_SHOWN), indent=2)
    elif group.verdict in _WITH_INTERVAL:
        yield from _table(group, compared, pen, most)
    else:
        yield from _list(group, pen, most)


def _heading(heading: str, group: Group, pen: Pen) -> str:
    meaning = f": {group.meaning}"
    if columns(heading + meaning) > pen.width:
        meaning = ""
    painted = pen.paint(f"{_BOLD};{_COLOURS.get(group.verdict, _BOLD)}", heading)
    return painted + pen.paint(_DIM, meaning)


def _by_reason(group: Group, pen: Pen, everything: bool) -> Iterator[str]:
    reasons = eval_wording.by_reason(group.rows)
    most = len(reasons) if everything else REASONS_SHOWN
    for reason, names in reasons[:most]:
        first, *rest = pen.wrap(reason, indent=4)
        yield f"  {pen.paint(_COLOURS[group.verdict], group.mark)} {first[4:]}"
        yield from rest
        listed = wording.listed(names, len(names) if everything else NAMES_SHOWN)
        count = f"{len(names):,}: " if len(names) > 1 else ""
        yield from (pen.paint(_DIM, line) for line in pen.wrap(count + listed, indent=_INDENT))
    if len(reasons) > most:
        yield f"    and {len(reasons) - most:,} more reasons (--all)"


def _list(group: Group, pen: Pen, most: int) -> Iterator[str]:
    """Rows with a number on one side only."""
    for row in group.rows[:most]:
        figures = eval_wording.figures(row)
        number = f"was {figures.old}" if figures.old else figures.new
        n = eval_wording.sample_words(row)
        said = "  ".join(filter(None, (number, "" if n == "unknown" else f"n = {n}", row.reason)))
        first, *rest = pen.wrap(f"{eval_wording.eval_name(row)}  {said}", indent=4)
        yield f"  {pen.paint(_COLOURS.get(group.verdict, ''), group.mark)} {first[4:]}"
        yield from rest
    yield from _more(group, most)


def _more(group: Group, most: int) -> Iterator[str]:
    if len(group.rows) > most:
        yield f"    and {len(group.rows) - most:,} more (--all)"


# -- the table -------------------------------------------------------------------------------------


class _Cells(msgspec.Struct, frozen=True):
    task: str
    metric: str
    old: str
    new: str
    change: str
    interval: str
    n: str
    p: str
    below: tuple[str, ...]


def _table(group: Group, compared: Compared, pen: Pen, most: int) -> Iterator[str]:
    many = compare_wording.of_many_files(compared)
    cells = [_cells(row, group.verdict, compared, many) for row in group.rows[:most]]
    wide = {
        name: max(columns(getattr(one, name)) for one in cells)
        for name in ("task", "metric", "old", "new", "change", "interval", "n")
    }
    p = max(columns(one.p) for one in cells)
    figures = wide["old"] + 3 + wide["new"] + 2 + wide["change"] + 2 + wide["interval"] + 2
    room = pen.width - 4 - 2 - 2 - figures - wide["n"]
    with_p = wide["task"] + wide["metric"] + p + 2 <= room
    if min(wide["task"], _SHORTEST_NAME) + min(wide["metric"], _SHORTEST_NAME) > room:
        yield from _stacked(cells, wide, group, pen)
    else:
        task = min(wide["task"], max(room - wide["metric"], _SHORTEST_NAME))
        wide |= {"task": task, "metric": min(wide["metric"], room - task)}
        for one in cells:
            line = _line(one, wide, with_p)
            yield f"  {_mark(group, pen)} {line}".rstrip()
            yield from _below(one, pen)
    yield from _more(group, most)


def _cells(row: Comparison, verdict: Verdict, compared: Compared, many: bool) -> _Cells:
    unit = None if row.unit in SCALE else row.unit  # too long to stand behind every number
    figures = eval_wording.figures(structs.replace(row, unit=None) if unit else row)
    n = eval_wording.sample_words(row)
    return _Cells(
        clean(row.task),
        clean(eval_wording.metric_name(row)),
        figures.old,
        figures.new,
        figures.change,
        f"[{figures.low}, {figures.high}]" if figures.low else "",
        "" if n == "unknown" else f"n = {n}",
        compare_wording.p_words(row) if verdict is not Verdict.INCONCLUSIVE else "",
        tuple(_remarks(row, verdict, compared, many)),
    )


def _remarks(row: Comparison, verdict: Verdict, compared: Compared, many: bool) -> Iterator[str]:
    """What stands below a row: why it is inconclusive, what it is made of, where it is from."""
    if row.unit not in (None, *SCALE) and str(row.unit).replace(" ", "_") not in row.metric:
        yield f"in {row.unit}"
    if verdict is Verdict.INCONCLUSIVE and (words := eval_wording.reason_words(row)):
        yield words
    yield from compare_wording.beside_words(compared, row)
    if verdict is Verdict.REGRESSED and many:
        yield f"{row.source_old} → {row.source_new}"


def _line(one: _Cells, wide: dict[str, int], with_p: bool) -> str:
    name = f"{_cut(one.task, wide['task'])}  {_cut(one.metric, wide['metric'])}"
    return f"{name}  {_figures(one, wide, with_p)}"


def _figures(one: _Cells, wide: dict[str, int], with_p: bool) -> str:
    parts = (
        f"{_right(one.old, wide['old'])} → {padded(one.new, wide['new'])}",
        _right(one.change, wide["change"]),
        padded(one.interval, wide["interval"]),
        padded(one.n, wide["n"]),
        one.p if with_p else "",
    )
    return "  ".join(part for part in parts if part).rstrip()


def _stacked(
    cells: Sequence[_Cells], wide: dict[str, int], group: Group, pen: Pen
) -> Iterator[str]:
    """For a narrow screen: the name, and the figures below it."""
    for one in cells:
        yield f"  {_mark(group, pen)} {_cut(f'{one.task} {one.metric}', pen.width - 4).rstrip()}"
        figures = "    " + _figures(one, wide, with_p=False)
        if columns(figures) <= pen.width:
            yield figures
        else:
            yield f"    {one.old} → {one.new}  {one.change}"
            yield from pen.wrap(f"{one.interval}  {one.n}", indent=4)
        yield from _below(one, pen)


def _below(one: _Cells, pen: Pen) -> Iterator[str]:
    for words in one.below:
        yield from (pen.paint(_DIM, line) for line in pen.wrap(words, indent=_INDENT))


def _mark(group: Group, pen: Pen) -> str:
    return pen.paint(_COLOURS.get(group.verdict, ""), group.mark)


def _right(text: str, width: int) -> str:
    return " " * (width - columns(text)) + text


def _cut(text: str, width: int) -> str:
    """Padded to the width; what is too long loses its middle, as names differ at their ends."""
    if columns(text) <= width:
        return padded(text, width)
    tail = max((width - 1) // 2, 1)
    head = text[: width - 1 - tail]
    while columns(head) + 1 + columns(text[-tail:]) > width:
        head, tail = head[:-1], tail - 1
    return padded(f"{head}…{text[-tail:]}", width)


# -- the foot --------------------------------------------------------------------------------------


def _foot(compared: Compared, pen: Pen, everything: bool) -> Iterator[str]:
    said: Iterable[str] = (
        compare_wording.method_words(compared),
        *compare_wording.remarks(compared),
        *_row_remarks(compared, everything),
    )
    for words in filter(None, said):
        yield from (pen.paint(_DIM, line) for line in pen.wrap(words))


def _row_remarks(compared: Compared, everything: bool) -> Iterator[str]:
    found = list(compare_wording.row_remarks(compared))
    most = len(found) if everything else REMARKS_SHOWN
    yield from found[:most]
    if len(found) > most:
        yield f"and {len(found) - most:,} more remarks (--all)"
