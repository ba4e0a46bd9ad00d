"""The candidate: what would be committed now, with the user's repository left as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from gitkit import GitRepo

from relnotes.errors import RelnotesError
from relnotes.repository import Repository, WorkTree


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"bundle/a": "1", "bundle/sub/b": "2", "other": "x", ".gitignore": "*.tmp\n"})
    return repo


@pytest.fixture
def repository(repo: GitRepo) -> Iterator[Repository]:
    with Repository.open(repo.path) as repository:
        yield repository


def state_of(repo: GitRepo) -> dict[str, tuple[int, bytes]]:
    """Every file that git keeps, with its time of change."""
    found = (Path(folder) / file for folder, _, files in os.walk(repo.path) for file in files)
    return {str(file): (file.stat().st_mtime_ns, file.read_bytes()) for file in found}


def snapshot(repository: Repository, path: str = "bundle") -> WorkTree:
    work_tree = repository.worktree_tree(path)
    assert work_tree is not None
    return work_tree


def contents(repository: Repository, tree: str | None) -> dict[str, bytes | None]:
    files = repository.files(str(tree))
    blobs = list(repository.blobs([file.blob for file in files]))
    return {file.path: blob.data for file, blob in zip(files, blobs, strict=True)}


def test_a_clean_folder_is_that_of_head(repo: GitRepo, repository: Repository) -> None:
    repo.write({"other": "changed", "bundle/x.tmp": "ignored"})

    assert snapshot(repository) == WorkTree(repo.git("rev-parse", "HEAD:bundle"), dirty=False)


def test_edited_staged_new_and_deleted_files_are_in_it(
    repo: GitRepo, repository: Repository
) -> None:
    repo.write({"bundle/a": "edited", "bundle/sub/b": None, "bundle/x.tmp": "ignored"})
    repo.write({"bundle/staged": "s", "bundle/new/deep": "n"})
    repo.git("add", "bundle/staged")

    candidate = snapshot(repository)

    assert candidate.dirty
    assert contents(repository, candidate.tree) == {
        "a": b"edited",
        "new/deep": b"n",
        "staged": b"s",
    }
    ((*changes,),) = repository.changes([(repo.git("rev-parse", "HEAD:bundle"), candidate.tree)])
    assert [change.path for change in changes] == ["a", "new/deep", "staged", "sub/b"]


def test_it_is_the_tree_that_a_commit_would_make(repo: GitRepo, repository: Repository) -> None:
    repo.write({"bundle/a": "edited", "bundle/c d": "new"})
    candidate = snapshot(repository)
    repo.commit()

    assert candidate.tree == repo.git("rev-parse", "HEAD:bundle")
    assert snapshot(repository) == WorkTree(candidate.tree, dirty=False)


def test_the_users_repository_is_left_as_it_was(repo: GitRepo, repository: Repository) -> None:
    repo.write({"bundle/a": "edited", "bundle/new": "n"})
    hook = repo.path / ".git/hooks/post-index-change"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {repo.path}/hook-ran\n")
    hook.chmod(0o755)
    os.utime(repo.path / "other")  # git would like to note the new time in its index
    before = state_of(repo)

    candidate = snapshot(repository)
    contents(repository, candidate.tree)

    assert candidate.dirty
    assert state_of(repo) == before


def test_closing_leaves_nothing_behind(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / 'tem:po"rary'
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    repo.write({"bundle/a": "edited"})

    with Repository.open(repo.path) as repository:
        tree = snapshot(repository).tree
        assert contents(repository, tree)["a"] == b"edited"
        assert any(temporary.iterdir())

    assert not any(temporary.iterdir())
    assert contents(repository, repo.git("rev-parse", "HEAD:bundle"))["a"] == b"1"


def test_several_folders_can_be_candidates_at_once(repo: GitRepo, repository: Repository) -> None:
    repo.write({"bundle/a": "edited", "second/x": "new"})

    first, second = snapshot(repository), snapshot(repository, "second")
    whole = snapshot(repository, ".")

    assert contents(repository, first.tree)["a"] == b"edited"
    assert contents(repository, second.tree) == {"x": b"new"}
    assert {"bundle/a", "second/x", "other"} <= contents(repository, whole.tree).keys()


def test_it_follows_the_work_tree_while_it_is_edited(repo: GitRepo, repository: Repository) -> None:
    for text in ["one", "two", "1"]:
        repo.write({"bundle/a": text})
        assert contents(repository, snapshot(repository).tree)["a"] == text.encode()

    assert not snapshot(repository).dirty


def test_a_deleted_folder_has_no_tree(repo: GitRepo, repository: Repository) -> None:
    repo.write({"bundle/a": None, "bundle/sub/b": None})

    assert snapshot(repository) == WorkTree(None, dirty=True)
    assert snapshot(repository, "never/was") == WorkTree(None, dirty=False)

    (repo.path / "bundle/sub").rmdir()
    (repo.path / "bundle").rmdir()
    repo.git("rm", "-rq", "--cached", "bundle")
    assert snapshot(repository) == WorkTree(None, dirty=True)


def test_before_the_first_commit_there_is_a_candidate(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "new")
    repo.write({"bundle/a": "1"})

    with Repository.open(repo.path) as repository:
        candidate = snapshot(repository)
        assert contents(repository, candidate.tree) == {"a": b"1"}
    assert candidate.dirty


def test_a_file_in_place_of_a_folder_and_the_reverse(repo: GitRepo, repository: Repository) -> None:
    repo.write({"bundle/a": None, "bundle/sub/b": None})
    (repo.path / "bundle/sub").rmdir()
    repo.write({"bundle/a/inside": "i", "bundle/sub": "s"})

    assert contents(repository, snapshot(repository).tree) == {"a/inside": b"i", "sub": b"s"}


def test_tracked_files_count_though_their_folder_is_ignored(
    repo: GitRepo, repository: Repository
) -> None:
    repo.write({".gitignore": "bundle/\n", "bundle/a": "edited", "bundle/new": "ignored"})

    assert contents(repository, snapshot(repository).tree) == {"a": b"edited", "sub/b": b"2"}
    assert repository.read_folder("bundle") == {"a": b"edited", "sub/b": b"2"}


def test_files_left_out_by_a_sparse_checkout_stay(repo: GitRepo, repository: Repository) -> None:
    repo.git("sparse-checkout", "set", "--no-cone", "/bundle/a", "/other")
    assert not (repo.path / "bundle/sub").exists()
    repo.write({"bundle/a": "edited"})

    assert contents(repository, snapshot(repository).tree) == {"a": b"edited", "sub/b": b"2"}


def test_line_endings_are_those_of_a_commit(repo: GitRepo, repository: Repository) -> None:
    repo.commit({".gitattributes": "* text eol=crlf\n"})
    repo.write({"bundle/a": "one\r\ntwo\r\n"})

    assert contents(repository, snapshot(repository).tree)["a"] == b"one\ntwo\n"


def test_a_conflict_is_refused_with_its_file(repo: GitRepo, repository: Repository) -> None:
    repo.branch("topic")
    repo.commit({"bundle/a": "topic"})
    repo.checkout("main")
    repo.commit({"bundle/a": "main"})
    with pytest.raises(AssertionError):
        repo.merge("topic")

    with pytest.raises(RelnotesError, match="bundle/a: has an unresolved merge conflict"):
        repository.worktree_tree("bundle")


def test_a_conflict_elsewhere_is_refused_too(repo: GitRepo, repository: Repository) -> None:
    repo.branch("topic")
    repo.commit({"other": "topic"})
    repo.checkout("main")
    repo.commit({"other": "main"})
    with pytest.raises(AssertionError):
        repo.merge("topic")
    repo.write({"bundle/a": "edited"})

    with pytest.raises(RelnotesError, match="finish the merge"):
        repository.worktree_tree("bundle")


def test_a_link_in_place_of_the_folder_is_refused(repo: GitRepo, repository: Repository) -> None:
    (repo.path / "linked").symlink_to("bundle")

    with pytest.raises(RelnotesError, match="linked: is not a folder"):
        repository.worktree_tree("linked")


def test_links_and_nested_repositories_inside_are_shown_as_such(
    repo: GitRepo, repository: Repository
) -> None:
    (repo.path / "bundle/link").symlink_to("a")
    GitRepo(repo.path / "bundle/inner").commit({"x": "1"})

    modes = {file.path: file.mode for file in repository.files(str(snapshot(repository).tree))}

    assert modes == {"a": "100644", "inner": "160000", "link": "120000", "sub/b": "100644"}


def test_a_small_folder_is_read_from_the_work_tree(repo: GitRepo, repository: Repository) -> None:
    repo.write({"bundle/a": "edited", "bundle/sub/b": None, "bundle/ü": "new", "bundle/i.tmp": ""})

    assert repository.read_folder("bundle") == {"a": b"edited", "ü": b"new"}
    assert list(repository.read_folder(".")) == [".gitignore", "bundle/a", "bundle/ü", "other"]
    assert repository.read_folder("absent") == {}
    assert repository.read_head_file("bundle/a") == b"1"


def test_a_link_in_a_small_folder_is_refused(repo: GitRepo, repository: Repository) -> None:
    (repo.path / "bundle/link").symlink_to("/etc/passwd")

    with pytest.raises(RelnotesError, match="bundle/link: is not a plain file"):
        repository.read_folder("bundle")
