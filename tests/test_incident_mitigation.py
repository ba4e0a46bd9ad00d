"""`relnotes incident mitigate`: git says what changed, not memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from gitkit import GitRepo

from relnotes.cli import main
from relnotes.incident.effective import effective_events
from relnotes.incident.event import Mitigation
from relnotes.incident_files.reading import read_incidents

PROMPT = "bundle/prompts/system.md"
OLD = "Be direct.\nMatch the user's mood.\n"
NEW = "Be direct.\nBe warm and honest; do not flatter.\n"
Said = tuple[int, str, str]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    found = GitRepo(tmp_path)
    found.commit({PROMPT: OLD, "bundle/prompts/tools.md": "Search.\n"})
    monkeypatch.chdir(tmp_path)
    assert main(["incident", "new", "Wren flatters"]) == 0
    return found


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(*words: str) -> Said:
        capsys.readouterr()
        code = main(["incident", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def mitigation() -> Mitigation:
    (incident,) = read_incidents(Path())
    found = effective_events(incident.events)[-1].mitigation
    assert found is not None
    return found


def test_the_diff_of_a_committed_prompt_comes_with_the_full_id(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    parent = repository.git("rev-parse", "HEAD")
    commit = repository.commit({PROMPT: NEW})

    code, out, _ = run("mitigate", "--prompt", PROMPT)

    assert code == 0
    assert f"took the diff of {PROMPT} from commit {commit[:12]}" in out
    assert "  - Match the user's mood.\n  + Be warm and honest; do not flatter.\n" in out
    assert "watching: the removed line" in out
    found = mitigation()
    assert (found.commit, found.old_commit) == (commit, parent)
    assert found.removed == ("Match the user's mood.",)
    assert found.diff is not None
    assert "\n-Match the user's mood.\n+Be warm" in found.diff


def test_a_commit_from_long_before_is_asked_about(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    committed = repository.git("log", "-1", "--format=%cs")

    code, _, talk = run("mitigate", "--prompt", PROMPT)

    assert (code, f"that commit is of {committed}: if the change" in talk) == (0, True)
    repository.commit({PROMPT: NEW})
    at = repository.git("log", "-1", "--format=%cI")
    assert "that commit is of" not in run("mitigate", "--prompt", PROMPT, "--at", at)[2]


def test_a_prompt_that_is_not_committed_yet_is_said_to_be_so_and_filled_in_later(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    repository.write({PROMPT: NEW})

    _, out, err = run("mitigate", "--prompt", PROMPT)

    assert "from the work tree, not committed yet" in out
    assert "relnotes incident correct --commit REVISION" in err
    assert mitigation().commit is None
    commit = repository.commit()
    assert run("correct", "--commit", "HEAD")[0] == 0
    assert mitigation().commit == commit
    assert mitigation().removed == ("Match the user's mood.",)


def test_a_commit_says_which_prompt_it_changed(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    repository.commit({PROMPT: NEW, "README.md": "new"})
    assert run("mitigate", "--commit", "HEAD")[0] == 0
    assert mitigation().prompt == PROMPT


def test_a_commit_that_changed_several_prompts_asks_which(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    repository.commit({PROMPT: NEW, "bundle/prompts/tools.md": "Search less.\n"})
    code, _, err = run("mitigate", "--commit", "HEAD")
    assert code == 2
    assert f"say which with --prompt: {PROMPT}, bundle/prompts/tools.md" in err
    assert run("mitigate", "--commit", "HEAD", "--prompt", "bundle/prompts/tools.md")[0] == 0


def test_a_commit_that_does_not_exist_is_refused_and_nothing_is_filed(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    code, _, err = run("mitigate", "--commit", "feedface")
    assert code == 3
    assert 'there is no commit "feedface"' in err
    assert len(read_incidents(Path())[0].events) == 1


def test_a_commit_that_leaves_the_prompt_alone_is_refused(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    repository.commit({"README.md": "x", "bundle/bundle.yaml": "a: b"})
    assert "does not change" in run("mitigate", "--commit", "HEAD", "--prompt", PROMPT)[2]


def test_a_line_that_only_reads_otherwise_is_not_watched(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    repository.commit({PROMPT: "Always try to match the mood of the user whom you talk to.\n"})
    repository.commit({PROMPT: "Always try to match the mood of the person whom you talk to.\n"})
    _, out, _ = run("mitigate", "--prompt", PROMPT)
    assert "there is none to watch" in out
    assert mitigation().removed == ()


def test_what_touches_no_file_is_a_mitigation_too(
    repository: GitRepo, run: Callable[..., Said]
) -> None:
    assert run("mitigate", "memory switched off", "--kind", "feature_off")[0] == 0
    found = mitigation()
    assert (found.kind, found.prompt, found.temporary) == ("feature_off", None, True)


def test_the_path_may_be_given_from_where_one_is(
    repository: GitRepo, run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({PROMPT: NEW})
    monkeypatch.chdir(repository.path / "bundle")
    assert run("mitigate", "--prompt", "prompts/system.md")[0] == 0
    monkeypatch.chdir(repository.path)
    assert mitigation().prompt == PROMPT


def test_a_repository_of_the_longer_ids_keeps_them_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[..., Said]
) -> None:
    found = GitRepo(tmp_path / "long", object_format="sha256")
    found.commit({PROMPT: OLD})
    commit = found.commit({PROMPT: NEW})
    monkeypatch.chdir(found.path)
    run("new", "Wren flatters")
    assert run("mitigate", "--prompt", PROMPT)[0] == 0
    assert mitigation().commit == commit
    assert len(commit) == 64
