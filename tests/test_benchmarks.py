"""The histories that benchmarks run on: they are what they say, and the same every time."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import generator, history
from benchmarks.generator import git
from benchmarks.history import Shape, small, wide
from relnotes.evals.comparison import compare
from relnotes.evals.readers import read_eval
from relnotes.evals.verdict import Verdict

SHAPE = Shape(releases=12, files=10, changed=3)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("histories") / "one"
    generator.write(SHAPE, folder)
    return folder


def tags(folder: Path) -> list[str]:
    listing = git(folder, "for-each-ref", "--sort=creatordate", "--format=%(refname:strip=2)")
    return [name for name in listing.decode().split() if name.startswith("v")]


def changed(folder: Path, old: str, new: str, path: str) -> list[str]:
    return git(folder, "diff", "--name-only", old, new, "--", path).decode().split()


def test_each_release_has_a_tag(repository: Path) -> None:
    assert tags(repository) == [f"v0.{number}.0" for number in range(1, 13)]


def test_the_bundle_has_as_many_results_as_asked(repository: Path) -> None:
    listing = git(repository, "ls-tree", "-r", "--name-only", "v0.12.0", "bundle/evals")
    assert len(listing.split()) == SHAPE.files


def test_each_release_measures_as_many_of_them_again_as_asked(repository: Path) -> None:
    names = tags(repository)
    for old, new in pairwise(names):
        assert len(changed(repository, old, new, "bundle/evals")) == SHAPE.changed
        assert changed(repository, old, new, "bundle/bundle.yaml")


def test_everything_is_in_one_pack_and_checked_out(repository: Path) -> None:
    assert git(repository, "count-objects").startswith(b"0 objects")
    assert git(repository, "status", "--porcelain") == b""
    assert (repository / "relnotes.toml").exists()


def test_the_same_shape_gives_the_same_commits(repository: Path, tmp_path: Path) -> None:
    generator.write(SHAPE, tmp_path / "again")
    assert git(tmp_path / "again", "rev-parse", "HEAD") == git(repository, "rev-parse", "HEAD")


def test_another_seed_gives_other_commits(repository: Path, tmp_path: Path) -> None:
    generator.write(replace(SHAPE, seed=2), tmp_path / "other")
    assert git(tmp_path / "other", "rev-parse", "HEAD") != git(repository, "rev-parse", "HEAD")


def test_a_longer_history_begins_as_the_shorter_one_does(repository: Path, tmp_path: Path) -> None:
    generator.write(replace(SHAPE, releases=8), tmp_path / "short")
    generator.add_release(SHAPE, tmp_path / "short", 9)
    assert tags(tmp_path / "short")[-1] == "v0.9.0"
    for tag in ("v0.8.0", "v0.9.0"):
        assert git(tmp_path / "short", "rev-parse", tag) == git(repository, "rev-parse", tag)


def test_unrelated_commits_leave_the_bundles_alone(repository: Path, tmp_path: Path) -> None:
    generator.write(replace(SHAPE, unrelated=30), tmp_path / "busy")
    count = git(tmp_path / "busy", "rev-list", "--count", "HEAD")
    assert int(count) == 1 + SHAPE.releases + 30
    for tag in tags(repository):
        bundle = f"{tag}:bundle"
        assert git(tmp_path / "busy", "rev-parse", bundle) == git(repository, "rev-parse", bundle)


def test_a_result_file_is_one_that_the_reader_knows() -> None:
    first, second = history.releases(Shape(2, files=4, changed=4))
    for path in (path for path in first.files if path.startswith("evals/")):
        data = first.files[path]
        assert data is not None
        assert 15_000 < len(data) < 25_000
        file = read_eval(data, path)
        assert file.harness == "lm-eval"
        assert len(file.measurements) >= 6
        assert all(one.value is not None and one.stderr for one in file.measurements)
        assert json.loads(second.files[path] or b"")["date"] > json.loads(data)["date"]


def test_few_results_regress() -> None:
    old: dict[tuple[str, str, str | None], object] = {}
    verdicts: list[Verdict] = []
    for release in history.releases(wide(60, 20)):
        for path, data in release.files.items():
            if data is None or not path.startswith("evals/"):
                continue
            for one in read_eval(data, path).measurements:
                before = old.get(one.key)
                verdicts += [compare(before, one).verdict] if before else []  # type: ignore[arg-type]
                old[one.key] = one
    regressed = verdicts.count(Verdict.REGRESSED)
    assert 0 < regressed < len(verdicts) / 50
    assert Verdict.NOT_COMPARABLE not in verdicts


def test_a_small_release_is_a_handful_of_files() -> None:
    first, *_ = history.releases(small(1))
    assert sorted(first.files) == [
        "bundle.yaml",
        "evals/suite000/results.json",
        "evals/suite001/results.json",
        "limitations/KL00001.yaml",
        "notes/00001.md",
        "prompts/system.md",
    ]


def test_a_stored_history_is_made_once(tmp_path: Path) -> None:
    folder = generator.stored(small(3), tmp_path)
    (folder / "mark").touch()
    assert (generator.stored(small(3), tmp_path) / "mark").exists()
    assert generator.stored(small(4), tmp_path) != folder
