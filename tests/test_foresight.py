"""What is looked up ahead of a build spares it questions, and never changes an answer."""

from __future__ import annotations

import marshal
import os
import pickle
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from bundlekit import bundle, limitation, native_eval, project

from relnotes import foresight
from relnotes.build import key_of
from relnotes.foresight import foreseen, look_ahead
from relnotes.repository import Foreseen, Repository
from relnotes.tagged import releases_of
from relnotes.workspace import open_workspace

PROMPT = [{"name": "system", "file": "prompts/system.md"}]
TWO_LINES = """
[[lines]]
name = "wren"
tags = "wren/*"

[[lines]]
name = "finch"
tags = "finch/*"
bundle = "small/"
"""


@pytest.fixture
def wren(tmp_path):
    return project(
        tmp_path / "wren",
        {
            "v1": {
                "bundle.yaml": bundle(prompts=PROMPT),
                "prompts/system.md": "Be honest.\n",
                "evals/a.yaml": native_eval("a", 0.8),
            },
            "v2": {"limitations/KL0001.yaml": limitation()},
        },
    )


def questions_of_a_build(folder: Path) -> list[str]:
    """Every git that it ran, by its arguments."""
    trace = folder.with_suffix(".trace")
    trace.unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, "-m", "relnotes", "build", "--no-html"],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_TRACE": str(trace), "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    lines = trace.read_text("utf-8").splitlines()
    return [line.partition("built-in: git ")[2] for line in lines if "built-in: git " in line]


def test_a_build_that_goes_on_asks_nothing_twice(wren):
    questions_of_a_build(wren.path)
    wren.release("v3", {"bundle/evals/a.yaml": native_eval("a", 0.7)})

    asked = questions_of_a_build(wren.path)

    assert sorted(one.split()[0] for one in asked if one != "version") == [
        "cat-file",  # the tree of the release
        "cat-file",  # what its files hold
        "diff-tree",
        "for-each-ref",  # which tags there are
        "for-each-ref",  # all about the new one
        "rev-parse",
        "show-ref",
    ]


def test_a_first_build_asks_for_no_list_twice(wren):
    asked = [one.split()[0] for one in questions_of_a_build(wren.path)]

    assert asked.count("for-each-ref") == 1
    assert asked.count("diff-tree") == 1
    assert asked.count("cat-file") == 2  # trees, and what the files hold


@pytest.fixture
def told(wren):
    """The repository after a build and one more release, and what is told of it."""
    questions_of_a_build(wren.path)
    wren.release("v3", {"bundle/evals/a.yaml": native_eval("a", 0.7), "bundle/big.bin": "x" * 99})
    with open_workspace(wren.path).repository as repository:
        yield wren, repository


def ahead(path: Path) -> foresight.Told:
    workspace = open_workspace(path)
    with workspace.repository:
        return look_ahead(workspace, path, key_of(workspace))


def test_it_holds_how_the_release_differs_and_the_texts_to_go_on_from(told):
    wren, _ = told
    found = foreseen(marshal.loads(marshal.dumps(ahead(wren.path))))

    ((changes),) = found.changes.values()
    assert [one.path for one in changes] == ["big.bin", "evals/a.yaml"]
    texts = set(found.blobs.values())
    assert {b"Be honest.\n", limitation().encode(), native_eval("a", 0.7).encode()} <= texts
    assert native_eval("a", 0.8).encode() not in texts  # a result is known already


def test_what_is_large_is_left_to_the_build(told, monkeypatch):
    wren, _ = told
    monkeypatch.setattr(foresight, "_SMALL", 50)
    assert b"x" * 99 not in ahead(wren.path)[2].values()

    monkeypatch.setattr(foresight, "_ALL", 0)
    assert ahead(wren.path)[2] == {}


def test_of_many_releases_only_what_differs_is_looked_up_and_of_a_long_history_not_even_that(
    told, monkeypatch
):
    wren, _ = told
    monkeypatch.setattr(foresight, "_FEW", 0)
    answers, changes, blobs = ahead(wren.path)
    assert answers
    assert [one[0] for (release,) in [changes.values()] for one in release] == [
        "big.bin",
        "evals/a.yaml",
    ]
    assert blobs == {}

    monkeypatch.setattr(foresight, "_MANY", 1)
    assert ahead(wren.path)[1:] == ({}, {})


def test_contents_are_the_same_whatever_of_them_was_foreseen(told):
    wren, repository = told
    ids = [wren.git("rev-parse", f"v3:bundle/{name}") for name in ("evals/a.yaml", "big.bin")]
    ids = [*ids, ids[0]]

    def contents(limit: int) -> list[object]:
        with closing(repository.blobs(iter(ids), limit)) as blobs:
            return list(blobs)

    whole = {one.id: one.data for one in contents(1_000_000)}
    for limit in (1_000_000, 60):
        repository.foresee(Foreseen())
        plain = contents(limit)
        for known in ({}, {ids[0]: whole[ids[0]]}, {ids[1]: whole[ids[1]]}, whole):
            repository.foresee(Foreseen(blobs=known))
            assert contents(limit) == plain


def test_a_tag_that_is_made_later_is_not_missed_by_the_next_build(wren):
    workspace = open_workspace(wren.path)
    with workspace.repository as repository:
        repository.foresee(foreseen(ahead(wren.path)))
        wren.release("v3", {})
        (line,) = workspace.settings().lines
        assert [one.tag for one in releases_of(repository, line).known] == ["v1", "v2"]

    questions_of_a_build(wren.path)
    assert list((wren.path / "site" / "releases").rglob("v3.md"))


@pytest.mark.parametrize("settings", ["lines = 3", "[[lines]]\ntags = 3", "= nothing", TWO_LINES])
def test_settings_that_are_wrong_are_no_error_here(wren, settings):
    (wren.path / "relnotes.toml").write_text(settings, "utf-8")

    assert len(ahead(wren.path)) == 3


def test_a_line_that_says_nothing_is_the_one_that_the_settings_mean(wren):
    (wren.path / "relnotes.toml").unlink()
    workspace = open_workspace(wren.path)
    with workspace.repository:
        (expected,) = workspace.settings().lines
        (found,) = foresight._lines(workspace)

    for name in ("name", "bundle", "tags", "since"):
        assert getattr(found, name) == getattr(expected, name)


def test_a_state_that_cannot_be_read_is_none(told):
    wren, _ = told
    (wren.path / ".relnotes" / "lines.msgpack").write_bytes(b"\xc1")

    assert ahead(wren.path)[1:] == ({}, {})


def test_answers_are_noted_only_meanwhile(wren):
    with Repository.open(wren.path) as repository:
        with repository.noting() as answers:
            repository.tags()
        noted = dict(answers)
        repository.tags("v*")

    assert len(noted) == 1
    assert answers == noted


def test_what_is_foreseen_stays_in_the_process_that_has_it(told):
    wren, repository = told
    plain = len(pickle.dumps(repository))

    repository.foresee(foreseen(ahead(wren.path)))

    assert len(pickle.dumps(repository)) == plain
    assert pickle.loads(pickle.dumps(repository)).tags() == repository.tags()
