"""Logs of Inspect; `fixtures/inspect/README.md` says how they were made and what Inspect says."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from evals.inspect_examples import (
    archive,
    as_json,
    header,
    metric,
    score,
    with_scores,
    with_spec,
)

from relnotes.errors import RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.readers import inspect_log, read_eval
from relnotes.evals.result import Direction, EvalFile, Measurement
from relnotes.evals.sample import Sample, State

MADE = Path(__file__).parent / "fixtures" / "inspect"

# As printed by Inspect: value, standard error, scored.
OLD = {
    ("accuracy", "match"): (0.65, 0.1094243309804831, 20),
    ("accuracy", "match, at_least_1"): (0.65, 0.1094243309804831, 20),
    ("mean", "length"): (0.3263157894736842, 0.026695755218000522, 19),
    ("mean", "length, at_least_1"): (0.0, 0.0, 19),
}
NEW = {
    ("accuracy", "match"): (0.75, 0.09933992677987828, 20),
    ("accuracy", "match, at_least_1"): (0.75, 0.09933992677987828, 20),
    ("mean", "length"): (0.26842105263157895, 0.05393665506543144, 19),
    ("mean", "length, at_least_1"): (0.0, 0.0, 19),
}
CANCELLED = {
    ("accuracy", "match"): (0.6666666666666666, 0.1143323900950059, 18),
    ("accuracy", "match, at_least_1"): (0.6666666666666666, 0.1143323900950059, 18),
    ("mean", "length"): (0.31176470588235294, 0.03384995737410546, 17),
    ("mean", "length, at_least_1"): (0.0, 0.0, 17),
}
JSON = {
    ("accuracy", "match"): (0.6666666666666666, 0.210818510677892, 6),
    ("accuracy", "match, at_least_1"): (0.6666666666666666, 0.210818510677892, 6),
    ("mean", "length"): (0.3, 0.13333333333333333, 6),
    ("mean", "length, at_least_1"): (0.0, 0.0, 6),
}


def made(name: str) -> EvalFile:
    return read_eval((MADE / name).read_bytes(), f"v1:evals/{name}")


def samples(name: str) -> list[Sample]:
    return list(inspect_log.read_samples(io.BytesIO((MADE / name).read_bytes()), name))


def read(written: dict[str, Any]) -> EvalFile:
    return read_eval(as_json(written), "v1:evals/x.json")


def one(written: dict[str, Any]) -> Measurement:
    (measurement,) = read(written).measurements
    return measurement


def conditions(measurement: Measurement) -> dict[str, str]:
    return dict(measurement.conditions)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("old.eval", OLD),
        ("deflate.eval", OLD),
        ("new.eval", NEW),
        ("cancelled.eval", CANCELLED),
        ("old-json.json", JSON),
    ],
)
def test_the_numbers_are_those_that_inspect_prints(name: str, expected: dict[Any, Any]) -> None:
    file = made(name)

    found = {(m.metric, m.filter): (m.value, m.stderr, m.n) for m in file.measurements}
    assert found == expected
    assert {m.task for m in file.measurements} == {"sums"}
    assert (file.format, file.harness, file.model) == ("Inspect log", "inspect_ai", "mockllm/wren")


def test_zstandard_and_deflate_hold_the_same_log() -> None:
    zstandard, deflate = made("old.eval"), made("deflate.eval")

    assert (zstandard.harness_version, deflate.harness_version) == ("0.3.285", "0.3.200")
    assert zstandard.measurements == deflate.measurements
    assert samples("old.eval") == samples("deflate.eval")


@pytest.mark.parametrize("name", ["old.eval", "new.eval", "cancelled.eval", "old-json.json"])
def test_the_samples_average_to_the_metric(name: str) -> None:
    """Epochs first, then questions, as every comparison by sample does it."""
    for measurement in made(name).measurements:
        scores: dict[str, list[float]] = {}
        for sample in samples(name):
            key = (sample.task, sample.metric, sample.filter)
            if key == measurement.key and sample.score is not None:
                scores.setdefault(sample.key, []).append(sample.score)

        means = [sum(of_one) / len(of_one) for of_one in scores.values()]
        assert len(means) == measurement.n
        assert sum(means) / len(means) == pytest.approx(measurement.value)


def test_samples_know_question_epoch_cluster_and_what_became_of_them() -> None:
    found = [one for one in samples("old.eval") if one.filter == "length"]

    failed = Sample("sums", "mean", "length", "q5", 2, "p1", None, State.ERRORED)
    assert failed in found
    assert Sample("sums", "mean", "length", "q19", 1, "p4", None, State.UNSCORED) in found
    assert Counter(one.state for one in found) == {"scored": 37, "errored": 1, "unscored": 2}
    assert {one.epoch for one in found} == {1, 2}


def test_of_a_reducer_that_is_no_mean_each_question_has_the_reduced_score() -> None:
    found = [one for one in samples("old.eval") if one.filter == "match, at_least_1"]

    assert len({one.key for one in found}) == len(found) == 20
    assert {one.epoch for one in found} == {1}


def test_a_question_that_was_never_asked_is_unscored() -> None:
    written = with_spec(dataset={"name": "g", "samples": 2, "sample_ids": ["a", "b"]})
    written["samples"] = [{"id": "a", "epoch": 1, "scores": {"match": {"value": "C"}}}]

    found = list(inspect_log.read_samples(io.BytesIO(as_json(written)), "x"))

    assert [(one.key, one.score, one.state) for one in found] == [
        ("a", 1.0, "scored"),
        ("b", None, "unscored"),
    ]


def test_std_is_the_spread_of_the_scores_and_never_the_standard_error() -> None:
    only_std = with_scores(
        score(metrics={"accuracy": metric("accuracy", 0.5), "std": metric("std", 0.5)})
    )

    assert one(only_std).stderr is None
    assert {m.metric for m in made("old.eval").measurements} == {"accuracy", "mean"}


def test_a_cancelled_run_keeps_its_scores_and_compares_with_no_complete_one() -> None:
    complete, cancelled = made("old.eval"), made("cancelled.eval")

    assert "cancelled after 33 of 40 answers" in " ".join(cancelled.remarks)
    (difference,) = (
        text
        for text in differences(complete.measurements[0], cancelled.measurements[0])
        if text.startswith("run ")
    )
    assert difference == "run complete → cancelled after 33 of 40 answers"


def test_a_run_that_an_error_ended_says_so() -> None:
    file = made("failed.eval")

    assert file.measurements == ()
    (remark,) = file.remarks
    assert remark == "sums: the run did not complete (error): ValueError('planted error')"
    assert samples("failed.eval") == []


def test_scores_inside_a_run_with_an_error_are_read_with_the_status() -> None:
    written = header(status="error", error={"message": "out of credit"})

    assert one(written).value == 0.5
    assert conditions(one(written))["run"] == "error after 80 of 80 answers"
    assert read(written).remarks == (
        "geography: the run did not complete (error after 80 of 80 answers): out of credit",
    )


@pytest.mark.parametrize("name", ["nothing.eval", "unscored.eval"])
def test_success_without_scores_is_no_result_and_is_said(name: str) -> None:
    file = made(name)

    assert file.measurements == ()
    assert file.remarks == ("sums: the run completed, and nothing was scored",)


def test_a_killed_run_has_only_a_journal() -> None:
    file = made("killed.eval")

    assert file.measurements == ()
    assert file.remarks == ("sums: the run did not complete (unfinished)",)
    assert file.model == "mockllm/wren"


def test_n_is_what_was_scored_and_not_what_was_asked() -> None:
    written = with_scores(
        score(scored_samples=78, unscored_samples=2), total_samples=80, completed_samples=78
    )

    assert one(written).n == 78
    assert read(written).remarks == (
        "geography match: 2 of 80 not scored",
        "geography: 78 of 80 answers were completed; n is the questions that were scored",
    )


def test_questions_are_counted_once_whatever_the_epochs() -> None:
    """Older versions say only how many answers there are: questions × epochs."""
    written = with_spec(config={"epochs": 2})
    written["results"] = {
        "total_samples": 4,
        "completed_samples": 4,
        "scores": [score(scored_samples=None, reducer="mean")],
    }
    written["samples"] = [
        {"id": question, "epoch": epoch, "scores": {"match": {"value": "C"}}}
        for epoch in (1, 2)
        for question in ("a", "b")
    ]

    assert one(written).n == 2


def test_a_standard_error_over_repeated_answers_is_not_one_over_questions() -> None:
    written = with_spec(config={"epochs": 4})
    written["samples"] = [{"id": 1, "epoch": 1, "scores": {"match": {"value": 1}}}]

    assert (one(written).n, one(written).stderr) == (1, None)
    assert "takes repeated answers for new ones" in read(written).remarks[0]


def test_of_no_scores_the_metric_is_nan_and_no_result() -> None:
    nothing = with_scores(
        score(
            scored_samples=0,
            metrics={"accuracy": metric("accuracy", float("nan")), "stderr": metric("stderr", 0)},
        )
    )

    assert (one(nothing).value, one(nothing).n) == (None, 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_a_problem_with_its_place(value: float) -> None:
    with pytest.raises(RelnotesError) as caught:
        read(with_scores(score(metrics={"accuracy": metric("accuracy", value)})))

    (problem,) = caught.value.problems
    assert problem.place.startswith("v1:evals/x.json:1:")
    assert "which is no result" in problem.what


def test_an_answer_with_an_infinite_score_is_a_problem() -> None:
    written = header(samples=[{"id": 1, "scores": {"match": {"value": float("inf")}}}])

    with pytest.raises(RelnotesError, match="infinite score"):
        list(inspect_log.read_samples(io.BytesIO(as_json(written)), "x"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("C", 1.0), ("P", 0.5), ("I", 0.0), ("N", 0.0), (True, 1.0), (0.25, 0.25), ("yes", 1.0),
        ("False", 0.0), ("0.75", 0.75), ("B", 0.0), ([1], 0.0), (None, None),
        (float("nan"), None),
    ],
)  # fmt: skip
def test_scores_of_every_type_become_the_number_that_inspect_makes_of_them(
    value: object, expected: float | None
) -> None:
    written = header(samples=[{"id": 1, "scores": {"match": {"value": value}}}])

    (sample,) = inspect_log.read_samples(io.BytesIO(as_json(written)), "x")

    assert sample.score == expected


def test_keys_of_one_score_and_groups_of_one_metric_stay_apart() -> None:
    grouped = {
        group: metric(group, value, params={"metric": {"name": "accuracy"}, "group_key": "topic"})
        for group, value in (("art", 0.25), ("law", 0.75), ("all", 0.5))
    }
    written = with_scores(
        score(name="tone", scorer="rubric", metrics={"mean": metric("mean", 0.5)}),
        score(name="right", scorer="rubric", metrics={"accuracy": metric("accuracy", 0.4)}),
        score(metrics=grouped | {"stderr": metric("stderr", 0.1)}),
    )

    found = {(m.metric, m.filter): (m.value, m.n, m.stderr) for m in read(written).measurements}

    assert found == {
        ("mean", "rubric/tone"): (0.5, 80, None),
        ("accuracy", "rubric/right"): (0.4, 80, None),
        ("accuracy", "match, topic=art"): (0.25, None, None),
        ("accuracy", "match, topic=law"): (0.75, None, None),
        ("accuracy", "match, topic=all"): (0.5, None, None),
    }


def test_an_interval_and_a_bootstrap_are_no_metrics() -> None:
    written = with_scores(
        score(
            metrics={
                "accuracy": metric("accuracy", 0.5),
                "lower": metric("lower", 0.4, group="ci"),
                "upper": metric("upper", 0.6, group="ci"),
                "bootstrap_stderr": metric("bootstrap_stderr", 0.04),
                "var": metric("var", 0.25),
            }
        )
    )

    assert (one(written).stderr, one(written).stderr_method) == (0.04, "bootstrap")


def test_how_a_standard_error_was_made_is_kept() -> None:
    methods = {m.filter: m.stderr_method for m in made("old.eval").measurements}

    assert methods["match"] == "standard error of the mean"
    assert methods["length"] == "clustered by passage"


def test_how_it_was_measured_decides_what_may_be_compared() -> None:
    config = {"epochs": 1, "limit": 80}
    old = one(with_spec(task_args={"shots": 2}, config=config))
    new = one(
        with_spec(
            task_version=2,
            task_args={"shots": 5},
            config={"epochs": 3, "limit": 40},
            dataset={"name": "capitals", "samples": 40},
            packages={"inspect_ai": "0.4.1"},
            model_generate_config={"max_tokens": 16, "temperature": 1.0},
        )
    )

    assert set(differences(old, new)) == {
        "task version 1 → 2",
        "task.shots 2 → 5",
        "repeats 1 → 3",
        "limit 80 → 40",
        "dataset geography → capitals",
        "dataset size 80 → 40",
        "harness inspect_ai 0.3 → inspect_ai 0.4",
    }


def test_another_judge_is_another_measure_and_only_where_something_is_judged() -> None:
    def judged(name: str, scorer: str) -> Measurement:
        written = with_spec(model_roles={"grader": {"model": name, "base_url": None}})
        written["results"]["scores"] = [score(name=scorer, scorer=scorer)]
        return one(written)

    assert differences(judged("j-2", "model_graded_qa"), judged("j-3", "model_graded_qa")) == (
        "judge j-2 → j-3",
    )
    assert differences(judged("j-2", "match"), judged("j-3", "match")) == ()


def test_the_system_prompt_is_known_and_may_change() -> None:
    def asked(text: str) -> Measurement:
        steps = [
            {"solver": "system_message", "params": {"template": text}},
            {"solver": "generate", "params": {"tool_calls": "loop"}, "params_passed": {}},
        ]
        return one(header(plan={"steps": steps}))

    old, new = asked("Be brief."), asked("Be kind.")

    assert conditions(old)["system prompt"] != conditions(new)["system prompt"]
    assert differences(old, new) == ()


def test_defaults_that_only_newer_versions_write_change_nothing() -> None:
    old = one(header(plan={"steps": [{"solver": "generate", "params": {}}]}))
    step = {"solver": "generate", "params": {"tool_calls": "loop"}, "params_passed": {}}
    new = one(header(plan={"steps": [step]}))

    assert differences(old, new) == ()


def test_accuracy_is_known_to_be_better_when_higher_and_a_mean_is_not() -> None:
    directions = {m.filter: m.direction for m in made("old.eval").measurements}

    assert directions["match"] is Direction.HIGHER
    assert directions["length"] is Direction.UNKNOWN


def test_secrets_are_not_read() -> None:
    secret = "sk-abcdefghijklmnop1234567890"
    written = with_spec(
        model_args={"api_key": secret, "note": f"bearer {secret}"},
        task_args={"token": secret, "url": f"https://user:{secret}@example.org/"},
    )

    assert secret not in repr(read(written))


def test_an_invalid_log_is_marked_as_such() -> None:
    assert read(header(invalidated=True)).remarks == ("geography: marked as invalid in the log",)


def test_an_archive_may_hold_stored_members() -> None:
    file = read_eval(archive({"header.json": header()}, method=0), "x")

    assert file.measurements == read(header()).measurements


def test_an_archive_without_header_and_journal_is_refused() -> None:
    data = archive({"about/header.json.txt": b"", "samples/1.json": b"{}"})

    with pytest.raises(RelnotesError, match=r"neither header.json nor _journal/start.json"):
        read_eval(data, "v1:evals/x.eval")


def test_an_error_in_a_member_names_the_member() -> None:
    with pytest.raises(RelnotesError) as caught:
        read_eval(archive({"header.json": b'{"eval": {"task": 7}}'}), "v1:evals/x.eval")

    (problem,) = caught.value.problems
    assert problem.place.startswith("v1:evals/x.eval/header.json")


def test_a_truncated_json_log_says_where_it_ends() -> None:
    with pytest.raises(RelnotesError, match="the JSON ends too early"):
        read_eval((MADE / "old-json.json").read_bytes()[:20_000], "x")
