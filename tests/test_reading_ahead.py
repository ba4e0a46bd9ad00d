"""A record is the same wherever its results were read, and so is what is wrong with them."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from bundlekit import SETTINGS, bundle, lm_eval, native_eval, project
from test_history_samples import NEW, OLD, run

from relnotes.beside import MANY, Beside
from relnotes.errors import RelnotesError
from relnotes.history import ahead
from relnotes.lines import new_fold, walk
from relnotes.publication import record_json
from relnotes.tagged import releases_of
from relnotes.workspace import open_workspace


def records_of(path, expected):
    """The internal records as JSON, walked as for so many releases."""
    workspace = open_workspace(path)
    with workspace.repository as repository, closing(Beside()) as beside:
        settings = workspace.settings()
        (line,) = settings.lines
        beside.expect(expected)
        known = releases_of(repository, line).known
        points = walk(repository, new_fold(repository, line, settings), known, beside)
        return [json.loads(record_json(point.record)) for _, point in points]


def both(path):
    """Read by one process, and by two."""
    return records_of(path, 1), records_of(path, MANY)


def refusals(path):
    said = []
    for expected in (1, MANY):
        with pytest.raises(RelnotesError) as caught:
            records_of(path, expected)
        said.append(str(caught.value))
    return said


def test_totals_and_samples_of_several_harnesses(tmp_path, monkeypatch):
    monkeypatch.setattr(ahead, "_IN_ONE_JOB", 3)
    monkeypatch.setattr(ahead, "_SENT_BY_ONE_JOB", 100)
    evals = {"evals/a.json": lm_eval({"arc": 0.5, "quiz_b": 0.7}), "evals/n.yaml": native_eval()}
    again = {"evals/a.json": lm_eval({"arc": 0.6, "quiz_b": 0.7}), "evals/n.yaml": None}
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), **run(1, OLD), **evals},
            "v2": {"bundle.yaml": bundle(), **run(2, NEW, previous=1), **again},
            "v3": {"bundle.yaml": bundle(decoding={"temperature": 0.5})},
            "v4": {"evals/a.json": None, "evals/c.json": lm_eval({"arc": 0.4}), "other.bin": "x"},
        },
    )

    alone, shared = both(tmp_path)

    assert shared == alone
    assert any(row["paired"] for row in shared[1]["evals"])


def test_what_the_settings_say_of_files_and_metrics(tmp_path):
    repository = project(
        tmp_path,
        {
            "v1": {
                "bundle.yaml": bundle(),
                "evals/a.json": lm_eval({"arc": 0.5}),
                "evals/notes.txt": "nothing",
            },
            "v2": {
                "evals/a.json": lm_eval({"arc": 0.6}),
                "evals/again/a.json": lm_eval({"arc": 0.52}),
            },
        },
    )
    repository.commit(
        {
            "relnotes.toml": SETTINGS
            + '[evals]\nagain = ["evals/again/*"]\n'
            + '[evals.metrics.acc]\ndirection = "lower"\n'
            + '[[evals.ignore]]\npath = "evals/notes.txt"\nreason = "words"\n'
        }
    )

    alone, shared = both(tmp_path)

    assert shared == alone


def test_a_large_file_that_is_handed_on_is_fetched_again(tmp_path, monkeypatch):
    monkeypatch.setattr(ahead, "_SENT", 1000)
    project(tmp_path, {"v1": {"bundle.yaml": bundle(), **run(1, OLD)}})

    alone, shared = both(tmp_path)

    assert shared == alone


def test_everything_that_is_wrong_is_said_alike(tmp_path):
    negative = lm_eval({"arc": 0.5}).replace('"effective": 1000', '"effective": -3')
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "evals/a.json": '{"results": {"arc": 1}, "n-shot": {}'},
            "v2": {"evals/b.json": negative, "evals/c.txt": "what is this"},
        },
    )

    alone, shared = refusals(tmp_path)

    assert shared == alone
    for name in ("a.json", "b.json", "c.txt"):
        assert f"evals/{name}" in shared
