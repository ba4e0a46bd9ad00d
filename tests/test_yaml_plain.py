"""What is read without a parser, or key by key, is never read differently than with one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relnotes.errors import Problem, RelnotesError
from relnotes.yaml_nodes import build, compose
from relnotes.yaml_pieces import read_pieces
from relnotes.yaml_plain import Plain, read_plain

EVENT = """schema: relnotes.event/1
id: "01KRJPV6400000000000000004"
kind: note
at:
  value: 2024-03-10T19:00Z
  precision: hour
text: Support says it agrees, always (see 4.2).
share: null
...
"""
_BITS = st.sampled_from(
    [
        *("key", "at", "null", "~", "on", "1.10", "22:28", "a: b", "a:b", "a #b", "#", "x  y", " "),
        *("'q'", '"q"', '"q\\n"', "- x", "{}", "[]", "|", ">", "&a x", "*a", "!t x", "ä", "\u2028"),
        *("\t", "\x85", "\ufeff", "...", "---", "? x", "%", "<<", "a:", ",", "what?", "\xa0", "\r"),
    ]
)
_LINES = st.builds(
    lambda indent, key, colon, value: f"{indent}{key}{colon}{value}",
    st.sampled_from(["", "", "", "  ", "  ", "    ", "- "]),
    st.one_of(st.sampled_from(["kind", "at", "by", "text"]), _BITS),
    st.sampled_from([":", ": ", ":", ": ", "", ":  "]),
    st.one_of(st.just(""), _BITS, st.text(max_size=6), st.builds("{} {}".format, _BITS, _BITS)),
)


def parsed(text: str) -> Any:
    problems: list[Problem] = []
    node = compose(text, "it")
    value = None if node is None else build(node, "it", set(), problems)
    if problems:
        raise RelnotesError(problems)
    return value


def exact(value: Any) -> Any:
    """With the type of each scalar beside it."""
    if isinstance(value, dict):
        return [(key, exact(one)) for key, one in value.items()]
    return type(value), value


def test_an_event_needs_no_parser() -> None:
    found = read_plain(EVENT)
    assert found is not None
    assert exact(found) == exact(parsed(EVENT))
    assert type(found["kind"]) is Plain
    assert type(found["id"]) is str
    assert found["share"] is None


@given(st.lists(_LINES, max_size=5), st.sampled_from(["\n", "", "\n...\n", "\n\n...\n"]))
def test_it_says_what_the_parser_says_or_nothing(lines: list[str], end: str) -> None:
    text = "\n".join(lines) + end
    found = read_plain(text)
    if found is not None:
        assert exact(found) == exact(parsed(text))


@pytest.mark.parametrize(
    "text",
    [
        *("", "a: b\na: c\n", "a: b\n  c: d\n", "a:\nb: c\n", "a:\n  b:\n    c: d\n", "a: {}\n"),
        *("a: |\n  b\n", "a: b: c\n", "a: b #c\n", "- a\n", "a: 'b'\n", "# a\n", "a:\n", "a: b:\n"),
    ],
)
def test_what_is_less_plain_is_left_to_the_parser(text: str) -> None:
    assert read_plain(text) is None


def test_a_file_that_is_long_is_left_to_the_parser() -> None:
    assert read_plain(f"a: {'b' * 200_000}\n") is None


BUNDLE = """# What runs.
release:
  summary: Calmer.

prompts:
- name: system
  file: prompts/system.md
tools:
  - {name: search, parameters: {limit: 3}}
text: |+
  Two
  # lines

"""
_FULL = st.sampled_from(
    [
        *(
            "a: b",
            "b:",
            "c: [1,",
            "d: {",
            "e: |",
            "f: >-",
            'g: "x',
            "h: 'y",
            "- z",
            "-",
            "---",
            "...",
        ),
        *("  i: 1", "  - 2", "  text", "# c", "", "]", "}", 'x"', "y'", "a: &x 1", "b: *x", "? k"),
        *(
            "key",
            "a b: c",
            "%TAG",
            "{}",
            "  {}",
            "\tj: 1",
            "k: l # m",
            "n:o",
            "p: q\rr: s",
            "t: !u v",
        ),
        *("é: 1", "a: \u2028b: 1", '"a": 1', "B: 1", "_a: 1"),
    ]
)


def test_a_bundle_is_read_key_by_key() -> None:
    found = read_pieces(BUNDLE)
    assert found is not None
    assert exact(found) == exact(parsed(BUNDLE))
    assert found["text"] == "Two\n# lines\n\n"


@given(st.lists(st.one_of(_FULL, _LINES), max_size=6), st.sampled_from(["\n", ""]))
def test_key_by_key_says_what_the_parser_says_or_nothing(lines: list[str], end: str) -> None:
    text = "\n".join(lines) + end
    found = read_pieces(text)
    if found is not None:
        assert exact(found) == exact(parsed(text))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "# a\n",
            "- a\n",
            "a: b\na: c\n",
            "  a: b\nc: d\n",
            "a: b\n...\nc: d\n",
            "a: [b,\nc]\n",
        ),
        *(
            "a: &x 1\nb: &x 2\n",
            "a: b\n--- \nc: d\n",
            "a: b\nc\n",
            "{}\n",
            "  {}\na: b\n",
            "A: b\n",
        ),
    ],
)
def test_what_cannot_be_taken_apart_is_left_to_the_parser(text: str) -> None:
    assert read_pieces(text) is None
