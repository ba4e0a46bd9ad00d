"""Take in a person's own Markdown: keep what is writing, disarm what is more.

Emphasis, lists, links, tables and code stay. HTML, attributes, macros and snippets are shown as
they were typed. Nothing in it can reach beyond its place on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from relnotes.errors import Problem
from relnotes.publish.escaping import Markdown, code, code_line, fence, is_safe_target, printable

_CONTAINER = r"(?:[ >]|[-*+][ ]|\d+[.)][ ])*+"
_FENCE = re.compile(r"([ ]*)(`{3,}(?=[^`]*\Z)|~{3,})[ ]*([\w+-]*)")
_OPENS_CONTAINER = re.compile(r"[ ]{0,3}(?:[-*+:][ ]|\d+[.)][ ]|!!!|\?\?\?|===[!+]*[ ]?\")")
_HEADING = re.compile(rf"({_CONTAINER})(\#+)([ ]?)")
_TAG = re.compile(r"<[A-Za-z/!?]")
_UNDERLINE = re.compile(r"(?:=+|-+)[ ]*\Z")
_UNDERLINE_ALONE = re.compile(r"([ ]*)([=-])(?=\2*[ ]*\Z)")
_UNDERLINE_WITHIN = re.compile(rf"({_CONTAINER})([=-])(?=\2*[ ]*\Z)")
_COMMAND = re.compile(rf"({_CONTAINER})([:/])(?=\2\2)")
_ACTIVE = re.compile(
    r"""
      \\(?P<escaped>.)
    | (?P<ticks>`+)
    | <(?P<address>(?:https?://|mailto:)[^<>\s`{}\\]*|[\w.+-]+@[\w.-]+)>
    | \]\((?P<target>\s*(?:<[^<>]{0,2000}>|[^\s)]{0,2000}))
    | (?P<definition>\])(?P<colon>[ ]?:)
    | (?P<contents>\[TOC\])
    | (?P<mark>[<{] | &(?!(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);))
    """,
    re.VERBOSE | re.DOTALL,
)
_BEGINS_ACTIVE = re.compile(r"[\\`<\[\]{&]")
_BARE_AND = re.compile(r"&(?!(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)")
_IN_TARGET = str.maketrans({c: f"%{ord(c):02X}" for c in "`\\{}[]<>|\"' "})
_LINK_END = re.compile(r"""(?:\s+(?:"[^"]*"|'[^']*')\s*)?\)""")


def author(text: str, *, top: int = 3) -> Markdown:
    """The text made safe for a page; its highest headings get the level `top`."""
    return Markdown("\n".join(_Reader(text, top).lines()).strip("\n"))


def author_problems(text: str, place: str, first_line: int = 1) -> tuple[Problem, ...]:
    """What the author should mend; `author` shows it disarmed all the same.

    `place` is the file, `first_line` the line in it at which the text begins.
    """
    reader = _Reader(text, 1)
    list(reader.lines())
    return tuple(
        Problem(f"{place}:{line + first_line}", what, mend) for line, what, mend in reader.problems
    )


class _Reader(msgspec.Struct):
    """Goes through a text once; `at` is the line that is next, counted from 0."""

    text: str
    top: int
    problems: list[tuple[int, str, str]] = []
    at: int = 0
    in_container: bool = False
    source: list[str] = []

    def lines(self) -> Iterator[str]:
        text = printable(self.text.replace("\r\n", "\n")).expandtabs(4)
        self.source = text.rstrip().split("\n")
        while self.at < len(self.source):
            line = self.source[self.at]
            if opened := _FENCE.match(line):
                yield from self._fenced(opened)
            elif not line.strip():
                self.at += 1
                yield ""
            elif line.startswith("    ") and not self.in_container:
                yield from self._indented()
            else:
                yield from self._paragraph()

    def _fenced(self, opened: re.Match[str]) -> Iterator[str]:
        """A block of code, closed at the end of the text if its author did not."""
        indent, ticks, language = opened.groups()
        start = self.at
        end = re.compile(rf" {{0,{max(len(indent), 3)}}}{ticks}{ticks[0]}* *\Z")
        self.at += 1
        content: list[str] = []
        while self.at < len(self.source) and not end.match(self.source[self.at]):
            line = self.source[self.at]
            content.append(line[min(len(indent), len(line) - len(line.lstrip(" "))) :])
            self.at += 1
        if self.at == len(self.source):
            self._found(start, "this block of code is never closed", f"end it with a line {ticks}")
        self.at += 1
        yield from self._code_block(content, language, indent)

    def _code_block(self, content: Sequence[str], language: str, indent: str) -> Iterator[str]:
        text = "\n".join(content)
        if indent:
            # Where blocks of code in a list are not known, HTML in one would be HTML.
            block = fence(text, language)
            if _TAG.search(text) or not block.startswith("`"):
                block = code_line(text)
            yield from (indent + line for line in block.split("\n"))
        else:
            yield from fence(text, language).split("\n")

    def _indented(self) -> Iterator[str]:
        content: list[str] = []
        while self.at < len(self.source):
            line = self.source[self.at]
            if line.strip() and not line.startswith("    "):
                break
            content.append(line[4:])
            self.at += 1
        yield from self._code_block("\n".join(content).rstrip("\n").split("\n"), "", "")
        yield ""

    def _paragraph(self) -> Iterator[str]:
        start = self.at
        while self.at < len(self.source) and self._is_text(self.source[self.at]):
            self.at += 1
        lines = self.source[start : self.at]
        opens = any(map(_OPENS_CONTAINER.match, lines))
        self.in_container = opens or (self.in_container and lines[0].startswith(" "))
        if len(lines) > 1 and _UNDERLINE.match(lines[1]) and not opens:
            marks = "#" if lines[1].startswith("=") else "##"
            lines[:2] = [f"{marks} {lines[0].lstrip('# ')}", ""]
        prepared = "\n".join([self._prepared(lines[0]), *map(self._continued, lines[1:])])
        yield from self._disarmed(prepared, start).split("\n")

    def _is_text(self, line: str) -> bool:
        return bool(line.strip()) and not _FENCE.match(line)

    def _prepared(self, line: str) -> str:
        """What a line begins with: a heading lowered, a command of an extension disarmed."""
        if found := _HEADING.match(line):
            before, marks, space = found.groups()
            rest = line[found.end() :]
            if not space or len(marks) > 6:
                return f"{before}\\{marks}{space}{rest}"
            return f"{before}{'#' * min(6, len(marks) + self.top - 1)} {rest}"
        if found := _COMMAND.match(line):
            return f"{found[1]}&#{ord(found[2])};{line[found.end() :]}"
        return line

    def _continued(self, line: str) -> str:
        """A later line; an underline that is left would make a heading of a line before it."""
        if found := _UNDERLINE_ALONE.match(line) or _UNDERLINE_WITHIN.match(line):
            return f"{found[1]}&#{ord(found[2])};{line[found.end() :]}"
        return self._prepared(line)

    def _disarmed(self, text: str, start: int) -> str:
        """A paragraph with everything that is no plain writing made to be read only."""
        if not _BEGINS_ACTIVE.search(text):  # most: asked of a set, not of each kind in turn
            return text
        pieces: list[str] = []
        done = 0
        while found := _ACTIVE.search(text, done):
            pieces.append(text[done : found.start()])
            piece, done = self._replaced(found, start)
            pieces.append(piece)
        return "".join(pieces) + text[done:]

    def _replaced(self, found: re.Match[str], start: int) -> tuple[str, int]:
        """What stands for this find, and where in the text to go on."""
        kind, end = found.lastgroup, found.end()
        if kind == "ticks":
            return _code_span(found)
        if kind == "target":
            return self._link(found, start)
        if kind == "colon":
            self._definition(found, start)
            return f"]{found['colon'][:-1]}&#58;", end
        if kind == "contents":
            return "\\[TOC]", end
        if kind == "address":
            return _BARE_AND.sub("&amp;", found[0]), end
        return _HARMLESS.get(found["mark"] or found["escaped"], found[0]), end

    def _link(self, found: re.Match[str], start: int) -> tuple[str, int]:
        target = found["target"].strip()
        if target.startswith("<"):
            target = target[1:-1].strip().replace(" ", "%20") if target.endswith(">") else target
        # Whatever else came before the bracket would be read as a part of the address.
        if is_safe_target(target) and _LINK_END.match(found.string, found.end()):
            return f"]({_BARE_AND.sub('&amp;', target.translate(_IN_TARGET))}", found.end()
        what = f'the address "{target[:80]}" is not one that a page may lead to'
        mend = "begin it with https://, http:// or mailto:, or name a page"
        self._found(_line(found, start), what, mend)
        return "&#93;(", found.start() + 2

    def _definition(self, found: re.Match[str], start: int) -> None:
        begun = found.string.rfind("\n", 0, found.start()) + 1
        opening = found.string[begun : found.start()].lstrip(" >")
        if "]" in opening or not opening.startswith(("[", "*[")):
            return
        line = _line(found, start)
        if opening.startswith("[^"):
            self._found(line, "a note has no room for a footnote", "say it in the text")
        elif opening.startswith("*["):
            self._found(line, "an abbreviation would hold for the whole page", "spell it out")
        else:
            mend = "write it in its place: [text](address)"
            self._found(line, "the address of a link stands apart from the link", mend)

    def _found(self, line: int, what: str, mend: str) -> None:
        self.problems.append((line, what, mend))


_HARMLESS = {"<": "&lt;", "{": "&#123;", "&": "&amp;"}


def _line(found: re.Match[str], start: int) -> int:
    return start + found.string.count("\n", 0, found.start())


def _code_span(found: re.Match[str]) -> tuple[str, int]:
    """The code up to as many backticks as it began with; without them these are only backticks."""
    ticks = found["ticks"]
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(found.string, found.end())
    if closing is None:
        return "\\`" * len(ticks), found.end()
    return code(found.string[found.end() : closing.start()].strip()), closing.end()
