"""Read a page of ours as plain HTML, for feeds: no classes, no plots, no theme, nothing folded.

A line at a time; knows the blocks that the templates and `authored` write, and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from relnotes.publish.feeds.inline_html import Address, inline_html

_ITEM = re.compile(r"([-*+]|\d+[.)])[ ]+")
_HEADING = re.compile(r"(#{1,6})[ ]+(.*?)(?:[ ]*\{[ ]#[^{}]*\})?[ ]*\Z")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_RULE = re.compile(r"\|?[ ]*:?-+")
_CELL_END = re.compile(r"(?<!\\)\|")
_ONE_LINE = re.compile(r"<(p|nav|summary)\b([^>]*)>(.*)</\1>\Z")
_ENDS = ("</p>", "</nav>", "</summary>")
_STARTS = ("<", "|", ">", "```", "~~~")


def page_html(page: str, address: Address) -> str:
    """The page without its front matter, its breadcrumbs and its title."""
    lines = page.lstrip("\n").split("\n")
    return _within(lines, address, _after_front_matter(lines))


def _after_front_matter(lines: Sequence[str]) -> int:
    """Where the page itself begins."""
    if lines[0] != "---" or len(lines) == 1:
        return 0
    ends = (at for at in range(1, len(lines)) if lines[at].startswith("---"))
    return next(ends, len(lines)) + 1


class _Reader:
    def __init__(self, lines: Sequence[str], address: Address, start: int) -> None:
        self._lines = lines
        self._address = address
        self._at = start
        self._made: list[str] = []

    def read(self) -> str:
        lines = self._lines
        while self._at < len(lines):
            line = lines[self._at]
            if bare := line.strip():
                self._block(line, bare)
            else:
                self._at += 1
        return "\n".join(self._made)

    def _block(self, line: str, bare: str) -> None:
        first = bare[0]
        if first == "<":
            self._element(bare)
        elif first == "#" and (heading := _HEADING.match(line)):
            self._at += 1
            level = len(heading[1])
            if level > 1:
                self._made.append(f"<h{level}>{self._inline(heading[2])}</h{level}>")
        elif first in "`~" and (fence := _FENCE.match(bare)):
            self._made.append(self._fenced(fence[1]))
        elif line.startswith("|"):
            self._table()
        elif line.startswith(">"):
            inner = [one[1:].removeprefix(" ") for one in self._while(lambda one: one[:1] == ">")]
            self._made.append(f"<blockquote>{_within(inner, self._address)}</blockquote>")
        elif _ITEM.match(line):
            self._made.append(self._list(ordered=line[0].isdigit()))
        else:
            self._paragraph()

    def _inline(self, text: str) -> str:
        return inline_html(text, self._address)

    def _while(self, holds: Callable[[str], object]) -> Sequence[str]:
        start = self._at
        while self._at < len(self._lines) and holds(self._lines[self._at]):
            self._at += 1
        return self._lines[start : self._at]

    # -- elements ------------------------------------------------------------------------------

    def _element(self, line: str) -> None:
        """HTML of the templates: what is marked `markdown` is read on, a figure is left out."""
        if line.endswith(_ENDS) and (whole := _ONE_LINE.match(line)):
            self._at += 1
            name, _, inner = whole.groups()
            if name != "nav" and inner.strip():
                self._made.append(f"<{name}>{self._inline(inner)}</{name}>")
        elif line.startswith("</div") or (line.startswith("<div") and " markdown" in line):
            self._at += 1
        elif line.startswith("<div"):
            raw = self._until("</div>")
            self._made.append("\n".join([re.sub(r' class="[^"]*"', "", one) for one in raw[1:-1]]))
        elif line.startswith("<figure"):
            self._until("</figure>")
        elif line.startswith("<pre>"):
            code = "\n".join(self._until("</code></pre>"))
            self._made.append(re.sub(r"<code[^>]*>", "<code>", code, count=1))
        elif line.startswith('<details class="rn-more"'):
            self._folded()
        elif line.startswith(("<details", "</details")):
            self._at += 1
            self._made.append("</details>" if line[1] == "/" else "<details>")
        else:
            self._paragraph()

    def _folded(self) -> None:
        """What a page folds away is long: it is named here, and stands there."""
        summary = _ONE_LINE.match(self._until("</details>")[1].strip())
        if summary:
            self._made.append(f"<p>{self._inline(summary[3])}: on the page.</p>")

    def _until(self, end: str) -> Sequence[str]:
        start, lines = self._at, self._lines
        at = start
        while at < len(lines) and not (end in lines[at] and lines[at].rstrip().endswith(end)):
            at += 1
        self._at = at + 1
        return lines[start : self._at]

    # -- blocks of text --------------------------------------------------------------------------

    def _fenced(self, ticks: str) -> str:
        self._at += 1
        content = self._while(lambda one: not one.strip().startswith(ticks))
        self._at += 1
        return f"<pre><code>{escape(chr(10).join(content), quote=False)}\n</code></pre>"

    def _table(self) -> None:
        head, *rest = self._while(lambda one: one.startswith("|"))
        body = rest[1:] if rest and _RULE.match(rest[0]) else rest
        self._made += (
            "<table>",
            f"<thead><tr>{self._cells(head, 'th')}</tr></thead><tbody>",
            *[f"<tr>{self._cells(row, 'td')}</tr>" for row in body],
            "</tbody></table>",
        )

    def _cells(self, row: str, name: str) -> str:
        inner = row.strip().removeprefix("|").removesuffix("|")
        cells = _CELL_END.split(inner) if "\\|" in inner else inner.split("|")
        plain = [self._inline(cell.strip().replace("\\|", "|")) for cell in cells]
        return f"<{name}>{f'</{name}><{name}>'.join(plain)}</{name}>"

    def _list(self, *, ordered: bool) -> str:
        items = []
        while self._at < len(self._lines) and (found := _ITEM.match(self._lines[self._at])):
            if found[1][0].isdigit() != ordered:
                break
            first = self._lines[self._at][found.end() :]
            self._at += 1
            items.append(f"<li>{self._item(first)}</li>")
        name = "ol" if ordered else "ul"
        return f"<{name}>{''.join(items)}</{name}>"

    def _item(self, first: str) -> str:
        """An item with the lines that are indented below it; blank lines between are its own."""
        lines = [first]
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip() and not line.startswith("  ") and (_ITEM.match(line) or not lines[-1]):
                break
            inner = line[4:] if line.startswith("    ") else line.lstrip(" ")
            lines += ["", inner] if lines[-1] and inner != line and _ITEM.match(inner) else [inner]
            self._at += 1
        while lines and not lines[-1]:
            lines.pop()
        made = _within(lines, self._address)
        single = re.fullmatch(r"<p>((?:(?!<p>).)*)</p>", made, re.DOTALL)
        return single[1] if single else made

    def _paragraph(self) -> None:
        lines, start = self._lines, self._at
        at = start + 1
        if at < len(lines) and lines[at].startswith(":   "):
            self._definitions()
            return
        while at < len(lines) and (line := lines[at]).strip() and not line.startswith(_STARTS):
            at += 1
        self._at = at
        text = lines[start] if at == start + 1 else "\n".join(lines[start:at])
        self._made.append(f"<p>{self._inline(text)}</p>")

    def _definitions(self) -> None:
        term = self._lines[self._at]
        self._at += 1
        said = self._while(lambda one: one.startswith(":   "))
        words = " ".join([self._inline(one[4:]) for one in said])
        self._made.append(f"<dl><dt>{self._inline(term)}</dt><dd>{words}</dd></dl>")


def _within(lines: Sequence[str], address: Address, start: int = 0) -> str:
    return _Reader(lines, address, start).read()
