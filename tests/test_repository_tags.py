"""Release tags of real repositories, and the order of releases as laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from gitkit import FIRST_DATE, GitRepo
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.errors import RelnotesError
from relnotes.repository import Repository, natural_key


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo")


def names(repo: GitRepo, pattern: str = "*") -> list[str]:
    return [tag.name for tag in Repository.open(repo.path).tags(pattern)]


def test_annotated_and_lightweight_tags_are_both_releases(repo: GitRepo) -> None:
    first = repo.release("v1", {"a": "1"})
    second = repo.commit({"a": "2"})
    repo.tag("v2", message="second\n\nwith a body", date=FIRST_DATE + 5)

    old, new = sorted(Repository.open(repo.path).tags("v*"), key=lambda tag: tag.name)

    assert (old.name, old.commit, old.oid, old.annotated) == ("v1", first, first, False)
    assert (new.name, new.commit, new.annotated) == ("v2", second, True)
    assert new.oid == repo.git("rev-parse", "refs/tags/v2")
    assert old.date == datetime(2026, 1, 2, tzinfo=UTC)
    assert new.date == datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC)


def test_releases_are_ordered_by_date_before_name(repo: GitRepo) -> None:
    repo.release("v9", {"a": "1"})
    repo.release("v10", {"a": "2"})
    repo.release("v1", {"a": "3"})

    assert names(repo) == ["v9", "v10", "v1"]


def test_tags_of_one_second_are_ordered_as_a_reader_would(repo: GitRepo) -> None:
    repo.commit({"a": "1"})
    expected = ["step3000", "step103000", "v1.9", "v1.10-rc1", "v1.10"]
    for name in sorted(expected):
        repo.tag(name)

    assert names(repo) == expected
    assert len({tag.commit for tag in Repository.open(repo.path).tags("*")}) == 1


def test_tags_that_were_known_change_nothing_about_the_list(repo: GitRepo) -> None:
    first = repo.release("v1", {"a": "1"})
    repo.release("v2", {"a": "2"})
    repo.tag("gone", message="m")
    repository = Repository.open(repo.path)
    known = repository.tags()
    repo.git("tag", "-d", "gone")
    repo.git("tag", "-f", "v2", first)
    repo.release("v2.1/é", {"a": "3"})
    repo.tag("other", message="m")

    assert repository.tags("v*", known) == repository.tags("v*")
    assert names(repo, "v*") == ["v1", "v2", "v2.1/é"]
    assert repository.tags("v*", known[:1]) == repository.tags("v*")


def test_the_pattern_covers_the_whole_name_with_its_slashes(repo: GitRepo) -> None:
    repo.commit({"a": "1"})
    for name in ["finch/v1.0", "finch/nightly/v1", "wren/v1.0", "v1"]:
        repo.tag(name)

    assert names(repo, "finch/*") == ["finch/nightly/v1", "finch/v1.0"]
    assert names(repo, "v*") == ["v1"]
    assert names(repo, "V*") == []


def test_a_time_zone_is_kept(repo: GitRepo) -> None:
    repo.commit({"a": "1"})
    repo.git("-c", "user.name=x", "commit", "-q", "--allow-empty", "-m", "x", "--date", "now")
    (repo.path / "tag").write_text(
        f"object {repo.git('rev-parse', 'HEAD')}\ntype commit\ntag v1\n"
        "tagger A <a@b> 1767225600 -0730\n\nmessage\n"
    )
    repo.git("update-ref", "refs/tags/v1", repo.git("hash-object", "-t", "tag", "-w", "tag"))

    (tag,) = Repository.open(repo.path).tags("v1")

    assert tag.date == datetime(2026, 1, 1, tzinfo=UTC)
    assert tag.date.utcoffset() == -timedelta(hours=7, minutes=30)


def test_an_old_tag_without_a_tagger_takes_the_date_of_its_commit(repo: GitRepo) -> None:
    commit = repo.commit({"a": "1"})
    (repo.path / "tag").write_text(f"object {commit}\ntype commit\ntag v1\n\nmessage\n")
    repo.git("update-ref", "refs/tags/v1", repo.git("hash-object", "-t", "tag", "-w", "tag"))

    (tag,) = Repository.open(repo.path).tags("v1")

    assert tag.date == datetime(2026, 1, 2, tzinfo=UTC)
    assert tag.annotated


def test_a_tag_of_a_tag_of_a_tag_leads_to_the_commit(repo: GitRepo) -> None:
    commit = repo.commit({"a": "1"})
    repo.tag("v1", message="m")
    repo.tag("v2", "v1", message="m")
    repo.tag("v3", "v2", message="m")

    assert {tag.name: tag.commit for tag in Repository.open(repo.path).tags("v*")} == {
        "v1": commit,
        "v2": commit,
        "v3": commit,
    }


def test_a_matching_tag_that_is_no_commit_is_an_error_with_its_name(repo: GitRepo) -> None:
    repo.release("v1", {"a": "1"})
    repo.tag("v-blob", "HEAD:a")
    repo.tag("v-tree", "HEAD^{tree}", message="m")
    repo.tag("key", "HEAD:a")

    with pytest.raises(RelnotesError) as caught:
        names(repo, "v*")

    assert [(problem.place, problem.what[:17]) for problem in caught.value.problems] == [
        ("tag v-blob", "points at a blob,"),
        ("tag v-tree", "points at a tree,"),
    ]
    assert names(repo, "v[0-9]*") == ["v1"]


def test_a_date_that_cannot_be_read_is_an_error_with_the_tag(repo: GitRepo) -> None:
    commit = repo.commit({"a": "1"})
    (repo.path / "tag").write_text(
        f"object {commit}\ntype commit\ntag v1\ntagger A <a@b> 999999999999999 +0000\n\nmessage\n"
    )
    tag = repo.git("hash-object", "-t", "tag", "-w", "--literally", "tag")
    repo.git("update-ref", "refs/tags/v1", tag)

    with pytest.raises(RelnotesError, match="tag v1: has no readable date"):
        names(repo)


def test_the_fingerprint_follows_tags_and_head(repo: GitRepo) -> None:
    repository = Repository.open(repo.path)
    seen = [repository.refs_fingerprint()]

    def changed() -> bool:
        seen.append(repository.refs_fingerprint())
        return seen[-1] not in seen[:-1]

    repo.commit({"a": "1"})
    assert changed()
    repo.tag("v1", message="m")
    assert changed()
    repo.commit({"a": "2"})
    assert changed()
    repo.git("tag", "-f", "-a", "-m", "moved", "v1")
    assert changed()
    repo.branch("topic")
    assert not changed()


@pytest.mark.parametrize(
    "ordered",
    [
        ["v1.9", "v1.10", "v1.10.1", "v2"],
        ["v1.0-dev3", "v1.0-alpha", "v1.0-alpha2", "v1.0-beta.1", "v1.0-rc1", "v1.0-rc10", "v1.0"],
        ["1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0-hotfix", "1.0.1"],
        ["1.0.2", "1.0.2a", "1.0.2b", "1.0.3"],
        ["wren-7b-v1", "wren-7b-v2", "wren-70b-v1"],
        ["step3000", "step103000"],
        ["2025-12-31", "2026-01-01", "2026-01-01-2", "2026-01-01-10"],
        ["finch/v2", "finch/v10", "wren/v1"],
        ["v1" + "0" * 4999 + "1", "v1" + "0" * 4999 + "2", "v1" + "0" * 5000 + "1"],
    ],
)
def test_names_are_read_naturally(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=natural_key) == ordered


TAG_LIKE = st.from_regex(
    r"(v|step|wren/)?[0-9]{1,3}([.\-_]?(rc|b|beta|[0-9]{1,2}|x)){0,4}", fullmatch=True
)


@given(st.lists(TAG_LIKE | st.text(max_size=8), unique=True, max_size=8))
@settings(deadline=None, max_examples=150)
def test_the_order_is_total_and_does_not_depend_on_the_start(words: list[str]) -> None:
    ordered = sorted(words, key=natural_key)

    backwards = words[::-1]
    assert sorted(backwards, key=natural_key) == ordered
    for old, new in pairwise(ordered):
        assert natural_key(old) < natural_key(new)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["v", "step", "a-1.", ""]))
@settings(deadline=None, max_examples=60)
def test_numbers_count_as_numbers(old: int, new: int, start: str) -> None:
    assert (natural_key(f"{start}{old}") < natural_key(f"{start}{new}")) == (old < new)
