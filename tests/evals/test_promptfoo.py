"""Output of promptfoo; `fixtures/promptfoo/README.md` says how it was made and what it printed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from relnotes.errors import RelnotesError
from relnotes.evals.comparability import Override, differences
from relnotes.evals.comparison import Verdict, compare
from relnotes.evals.evidence import PROPORTIONS
from relnotes.evals.readers import promptfoo, read_eval
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.evals.sample import Sample, State

MADE = Path(__file__).parent / "fixtures" / "promptfoo"
SUITE = "times three"
UNNAMED = "promptfoo (answer, first, question, second)"


def made(name: str) -> EvalFile:
    return read_eval((MADE / name).read_bytes(), f"v1:evals/{name}")


def made_samples(name: str) -> list[Sample]:
    return samples((MADE / name).read_bytes())


def samples(data: bytes) -> list[Sample]:
    return list(promptfoo.read_samples(io.BytesIO(data), "x"))


def numbers(file: EvalFile) -> dict[Any, Any]:
    return {(m.task, m.metric): (m.value, m.n) for m in file.measurements if m.filter is None}


def row(question: str = "q", **changes: Any) -> dict[str, Any]:
    """A test that passed, as version 3 writes it."""
    return {
        "success": True,
        "score": 1,
        "failureReason": 0,
        "prompt": {"raw": f"Answer {question}", "label": "Answer {{question}}"},
        "provider": {"id": "example:wren", "label": ""},
        "vars": {"question": question},
        "response": {"output": "Paris"},
        "promptIdx": 0,
        "namedScores": {},
    } | changes


def output(*rows: dict[str, Any], config: dict[str, Any] | None = None, **more: Any) -> bytes:
    summary = {"version": 3, "timestamp": "2026-04-01T10:00:00Z", "prompts": []} | more
    written = {"evalId": "eval-1", "results": summary | {"results": list(rows)}}
    return json.dumps(written | {"config": config or {"description": "capitals"}}).encode()


def read(*rows: dict[str, Any], **more: Any) -> EvalFile:
    return read_eval(output(*rows, **more), "v1:evals/x.json")


def by_name(file: EvalFile) -> dict[tuple[str, str | None], Measurement]:
    return {(m.metric, m.filter): m for m in file.measurements}


def test_the_numbers_are_those_that_promptfoo_prints() -> None:
    assert numbers(made("old.json")) == {
        (SUITE, "pass_rate"): (0.6, 10),
        (SUITE, "score"): (pytest.approx(7.6625 / 10), 10),
        (SUITE, "right"): (0.6, 10),
        (SUITE, "length"): (pytest.approx(9.325 / 10), 10),
    }
    assert numbers(made("new.json")) == {
        (SUITE, "pass_rate"): (pytest.approx(0.8333, abs=1e-4), 12),
        (SUITE, "score"): (pytest.approx(10.475 / 12), 12),
        (SUITE, "right"): (pytest.approx(10 / 12), 12),
        (SUITE, "length"): (pytest.approx(10.95 / 12), 12),
    }
    file = made("new.json")
    assert (file.harness, file.harness_version, file.model) == ("promptfoo", "0.121.20", "echo")


def test_json_lines_hold_the_same_numbers_under_the_only_name_they_have() -> None:
    in_lines, whole = made("old.jsonl"), made("old.json")

    assert {m.task for m in in_lines.measurements} == {UNNAMED}
    assert [(m.metric, m.filter, m.value, m.stderr, m.n) for m in in_lines.measurements] == [
        (m.metric, m.filter, m.value, m.stderr, m.n) for m in whole.measurements
    ]


def test_version_2_is_read_as_version_3() -> None:
    file = made("v2.json")

    assert numbers(file) == {
        (UNNAMED, "pass_rate"): (0.6, 10),
        (UNNAMED, "score"): (pytest.approx(7.6625 / 10), 10),
    }
    assert file.format == "promptfoo output"


def test_tests_are_known_again_over_versions_and_forms() -> None:
    keys = [{s.key for s in made_samples(name)} for name in ("old.json", "old.jsonl", "v2.json")]

    assert keys[0] == keys[1] == keys[2]
    assert len(keys[0]) == 10


def test_rates_are_compared_whatever_the_number_of_tests() -> None:
    """Six of ten, then ten of twelve: the count says nothing, the rate says +23 points."""
    old, new = by_name(made("old.json")), by_name(made("new.json"))
    rate = "pass_rate", None

    found = compare(old[rate], new[rate])

    assert differences(old[rate], new[rate]) == ()
    assert (found.n_old, found.n_new, found.method) == (10, 12, PROPORTIONS)
    assert found.delta == pytest.approx(0.8333 - 0.6, abs=1e-4)
    assert found.verdict is Verdict.INCONCLUSIVE


def test_each_prompt_with_each_provider_is_a_task() -> None:
    file = made("columns.json")

    assert numbers(file) == {
        (f"{SUITE} / {column}", metric): (pytest.approx(total / n), n)
        for column, n, totals in (
            ("echo / careful", 4, {"pass_rate": 3, "score": 3.3125, "right": 3, "length": 3.625}),
            ("echo / bold", 4, {"pass_rate": 4, "score": 3.7, "right": 4, "length": 3.4}),
            ("broken / careful", 3, {"pass_rate": 3, "score": 2.8125, "right": 3, "length": 2.625}),
            ("broken / bold", 3, {"pass_rate": 3, "score": 2.775, "right": 3, "length": 2.55}),
        )
        for metric, total in totals.items()
    }
    assert file.model == "broken, echo"


def test_a_test_without_an_answer_is_no_failed_test_and_promptfoos_own_rate_is_told() -> None:
    file = made("columns.json")

    assert file.remarks == tuple(
        f"{SUITE} / broken / {prompt}: 1 of 4 tests got no answer and are not counted;"
        " promptfoo takes them for not passed, which makes 75.00%"
        for prompt in ("careful", "bold")
    )
    missing = [s for s in made_samples("columns.json") if s.state is State.ERRORED]
    assert {s.task for s in missing} == {f"{SUITE} / broken / careful", f"{SUITE} / broken / bold"}
    assert {s.metric for s in missing} == {
        *("pass_rate", "score", "right", "length", "contains", "javascript"),
    }


def test_one_provider_alone_gives_no_name_to_a_task_since_it_is_what_changes() -> None:
    old, new = read(row()), read(row(provider={"id": "example:wren-2"}))

    assert {m.key for m in old.measurements} == {m.key for m in new.measurements}
    assert (old.model, new.model) == ("example:wren", "example:wren-2")


def test_repeated_tests_are_epochs_and_no_new_questions() -> None:
    file = made("repeated.json")
    rate = by_name(file)["pass_rate", None]

    assert (rate.value, rate.n) == (0.75, 4)
    assert dict(rate.conditions)["repeats"] == "2"
    assert {(s.epoch, s.state) for s in made_samples("repeated.json")} == {
        (1, "scored"),
        (2, "scored"),
    }


def test_no_test_occurs_twice_in_an_epoch() -> None:
    for name in ("old.json", "columns.json", "repeated.json", "v2.json", "old.jsonl"):
        found = [(*s[:3], s.key, s.epoch) for s in made_samples(name)]
        assert len(found) == len(set(found))


def test_the_samples_average_to_the_metric() -> None:
    found = made_samples("columns.json")

    for measurement in made("columns.json").measurements:
        scores = [s.score for s in found if s[:3] == measurement.key and s.score is not None]
        assert len(scores) == measurement.n
        assert sum(scores) / len(scores) == pytest.approx(measurement.value)


def test_assertions_of_one_kind_are_averaged_within_a_test() -> None:
    def graded(*components: tuple[str, float]) -> dict[str, Any]:
        return {
            "componentResults": [
                {"pass": True, "score": score, "assertion": {"type": type_}}
                for type_, score in components
            ]
        }

    file = read(
        row("a", gradingResult=graded(("contains", 1), ("contains", 0), ("latency", 1))),
        row("b", gradingResult=graded(("contains", 1))),
    )

    found = by_name(file)
    assert (found["contains", "assertion"].value, found["contains", "assertion"].n) == (0.75, 2)
    assert (found["latency", "assertion"].value, found["latency", "assertion"].n) == (1.0, 1)


def test_a_named_score_called_like_one_of_ours_stays_apart() -> None:
    found = by_name(read(row(namedScores={"score": 0.25, "tone": 0.5})))

    assert found["score", None].value == 1.0
    assert found["score", "named"].value == 0.25
    assert found["tone", None].value == 0.5


def test_direction_kind_and_scale_are_what_promptfoo_means_by_a_score() -> None:
    found = by_name(read(row(namedScores={"points": 17})))

    rate, points = found["pass_rate", None], found["points", None]
    assert (rate.direction, rate.kind, rate.unit) == (Direction.HIGHER, Kind.BINARY, "fraction")
    assert (points.kind, points.unit) == (Kind.UNBOUNDED, None)


def test_equal_scores_have_no_error_made_of_rounding() -> None:
    file = read(*(row(str(i), score=0.925) for i in range(3)))

    assert by_name(file)["score", None].stderr == 0.0


def test_the_first_versions_are_read_too() -> None:
    """Version 1 had no score; a failed assertion stood under `error`."""
    rows = [
        {
            "prompt": {"raw": "Capital of France?", "display": "Capital of {{country}}?"},
            "vars": {"country": "France"},
            "response": {"output": "Paris", "tokenUsage": {"total": 3}},
            "success": True,
        },
        {
            "prompt": {"raw": "Capital of Peru?", "display": "Capital of {{country}}?"},
            "vars": {"country": "Peru"},
            "response": {"output": "Cusco"},
            "success": False,
            "error": "Expected output Lima but got Cusco",
        },
        {
            "prompt": {"raw": "Capital of Chad?", "display": "Capital of {{country}}?"},
            "vars": {"country": "Chad"},
            "success": False,
            "error": "API error: 429",
        },
    ]
    summary = {"results": rows, "table": {"head": {"prompts": ["Capital of {{country}}?"]}}}

    for written in (
        {"version": 1} | summary,
        summary | {"stats": {"successes": 1, "failures": 2}},
        {"results": {"version": 1} | summary, "config": {}, "shareableUrl": None},
        {"results": summary},
    ):
        file = read_eval(json.dumps(written).encode(), "x")

        assert numbers(file) == {("promptfoo (country)", "pass_rate"): (0.5, 2)}
        assert "1 of 3 tests got no answer" in file.remarks[0]


def test_a_null_score_is_not_zero() -> None:
    file = read(row("a"), row("b", score=None, success=None))

    found = by_name(file)
    assert (found["score", None].value, found["score", None].n) == (1.0, 1)
    assert (found["pass_rate", None].value, found["pass_rate", None].n) == (1.0, 1)


def test_all_scores_null_is_no_result_with_a_value() -> None:
    found = by_name(read(row("a", score=None), row("b", score=None)))["score", None]

    assert (found.value, found.n, found.stderr) == (None, 0, None)


@pytest.mark.parametrize("score", ["high", float("inf"), float("nan"), True, [1]])
def test_a_score_that_is_no_number_is_a_problem_with_its_test(score: object) -> None:
    data = output(row("a"), row("b", score=score))

    for reading in (lambda: read_eval(data, "v1:x"), lambda: samples(data)):
        with pytest.raises(RelnotesError) as caught:
            reading()
        (problem,) = caught.value.problems
        assert problem.place.endswith("x: test 2")
        assert problem.what.startswith("score ")


def test_a_broken_line_is_named() -> None:
    good = json.dumps(row()).encode()

    with pytest.raises(RelnotesError) as caught:
        read_eval(good + b"\n" + good[:50] + b"\n", "v1:x.jsonl")

    assert caught.value.problems[0].place == "v1:x.jsonl:2:51"


def test_truncated_json_says_where_it_ends() -> None:
    with pytest.raises(RelnotesError, match="the JSON ends too early"):
        read_eval((MADE / "old.json").read_bytes()[:20_000], "x")


def test_equal_variables_with_other_assertions_are_other_tests() -> None:
    def asserting(value: str) -> dict[str, Any]:
        return row("a", testCase={"assert": [{"type": "contains", "value": value}]})

    found = samples(output(asserting("x"), asserting("y"), asserting("x")))
    rates = [(s.key, s.epoch) for s in found if s.metric == "pass_rate"]

    assert len({key for key, _ in rates}) == 2
    assert sorted(epoch for _, epoch in rates) == [1, 1, 2]


def test_another_assertion_for_all_tests_is_another_measure() -> None:
    def asserting(*values: str) -> Measurement:
        rows = (
            row(name, testCase={"assert": [{"type": "contains", "value": value}]})
            for name, value in zip("ab", values, strict=True)
        )
        return read(*rows, config={"description": "d"}).measurements[0]

    (difference,) = differences(
        asserting("{{x}}", "{{x}}"), asserting("it is {{x}}", "it is {{x}}")
    )
    assert difference.startswith("assertions contains ")


def of_its_own(**values: str) -> Measurement:
    """Each test, known by its variable, asserts something else."""
    rows = (
        row(name, testCase={"assert": [{"type": "contains", "value": value}]})
        for name, value in values.items()
    )
    return read(*rows, config={"description": "d"}).measurements[0]


def test_a_changed_assertion_of_one_test_is_named() -> None:
    old, new = of_its_own(a="1", b="2", c="3"), of_its_own(b="2", a="4", c="3")

    (said,) = differences(old, new)

    ((test, was),) = set(old.asserted) - set(new.asserted)
    assert said.startswith(f"assertions of 1 of 3 tests, such as {test}: {was} → contains ")
    assert differences(new, old) != (said,)
    assert differences(old, new, [Override("assertions", "a slip was mended")]) == ()


def test_each_of_several_assertions_of_a_test_counts() -> None:
    def asserting(*values: str) -> Measurement:
        held_to = [{"type": "contains", "value": value} for value in values]
        return read(row("a", testCase={"assert": held_to})).measurements[0]

    assert differences(asserting("1", "2"), asserting("1", "2")) == ()
    assert "assertions of 1 of 1 tests" in str(
        differences(asserting("1", "2"), asserting("3", "2"))
    )


def test_added_and_removed_tests_change_no_assertion() -> None:
    assert differences(of_its_own(a="1", b="2"), of_its_own(b="2", c="3")) == ()
    assert differences(of_its_own(a="1", b="2"), of_its_own(b="2", a="1")) == ()


def test_another_judge_is_another_measure() -> None:
    def judged(provider: str | None, default: str | None = None) -> Measurement:
        assertion = {"type": "llm-rubric", "value": "polite"} | (
            {"provider": provider} if provider else {}
        )
        grading = {"componentResults": [{"score": 1, "assertion": assertion}]}
        config = {"description": "d", "defaultTest": {"options": {"provider": default}}}
        return read(row(gradingResult=grading), config=config).measurements[0]

    assert differences(judged("j-2"), judged("j-3")) == ("judge j-2 → j-3",)
    assert differences(judged("j-2"), judged(None, "j-2")) == ()
    assert dict(judged(None).conditions)["judge"] == "promptfoo's default"


def test_the_prompt_is_known_and_may_change() -> None:
    def prompted(raw: str) -> Measurement:
        return read(row(), prompts=[{"raw": raw}]).measurements[0]

    old, new = prompted("Answer {{question}}"), prompted("Kindly answer {{question}}")

    assert dict(old.conditions)["system prompt"] != dict(new.conditions)["system prompt"]
    assert differences(old, new) == ()


def test_a_long_prompt_names_its_column_by_its_beginning() -> None:
    long = "Answer the question as well as you can, and say so when you cannot: {{question}}"
    file = read(
        row(prompt={"label": long}, promptIdx=0), row(prompt={"label": "short"}, promptIdx=1)
    )

    tasks = [m.task for m in file.measurements if m.metric == "pass_rate"]
    assert tasks[0].startswith("capitals / Answer the question as well as you can,… ")
    assert tasks[1] == "capitals / short"


def test_two_prompts_with_one_label_are_two_columns() -> None:
    file = read(row(promptIdx=0), row(promptIdx=1, success=False))

    assert numbers(file)["capitals", "pass_rate"] == (1.0, 1)
    assert numbers(file)["capitals #2", "pass_rate"] == (0.0, 1)


def test_derived_metrics_are_left_out_and_said() -> None:
    config = {"description": "d", "derivedMetrics": [{"name": "f1", "value": "2*p*r/(p+r)"}]}

    assert read(row(), config=config).remarks == ("the derived metric f1 is left out",)


def test_an_output_without_tests_holds_no_result() -> None:
    assert read().remarks == ("this file holds no result",)


def test_secrets_are_not_read() -> None:
    secret = "sk-abcdefghijklmnop1234567890"
    file = read(
        row(provider={"id": f"https://u:{secret}@x.example/"}, promptIdx=0),
        row(provider={"id": f"bearer {secret}"}, promptIdx=1),
        config={"description": f"key {secret}", "providers": [{"config": {"apiKey": secret}}]},
    )

    assert secret not in repr(file)


def test_samples_are_a_stream_over_lines() -> None:
    data = b"\n".join(json.dumps(row(str(i))).encode() for i in range(50)) + b"\n"

    stream = promptfoo.read_samples(io.BytesIO(data), "x")

    assert next(stream).task == "promptfoo (question)"
    assert sum(1 for _ in stream) == 99
