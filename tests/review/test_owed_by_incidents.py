"""What earlier incidents still ask of the next release."""

from __future__ import annotations

import pytest
import yaml
from gitkit import GitRepo
from reviewkit import blocking, checked, line, only

FOLDER = "incidents/2026-01-02-flattery"
HEAD = {
    "schema": "relnotes.incident/1",
    "id": "2026-01-02-flattery",
    "title": "It flattered",
    "evals_to_add": [{"eval": "flattery", "behaviour": "honesty"}],
}


def followup(**more: str) -> str:
    fields = {"schema": "relnotes.followup/1", "what": "Ask testers first", "type": "process"}
    return yaml.safe_dump({**fields, **more}) + "...\n"


@pytest.fixture
def repository(tmp_path) -> GitRepo:
    found = line(tmp_path / "wren")
    found.write({f"{FOLDER}/incident.yaml": yaml.safe_dump(HEAD) + "...\n"})
    return found


def test_an_eval_that_was_promised_is_asked_for_and_does_not_block(repository, capsys):
    answer = checked(repository.path, capsys)

    assert blocking(answer) == []
    assert only(answer, "EVAL_DEBT")["subject"] == "flattery"


def test_a_followup_that_is_late_blocks_the_next_release(repository, capsys):
    late = followup(due="2026-01-03", owner="Ada")
    repository.write({f"{FOLDER}/followups/01-ask.yaml": late})

    answer = checked(repository.path, capsys)

    assert blocking(answer) == ["FOLLOWUP_OVERDUE"]
    assert "Ask testers first" in only(answer, "FOLLOWUP_OVERDUE")["what"]


def test_a_release_of_the_past_is_not_asked(repository, capsys):
    assert checked(repository.path, capsys, "v1")["obstacles"] == []
