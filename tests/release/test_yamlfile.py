"""YAML from people: nothing is mangled, and every problem has its line and column."""

from __future__ import annotations

import pytest

from relnotes.errors import RelnotesError
from relnotes.release.written.bundle import Bundle, Limitation
from relnotes.yamlfile import Json, Text, Written, load, read, resolve


class Free(Written):
    name: Text = ""
    value: Json = None


def problems_of(text, model=Bundle) -> list[str]:
    with pytest.raises(RelnotesError) as caught:
        read(text, "bundle.yaml", model)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "written", ["on", "NO", "22:28", "1.10", "0002e668", "00012e45", "2026-04-25", "0x1F", "1_000"]
)
def test_an_unquoted_identifier_stays_as_it_was_written(written):
    assert read(f"name: {written}", "f", Free).name == written


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.10", 1.1),
        ("1e-5", 1e-5),
        ("-3", -3),
        ("true", True),
        ("yes", "yes"),
        ("'1'", "1"),
        ("null", None),
        ("", None),
        ("0002e668", "0002e668"),
        ("1234567890123456789", "1234567890123456789"),
    ],
)
def test_a_free_value_has_its_yaml_1_2_type(written, value):
    found = read(f"value: {written}", "f", Free).value

    assert found == value
    assert type(found) is type(value)


def test_all_problems_are_reported_at_once_with_line_and_column():
    text = """\
model:
  name: Wren
decodng: {temperature: 0.9}
rollout:
  - stage: canery
    share: 1.5
    start: 25 April
"""
    joined = "\n".join(problems_of(text))
    assert (
        'bundle.yaml:5:5: "rollout.0.stage" cannot be "canery" (did you mean "canary"?)' in joined
    )
    assert 'bundle.yaml:6:5: "rollout.0.share"' in joined
    assert 'bundle.yaml:7:5: "rollout.0.start": should be a date such as 2026-04-25' in joined
    assert 'bundle.yaml:3:1: unknown key "decodng" (did you mean "decoding"?)' in joined


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model: {name: a}\nmodel: {name: b}", 'f:2:1: the key "model" is given twice'),
        ("a: &x [1]\nb: *x", "f:1:4: an alias repeats this value"),
        ("a: [", "f:2:1: not valid YAML"),
        ("a: b: c", "f:1:5: not valid YAML: mapping values are not allowed"),
        ("<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n", "f:1: a merge conflict"),
        ("a: " + "[" * 5000, "f"),
    ],
)
def test_broken_yaml_is_refused_with_its_place(text, said):
    with pytest.raises(RelnotesError) as caught:
        load(text, "f")
    assert str(caught.value.problems[0]).startswith(said)


def test_an_alias_bomb_is_refused_without_being_unfolded():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for name, before in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"

    with pytest.raises(RelnotesError, match="an alias repeats this value"):
        load(bomb, "f")


def test_bytes_that_are_not_utf_8_are_refused_with_their_line():
    with pytest.raises(RelnotesError, match="f:2: this is not UTF-8 text"):
        load(b"a: 1\nb: \xff\n", "f")


@pytest.mark.parametrize("written", [".nan", ".inf", "-.inf"])
def test_nan_and_infinity_are_no_values(written):
    assert "not allowed" in problems_of(f"value: {written}", Free)[0]
    assert (
        "should be a number"
        in problems_of(f"model: {{name: x}}\nrollout: [{{stage: full, share: '{written}'}}]")[0]
    )


def test_a_limitation_id_must_be_searchable():
    assert "id" in problems_of("id: KL-0001\ntext: x", Limitation)[0]


def test_an_infinite_exponent_stays_text():
    assert resolve(load("1.0e999", "f").value) == "1.0e999"


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "26-02-03"])
def test_a_day_that_no_calendar_has_is_said_in_words(day):
    (problem,) = problems_of(f"model: {{name: W}}\nnone_known: {{by: Ada, on: {day}}}\n")

    assert problem.endswith(f'should be a date such as 2026-04-25, not "{day}"')
