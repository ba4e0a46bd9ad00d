"""YAML as a tree of nodes that know their line; the only module that knows PyYAML's parser.

Slow to import, and asked only where `yaml_plain` cannot tell, or something is wrong.
"""

from __future__ import annotations

from typing import Any

import yaml

from relnotes.errors import Problem, fail
from relnotes.yaml_plain import NULLS, Plain

MAX_BYTES = 4_000_000
_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Loader(_Base):  # type: ignore[misc]
    """Without tags: looking for them took three quarters of the time."""

    def resolve(self, kind: type, value: str, implicit: object) -> str:  # noqa: ARG002
        return ""

    def descend_resolver(self, *_: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


def compose(text: str, place: str) -> yaml.Node | None:
    if len(text) > MAX_BYTES:
        raise fail(place, f"longer than {MAX_BYTES:,} characters; such files are short")
    try:
        node: yaml.Node | None = yaml.compose(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{place}:{mark.line + 1}:{mark.column + 1}" if mark else place
        what = error.problem or error.context or "not valid YAML"
        raise fail(where, f"not valid YAML: {what}", _yaml_mend(what)) from error
    except yaml.YAMLError as error:
        raise fail(place, f"not valid YAML: {str(error).splitlines()[0]}") from error
    except RecursionError as error:
        raise fail(place, "nested too deeply") from error
    return node


def _yaml_mend(what: str) -> str:
    if "alias" in what:
        return "write the value out; anchors and aliases are not used here"
    if "mapping values" in what:
        return 'text that contains ": " needs quotes'
    if "'\\t'" in what or "tab" in what:
        return "indent with spaces"
    return ""


def build(node: yaml.Node, place: str, seen: set[int], problems: list[Problem]) -> Any:
    if id(node) in seen:
        problems.append(
            Problem(place_of(place, node), "an alias repeats this value", "write the value out")
        )
        return None
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if node.style:  # a quote or block mark; the C parser gives "" for plain, the other None
            return node.value
        return None if node.value in NULLS else Plain(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [build(item, place, seen, problems) for item in node.value]
    return _mapping(node, place, seen, problems)


def _mapping(
    node: yaml.Node, place: str, seen: set[int], problems: list[Problem]
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem(place_of(place, key_node), "a key should be text"))
            continue
        key = key_node.value
        if key in result:
            what = f'the key "{key}" is given twice'
            problems.append(Problem(place_of(place, key_node), what, "keep one of them"))
        result[key] = build(value_node, place, seen, problems)
    return result


def place_of(place: str, node: yaml.Node) -> str:
    return f"{place}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def child(node: yaml.Node | None, step: int | str) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value
    return None


def key_place(root: yaml.Node | None, loc: tuple[int | str, ...], place: str) -> str:
    """The key's position where the last step is a key, else that of the value or its parent."""
    node, mark = root, root
    for step in loc:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    mark, node = key, value
                    break
        else:
            below = child(node, step)
            if below is not None:
                mark = node = below
    return place if mark is None else place_of(place, mark)
