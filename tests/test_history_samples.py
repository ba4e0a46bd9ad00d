"""Releases with the scores of single questions: paired, resumed, and kept from the public."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

from bundlekit import SETTINGS, bundle, lm_eval, project
from gitkit import GitRepo
from test_build import build, contents
from test_history import records_of, refusal

from relnotes.release.audience import Hidden, for_public
from relnotes.release.written.bundle import Audience

SAMPLES = "evals/wren/samples_quiz_2026-01-0{day}T10-00-00.000001.jsonl"
RESULTS = "evals/wren/results_2026-01-0{day}T10-00-00.000001.json"


def answers(*right: int, n: int = 1000) -> dict[str, float]:
    """Which of n questions are right."""
    of = set(right)
    return {f"{number:064x}": float(number in of) for number in range(n)}


def jsonl(scores: dict[str, float]) -> str:
    return "".join(
        json.dumps(
            {"doc_id": at, "filtered_resps": [], "filter": "none", "doc_hash": key, "acc": score}
        )
        + "\n"
        for at, (key, score) in enumerate(scores.items())
    )


def run(day: int, scores: dict[str, float], *, previous: int | None = None) -> dict[str, Any]:
    """The files of a run, as the harness names them; those of the run before are gone."""
    value = sum(scores.values()) / len(scores)
    written = lm_eval({"quiz": value}, n=len(scores))
    gone = {name.format(day=previous): None for name in (SAMPLES, RESULTS)} if previous else {}
    return {
        SAMPLES.format(day=day): jsonl(scores),
        RESULTS.format(day=day): json.dumps({**json.loads(written), "date": float(day)}),
        **gone,
    }


LOST = answers(*range(35, 875))
OLD, NEW = answers(*range(875)), {**LOST, **{f"{900 + i:064x}": 1.0 for i in range(10)}}


def two_releases(path: Path, settings: str = "") -> GitRepo:
    """By totals nothing can be said of the second; by question 35 were lost and 10 gained."""
    repository = project(
        path,
        {
            "v1": {"bundle.yaml": bundle(), **run(1, OLD)},
            "v2": {"bundle.yaml": bundle(decoding={"top_p": 0.9}), **run(2, NEW, previous=1)},
        },
    )
    if settings:
        repository.commit({"relnotes.toml": SETTINGS + settings})
    return repository


def test_samples_in_the_bundle_find_what_totals_cannot(tmp_path):
    two_releases(tmp_path)

    (row,) = records_of(tmp_path)["v2"].evals

    assert row.paired
    assert row.verdict == "regressed"
    assert (row.n_common, row.coverage) == (1000, 1.0)
    assert row.source_new == "v2:bundle/" + RESULTS.format(day=2)


def test_without_samples_in_the_older_release_totals_are_compared(tmp_path):
    without = {RESULTS.format(day=1): run(1, OLD)[RESULTS.format(day=1)]}
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), **without},
            "v2": {"bundle.yaml": bundle(), **run(2, NEW)},
        },
    )

    row = records_of(tmp_path)["v2"].evals[0]

    assert not row.paired
    assert row.verdict == "inconclusive"


def test_samples_that_were_not_made_again_are_not_taken_for_new_ones(tmp_path):
    results = {RESULTS.format(day=2): run(2, NEW)[RESULTS.format(day=2)]}
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), **run(1, OLD)},
            "v2": {**results, RESULTS.format(day=1): None},
        },
    )

    (row,) = records_of(tmp_path)["v2"].evals

    assert not row.paired
    assert "the new samples have the mean 0.875 and the result is 0.85" in row.remarks[0]


def test_the_questions_that_flipped_are_in_the_record_of_the_house(tmp_path):
    two_releases(tmp_path, "[evals]\nflips = 2\n")

    (flipped,) = records_of(tmp_path)["v2"].flips

    assert (flipped.task, flipped.gained_count, flipped.lost_count) == ("quiz", 10, 35)
    assert flipped.gained == (f"{900:064x}", f"{901:064x}")
    assert flipped.lost == (f"{0:064x}", f"{1:064x}")
    assert flipped.audience is Audience.INTERNAL


def nothing_hidden(*evals: tuple[str, str, str | None]) -> Hidden:
    return Hidden(frozenset(evals), frozenset(), 0, 0)


def test_flips_are_for_the_house_unless_settings_allow_them(tmp_path):
    two_releases(tmp_path / "house")
    two_releases(tmp_path / "open", "[evals]\npublic_flips = true\n")
    house, open_ = (records_of(tmp_path / name)["v2"] for name in ("house", "open"))

    assert for_public(house, nothing_hidden()).flips == ()
    assert len(for_public(open_, nothing_hidden()).flips) == 1
    assert for_public(open_, nothing_hidden(("quiz", "acc", None))).flips == ()


def test_no_public_byte_names_a_question(tmp_path):
    two_releases(tmp_path)
    build(tmp_path)

    assert not [name for name, data in contents(tmp_path / "site").items() if b"0" * 50 in data]


def test_a_resumed_build_writes_the_same_bytes_as_one_from_nothing(tmp_path):
    """The cache holds no scores: those of the older release are read from git again."""
    repository = two_releases(tmp_path / "wren")
    build(repository.path)
    third = answers(*range(40, 880))
    repository.release(
        "v3", {f"bundle/{name}": data for name, data in run(3, third, previous=2).items()}
    )
    build(repository.path)
    resumed = contents(repository.path / "site")
    shutil.rmtree(repository.path / ".relnotes")
    shutil.rmtree(repository.path / "site")

    build(repository.path)

    assert contents(repository.path / "site") == resumed
    assert records_of(repository.path)["v3"].evals[0].paired


def test_rows_in_another_order_change_no_number(tmp_path):
    shuffled = list(NEW.items())
    random.Random(1).shuffle(shuffled)
    records = []
    for name, new in (("one", NEW), ("other", dict(shuffled))):
        project(
            tmp_path / name,
            {"v1": {"bundle.yaml": bundle(), **run(1, OLD)}, "v2": run(2, new, previous=1)},
        )
        records.append(records_of(tmp_path / name)["v2"])

    assert records[0].evals == records[1].evals


def test_duplicate_keys_stop_the_build_with_the_file_and_the_questions(tmp_path):
    twice = jsonl({"a": 1.0, "b": 0.0}) + jsonl({"b": 1.0})
    twice = twice.replace(
        '"doc_id": 0, "filtered_resps": [], "filter": "none", "doc_hash": "b"',
        '"doc_id": 1, "filtered_resps": [], "filter": "none", "doc_hash": "b"',
    )
    project(tmp_path, {"v1": {"bundle.yaml": bundle(), SAMPLES.format(day=1): twice}})

    said = refusal(tmp_path)

    assert f"v1:bundle/{SAMPLES.format(day=1)}" in said
    assert 'quiz acc: the same question occurs twice: "b"' in said


def test_samples_larger_than_a_result_may_be_are_compared_all_the_same(tmp_path):
    """Above limits.max_file_mb a file is streamed from git, and never held in memory."""
    scores = [
        {f"{number:064x}": float((number + shift) % 4 > 0) for number in range(12_000)}
        for shift in (0, 1)
    ]
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), **run(1, scores[0])},
            "v2": run(2, scores[1], previous=1),
        },
    ).commit({"relnotes.toml": SETTINGS + "[limits]\nmax_file_mb = 1\n"})

    row = records_of(tmp_path)["v2"].evals[0]

    assert (tmp_path / "bundle" / SAMPLES.format(day=2)).stat().st_size > 1_000_000
    assert row.paired
    assert row.n_common == 12_000


def test_an_internal_task_is_internal_in_its_samples_too(tmp_path):
    two_releases(tmp_path, '[evals]\ninternal = ["quiz"]\n')
    build(tmp_path)

    assert not [name for name, data in contents(tmp_path / "site").items() if b"quiz" in data]


# -- the release before, measured again ----------------------------------------------------------


def test_what_a_rerun_of_the_old_release_moved_by_is_no_claim_about_the_new_one(tmp_path):
    judged = {"bundle.yaml": bundle(), "evals/results.json": lm_eval({"quiz": 0.80})}
    worse = {
        "bundle.yaml": bundle(decoding={"top_p": 0.9}),
        "evals/results.json": lm_eval({"quiz": 0.74}),
    }
    rerun = {"evals/again/results.json": lm_eval({"quiz": 0.735})}
    better = {"evals/results.json": lm_eval({"quiz": 0.79})}
    project(tmp_path / "once", {"v1": judged, "v2": worse})
    project(tmp_path / "twice", {"v1": judged, "v2": worse | rerun, "v3": better})

    once, twice = (records_of(tmp_path / name) for name in ("once", "twice"))

    (plain,), (row,), (later,) = once["v2"].evals, twice["v2"].evals, twice["v3"].evals
    assert plain.verdict == "regressed"
    assert row.verdict == "inconclusive"
    assert row.reason == (
        "regressed by no more than the old release did when measured again (0.065)"
    )
    assert (row.noise, row.new) == (0.065, 0.74)
    assert later.noise is None
    assert later.verdict == "improved"


def test_a_rerun_under_other_conditions_says_nothing(tmp_path):
    judged = {"bundle.yaml": bundle(), "evals/results.json": lm_eval({"quiz": 0.80})}
    worse = {
        "evals/results.json": lm_eval({"quiz": 0.74}),
        "evals/again/results.json": lm_eval({"quiz": 0.735}, limit=100),
    }
    project(tmp_path, {"v1": judged, "v2": worse})

    (row,) = records_of(tmp_path)["v2"].evals

    assert row.noise is None
    assert row.verdict == "regressed"
