"""What the releases say about an incident: real repositories, real bundles."""

from __future__ import annotations

from datetime import datetime

import pytest
from bundlekit import bundle, limitation, native_eval, project
from incidentkit import event, incident, minute

from relnotes.answers.incidents import Witness
from relnotes.incident.event import Mitigation
from relnotes.incident.facts import NOTHING_ASKED
from relnotes.incident.record import EvalToAdd, Releases
from relnotes.incident.vocabulary import EventKind
from relnotes.workspace import open_workspace

MOOD = "Match the mood of the user."
PROMPTS = {"prompts": [{"name": "system", "file": "prompts/system.md"}]}


def release(prompt, **files):
    return {"bundle.yaml": bundle(**PROMPTS), "prompts/system.md": prompt, **files}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """v2 brings the line, v3 takes it out, v4 adds the eval, v5 rewords it, v6 has it back."""
    made = project(
        tmp_path_factory.mktemp("wren"),
        {
            "v1": release("Be direct and honest.\n"),
            "v2": release(f"Be direct.\n\n{MOOD}\n", **{"limitations/a.yaml": limitation("KL1")}),
            "v3": release("Be direct.\n"),
            "v4": release("Be direct.\n", **{"evals/s.yaml": native_eval("sycophancy/praise")}),
            "v5": release("Be direct.\n\nAlways match the mood of the user.\n"),
            "v6": release(f"Be direct.\n\n{MOOD}\n"),
        },
    )
    made.commit(
        {
            "amendments/kl2.yaml": "release: v2\non: 2026-02-01\ntext: Added late.\n"
            "limitation: {id: KL2, text: Flatters.}\n"
        }
    )
    return made


def facts(repository, one):
    workspace = open_workspace(repository.path)
    with workspace.repository:
        return Witness(workspace, workspace.settings()).facts(one)


def applied(repository, **fields):
    when = datetime.fromisoformat(repository.git("log", "-1", "--format=%cI", "v3"))
    values = {"prompt": "bundle/prompts/system.md", "removed": (MOOD,), **fields}
    return event(
        EventKind.MITIGATION_APPLIED, minute(when.isoformat()), mitigation=Mitigation(**values)
    )


def flattery(repository, **fields):
    logged = [applied(repository, **fields)]
    return incident(
        logged,
        releases=Releases(introduced_in="v2"),
        evals_to_add=(EvalToAdd(eval="sycophancy/*"), EvalToAdd(eval="praise")),
    )


def test_a_removed_line_that_comes_back_is_found_in_each_later_release(repository):
    found = facts(repository, flattery(repository)).comebacks

    assert [(one.release, one.verbatim, one.found) for one in found] == [
        ("v5", False, "Always match the mood of the user."),
        ("v6", True, MOOD),
        ("(candidate)", True, MOOD),
    ]
    assert [one.still for one in found] == [True, True, True]
    assert found[0].prompt == "bundle/prompts/system.md"


def test_a_line_whose_return_is_expected_is_not_looked_for(repository):
    assert facts(repository, flattery(repository, relapse_check=False)).comebacks == ()


def test_a_promised_eval_is_paid_by_the_first_later_release_with_a_result(repository):
    assert facts(repository, flattery(repository)).evals == {"sycophancy/*": "v4"}


def test_the_page_of_the_release_at_fault_tells_of_what_was_added_later_too(repository):
    assert facts(repository, flattery(repository)).told == {
        "KL1": "2026-01-04T00:00:00+00:00",
        "KL2": "2026-02-01",
    }


def test_a_commit_that_was_rebased_away_is_not_in_the_history(repository):
    kept = repository.git("rev-parse", "v3")
    repository.branch("side", "v3")
    lost = repository.commit({"a": "b"})
    repository.checkout("main")
    repository.git("branch", "-qD", "side")

    known = [
        facts(repository, flattery(repository, commit=commit)).commits
        for commit in (kept, lost, "f" * 40)
    ]

    assert known == [{kept}, set(), set()]


def test_where_there_is_no_release_nothing_is_claimed(tmp_path):
    empty = project(tmp_path / "empty", {})

    assert facts(empty, incident()) == NOTHING_ASKED
