"""Trees, changes and blobs of real repositories of every kind."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from gitkit import GitRepo

from relnotes.errors import Exit, RelnotesError
from relnotes.repository import (
    FileChange,
    Repository,
    is_lfs_pointer,
    unreadable_modes,
)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo")


def changes_between(repository: Repository, old: str | None, new: str | None) -> set[str]:
    (changes,) = repository.changes([(old, new)])
    return {change.path for change in changes}


def nothing_runs_on() -> bool:
    """No thread that feeds git, and no git of ours, not even one that nobody waited for."""
    if any(thread.name.startswith("git-") for thread in threading.enumerate()):
        return False
    listed = subprocess.run(
        ["ps", "-A", "-o", "ppid=,comm="], capture_output=True, text=True, check=True
    )
    rows = (line.split(None, 1) for line in listed.stdout.splitlines())
    return not any(ppid == str(os.getpid()) and "git" in name for ppid, name in rows)


def test_a_folder_inside_the_work_tree_finds_the_repository(repo: GitRepo) -> None:
    repo.commit({"deep/er/file": "x"})

    found = Repository.open(repo.path / "deep" / "er")
    from_file = Repository.open(repo.path / "deep" / "er" / "file")

    assert found.root == from_file.root == repo.path
    assert found.git_dir == found.common_dir == repo.path / ".git"
    assert found.object_format == "sha1"


def test_trees_are_none_where_the_folder_is_missing(repo: GitRepo) -> None:
    before = repo.commit({"readme": "x"})
    with_bundle = repo.commit({"models/bundle/a": "1"})
    after = repo.commit({"models/bundle/a": None})

    with Repository.open(repo.path) as repository:
        trees = repository.trees([before, with_bundle, after], "models/bundle/")

    assert trees == [None, repo.git("rev-parse", f"{with_bundle}:models/bundle"), None]


def test_the_top_folder_is_a_folder_too(repo: GitRepo) -> None:
    commit = repo.commit({"a": "1"})

    assert Repository.open(repo.path).trees([commit], ".") == [
        repo.git("rev-parse", f"{commit}^{{tree}}")
    ]


def test_a_file_in_place_of_the_folder_is_refused_at_every_commit(repo: GitRepo) -> None:
    commits = [repo.commit({"bundle": "1"}), repo.commit({"bundle": "2"})]

    with pytest.raises(RelnotesError, match="where a folder is expected") as caught:
        Repository.open(repo.path).trees(commits, "bundle")

    assert [problem.place for problem in caught.value.problems] == [f"{c}:bundle" for c in commits]


@pytest.mark.parametrize("path", ["../bundle", "/bundle", "a/../b", "two\nlines"])
def test_a_folder_outside_the_repository_is_refused(repo: GitRepo, path: str) -> None:
    with pytest.raises(RelnotesError, match="not a path inside the repository"):
        Repository.open(repo.path).trees([repo.commit()], path)


def test_changes_come_per_pair_in_order_and_sorted(repo: GitRepo) -> None:
    commits = [
        repo.commit({"b/z": "1", "b/a-b": "1", "b/a/c": "1"}),
        repo.commit({"b/z": "2", "b/a/c": None, "b/new": "3"}),
        repo.commit({"elsewhere": "x"}),
        repo.commit({"b/z": "1"}),
    ]
    repository = Repository.open(repo.path)
    trees = repository.trees(commits, "b")

    first, second, third, none, gone = repository.changes(
        [*pairwise(trees), (None, None), (trees[-1], None)]
    )

    assert [change.path for change in first] == ["a/c", "new", "z"]
    assert (second, none) == ((), ())
    assert [change.path for change in third] == ["z"]
    assert {change.new for change in gone} == {None}
    blob = repo.git("rev-parse", f"{commits[1]}:b/new")
    assert first[1] == FileChange("new", None, blob, "000000", "100644")


def test_a_first_release_is_compared_with_nothing(repo: GitRepo) -> None:
    commit = repo.commit({"b/x": "1", "b/y": "2"})
    repository = Repository.open(repo.path)
    (tree,) = repository.trees([commit], "b")

    assert changes_between(repository, None, tree) == {"x", "y"}


def test_trees_that_differ_but_hold_the_same_files_have_no_changes(repo: GitRepo) -> None:
    commit = repo.commit({"b/x": "1"})
    empty = repo.git("mktree")
    repository = Repository.open(repo.path)
    (tree,) = repository.trees([commit], "b")
    listing = repo.git("ls-tree", str(tree)) + f"\n040000 tree {empty}\tempty\n"
    twin = repo.git("mktree", feed=listing.encode())

    changes = list(repository.changes([(tree, twin), (tree, None), (twin, tree)]))

    assert [len(change) for change in changes] == [0, 1, 0]


def test_a_move_shows_as_one_file_gone_and_one_come(repo: GitRepo) -> None:
    repo.git("config", "diff.renames", "copies")
    old = repo.commit({"b/old": "the same\n" * 50})
    new = repo.commit({"b/old": None, "b/new": "the same\n" * 50})
    repository = Repository.open(repo.path)

    assert changes_between(repository, *repository.trees([old, new], "b")) == {"old", "new"}


def test_a_changed_mode_is_a_change(repo: GitRepo) -> None:
    old = repo.commit({"b/run": "x"})
    (repo.path / "b/run").chmod(0o755)
    new = repo.commit()
    repository = Repository.open(repo.path)
    trees = repository.trees([old, new], "b")

    ((change,),) = repository.changes([(trees[0], trees[1])])

    assert (change.old_mode, change.new_mode) == ("100644", "100755")
    assert change.old == change.new


ODD_NAMES = ["with space", 'quo"te', "back\\slash", "ünï/cødé", "new\nline", "tab\t", "-dash", ":c"]


def test_odd_file_names_arrive_as_they_are(repo: GitRepo) -> None:
    old = repo.commit({"b/plain": "x"})
    new = repo.commit({f"b/{name}": name for name in ODD_NAMES})
    repository = Repository.open(repo.path)
    trees = repository.trees([old, new], "b")

    assert changes_between(repository, *trees) == set(ODD_NAMES)
    files = {file.path: file for file in repository.files(str(trees[1]))}
    assert files.keys() == {*ODD_NAMES, "plain"}
    contents = repository.blobs([files[name].blob for name in ODD_NAMES])
    assert [blob.data for blob in contents] == [name.encode() for name in ODD_NAMES]


def test_a_file_name_that_is_not_utf8_stays_printable(repo: GitRepo) -> None:
    blob = repo.git("hash-object", "-w", "--stdin")
    tree = repo.git("mktree", "-z", feed=f"100644 blob {blob}\tcaf".encode() + b"\xe9\0")
    repository = Repository.open(repo.path)

    assert changes_between(repository, None, tree) == {"caf\\xe9"}
    assert [file.path for file in repository.files(tree)] == ["caf\\xe9"]


def test_blobs_come_in_the_order_asked_and_as_often(repo: GitRepo) -> None:
    repo.commit({"a": "one", "b": b"\0two\n", "c": ""})
    one, two, empty = (repo.git("rev-parse", f"HEAD:{name}") for name in "abc")

    blobs = list(Repository.open(repo.path).blobs(iter([two, one, empty, two])))

    assert [blob.data for blob in blobs] == [b"\0two\n", b"one", b"", b"\0two\n"]
    assert [blob.id for blob in blobs] == [two, one, empty, two]


def test_a_blob_above_the_limit_is_passed_over_but_measured(repo: GitRepo) -> None:
    size = 3_000_000
    repo.commit({"big": b"\n" * size, "small": "x" * 10})
    big, small = (repo.git("rev-parse", f"HEAD:{name}") for name in ("big", "small"))

    blobs = list(Repository.open(repo.path).blobs([big, small], 10))

    assert [(blob.size, blob.data) for blob in blobs] == [(size, None), (10, b"x" * 10)]


def test_a_missing_blob_is_named(repo: GitRepo) -> None:
    repo.commit({"a": "one"})
    there, missing = repo.git("rev-parse", "HEAD:a"), "0123456789" * 4

    with pytest.raises(RelnotesError, match=missing) as caught:
        list(Repository.open(repo.path).blobs([there, missing, there]))

    assert caught.value.exit_code == Exit.NO_REPOSITORY
    assert nothing_runs_on()


def test_a_tree_asked_for_as_a_blob_is_refused(repo: GitRepo) -> None:
    repo.commit({"a/b": "one"})

    with pytest.raises(RelnotesError, match="is a tree, where a file is expected"):
        list(Repository.open(repo.path).blobs([repo.git("rev-parse", "HEAD:a")]))


def test_a_missing_tree_stops_the_comparison(repo: GitRepo) -> None:
    commit = repo.commit({"b/x": "1"})
    repository = Repository.open(repo.path)
    (tree,) = repository.trees([commit], "b")

    with pytest.raises(RelnotesError, match="0123456789") as caught:
        list(repository.changes([(tree, "0123456789" * 4), (None, tree)]))

    assert caught.value.exit_code == Exit.NO_REPOSITORY


def test_a_tree_lost_from_the_repository_is_not_taken_for_a_missing_folder(repo: GitRepo) -> None:
    commit = repo.commit({"b/x": "1"})
    top = repo.git("rev-parse", "HEAD^{tree}")
    (repo.path / ".git/objects" / top[:2] / top[2:]).unlink()

    with pytest.raises(RelnotesError, match="is not in the repository"):
        Repository.open(repo.path).trees([commit], "b")


def test_leaving_a_stream_early_ends_git_and_its_threads(repo: GitRepo) -> None:
    repo.commit({"a": b"x" * 500_000})
    blob = repo.git("rev-parse", "HEAD:a")
    repository = Repository.open(repo.path)

    with closing(repository.blobs([blob] * 50_000)) as blobs:
        assert next(iter(blobs)).size == 500_000

    assert nothing_runs_on()


def test_an_error_in_the_reader_ends_git(repo: GitRepo) -> None:
    repo.commit({"a": b"x" * 500_000})
    blob = repo.git("rev-parse", "HEAD:a")

    def read() -> None:
        for _ in Repository.open(repo.path).blobs([blob] * 50_000):
            raise KeyError("reader")

    with pytest.raises(KeyError, match="reader"):
        read()

    assert nothing_runs_on()


def test_an_error_in_making_the_ids_reaches_the_reader(repo: GitRepo) -> None:
    repo.commit({"a": "one"})
    blob = repo.git("rev-parse", "HEAD:a")

    def ids() -> Iterator[str]:
        yield blob
        raise KeyError("ids")

    with pytest.raises(KeyError, match="ids"):
        list(Repository.open(repo.path).blobs(ids()))

    assert nothing_runs_on()


def test_many_pairs_and_many_complaints_do_not_block_each_other(repo: GitRepo) -> None:
    commit = repo.commit({"b/x": "1"})
    repository = Repository.open(repo.path)
    (tree,) = repository.trees([commit], "b")

    assert len(list(repository.changes([(None, tree), (tree, None)] * 20_000))) == 40_000
    with pytest.raises(RelnotesError):
        list(repository.changes([("0123456789" * 4, tree)] * 20_000))
    assert nothing_runs_on()


def test_nothing_asked_starts_nothing(repo: GitRepo) -> None:
    repository = Repository.open(repo.path)

    assert repository.trees([], "b") == []
    assert list(repository.changes([])) == []
    assert list(repository.blobs([])) == []


def test_links_and_submodules_are_refused_with_the_reason(repo: GitRepo) -> None:
    inner = GitRepo(repo.path / "bundle" / "inner")
    inner.commit({"x": "1"})
    repo.write({"bundle/file": "x"})
    (repo.path / "bundle/link").symlink_to("file")
    commit = repo.commit()
    repository = Repository.open(repo.path)
    (tree,) = repository.trees([commit], "bundle")
    ((*changes,),) = repository.changes([(None, tree)])

    problems = unreadable_modes(changes, prefix="v1:bundle/")

    assert [(problem.place, problem.what.split(";")[0]) for problem in problems] == [
        ("v1:bundle/inner", "is a submodule"),
        ("v1:bundle/link", "is a symbolic link"),
    ]
    files = repository.files(str(tree))
    assert unreadable_modes(files, prefix="v1:bundle/") == problems
    assert [file.size for file in files] == [1, None, 4]


def test_a_pointer_to_large_file_storage_is_recognised() -> None:
    pointer = (
        b"version https://git-lfs.github.com/spec/v1\n"
        b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
    )

    assert is_lfs_pointer(pointer)
    assert not is_lfs_pointer(b'{"results": "version https://git-lfs.github.com/spec/v1"}')
    assert not is_lfs_pointer(b"")


def test_a_linked_work_tree_shares_tags_and_has_its_own_head(repo: GitRepo, tmp_path: Path) -> None:
    first = repo.release("v1", {"b/x": "1"})
    repo.release("v2", {"b/x": "2"})
    repo.git("worktree", "add", "-q", tmp_path / "linked", first)

    linked = Repository.open(tmp_path / "linked" / "b")

    assert linked.root == tmp_path / "linked"
    assert linked.common_dir == repo.path / ".git"
    assert linked.git_dir != linked.common_dir
    assert [tag.name for tag in linked.tags("v*")] == ["v1", "v2"]
    assert linked.head() == first
    candidate = linked.worktree_tree("b")
    assert candidate is not None
    assert candidate.tree == linked.trees([first], "b")[0]


def test_a_bare_repository_is_read_from_head(repo: GitRepo, tmp_path: Path) -> None:
    repo.release("v1", {"b/x": "1", "relnotes.toml": "title = 1", "amendments/2/b.md": "b"})
    repo.git("clone", "-q", "--bare", repo.path, tmp_path / "bare.git")

    bare = Repository.open(tmp_path / "bare.git")

    assert bare.root is None
    assert bare.worktree_tree("b") is None
    assert bare.trees([str(bare.head())], "b") == [repo.git("rev-parse", "HEAD:b")]
    assert bare.read_head_file("relnotes.toml") == b"title = 1"
    assert bare.read_head_file("absent.toml") is None
    assert bare.read_folder("amendments") == {"2/b.md": b"b"}
    assert bare.read_folder("absent") == {}
    assert [tag.name for tag in bare.tags("*")] == ["v1"]


def test_a_sha256_repository_reads_the_same(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo", object_format="sha256")
    commits = [repo.release("v1", {"b/x": "1"}), repo.commit({"b/x": "2", "b/y": "3"})]
    repo.tag("v2", message="second")
    repository = Repository.open(repo.path)

    tags = repository.tags("v*")
    trees = repository.trees([tag.commit for tag in tags], "b")
    changes = list(repository.changes([*pairwise([None, *trees])]))
    blobs = list(repository.blobs(str(change.new) for group in changes for change in group))

    assert repository.object_format == "sha256"
    assert [tag.commit for tag in tags] == commits
    assert [[change.path for change in group] for group in changes] == [["x"], ["x", "y"]]
    assert [blob.data for blob in blobs] == [b"1", b"2", b"3"]
    assert len(blobs[0].id) == 64


def test_a_detached_head_is_the_commit_itself(repo: GitRepo) -> None:
    first = repo.commit({"a": "1"})
    repo.commit({"a": "2"})
    repo.git("checkout", "-q", "--detach", first)

    assert Repository.open(repo.path).head() == first


def test_a_repository_without_commits_has_no_head_and_no_releases(repo: GitRepo) -> None:
    repository = Repository.open(repo.path)

    assert repository.head() is None
    assert repository.tags("*") == ()
    assert repository.read_head_file("relnotes.toml") is None
    assert repository.refs_fingerprint() == repository.refs_fingerprint()


def test_a_revision_resolves_to_its_commit(repo: GitRepo) -> None:
    first = repo.commit({"a": "1"})
    repo.tag("v1", message="annotated")
    repo.commit({"a": "2"})
    repository = Repository.open(repo.path)

    assert repository.resolve("v1") == repository.resolve("HEAD~1") == first
    assert repository.resolve(first[:10]) == first
    for name in ["absent", "", "--all", "two\nlines", "nul\0", "HEAD:a"]:
        assert repository.resolve(name) is None


def test_a_commit_says_when_it_was_made(repo: GitRepo) -> None:
    repo.commit({"a": "1"}, date=1_767_225_600)
    repository = Repository.open(repo.path)

    assert repository.commit_date("HEAD") == datetime(2026, 1, 1, tzinfo=UTC)
    assert repository.commit_date("absent") is None


def test_a_merge_is_one_commit_with_one_tree(repo: GitRepo) -> None:
    repo.release("v1", {"b/x": "1"})
    repo.branch("topic")
    repo.commit({"b/topic": "t"})
    repo.checkout("main")
    repo.commit({"b/main": "m"})
    repo.merge("topic")
    repo.tag("v2")
    repository = Repository.open(repo.path)
    trees = repository.trees([tag.commit for tag in repository.tags("v*")], "b")

    assert changes_between(repository, *trees) == {"main", "topic"}
