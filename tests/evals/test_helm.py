"""Run folders of HELM."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from evals.helm_examples import NAME, as_json, instance, perturbation, run_spec, stat

from relnotes.comparing import compare_files
from relnotes.errors import RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.index import EvalIndex
from relnotes.evals.readers import helm, read_eval
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.evals.sample import Sample, State

PLACE = f"v1.0:bundle/evals/{NAME}/stats.json"
TASK = "mmlu:subject=law,method=multiple_choice_joint"


def read(*stats: dict[str, Any], place: str = PLACE) -> EvalFile:
    return read_eval(as_json(list(stats)), place)


def one(*stats: dict[str, Any]) -> Measurement:
    (measurement,) = read(*stats).measurements
    return measurement


def samples(*instances: dict[str, Any]) -> list[Sample]:
    return list(helm.read_samples(io.BytesIO(as_json(list(instances))), PLACE))


def measured(spec: dict[str, Any], folder: str = "run") -> Measurement:
    """What an index makes of one exact match beside this specification."""
    index = EvalIndex()
    numbers = read(stat("exact_match", 0.5), stat("num_instances", 100.0))
    described = read_eval(as_json(spec), "run_spec.json")
    index.apply(
        [(f"{folder}/stats.json", "a", numbers), (f"{folder}/run_spec.json", "b", described)]
    )
    (found,) = index.measurements(f"{folder}/stats.json")
    return found


def test_n_is_the_number_of_instances_and_count_is_that_of_trials() -> None:
    found = one(stat("exact_match", 0.3, trials=3), stat("num_instances", 10.0, trials=3))

    assert (found.metric, found.value, found.n) == ("exact_match", 0.3, 10)
    assert (found.direction, found.kind) == (Direction.HIGHER, Kind.BINARY)


@pytest.mark.parametrize(("trials", "stddev"), [(1, 0.0), (3, 0.02)])
def test_the_spread_over_trials_is_no_standard_error(trials: int, stddev: float) -> None:
    found = one(stat("exact_match", 0.3, trials=trials, stddev=stddev))

    assert found.stderr is None


def test_splits_are_not_merged() -> None:
    file = read(
        stat("exact_match", 0.3, split="valid"),
        stat("exact_match", 0.4, split="test"),
        stat("exact_match", 0.5, split="test", sub_split="toxic"),
        stat("num_instances", 10.0, split="valid"),
        stat("num_instances", 20.0, split="test"),
    )

    assert [(m.filter, m.value, m.n) for m in file.measurements] == [
        ("valid", 0.3, 10),
        ("test", 0.4, 20),
        ("test/toxic", 0.5, None),
    ]


def test_perturbations_are_not_merged() -> None:
    typos = perturbation("typos", prob=0.1, seed=None)
    more = perturbation("typos", prob=0.3)
    worst = perturbation("typos", "worst", prob=0.1)
    robust = perturbation("robustness", "worst")
    file = read(
        stat("exact_match", 0.5),
        stat("exact_match", 0.4, perturbation=typos),
        stat("exact_match", 0.3, perturbation=more),
        stat("exact_match", 0.2, perturbation=worst),
        stat("exact_match", 0.1, perturbation=robust),
        stat("num_instances", 100.0),
        stat("num_instances", 90.0, perturbation=typos),
    )

    assert [(m.filter, m.value, m.n) for m in file.measurements] == [
        ("test", 0.5, 100),
        ("test, typos prob=0.1 perturbed", 0.4, 90),
        ("test, typos prob=0.3 perturbed", 0.3, 100),
        ("test, typos prob=0.1 worst", 0.2, 90),
        ("test, robustness worst", 0.1, 100),
    ]
    assert len({m.key for m in file.measurements}) == 5


def test_where_nothing_was_perturbed_robustness_only_repeats_the_plain_scores() -> None:
    robust = perturbation("robustness", "worst")
    file = read(stat("exact_match", 0.5), stat("exact_match", 0.5, perturbation=robust))

    assert [m.filter for m in file.measurements] == ["test"]
    assert file.remarks == (
        "nothing was perturbed: robustness and fairness repeat the plain scores",
    )


def test_two_numbers_for_one_thing_are_a_problem() -> None:
    with pytest.raises(RelnotesError, match="exact_match of test is given twice, and differently"):
        read(stat("exact_match", 0.5), stat("exact_match", 0.6))


def test_what_two_metrics_of_helm_write_alike_counts_once() -> None:
    again = instance("id1", stat("exact_match", 1.0))

    assert one(stat("exact_match", 0.5), stat("exact_match", 0.5)).value == 0.5
    assert len(samples(again, again)) == 1


def test_what_describes_the_run_is_no_metric() -> None:
    names = (
        "num_references num_train_trials num_prompt_tokens num_output_tokens training_co2_cost"
        " inference_runtime batch_size finish_reason_stop prompt_truncated num_bytes"
    )
    file = read(*(stat(name, 1.0) for name in names.split()), stat("exact_match", 0.5))

    assert [m.metric for m in file.measurements] == ["exact_match"]


def test_a_metric_without_a_single_trial_has_no_value() -> None:
    assert one(stat("exact_match", None, trials=0)).value is None


def test_helm_says_of_a_few_metrics_which_way_is_better() -> None:
    file = read(*(stat(name, 0.5) for name in ("logprob", "ece_10_bin", "max_prob")))

    assert [m.direction for m in file.measurements] == ["higher", "lower", "unknown"]


@pytest.mark.parametrize(
    ("place", "task"),
    [
        (PLACE, TASK),
        (f"evals/{NAME}/stats.json", TASK),
        ("v1:narrative_qa:model=example_wren/stats.json", "narrative_qa"),
        ("v1:a:k=x:y,model_deployment=z/stats.json", "a:k=x:y"),
        ("v1.0:evals/stats.json", "HELM run"),
        ("stats.json", "HELM run"),
    ],
)
def test_without_a_specification_the_folder_tells_the_task_and_never_the_tag(
    place: str, task: str
) -> None:
    (found,) = read(stat("exact_match", 0.5), place=place).measurements

    assert found.task == task


def test_the_specification_beside_the_numbers_tells_the_task_without_the_model() -> None:
    assert measured(run_spec()).task == TASK
    assert measured(run_spec("gsm:model=example_wren-1")).task == "gsm"


def test_another_model_is_the_change_under_release() -> None:
    old = measured(run_spec())
    new = measured(
        run_spec(NAME.replace("wren-1", "wren-2"), model="example/wren-2", temperature=0.7)
    )

    assert old.key == new.key
    assert differences(old, new) == ()


def test_how_it_was_measured_decides_what_may_be_compared() -> None:
    old = measured(run_spec())
    new = measured(run_spec(max_train_instances=0, max_eval_instances=None, max_tokens=5))

    assert set(differences(old, new)) == {
        "shots 5 → 0",
        "limit 100 → none",
        "generation.max_tokens 1 → 5",
    }
    (prompt,) = differences(old, measured(run_spec(instructions="Answer.")))
    assert prompt.startswith("prompt template ")


def test_every_file_of_a_run_folder_is_recognised_and_only_one_has_numbers() -> None:
    files = {
        "run_spec.json": run_spec(),
        "scenario.json": {"name": "m", "description": "", "tags": [], "definition_path": "x"},
        "scenario_state.json": {"adapter_spec": {}, "request_states": [], "annotator_specs": []},
        "per_instance_stats.json": [instance("id1", stat("exact_match", 1.0))],
        "instances.json": [{"input": {"text": "a"}, "references": [], "id": "id1"}],
        "display_predictions.json": [{"instance_id": "id1", "predicted_text": "B"}],
        "display_requests.json": [{"instance_id": "id1", "request": {}}],
    }

    for name, content in files.items():
        file = read_eval(as_json(content), f"x/{name}")
        assert (file.format, file.measurements) == ("HELM run folder", ()), name


def test_the_model_is_known_from_the_specification() -> None:
    assert read_eval(as_json(run_spec()), "x").model == "example/wren-1"


def test_samples_are_instances_and_epochs_are_trials() -> None:
    typos = perturbation("typos", prob=0.1)
    found = samples(
        instance("id1", stat("exact_match", 1.0), stat("num_bytes", 7.0)),
        instance("id1", stat("exact_match", 0.0), trial=1),
        instance("id1", stat("exact_match", 0.0, perturbation=typos)),
        instance("id2", stat("exact_match", None, trials=0)),
    )

    assert found == [
        Sample(TASK, "exact_match", "test", "id1", 1, None, 1.0, State.SCORED),
        Sample(TASK, "exact_match", "test", "id1", 2, None, 0.0, State.SCORED),
        Sample(TASK, "exact_match", "test, typos prob=0.1 perturbed", "id1", 1, None, 0.0),
        Sample(TASK, "exact_match", "test", "id2", 1, None, None, State.UNSCORED),
    ]


def test_samples_and_numbers_go_by_the_same_name() -> None:
    typos = perturbation("typos", prob=0.1)
    numbers = read(stat("exact_match", 0.5), stat("exact_match", 0.5, perturbation=typos))
    found = samples(
        instance("id1", stat("exact_match", 1.0), stat("exact_match", 0.0, perturbation=typos))
    )

    assert {m.key for m in numbers.measurements} == {sample[:3] for sample in found}


def test_other_files_of_the_folder_have_no_samples() -> None:
    assert list(helm.read_samples(io.BytesIO(as_json(run_spec())), "x")) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_a_problem(value: float) -> None:
    with pytest.raises(RelnotesError, match="which is no result"):
        read(stat("exact_match", value))
    with pytest.raises(RelnotesError, match="id1: exact_match is"):
        samples(instance("id1", stat("exact_match", value)))


def test_a_truncated_file_says_where_it_ends() -> None:
    whole = as_json([stat("exact_match", 0.5), stat("num_instances", 10.0)])

    with pytest.raises(RelnotesError, match="the JSON ends too early"):
        read_eval(whole[:-40], "x")


def test_secrets_in_arguments_are_not_read() -> None:
    secret = "sk-abcdefghijklmnop1234567890"
    spec = run_spec()
    spec["scenario_spec"]["args"] = {"api_key": secret, "url": f"https://a:{secret}@b.example/"}

    assert secret not in repr(read_eval(as_json(spec), "x"))


# -- what HELM itself wrote ------------------------------------------------------------------------

MADE = Path(__file__).parent / "fixtures/helm/simple_mcqa:model=simple_model1"


def test_a_folder_that_helm_wrote_is_read_whole() -> None:
    (row,) = (
        one
        for one in compare_files(str(MADE), str(MADE)).rows
        if (one.metric, one.filter) == ("exact_match", "test")
    )

    assert (row.task, row.old, row.n_old, row.n_common) == ("simple_mcqa", 0.0, 3, 3)


def test_what_helm_writes_for_its_web_page_holds_no_scores() -> None:
    path = MADE / "display_predictions.json"
    with path.open("rb") as file:
        assert list(helm.read_samples(file, str(path))) == []
    assert read_eval(path.read_bytes(), path.name).measurements == ()


def test_the_scores_of_instances_average_to_the_numbers_of_the_run() -> None:
    with (MADE / "per_instance_stats.json").open("rb") as file:
        scores = [
            one.score
            for one in helm.read_samples(file, str(MADE / "per_instance_stats.json"))
            if (one.metric, one.filter) == ("exact_match", "test")
        ]
    assert scores == [0.0, 0.0, 0.0]
