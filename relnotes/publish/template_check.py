"""Find what in a repository's own templates has no effect: it is mostly a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from relnotes.shipped import templates_folder
from relnotes.validation import did_you_mean

_SUFFIX = ".j2"


def without_effect(overrides: Path) -> Iterator[str]:
    """Remarks on files that replace nothing, and on blocks that the shipped template lacks.

    A template that is wrong is passed over; rendering it says where and why.
    """
    own = _templates(overrides)
    used = {name for one in own.values() for name in _named_in(one)}
    shipped = {path.name: path for path in templates_folder().glob("*" + _SUFFIX)}
    for name, template in own.items():
        place = f"{overrides.name}/{name}"
        if name not in shipped and name not in used:
            hint = did_you_mean(name, list(shipped))
            yield f"{place} has no effect: there is no shipped template of this name{hint}"
        yield from (f"{place}{words}" for words in _strange_blocks(template, shipped))


def _templates(folder: Path) -> dict[str, nodes.Template]:
    """Those that can be parsed, by name."""
    environment = Environment(autoescape=True)  # nothing is rendered
    found = {}
    for path in sorted(folder.rglob("*" + _SUFFIX)):
        name = path.relative_to(folder).as_posix()
        try:
            found[name] = environment.parse(path.read_text("utf-8"))
        except (TemplateSyntaxError, UnicodeDecodeError):
            continue
    return found


def _named_in(template: nodes.Template) -> Iterator[str]:
    """Other templates that it may take in: every text in it could be the name of one."""
    yield from (one.value for one in template.find_all(nodes.Const) if isinstance(one.value, str))


def _strange_blocks(template: nodes.Template, shipped: dict[str, Path]) -> Iterator[str]:
    """Of a template that changes single blocks of a shipped one."""
    extended = template.find(nodes.Extends)
    parent = extended.template if extended else None
    if not isinstance(parent, nodes.Const) or not str(parent.value).startswith("shipped/"):
        return
    path = shipped.get(str(parent.value).removeprefix("shipped/"))
    if path is None:
        return
    text = Environment(autoescape=True).parse(path.read_text("utf-8"))
    known = {block.name for block in text.find_all(nodes.Block)}
    blocks = list(template.find_all(nodes.Block))
    inner = {one.name for block in blocks for one in block.find_all(nodes.Block)}
    for block in blocks:
        if block.name not in known | inner:
            hint = did_you_mean(block.name, sorted(known))
            yield (
                f':{block.lineno}: the block "{block.name}" has no effect:'
                f" {parent.value} has none of this name{hint}"
            )
