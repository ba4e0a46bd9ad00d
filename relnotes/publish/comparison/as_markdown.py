"""A comparison of files as Markdown: a comment on a change, or a page."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.comparing import Compared
from relnotes.evals.comparison import Comparison
from relnotes.evals.verdict import Verdict
from relnotes.publish import markdown, phrases, wording
from relnotes.publish.comparison import wording as compare_wording
from relnotes.publish.comparison.wording import Group
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill

ROWS_SHOWN = 60
NAMES_SHOWN = 12
_NOTHING = Markdown("—")
_FOLDED = frozenset({Verdict.HELD, Verdict.ADDED})


def compare_markdown(compared: Compared, *, everything: bool = False) -> str:
    """What it says, then a table of what needs a reader; the rest as counts."""
    groups = compare_wording.groups(compared)
    listed = [one for one in groups if everything or one.verdict not in _FOLDED]
    rows = [row for group in listed for row in group.rows]
    shown = rows if everything else rows[:ROWS_SHOWN]
    lines = [
        fill("**{}**", compare_wording.headline(compared)),
        "",
        *_sides(compared),
        "",
        *_table(shown),
        *([f"and {len(rows) - len(shown):,} more rows", ""] if len(rows) > len(shown) else []),
        *(line for group in groups if group not in listed for line in _folded(group)),
        *_paragraph(compare_wording.honest_sentence(compared)),
        *_paragraph(compare_wording.method_words(compared)),
        *(fill("- {}", remark) for remark in compare_wording.remarks(compared)),
        *(fill("- {}", remark) for remark in compare_wording.row_remarks(compared)),
    ]
    return "\n".join(lines).strip("\n") + "\n"


def _sides(compared: Compared) -> Iterator[str]:
    for label, side in (("old", compared.old), ("new", compared.new)):
        words = compare_wording.side_words(side)
        yield fill("- {}: {}", label, phrases.chain([markdown.code(words.name), *words.parts]))


def _table(rows: list[Comparison]) -> Iterator[str]:
    if not rows:
        return
    yield "| eval | old → new | change (interval) | verdict | n |"
    yield "|:--|--:|--:|:--|--:|"
    for row in rows:
        figures = eval_wording.figures(row)
        values = " → ".join(filter(None, (figures.old, figures.new)))
        interval = f" ({figures.interval})" if figures.interval else ""
        change = f"{figures.change}{interval}" if figures.change else _NOTHING
        verdict = eval_wording.verdict_words(row)
        yield fill(
            "| {} | {} | {} | {} {} | {} |",
            eval_wording.eval_name(row),
            values or _NOTHING,
            change,
            Markdown(eval_wording.MARKS[row.verdict.value]),
            verdict,
            eval_wording.sample_words(row),
        )
    yield ""


def _folded(group: Group) -> Iterator[str]:
    names = [eval_wording.eval_name(row) for row in group.rows]
    words = f"{len(names):,} {group.verdict.value}: {wording.listed(names, NAMES_SHOWN)}"
    yield from _paragraph(f"{group.mark} {words}")


def _paragraph(text: str) -> Iterator[str]:
    if text:
        yield fill("{}", text)
        yield ""
