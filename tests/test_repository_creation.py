"""Repositories written in one stream: the same ids everywhere, and usable at once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from gitkit import GitRepo

from relnotes.errors import RelnotesError
from relnotes.repository import Repository
from relnotes.repository.creation import NewCommit, NewTag, create_repository

ADA = "Ada <ada@example.org>"
START = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=-7)))
COMMITS = (
    NewCommit(START, ADA, "first", {"bundle/a": b"1", "b": b"\0"}, (NewTag("v1"),)),
    NewCommit(
        START + timedelta(days=1),
        "Grace Hopper <grace@example.org>",
        "second: ünï\n\nwith a body",
        {"bundle/a": b"2\n", "b": None, 'odd "name"\\ ü\n': b"odd"},
        (NewTag("finch/v2", "Release 2"), NewTag("v2")),
    ),
)


def git(path: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=path, capture_output=True, check=True)
    return done.stdout.decode().removesuffix("\n")


def test_commits_files_and_tags_are_what_was_asked(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", COMMITS)

    with Repository.open(tmp_path / "new") as repository:
        tags = {tag.name: tag for tag in repository.tags("*")}
        trees = repository.trees([tags["v1"].commit, tags["v2"].commit], "bundle")
        ((*changes,),) = repository.changes([(trees[0], trees[1])])
        candidate = repository.worktree_tree(".")
        files = repository.read_folder(".")

    assert list(tags) == ["v1", "finch/v2", "v2"]
    assert [tag.annotated for tag in tags.values()] == [False, True, False]
    assert tags["v1"].date == START
    assert tags["v1"].date.utcoffset() == timedelta(hours=-7)
    assert [change.path for change in changes] == ["a"]
    assert candidate is not None
    assert not candidate.dirty
    assert files == {"bundle/a": b"2\n", 'odd "name"\\ ü\n': b"odd"}


def test_authors_and_messages_are_kept(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", COMMITS)

    log = git(tmp_path / "new", "log", "--format=%an <%ae>|%cn|%B%n--")

    assert log.split("\n--\n")[0] == (
        "Grace Hopper <grace@example.org>|Grace Hopper|second: ünï\n\nwith a body\n"
    )
    assert git(tmp_path / "new", "tag", "-l", "--format=%(contents)", "finch/v2") == "Release 2\n"
    assert git(tmp_path / "new", "branch", "--show-current") == "main"


def test_the_ids_are_the_same_on_every_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_repository(tmp_path / "one", COMMITS)
    settings = tmp_path / "settings"
    settings.write_text("[core]\nautocrlf = true\n[init]\ndefaultBranch = x\n[commit]\ngpgSign=1\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "one" / ".git"))
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2000-01-01T00:00:00Z")
    create_repository(tmp_path / "two", COMMITS)

    one, two = Repository.open(tmp_path / "one"), Repository.open(tmp_path / "two")

    assert one.refs_fingerprint() == two.refs_fingerprint()
    assert one.head() == "0e8910a4499a09af7c736beb94063ca3250d83ee"


def test_what_is_written_passes_gits_own_check(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", COMMITS)

    assert git(tmp_path / "new", "fsck", "--strict", "--no-dangling", "--no-progress") == ""


def test_one_can_commit_there_without_any_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        for key in ("NAME", "EMAIL"):
            monkeypatch.delenv(f"GIT_{role}_{key}", raising=False)
    create_repository(tmp_path / "new", COMMITS)

    git(tmp_path / "new", "commit", "-q", "--allow-empty", "-m", "third")

    assert git(tmp_path / "new", "log", "-1", "--format=%an <%ae>") == ADA


def test_a_sha256_repository_can_be_made(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", COMMITS, object_format="sha256")

    assert Repository.open(tmp_path / "new").object_format == "sha256"


def test_commits_are_taken_as_they_come(tmp_path: Path) -> None:
    def many() -> Iterator[NewCommit]:
        for day in range(300):
            date = START + timedelta(days=day)
            yield NewCommit(date, ADA, "x", {"n": b"%d" % day}, (NewTag(f"v{day}"),))

    create_repository(tmp_path / "new", many())

    assert len(Repository.open(tmp_path / "new").tags("v*")) == 300


def test_no_commits_make_an_empty_repository(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", [])

    assert Repository.open(tmp_path / "new").head() is None


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "there")

    with pytest.raises(RelnotesError, match="is in the way"):
        create_repository(repo.path, COMMITS)
    (tmp_path / "file").touch()
    with pytest.raises(RelnotesError, match="is in the way"):
        create_repository(tmp_path / "file", COMMITS)


@pytest.mark.parametrize(
    ("commit", "what"),
    [
        (NewCommit(datetime(2026, 1, 1), ADA, "m", {}), "no time zone"),
        (NewCommit(datetime(2026, 1, 1, tzinfo=UTC), "Ada", "m", {}), "not an author"),
        (NewCommit(START, ADA, "m", {"a/../b": b""}), "invalid path|git fast-import"),
        (NewCommit(START, ADA, "m", {"a": b""}, (NewTag("two words"),)), "git fast-import"),
    ],
)
def test_what_git_could_not_keep_is_refused(tmp_path: Path, commit: NewCommit, what: str) -> None:
    with pytest.raises(RelnotesError, match=what):
        create_repository(tmp_path / "new", [commit])
