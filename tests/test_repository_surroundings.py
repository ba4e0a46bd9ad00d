"""The same answers whatever surrounds the repository; a clear refusal where there are none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from gitkit import GitRepo

from relnotes.errors import Exit, RelnotesError
from relnotes.repository import Repository


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    repo.release("v1", {"bündle/ä": "1\n", "bündle/move": "same\n" * 20})
    repo.release("v2", {"bündle/ä": "2\n", "bündle/move": None, "bündle/moved": "same\n" * 20})
    repo.write({"bündle/ä": "3\n", "bündle/*": "new\n"})
    return repo


def everything(start: Path) -> object:
    """Every answer at once, to be compared as a whole."""
    with Repository.open(start) as repository:
        tags = repository.tags("v*")
        old, new = repository.trees([tag.commit for tag in tags], "bündle")
        candidate = repository.worktree_tree("bündle")
        assert candidate is not None
        changes = list(repository.changes([(None, old), (old, new), (new, candidate.tree)]))
        ids = [change.new for group in changes for change in group if change.new]
        return (
            *(repository.refs_fingerprint(), tags, old, new, candidate, changes),
            *(list(repository.blobs(ids)), repository.files(str(new))),
            *(repository.read_folder("bündle"), repository.read_head_file("bündle/ä")),
            *(repository.commit_date("v1"), repository.resolve("HEAD")),
        )


SETTINGS = {
    "core.quotePath": "true",
    "core.abbrev": "5",
    "core.precomposeUnicode": "false",
    "diff.renames": "copies",
    "diff.noprefix": "true",
    "diff.relative": "true",
    "diff.external": "false",
    "diff.ignoreSubmodules": "all",
    "diff.orderFile": "order",
    "color.ui": "always",
    "color.diff": "always",
    "log.showSignature": "true",
    "log.date": "relative",
    "status.short": "true",
    "status.branch": "true",
    "status.showUntrackedFiles": "no",
    "status.relativePaths": "true",
    "tag.sort": "-refname",
    "core.pager": "false",
    "core.splitIndex": "true",
    "core.untrackedCache": "true",
    "core.safecrlf": "true",
    "core.attributesFile": "/dev/null",
    "column.ui": "always",
    "i18n.logOutputEncoding": "latin1",
    "i18n.commitEncoding": "latin1",
}


def test_user_settings_change_no_answer(repo: GitRepo) -> None:
    plain = everything(repo.path)
    (repo.path / "order").write_text("b*\n")
    for name, value in SETTINGS.items():
        repo.git("config", name, value)

    assert everything(repo.path) == plain


def test_a_hook_of_another_repository_does_not_confuse(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = everything(repo.path)
    other = GitRepo(tmp_path / "other")
    other.release("v1", {"bündle/other": "x"})
    git_dir = other.path / ".git"
    for name, value in {
        "GIT_DIR": git_dir,
        "GIT_WORK_TREE": other.path,
        "GIT_COMMON_DIR": git_dir,
        "GIT_INDEX_FILE": git_dir / "index",
        "GIT_OBJECT_DIRECTORY": git_dir / "objects",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": git_dir / "objects",
        "GIT_PREFIX": "bündle/",
        "GIT_NAMESPACE": "other",
        "GIT_GLOB_PATHSPECS": "1",
        "GIT_ICASE_PATHSPECS": "1",
        "GIT_CEILING_DIRECTORIES": "/nowhere",
        "LC_ALL": "de_DE.UTF-8",
        "LANGUAGE": "de",
    }.items():
        monkeypatch.setenv(name, str(value))

    assert everything(repo.path) == plain


def test_a_replaced_object_is_read_as_it_was_committed(repo: GitRepo) -> None:
    plain = everything(repo.path)
    repo.git("replace", repo.git("rev-parse", "v1:bündle/ä"), repo.git("rev-parse", "v2:bündle/ä"))

    assert everything(repo.path) == plain


def test_opening_and_listing_do_not_import_gitpython(repo: GitRepo) -> None:
    program = """
import sys
from pathlib import Path
from relnotes.repository import Repository
repository = Repository.open(Path(sys.argv[1]))
repository.check_complete()
repository.refs_fingerprint()
assert len(repository.trees([tag.commit for tag in repository.tags("v*")], "bündle")) == 2
repository.worktree_tree("bündle")
repository.read_head_file("bündle/ä")
repository.close()
sys.exit("git" in sys.modules)
"""
    project = Path(__file__).parents[1]

    subprocess.run(
        [sys.executable, "-c", program, repo.path],
        env={**os.environ, "PYTHONPATH": str(project)},
        check=True,
    )


def test_outside_a_repository_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(RelnotesError, match="is not in a git repository") as caught:
        Repository.open(tmp_path)

    assert caught.value.exit_code == Exit.NO_REPOSITORY
    assert caught.value.problems[0].place == str(tmp_path)
    assert caught.value.problems[0].mend


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RelnotesError, match="there is no such folder") as caught:
        Repository.open(tmp_path / "absent")

    assert caught.value.exit_code == Exit.NO_REPOSITORY


def test_without_git_the_message_says_what_to_install(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Repository.open(repo.path)
    monkeypatch.setenv("PATH", str(tmp_path))

    for ask in (lambda: Repository.open(repo.path), lambda: list(opened.blobs(["a"]))):
        with pytest.raises(RelnotesError, match="cannot be run") as caught:
            ask()
        assert caught.value.exit_code == Exit.NO_REPOSITORY
        assert "install git" in caught.value.problems[0].mend


def test_a_repository_of_another_user_gives_gits_own_remedy(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # git's own way to test this

    with pytest.raises(RelnotesError, match="dubious ownership") as caught:
        Repository.open(repo.path)

    assert caught.value.exit_code == Exit.NO_REPOSITORY
    assert "git config --global --add safe.directory" in str(caught.value)


def test_a_trusted_repository_of_another_user_is_read(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = everything(repo.path)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "*")

    assert everything(repo.path) == plain


def test_a_path_that_git_cannot_report_is_refused(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "two\nlines")

    with pytest.raises(RelnotesError, match="line break") as caught:
        Repository.open(repo.path)

    assert caught.value.exit_code == Exit.NO_REPOSITORY


def test_from_inside_the_git_folder_there_is_no_work_tree(repo: GitRepo) -> None:
    inside = Repository.open(repo.path / ".git" / "refs")

    assert inside.root is None
    assert [tag.name for tag in inside.tags("*")] == ["v1", "v2"]


def test_a_shallow_clone_is_refused_with_the_mend(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", tmp_path / "shallow")
    shallow = Repository.open(tmp_path / "shallow")

    with pytest.raises(RelnotesError, match="shallow") as caught:
        shallow.check_complete()

    assert caught.value.exit_code == Exit.NO_REPOSITORY
    assert caught.value.problems[0].mend == "git fetch --unshallow --tags"
    Repository.open(repo.path).check_complete()


@pytest.mark.parametrize("kept", ["blob:none", "tree:0"])
def test_a_partial_clone_is_refused_and_not_fetched_in_secret(
    repo: GitRepo, tmp_path: Path, kept: str
) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{repo.path}"
    repo.git("clone", "-q", "--no-checkout", f"--filter={kept}", url, tmp_path / "partial")
    head = repo.git("rev-parse", "HEAD")
    full, partial = Repository.open(repo.path), Repository.open(tmp_path / "partial")
    blob = full.files(str(full.trees([head], "bündle")[0]))[0].blob

    def read_tree() -> None:
        partial.files(str(partial.trees([head], "bündle")[0]))

    for ask in (
        read_tree,
        lambda: list(partial.blobs([blob])),
        lambda: partial.read_head_file("bündle/ä"),
    ):
        with pytest.raises(RelnotesError) as caught:
            ask()
        assert caught.value.exit_code == Exit.NO_REPOSITORY
        assert "git fetch --refetch --no-filter --tags" in caught.value.problems[0].mend

    repo.git("fetch", "-q", "--refetch", "--no-filter", "--tags", cwd=tmp_path / "partial")
    assert partial.read_head_file("bündle/ä") == b"2\n"
    read_tree()
