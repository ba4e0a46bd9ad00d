"""The worked example: what stood in the way of the May update, and where the promise broke."""

from __future__ import annotations

import json
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest
from reviewkit import blocking, checked, run

from relnotes import demo


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "hedgerow"
    demo.write(path)
    return path


MAY = [
    "NOTE_MISSING",
    "BEHAVIOUR_NOT_MEASURED",
    "BEHAVIOUR_INCONCLUSIVE",
    "SIGNAL_CONFLICT",
    "SIGNAL_CONFLICT",
    "APPROVAL_MISSING",
    "COMBINATION_UNTESTED",
]


def test_the_update_that_flattered_went_out_against_what_anybody_could_have_seen(example, capsys):
    answer = checked(example, capsys, "wren/2026-05-12")

    assert blocking(answer) == MAY
    said = " ".join(one["what"] for one in answer["obstacles"])
    assert "sycophancy is tracked, and somebody was uneasy about it; no eval covers" in said
    assert "expert-test 3 of 8 uneasy; against ab-test fine (n = 18,200)" in said
    assert "the waiver of Tomasz Lind ended on 2026-04-30" in said
    assert "not approved by: qualitative" in said


def test_before_its_tag_the_check_held_it_up_for_the_same_reasons(example, tmp_path, capsys):
    """As somebody would have run it on the evening before."""
    path = tmp_path / "before"
    git(example, "clone", "-q", str(example), str(path))
    git(path, "checkout", "-q", "wren/2026-05-12")
    git(path, "tag", "-d", *git(path, "tag", "--contains", "HEAD").split())
    answer = checked(path, capsys, "--line", "wren")

    assert (answer["release"], answer["may_be_released"]) == ("(candidate)", False)
    assert blocking(answer) == MAY


def git(path: Path, *arguments: str) -> str:
    command = ["git", "-C", str(path), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_audit_shows_where_the_promise_broke(example, capsys):
    _, out, _ = run(example, capsys, "audit", "--format", "json")
    broken = {one["release"]: one["broken"] for one in json.loads(out)["releases"]}

    assert {tag for tag, parts in broken.items() if parts} == {
        "wren/2026-05-12",
        "wren/2026-06-25",
        "finch/2026-06-23",
    }
    assert broken["wren/2026-05-12"] == ["notes", "behaviours", "signals", "approvals"]


def test_in_june_somebody_decided(example, capsys):
    _, out, _ = run(example, capsys, "notes", "wren/2026-06-16", "--format", "md")

    assert "*Decision (head of model behaviour, 15 June 2026): release.*" in out


def test_what_was_tried_is_what_was_released(example, capsys):
    for tag in ("wren/2026-05-12", "wren/2026-06-16"):
        _, out, _ = run(example, capsys, "signal", "list", tag, "--format", "json")
        signals = json.loads(out)["signals"]
        assert signals
        assert all(one["is_current"] for one in signals), tag


def test_the_site_of_the_example_builds_with_its_audit(example, capsys):
    with chdir(example):
        assert run(example, capsys, "build", "--no-html")[0] == 0

    page = (example / "site" / "audit.md").read_text()
    assert "wren/2026-05-12.md" in page
    assert "signals disagree, and nobody decided (×2)" in page
    assert "APPROVAL_MISSING" in page.partition("What was held against them")[2]
    assert "`check.stages`" in page
    assert "sandpiper" not in page
