"""What stands in the way of a release: each obstacle alone, and how it is cleared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bundlekit import behaviours, bundle, limitation, native_eval
from gitkit import GitRepo
from reviewkit import (
    NOTHING_ASKED,
    RUNS,
    Files,
    below,
    blocking,
    checked,
    decision,
    line,
    only,
    release,
    run,
    signal,
    waiver,
)

from relnotes.cli import main
from relnotes.release.review.codes import CODES

NOTE = "---\nexplains: [decoding.temperature]\n---\nLivelier.\n"
WARM = bundle(release={"summary": "Warmer."}, decoding={"temperature": 0.9})
MEASURED: Files = {"evals/honesty.yaml": native_eval("honesty", 0.8, 20_001)}
PROMPT = [{"name": "system", "file": "prompts/system.md"}]


@pytest.fixture
def repository(tmp_path: Path) -> GitRepo:
    return line(tmp_path / "wren")


def found(repository: GitRepo, capsys, files: Files, *arguments: str) -> list[str]:
    """Codes that block what would be released with these files."""
    repository.write(below(files))
    return blocking(checked(repository.path, capsys, *arguments))


def test_a_candidate_like_the_release_before_it_has_nothing_in_its_way(repository, capsys):
    answer = checked(repository.path, capsys)

    assert answer["may_be_released"]
    assert answer["release"] == "v1", "nothing has changed, so it is the release that is checked"


def test_a_change_that_users_can_feel_needs_a_note(repository, capsys):
    change: Files = {"bundle.yaml": WARM, **MEASURED}
    assert found(repository, capsys, change) == ["NOTE_MISSING"]

    assert found(repository, capsys, {"notes/warm.md": NOTE}) == []


def test_an_internal_change_needs_no_note_for_users(repository, capsys):
    training = [{"id": "x", "kind": "rl", "audience": "internal"}]
    files: Files = {"bundle.yaml": bundle(training=training, **RUNS), **MEASURED}

    assert found(repository, capsys, files) == []


def test_an_edited_prompt_needs_a_reason_and_the_paragraph_is_named(tmp_path, capsys):
    with_prompt = bundle(prompts=PROMPT, release={"summary": "One."}, **RUNS)
    repository = line(
        tmp_path / "wren",
        **{"bundle.yaml": with_prompt, "prompts/system.md": "Be brief.\n\nBe kind.\n"},
    )
    edited: Files = {"prompts/system.md": "Be brief.\n\nBe very kind.\n", **MEASURED}
    repository.write(below(edited))

    answer = checked(repository.path, capsys)

    assert blocking(answer) == ["PROMPT_UNEXPLAINED"]
    one = only(answer, "PROMPT_UNEXPLAINED")
    assert one["what"] == "the system prompt, paragraph 2: no note says why"
    assert one["place"] == "bundle/prompts/system.md"
    note = "---\nexplains: [prompts/system.md]\n---\nKinder.\n"
    assert found(repository, capsys, {"notes/kind.md": note}) == []


def test_a_limitation_whose_file_is_gone_was_dropped(repository, capsys):
    gone: Files = {"limitations/KL0001.yaml": None, "limitations/KL0002.yaml": limitation("KL0002")}

    assert found(repository, capsys, gone) == ["LIMITATION_DROPPED"]


def test_that_nothing_is_known_must_be_attested(repository, capsys):
    over = limitation(state="resolved", evidence=["looked again"])
    assert found(repository, capsys, {"limitations/KL0001.yaml": over}) == [
        "NONE_KNOWN_NOT_ATTESTED"
    ]

    attested = bundle(
        release={"summary": "The first."}, **RUNS, none_known={"by": "Ada", "on": "2026-01-03"}
    )
    assert found(repository, capsys, {"bundle.yaml": attested}) == []


def test_a_blocking_behaviour_that_got_worse_blocks(repository, capsys):
    worse: Files = {"evals/honesty.yaml": native_eval("honesty", 0.7, 20_000)}

    assert found(repository, capsys, worse) == ["BEHAVIOUR_REGRESSED"]


def test_a_loss_that_was_released_still_blocks_the_next_release(repository, capsys):
    release(repository, "v2", {"evals/honesty.yaml": native_eval("honesty", 0.7, 20_000)})
    again: Files = {"evals/honesty.yaml": native_eval("honesty", 0.701, 20_000)}

    repository.write(below(again))
    answer = checked(repository.path, capsys)

    assert blocking(answer) == ["BEHAVIOUR_REGRESSED"]
    assert "since v2" in only(answer, "BEHAVIOUR_REGRESSED")["what"]


def test_too_few_questions_block_and_say_how_many_would_do(tmp_path, capsys):
    repository = line(tmp_path / "wren", **{"evals/honesty.yaml": native_eval("honesty", 0.8, 50)})
    repository.write(below({"evals/honesty.yaml": native_eval("honesty", 0.79, 50)}))

    answer = checked(repository.path, capsys)

    assert blocking(answer) == ["BEHAVIOUR_INCONCLUSIVE"]
    assert re.search(r"[\d,]+ questions would settle it, 50 were run", str(answer))


def test_what_nobody_measures_blocks_where_it_is_blocking_and_is_said_where_not(repository, capsys):
    def register(blocks: bool) -> Files:
        one = {"id": "honesty", "blocking": True, "evals": ["honesty"]}
        return {"behaviours.yaml": behaviours(one, {"id": "flattery", "blocking": blocks})}

    assert found(repository, capsys, register(True)) == ["BEHAVIOUR_NOT_MEASURED"]
    assert found(repository, capsys, register(False)) == []


def test_what_nobody_measures_blocks_where_somebody_is_uneasy_about_it(repository, capsys):
    register = behaviours({"id": "honesty", "evals": ["honesty"]}, {"id": "flattery"})
    files: Files = {
        "behaviours.yaml": register,
        "signals/s.yaml": signal(behaviours=["flattery"]),
    }

    assert found(repository, capsys, files) == ["BEHAVIOUR_NOT_MEASURED", "SIGNAL_CONFLICT"]


def test_the_place_of_a_behaviour_is_its_line(repository, capsys):
    register = behaviours(
        {"id": "honesty", "blocking": True, "evals": ["honesty"]},
        {"id": "flattery", "blocking": True},
    )
    repository.write(below({"behaviours.yaml": register}))

    place = only(checked(repository.path, capsys), "BEHAVIOUR_NOT_MEASURED")["place"]

    path, _, number = place.rpartition(":")
    assert path == "bundle/behaviours.yaml"
    assert "flattery" in register.splitlines()[int(number) - 1]


def test_changes_that_were_tested_alone_and_never_together_block(repository, capsys):
    training = [{"id": name, "kind": "rl", "tested": "alone"} for name in ("thumbs", "memory")]
    note = "---\nexplains: [training.thumbs, training.memory]\n---\nBoth.\n"
    files: Files = {
        "bundle.yaml": bundle(training=training, **RUNS),
        "notes/n.md": note,
        **MEASURED,
    }

    assert found(repository, capsys, files) == ["COMBINATION_UNTESTED"]


@pytest.mark.parametrize(
    ("rollout", "codes"),
    [
        ([], ["STAGE_SKIPPED"]),
        ([{"stage": "canary", "start": "2026-01-04"}], []),
        ([{"stage": "canary", "skipped": "A hotfix for everybody."}], []),
        ([{"stage": "full", "start": "2026-01-04"}], ["STAGE_SKIPPED"]),
    ],
)
def test_a_stage_is_held_or_left_out_with_a_reason(tmp_path, capsys, rollout, codes):
    asked = '[check]\nstages = ["canary"]\n[check.approvals]\n'
    held = bundle(rollout=[{"stage": "canary", "start": "2026-01-01"}], **RUNS)
    repository = line(tmp_path / "wren", asked, **{"bundle.yaml": held, "notes/n.md": "Hello.\n"})
    later = bundle(rollout=rollout, release={"title": "Next"}, **RUNS)

    assert found(repository, capsys, {"bundle.yaml": later}) == codes


def test_a_prompt_line_that_a_hotfix_took_out_must_not_come_back(tmp_path, capsys):
    def with_prompt(kind: str) -> str:
        return bundle(prompts=PROMPT, release={"kind": kind, "reason": "Flattery."}, **RUNS)

    note = "---\nexplains: [prompts/system.md]\n---\nThe prompt.\n"
    repository = line(
        tmp_path / "wren",
        **{
            "bundle.yaml": with_prompt("mainline"),
            "prompts/system.md": "Be brief.\nMatch the user's mood.\n",
            "notes/n.md": note,
        },
    )
    fix: Files = {
        "bundle.yaml": with_prompt("hotfix"),
        "prompts/system.md": "Be brief.\n",
        **MEASURED,
    }
    release(repository, "v2", {**fix, "notes/n2.md": note})
    back: Files = {
        "bundle.yaml": with_prompt("mainline"),
        "prompts/system.md": "Be brief.\nMatch the user's mood.\n",
        "notes/n3.md": note,
        "evals/honesty.yaml": native_eval("honesty", 0.8, 20_002),
    }

    assert found(repository, capsys, back) == ["RELAPSED"]


def test_a_first_release_says_something_to_its_users(tmp_path, capsys):
    repository = line(tmp_path / "wren", **{"bundle.yaml": bundle(**RUNS)})

    assert blocking(checked(repository.path, capsys, "v1")) == ["NOTE_MISSING"]


def test_a_rollback_to_the_last_byte_needs_no_words_and_no_signatures(tmp_path, capsys):
    asked = "[check]\n[check.approvals]\nsafety = 1\n"
    repository = line(tmp_path / "wren", asked)
    old = repository.git("rev-parse", "v1:bundle")
    release(repository, "v2", {"bundle.yaml": WARM, "notes/warm.md": NOTE, **MEASURED})
    repository.git("rm", "-rq", "bundle")
    repository.git("read-tree", "--prefix=bundle", old)
    repository.git("checkout-index", "-aq")
    repository.release("v3", {})

    assert blocking(checked(repository.path, capsys, "v3")) == []


# -- waivers ---------------------------------------------------------------------------------------


def test_a_waiver_counts_until_its_last_day_and_its_end_is_told(repository, capsys):
    worse: Files = {"evals/honesty.yaml": native_eval("honesty", 0.7, 20_000)}
    waived = waiver("BEHAVIOUR_REGRESSED", subject="honesty", until="2999-12-31")
    assert found(repository, capsys, {**worse, "waivers/w.yaml": waived}) == []
    one = only(checked(repository.path, capsys), "BEHAVIOUR_REGRESSED")
    assert one["because"] == "waived by Ada until 2999-12-31: because"

    ended = waiver("BEHAVIOUR_REGRESSED", subject="honesty", until="2026-01-04")
    assert found(repository, capsys, {"waivers/w.yaml": ended}) == ["BEHAVIOUR_REGRESSED"]
    one = only(checked(repository.path, capsys), "BEHAVIOUR_REGRESSED")
    assert "the waiver of Ada ended on 2026-01-04" in one["what"]


def test_a_release_is_held_against_its_own_day(repository, capsys):
    waived = waiver("BEHAVIOUR_REGRESSED", until="2026-02-01")
    worse = native_eval("honesty", 0.7, 20_000)
    release(repository, "v2", {"evals/honesty.yaml": worse, "waivers/w.yaml": waived})

    assert blocking(checked(repository.path, capsys, "v2")) == []


def test_a_waiver_of_another_behaviour_changes_nothing(repository, capsys):
    files: Files = {
        "evals/honesty.yaml": native_eval("honesty", 0.7, 20_000),
        "waivers/w.yaml": waiver("BEHAVIOUR_REGRESSED", subject="flattery", until="2999-01-01"),
    }

    assert found(repository, capsys, files) == ["BEHAVIOUR_REGRESSED"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (waiver("BEHAVIOUR_REGRESED"), 'no code "BEHAVIOUR_REGRESED" (did you mean "BEHAVIOUR'),
        (waiver("SIGNAL_CONFLICT"), "SIGNAL_CONFLICT cannot be waived"),
        (waiver("EVAL_DEBT", until="2025-01-01"), "before it begins"),
    ],
)
def test_a_waiver_that_can_have_no_effect_is_refused(repository, capsys, written, said):
    repository.write(below({"waivers/w.yaml": written}))

    code, _, err = run(repository.path, capsys, "check")

    assert code == 2
    assert said in " ".join(err.split())


# -- settings --------------------------------------------------------------------------------------

RELAXED = (
    NOTHING_ASKED + '[[check.rules]]\ncode = "BEHAVIOUR_REGRESSED"\nblocks = false\n'
    'reason = "we are two people"\n'
)


def test_a_code_that_does_not_block_here_is_shown_with_the_reason(tmp_path, capsys):
    repository = line(tmp_path / "wren", RELAXED)
    worse: Files = {"evals/honesty.yaml": native_eval("honesty", 0.7, 20_000)}

    assert found(repository, capsys, worse) == []
    answer = checked(repository.path, capsys)
    assert only(answer, "BEHAVIOUR_REGRESSED")["because"] == "relnotes.toml: we are two people"
    assert only(answer, "CHECK_CHANGED")["what"] == (
        "BEHAVIOUR_REGRESSED does not block here: we are two people"
    )


def test_the_lowered_bar_is_shown_even_where_nothing_is_in_the_way(tmp_path, capsys):
    repository = line(tmp_path / "wren", RELAXED)

    only(checked(repository.path, capsys), "CHECK_CHANGED")


def test_a_rule_about_an_unknown_code_is_refused(tmp_path, capsys):
    rule = '[[check.rules]]\ncode = "STAGE_SKIPED"\nblocks = false\nreason = "x"\n'
    repository = line(tmp_path / "wren", NOTHING_ASKED + rule)

    code, _, err = run(repository.path, capsys, "check")

    assert code == 2
    assert 'did you mean "STAGE_SKIPPED"?' in err


# -- explaining ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_and_is_in_the_documentation(code, capsys):
    assert main(["check", "--explain", code]) == 0

    said = capsys.readouterr().out
    for part in ("Why it matters:", "How to clear it:", CODES[code].title):
        assert part in said
    page = (Path(__file__).parents[2] / "site" / "launch.md").read_text()
    assert f"`{code}`" in page


def test_a_code_that_there_is_not_gets_a_hint(capsys):
    assert main(["check", "--explain", "SIGNAL_CONFLIKT"]) == 2
    assert 'did you mean "SIGNAL_CONFLICT"?' in capsys.readouterr().err


def test_decisions_that_name_no_behaviour_of_the_register_are_refused(repository, capsys):
    repository.write(below({"decisions/d.yaml": decision(behaviour="honestly")}))

    code, _, err = run(repository.path, capsys, "check")

    assert code == 2
    assert 'did you mean "honesty"?' in err
