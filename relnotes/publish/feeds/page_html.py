"""Read a page of ours as plain HTML, for feeds: no classes, no plots, no theme, nothing folded.

A line at a time; knows the blocks that the templates and `authored` write, and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    lines = _body(page).split("\n")
    return "\n".join(_Reader(lines, address).blocks())


def _body(page: str) -> str:
    text = page.lstrip("\n")
    if text.startswith("---\n"):
        text = text.partition("\n---")[2].partition("\n")[2]
    return text


class _Reader:
    def __init__(self, lines: Sequence[str], address: Address) -> None:
        self._lines = lines
        self._address = address
        self._at = 0

    def blocks(self) -> Iterator[str]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if bare := line.strip():
                yield from self._block(line, bare)
            else:
                self._at += 1

    def _block(self, line: str, bare: str) -> Iterator[str]:
        if bare[0] == "<":
            yield from self._element(bare)
        elif line[0] == "#" and (heading := _HEADING.match(line)):
            self._at += 1
            level = len(heading[1])
            if level > 1:
                yield f"<h{level}>{self._inline(heading[2])}</h{level}>"
        elif bare[0] in "`~" and (fence := _FENCE.match(bare)):
            yield self._fenced(fence[1])
        elif line.startswith("|"):
            yield from self._table()
        elif line.startswith(">"):
            inner = [one[1:].removeprefix(" ") for one in self._while(lambda one: one[:1] == ">")]
            yield f"<blockquote>{_within(inner, self._address)}</blockquote>"
        elif _ITEM.match(line):
            yield self._list(ordered=line[0].isdigit())
        else:
            yield self._paragraph()

    def _inline(self, text: str) -> str:
        return inline_html(text, self._address)

    def _while(self, holds: object) -> list[str]:
        assert callable(holds)
        start = self._at
        while self._at < len(self._lines) and holds(self._lines[self._at]):
            self._at += 1
        return list(self._lines[start : self._at])

    # -- elements ------------------------------------------------------------------------------

    def _element(self, line: str) -> Iterator[str]:
        """HTML of the templates: what is marked `markdown` is read on, a figure is left out."""
        if line.endswith(_ENDS) and (whole := _ONE_LINE.match(line)):
            self._at += 1
            name, _, inner = whole.groups()
            if name != "nav" and inner.strip():
                yield f"<{name}>{self._inline(inner)}</{name}>"
        elif line.startswith("<figure"):
            self._until("</figure>")
        elif line.startswith("<div") and " markdown" not in line:
            raw = self._until("</div>")
            yield "\n".join(re.sub(r' class="[^"]*"', "", one) for one in raw[1:-1])
        elif line.startswith("<pre>"):
            yield re.sub(r"<code[^>]*>", "<code>", "\n".join(self._until("</code></pre>")), count=1)
        elif line.startswith('<details class="rn-more"'):
            yield from self._folded()
        elif line.startswith(("<details", "</details")):
            self._at += 1
            yield "</details>" if line[1] == "/" else "<details>"
        elif line.startswith(("<div", "</div")):
            self._at += 1
        else:
            yield self._paragraph()

    def _folded(self) -> Iterator[str]:
        """What a page folds away is long: it is named here, and stands there."""
        summary = _ONE_LINE.match(self._until("</details>")[1].strip())
        if summary:
            yield f"<p>{self._inline(summary[3])}: on the page.</p>"

    def _until(self, end: str) -> list[str]:
        start, lines = self._at, self._lines
        at = start
        while at < len(lines) and not (end in lines[at] and lines[at].rstrip().endswith(end)):
            at += 1
        self._at = at + 1
        return list(lines[start : self._at])

    # -- blocks of text --------------------------------------------------------------------------

    def _fenced(self, ticks: str) -> str:
        self._at += 1
        content = self._while(lambda one: not one.strip().startswith(ticks))
        self._at += 1
        return f"<pre><code>{escape(chr(10).join(content), quote=False)}\n</code></pre>"

    def _table(self) -> Iterator[str]:
        head, *rest = self._while(lambda one: one.startswith("|"))
        body = rest[1:] if rest and _RULE.match(rest[0]) else rest
        yield "<table>"
        yield f"<thead><tr>{self._cells(head, 'th')}</tr></thead><tbody>"
        yield from (f"<tr>{self._cells(row, 'td')}</tr>" for row in body)
        yield "</tbody></table>"

    def _cells(self, row: str, name: str) -> str:
        cells = _CELL_END.split(row.strip().removeprefix("|").removesuffix("|"))
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

    def _paragraph(self) -> str:
        first = self._lines[self._at]
        self._at += 1
        if self._at < len(self._lines) and self._lines[self._at].startswith(":   "):
            return self._definitions(first)
        more = self._while(lambda one: one.strip() and not one.startswith(_STARTS))
        return f"<p>{self._inline(chr(10).join([first, *more]))}</p>"

    def _definitions(self, term: str) -> str:
        said = self._while(lambda one: one.startswith(":   "))
        words = " ".join([self._inline(one[4:]) for one in said])
        return f"<dl><dt>{self._inline(term)}</dt><dd>{words}</dd></dl>"


def _within(lines: Sequence[str], address: Address) -> str:
    return "\n".join(_Reader(lines, address).blocks())
