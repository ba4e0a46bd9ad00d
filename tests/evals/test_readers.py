"""Recognising result files by content, and saying what is wrong with those that are not."""

from __future__ import annotations

import json

import msgspec
import pytest
from evals.eval_examples import as_json, lm_eval_file, task_config
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.readers import read_eval, readers
from relnotes.evals.readers.lm_eval_samples import is_samples
from relnotes.evals.result import EvalFile

ACC = {"acc,none": 0.5, "acc_stderr,none": 0.01}
SAMPLE = {
    "doc_id": 0,
    "doc": {"question": 'the "results" of "lm_eval_version"'},
    "target": "A",
    "arguments": {},
    "resps": [["A"]],
    "filtered_resps": ["A"],
    "doc_hash": "5e1f",
    "acc": 1.0,
}


def problems_of(data: bytes) -> tuple[Problem, ...]:
    with pytest.raises(RelnotesError) as caught:
        read_eval(data, "v1:evals/x")
    return caught.value.problems


def is_read_or_refused(data: bytes) -> bool:
    """Anything else than these two is a traceback."""
    try:
        return isinstance(read_eval(data, "x"), EvalFile)
    except RelnotesError as error:
        return all(problem.place.startswith("x") for problem in error.problems)


def test_a_git_lfs_pointer_is_named_as_such() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"

    (problem,) = problems_of(pointer)

    assert problem.what == "a Git LFS pointer, not the results"
    assert "git lfs pull" in problem.mend


def test_an_unknown_file_says_which_formats_are_known_and_how_to_ignore_it() -> None:
    (problem,) = problems_of(b"task,score\nmmlu,0.5\n")

    assert problem.place == "v1:evals/x"
    assert all(reader.name in problem.what for reader in readers())
    assert "[[evals.ignore]]" in problem.mend


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    assert problems_of(data)[0].what == "an empty file"


def test_a_truncated_file_says_where_it_ends() -> None:
    whole = as_json(lm_eval_file({"mmlu": ACC}))
    cut = whole[: whole.index(b'"group_subtasks"')].rstrip()
    lines = cut.decode().splitlines()

    (problem,) = problems_of(cut)

    assert problem.place == f"v1:evals/x:{len(lines)}:{len(lines[-1]) + 1}"
    assert problem.what == "the JSON ends too early"


def test_json_that_breaks_before_it_can_be_recognised_says_so_too() -> None:
    (problem,) = problems_of(b'{\n  "results": {\n    "mmlu": {')

    assert problem.place == "v1:evals/x:3:14"
    assert problem.what == "the JSON ends too early"


def test_malformed_json_says_line_and_column() -> None:
    (problem,) = problems_of(b'{"results": {"mmlu": {"acc": 0.5,}},\n "versions": {}}')

    assert problem.place == "v1:evals/x:1:34"
    assert problem.what.startswith("not valid JSON")


def test_a_file_that_is_not_utf8_says_where() -> None:
    (problem,) = problems_of(b'{"results": {"mmlu": {"acc,none": 0.5}},\n "model_name": "\xff"}')

    assert problem.what == "not UTF-8 text"
    assert problem.place == "v1:evals/x:2:17"


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 200_000,
        b'{"results": {"mmlu": {"acc,none": ' + b"[" * 100_000,
        b'{"doc_id": ' + b"[" * 100_000 + b"\n",
        b'{"results": {"m": {"acc,none": 0.5}}, "configs": {"m": {"doc_to_text": "\xff"}}}',
        b'{"results": {"m": {"acc,none": 0.5}}, "configs": {"m": {"doc_to_text": "\\ud800"}}}',
        b'{"results": {"m": {"acc,none": 1e999}}}',
    ],
    ids=["deep", "deep results", "deep sample", "not UTF-8", "half a character", "too large"],
)
def test_hostile_content_is_a_problem_and_never_a_traceback(data: bytes) -> None:
    assert problems_of(data)


def test_a_byte_order_mark_does_no_harm() -> None:
    data = b"\xef\xbb\xbf" + as_json(lm_eval_file({"mmlu": ACC}))

    assert len(read_eval(data, "x").measurements) == 1


def test_nan_and_infinity_are_problems_where_a_number_is_wanted_all_at_once() -> None:
    data = as_json(
        lm_eval_file(
            {
                "a": {"acc,none": float("nan"), "acc_stderr,none": 0.01},
                "b": {"acc,none": 0.5, "acc_stderr,none": float("-inf")},
            }
        )
    )
    lines = data.decode().splitlines()

    found = problems_of(data)

    assert [problem.what for problem in found] == [
        "acc,none is NaN, which is no result",
        "acc_stderr,none is -Infinity, which is no result",
    ]
    line = next(i for i, text in enumerate(lines, 1) if "NaN" in text)
    assert found[0].place == f"v1:evals/x:{line}:{lines[line - 1].index('NaN') + 1}"


def test_nan_where_nothing_is_read_is_no_problem() -> None:
    data = as_json(lm_eval_file({"mmlu": ACC}, eot_token_id=float("nan"), note="NaN, \\ Infinity"))

    assert read_eval(data, "x").measurements[0].value == 0.5


def test_negative_counts_and_errors_are_problems_all_at_once() -> None:
    written = lm_eval_file({"a": {"acc,none": 0.5, "acc_stderr,none": -0.01}}, n=-4)

    found = problems_of(as_json(written))

    assert [problem.what for problem in found] == [
        "effective is -4; it should be a whole number from 0 up",
        "acc_stderr,none is -0.01; a standard error is never negative",
    ]
    assert len({problem.place for problem in found}) == 2


@pytest.mark.parametrize("value", ["high", True, [0.5], {"a": 1}])
def test_a_value_that_is_no_number_is_a_problem(value: object) -> None:
    (problem,) = problems_of(as_json(lm_eval_file({"a": {"acc,none": value}})))

    assert problem.what == "acc,none should be a number"


@pytest.mark.parametrize(
    "change",
    [
        {"results": []},
        {"configs": {"mmlu": 5}},
        {"configs": []},
        {"n-samples": {"mmlu": 5}},
        {"group_subtasks": {"mmlu": "x"}},
        {"higher_is_better": {"mmlu": "yes"}},
        {"config": "hf"},
    ],
)
def test_a_wrong_skeleton_is_a_problem_and_never_a_traceback(change: dict[str, object]) -> None:
    data = as_json(lm_eval_file({"mmlu": ACC}) | change)

    (problem,) = problems_of(data)

    assert problem.place.startswith("v1:evals/x")
    assert "object" in problem.what or "array" in problem.what or "bool" in problem.what


def test_samples_are_recognised_by_their_first_line_alone() -> None:
    line = json.dumps(SAMPLE).encode()

    assert is_samples(line + b"\n" + line)
    assert is_samples(line[:40] + b"x" * 1000)
    assert not is_samples(as_json(lm_eval_file({"mmlu": ACC})))
    assert not is_samples(b'{"doc_id": 1}\n')
    assert not is_samples(b'not json, "doc_id"\n')


def test_samples_give_no_measurement_of_their_own() -> None:
    file = read_eval(json.dumps(SAMPLE).encode() + b"\n", "x")

    assert file.format == "lm-eval samples"
    assert file.measurements == ()
    assert file.remarks == ()


def test_what_was_read_survives_json_and_msgpack() -> None:
    file = read_eval(as_json(lm_eval_file({"mmlu": ACC})), "x")

    for codec in (msgspec.json, msgspec.msgpack):
        assert codec.decode(codec.encode(file), type=EvalFile) == file


def test_no_two_readers_take_the_same_file() -> None:
    files = [
        as_json(lm_eval_file({"mmlu": ACC})),
        b'{"results": {"mmlu": {"acc": 0.5, "acc_stderr": 0.1}}, "versions": {"mmlu": 0}}',
        json.dumps(SAMPLE).encode() + b"\n",
        b"format: relnotes-eval/1\n",
    ]

    first = [next(r.name for r in readers() if r.recognise(data)) for data in files]

    assert len(set(first)) == len(files)


WHOLE = [
    as_json(lm_eval_file({"mmlu": ACC, "gsm8k": {"exact_match,strict": float("nan")}})),
    b'{"results": {"mmlu": {"acc": 0.5, "acc_stderr": 0.1}}, "versions": {"mmlu": 0}}',
    json.dumps(SAMPLE).encode() + b"\n",
    b"format: relnotes-eval/1\nharness: {name: x, version: 1}\n"
    b"tasks:\n  - task: t\n    metrics:\n      - {name: acc, value: 0.5}\n",
]


@given(st.sampled_from(WHOLE), st.data())
@settings(max_examples=300)
def test_a_damaged_file_is_read_or_is_a_problem_with_a_place(
    whole: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(whole)), "start")
    end = data.draw(st.integers(start, len(whole)), "end")
    damaged = whole[:start] + data.draw(st.binary(max_size=3), "in between") + whole[end:]

    assert is_read_or_refused(damaged)


@pytest.mark.parametrize("date", [1e300, -1e18, float("nan"), "yesterday", True, {}])
def test_a_date_that_is_none_is_left_out_or_kept_as_text(date: object) -> None:
    file = read_eval(as_json(lm_eval_file({"mmlu": ACC}, date=date)), "x")

    assert file.started in (None, "yesterday")


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(), one, max_size=3),
    max_leaves=8,
)
parts = st.sampled_from(sorted(lm_eval_file({"mmlu": ACC})))
task_settings = st.sampled_from([*sorted(task_config("")), "generation_kwargs", "filter_list"])
run_settings = st.sampled_from(["limit", "model_args", "num_fewshot", "fewshot_seed"])


@given(anything, parts)
@settings(max_examples=200)
def test_anything_in_place_of_a_part_is_read_or_is_a_problem(value: object, key: str) -> None:
    data = as_json(lm_eval_file({"mmlu": ACC}) | {key: value})

    assert is_read_or_refused(data)


@given(anything, task_settings | run_settings)
@settings(max_examples=200)
def test_anything_in_place_of_a_setting_is_read_or_is_a_problem(value: object, key: str) -> None:
    written = lm_eval_file({"mmlu": ACC}, configs={"mmlu": task_config("mmlu") | {key: value}})
    written["config"][key] = value

    assert is_read_or_refused(as_json(written))
