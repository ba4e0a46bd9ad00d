from __future__ import annotations

import pytest

from relnotes.evals.comparability import Override, differences, harness_condition
from relnotes.evals.result import Direction, Measurement


def measured(unit: str | None = "fraction", **conditions: str) -> Measurement:
    pairs = tuple(sorted((name.replace("__", " "), value) for name, value in conditions.items()))
    return Measurement("task", "acc", None, 0.5, unit=unit, conditions=pairs)


def with_argument(name: str, value: str) -> Measurement:
    return Measurement("task", "acc", None, 0.5, conditions=((f"model_args.{name}", value),))


def test_equal_conditions_differ_in_nothing() -> None:
    one = measured(judge="J-2", shots="5")

    assert differences(one, one) == ()


@pytest.mark.parametrize(
    "field",
    ["judge", "shots", "task__version", "dataset", "dataset__revision", "split", "limit",
     "prompt__template", "chat__template", "scorer", "harness", "few-shot__seed"],
)  # fmt: skip
def test_every_condition_that_differs_is_named_with_both_values(field: str) -> None:
    old, new = measured(**{field: "one"}), measured(**{field: "two"})

    assert differences(old, new) == (f"{field.replace('__', ' ')} one → two",)


def test_all_differences_are_named_in_a_steady_order() -> None:
    old = measured(judge="J-2", shots="0")
    new = measured(shots="5", judge="J-3")

    assert differences(old, new) == ("judge J-2 → J-3", "shots 0 → 5")


def test_a_field_that_only_one_side_knows_does_not_hinder() -> None:
    assert differences(measured(), measured(limit="100")) == ()
    assert differences(measured(judge="J-2"), measured()) == ()


def test_a_version_or_shots_that_one_side_lacks_hinder() -> None:
    assert differences(measured(shots="5"), measured()) == ("shots 5 → unknown",)
    assert differences(measured(), measured(task__version="2")) == ("task version unknown → 2",)


def test_a_model_argument_that_is_not_written_is_not_set() -> None:
    plain = Measurement("task", "acc", None, 0.5)

    assert differences(plain, with_argument("add_bos_token", "True")) == (
        "model_args.add_bos_token not set → True",
    )


def test_the_system_prompt_may_be_what_the_release_changes() -> None:
    old, new = measured(system__prompt="aaa"), measured(system__prompt="bbb")

    assert differences(old, new) == ()


def test_the_hash_of_all_prompts_tells_nothing_under_another_system_prompt() -> None:
    old = measured(system__prompt="aaa", all__prompts="1")

    assert differences(old, measured(system__prompt="bbb", all__prompts="2")) == ()
    assert differences(old, measured(system__prompt="aaa", all__prompts="2")) == (
        "all prompts 1 → 2",
    )


@pytest.mark.parametrize("cause", ["shots", "limit", "prompt__template", "dataset"])
def test_what_only_follows_from_another_difference_is_not_named_beside_it(cause: str) -> None:
    old = measured(all__prompts="1", **{cause: "one"})
    new = measured(all__prompts="2", **{cause: "two"})
    field = cause.replace("__", " ")

    assert differences(old, new) == (f"{field} one → two",)
    assert differences(old, new, [Override(field, "we checked that they agree")]) == ()


def test_a_field_that_one_side_knows_explains_no_other() -> None:
    old, new = measured(all__prompts="1"), measured(all__prompts="2", limit="none")

    assert differences(old, new) == ("all prompts 1 → 2",)


def test_a_part_of_the_questions_is_not_all_of_them() -> None:
    part = measured(questions__asked="10 of 400")

    assert differences(measured(), part) == ("questions asked all → 10 of 400",)
    assert differences(
        measured(limit="100"), measured(limit="none", questions__asked="1 of 9")
    ) == ("limit 100 → none",)


def test_the_same_prompts_are_the_same_questions_although_fewer_were_scored() -> None:
    old = measured(all__prompts="1", questions__asked="120 of 180")
    new = measured(all__prompts="1", questions__asked="119 of 180")

    assert differences(old, new) == ()


def test_long_hashes_are_shown_by_their_beginning() -> None:
    old, new = measured(prompt__template="a" * 64), measured(prompt__template="sha256:" + "b" * 64)

    assert differences(old, new) == ("prompt template aaaaaaaaaaaa… → bbbbbbbbbbbb…",)


def test_an_override_lifts_its_field_and_no_other() -> None:
    old, new = measured(judge="J-2", shots="0"), measured(judge="J-3", shots="5")

    assert differences(old, new, [Override("judge", "equal on 500 calls")]) == ("shots 0 → 5",)


def test_an_override_may_cover_all_model_arguments() -> None:
    old, new = with_argument("dtype", "float16"), with_argument("dtype", "bfloat16")

    assert differences(old, new, [Override("model_args.*", "no difference in our A/A run")]) == ()


def test_no_override_makes_two_scales_one() -> None:
    old, new = measured(unit="fraction"), measured(unit="percent")

    assert differences(old, new, [Override("*", "trust me")]) == ("unit fraction → percent",)


def test_files_that_contradict_each_other_on_the_direction_are_not_comparable() -> None:
    old = Measurement("task", "m", None, 0.5, direction=Direction.LOWER)
    new = Measurement("task", "m", None, 0.5, direction=Direction.HIGHER)

    assert differences(old, new) == ("better direction lower → higher",)


def test_a_direction_that_only_one_file_knows_is_enough() -> None:
    old = Measurement("task", "m", None, 0.5)
    new = Measurement("task", "m", None, 0.5, direction=Direction.HIGHER)

    assert differences(old, new) == ()


@pytest.mark.parametrize(
    ("version", "shown"), [("0.4.9.1", "x 0.4"), ("3.1", "x 3"), ("v2.0.0", "x 2"), ("7", "x 7")]
)
def test_a_harness_counts_by_its_major_version(version: str, shown: str) -> None:
    assert harness_condition("x", version) == shown
