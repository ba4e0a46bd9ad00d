"""The story on the page about incidents runs as it is told, to a postmortem and its site."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest

from relnotes.cli import main
from relnotes.yamlfile import load

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ASK = re.compile(r"<!-- relnotes:ask .*? -->", re.DOTALL)


@pytest.fixture(scope="module")
def blocks(request: pytest.FixtureRequest) -> list[tuple[str, str]]:
    page = (request.config.rootpath / "site" / "incidents.md").read_text("utf-8")
    story = page.split("## The story of")[1].split("\n## ")[0]
    return _FENCE.findall(story)


def _type(block: str) -> int:
    """Each command of a block in turn; the exit code of the last."""
    code = 0
    for line in filter(None, block.splitlines()):
        command, _, folder = line.partition(" && cd ")
        words = shlex.split(command)[1:]
        code = main(words)
        assert code == 0 or words == ["incident", "check"], line
        if folder:
            os.chdir(folder)
    return code


def test_a_stranger_gets_from_an_empty_folder_to_a_published_postmortem(
    blocks: list[tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    night, head, begun, publish = (text for _, text in blocks)

    assert _type(night) == 1  # what no command asked for is still missing
    record = Path("incidents/2025-04-27-sycophancy")
    file = record / "incident.yaml"
    file.write_text(file.read_text().removesuffix("...\n") + head + "...\n")
    assert _type(begun) == 0  # its last command begins the postmortem

    draft = record / "postmortem.md"
    draft.write_text(_ASK.sub("It is told here.", draft.read_text()))
    assert _type(publish) == 0
    capsys.readouterr()
    assert main(["incident", "check", "--format", "json"]) == 0
    (left,) = json.loads(capsys.readouterr().out)["incidents"]
    assert {one["code"] for one in left["obstacles"]} == {
        *("NO_ROLLBACK_TARGET", "MITIGATION_COMMIT_UNKNOWN"),  # accepted, with the reason
        "EVAL_DEBT",  # until a release has the eval
    }

    page = Path("build/site/incidents/2025-04-27-sycophancy/postmortem/index.html").read_text()
    assert "48–96 h" in page
    assert "No evaluation before a deployment tracked sycophancy" in page
    assert "The rollout began on 24 April" in page


def test_the_head_that_the_story_shows_says_nothing_twice(blocks: list[tuple[str, str]]) -> None:
    (head,) = (text for language, text in blocks if language == "yaml")
    assert set(load(head, "page").value) & {"title", "visibility", "timezone"} == set()
