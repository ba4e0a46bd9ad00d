"""The measurements of a release, kept up to date; and files that speak for their folder."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.errors import RelnotesError
from relnotes.evals.index import EvalIndex
from relnotes.evals.result import EvalFile, Measurement

SPEC = EvalFile("run", "HELM", None, None, None, (), (), (("task", "mmlu"), ("shots", "5")))
OTHER_SPEC = EvalFile("run", "HELM", None, None, None, (), (), (("task", "gsm8k"),))


def stats(value: float, task: str = "unknown", harness: str = "HELM") -> EvalFile:
    own = (("limit", "10"),)
    return EvalFile(
        "run",
        harness,
        None,
        None,
        None,
        (Measurement(task, "acc", "test", value, conditions=own),),
    )


def keys(index: EvalIndex) -> set[str]:
    return {task for task, _, _ in index.located}


def test_a_file_gives_task_and_conditions_to_its_neighbours() -> None:
    index = EvalIndex()

    index.apply([("run/stats.json", "a", stats(0.5)), ("run/run_spec.json", "b", SPEC)])

    (one,) = index.current(("mmlu", "acc", "test"))
    assert one.measurement.conditions == (("limit", "10"), ("shots", "5"))
    assert index.tasks("run/stats.json") == index.tasks("run/run_spec.json") == {"mmlu"}
    assert index.context("run/stats.json") == (("task", "mmlu"), ("shots", "5"))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_it_does_not_matter_which_of_them_comes_first_or_later(order: tuple[int, int]) -> None:
    files = [("run/stats.json", "a", stats(0.5)), ("run/run_spec.json", "b", SPEC)]
    index = EvalIndex()

    for position in order:
        index.apply([files[position]])

    assert keys(index) == {"mmlu"}


def test_only_the_same_folder_and_the_same_harness_are_meant() -> None:
    index = EvalIndex()

    index.apply(
        [
            ("a/run_spec.json", "1", SPEC),
            ("a/results.json", "2", stats(0.5, "birds", "lm-eval")),
            ("b/stats.json", "3", stats(0.5)),
            ("a/deeper/stats.json", "4", stats(0.5, "elsewhere")),
        ]
    )

    assert keys(index) == {"birds", "unknown", "elsewhere"}


def test_results_are_paired_by_the_task_that_the_neighbour_tells() -> None:
    index = EvalIndex()
    index.apply([("old/stats.json", "a", stats(0.5)), ("old/run_spec.json", "b", SPEC)])

    (pair,) = index.apply(
        [
            ("old/stats.json", None, None),
            ("old/run_spec.json", None, None),
            ("new/stats.json", "c", stats(0.6)),
            ("new/run_spec.json", "d", SPEC),
        ]
    )

    assert pair.key == ("mmlu", "acc", "test")
    assert pair.old is not None
    assert pair.new is not None
    assert (pair.old.measurement.value, pair.new.measurement.value) == (0.5, 0.6)


def test_another_neighbour_makes_another_task_of_the_same_numbers() -> None:
    index = EvalIndex()
    index.apply([("run/stats.json", "a", stats(0.5)), ("run/run_spec.json", "b", SPEC)])

    pairs = index.apply([("run/run_spec.json", "c", OTHER_SPEC)])

    assert [(p.key[0], p.old is None, p.new is None) for p in pairs] == [
        ("gsm8k", True, False),
        ("mmlu", False, True),
    ]
    assert keys(index) == {"gsm8k"}


def test_without_its_neighbour_a_file_stands_for_itself_again() -> None:
    index = EvalIndex()
    index.apply([("run/stats.json", "a", stats(0.5)), ("run/run_spec.json", "b", SPEC)])

    index.apply([("run/run_spec.json", None, None)])

    assert keys(index) == {"unknown"}


def test_two_neighbours_that_contradict_each_other_are_a_problem() -> None:
    index = EvalIndex()

    with pytest.raises(RelnotesError, match="says task mmlu, this one gsm8k"):
        index.apply(
            [
                ("evals/a.json", "1", SPEC),
                ("evals/b.json", "2", OTHER_SPEC),
                ("evals/stats.json", "3", stats(0.5)),
            ]
        )


paths = st.sampled_from([f"{folder}/{name}" for folder in "ab" for name in ("s", "t", "spec")])
files = st.one_of(st.none(), st.just(SPEC), st.builds(stats, st.sampled_from([0.1, 0.2])))


@given(st.lists(st.lists(st.tuples(paths, files), max_size=3), max_size=6))
@settings(max_examples=100, deadline=None)
def test_however_it_grew_it_is_the_index_of_its_files(
    steps: list[list[tuple[str, EvalFile | None]]],
) -> None:
    index = EvalIndex()

    for number, step in enumerate(steps):
        changes = dict(step).items()
        index.apply([(path, f"{number}" if file else None, file) for path, file in changes])

    made = EvalIndex.of(index.files)
    assert {key: set(map(repr, found)) for key, found in index.located.items()} == {
        key: set(map(repr, found)) for key, found in made.located.items()
    }
