"""Every code appears, and goes once what its explanation says is done."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
import yaml
from bundlekit import behaviours, bundle, limitation, native_eval
from gitkit import GitRepo
from reviewkit import RUNS, Files, below, checked, line, signal

from relnotes.cli import main
from relnotes.release.review.codes import CODES

Steps = Generator[GitRepo, None, None]
PROMPT = [{"name": "system", "file": "prompts/system.md"}]
HONESTY = {"id": "honesty", "blocking": True, "evals": ["honesty"]}
INCIDENT = "incidents/2026-01-02-flattery"
AGAIN = {"evals/honesty.yaml": native_eval("honesty", 0.8, 20_001)}


def explains(*changes: str) -> str:
    return f"---\nexplains: [{', '.join(changes)}]\n---\nBecause.\n"


def put(repository: GitRepo, files: Files) -> None:
    repository.write(below(files))


# Each makes the code appear, yields, and then does what its `clear` says.


def note_missing(path: Path) -> Steps:
    repository = line(path)
    put(repository, {"bundle.yaml": bundle(decoding={"temperature": 0.9}), **AGAIN})
    yield repository
    put(repository, {"notes/warm.md": explains("decoding.temperature")})


def prompt_unexplained(path: Path) -> Steps:
    files = {"bundle.yaml": bundle(prompts=PROMPT, **RUNS), "prompts/system.md": "Be brief.\n"}
    repository = line(path, **files)
    put(repository, {"prompts/system.md": "Be kind.\n", **AGAIN})
    yield repository
    put(repository, {"notes/kind.md": explains("prompts/system.md")})


def draft_unapproved(path: Path) -> Steps:
    repository = line(path)
    mark = {"model": "m", "made": "2026-01-02", "facts": [], "words": "0"}
    head = yaml.safe_dump({"kind": "summary", "draft": mark})
    put(repository, {"notes/summary.md": f"---\n{head}---\nWarmer.\n"})
    yield repository
    approve = ("draft", "--approve", "bundle/notes/summary.md", "--as", "Ada", "--anyway")
    done(repository, *approve)


def limitation_dropped(path: Path) -> Steps:
    repository = line(path)
    another = limitation("KL0002", "Another.")
    put(repository, {"limitations/KL0001.yaml": None, "limitations/KL0002.yaml": another})
    yield repository
    put(repository, {"limitations/KL0001.yaml": limitation(state="withdrawn", reason="It was us.")})


def none_known_not_attested(path: Path) -> Steps:
    repository = line(path)
    over = limitation(state="resolved", evidence=["looked again"])
    put(repository, {"limitations/KL0001.yaml": over})
    yield repository
    attested = {"by": "Ada", "on": "2026-01-03"}
    put(repository, {"bundle.yaml": bundle(none_known=attested, **RUNS)})


def behaviour_regressed(path: Path) -> Steps:
    repository = line(path)
    put(repository, {"evals/honesty.yaml": native_eval("honesty", 0.7, 20_000)})
    yield repository
    put(repository, AGAIN)


def behaviour_inconclusive(path: Path) -> Steps:
    repository = line(path)
    put(repository, {"evals/honesty.yaml": native_eval("honesty", 0.79, 50)})
    yield repository
    put(repository, AGAIN)


def behaviour_not_measured(path: Path) -> Steps:
    repository = line(path)
    put(repository, {"behaviours.yaml": behaviours(HONESTY, {"id": "flattery", "blocking": True})})
    yield repository
    register = behaviours(HONESTY, {"id": "flattery", "blocking": True, "evals": ["flattery"]})
    result = native_eval("flattery", 0.8, 20_000)
    put(repository, {"behaviours.yaml": register, "evals/flattery.yaml": result})


def signal_conflict(path: Path) -> Steps:
    repository = line(path)
    put(repository, {"signals/s.yaml": signal(behaviours=["honesty"])})
    yield repository
    words = ("--reason", "A matter of taste.", "--public", "Testers were uneasy.", "--as", "head")
    done(repository, "decide", "honesty", "--outcome", "release", *words)


def signal_blocks(path: Path) -> Steps:
    repository = line(path)
    put(repository, {"signals/s.yaml": signal("block", behaviours=["honesty"])})
    yield repository
    waive(repository, "SIGNAL_BLOCKS/s")


def approval_missing(path: Path) -> Steps:
    repository = line(path, "[check]\nstages = []\n[check.approvals]\nsafety = 1\n")
    repository.commit(below(AGAIN))
    yield repository
    done(repository, "approve", "--as", "safety")


def approval_stale(path: Path) -> Steps:
    repository = line(path, "[check]\nstages = []\n[check.approvals]\nsafety = 1\n")
    repository.commit(below(AGAIN))
    done(repository, "approve", "--as", "safety")
    repository.commit(below({"notes/more.md": "One more thing.\n"}))
    yield repository
    done(repository, "approve", "--as", "safety")


def combination_untested(path: Path) -> Steps:
    def trained(tested: str) -> Files:
        training = [{"id": one, "kind": "rl", "tested": tested} for one in ("thumbs", "memory")]
        return {"bundle.yaml": bundle(training=training, **RUNS)}

    repository = line(path)
    put(repository, {**trained("alone"), **AGAIN})
    yield repository
    put(repository, trained("both"))


def stage_skipped(path: Path) -> Steps:
    repository = line(path, '[check]\nstages = ["canary"]\n[check.approvals]\n')
    put(repository, {"bundle.yaml": bundle(release={"title": "Next"}, **RUNS)})
    yield repository
    put(repository, {"bundle.yaml": bundle(rollout=[{"stage": "canary", "skipped": "S."}], **RUNS)})


def relapsed(path: Path) -> Steps:
    def prompted(kind: str, text: str) -> Files:
        release = {"kind": kind, "reason": "Flattery."}
        return {
            "bundle.yaml": bundle(prompts=PROMPT, release=release, **RUNS),
            "prompts/system.md": text,
        }

    both, brief = "Be brief.\nMatch the user's mood.\n", "Be brief.\n"
    repository = line(path, **prompted("mainline", both))
    repository.release("v2", below(prompted("hotfix", brief)))
    put(repository, prompted("mainline", both))
    yield repository
    put(repository, prompted("mainline", brief))


def followup_overdue(path: Path) -> Steps:
    repository = incident(path)
    yield repository
    promise(repository, due="2999-01-03")


def eval_debt(path: Path) -> Steps:
    repository = incident(path)
    yield repository
    put(repository, {"evals/flattery.yaml": native_eval("flattery", 0.8, 20_000)})


def check_changed(path: Path) -> Steps:
    repository = line(path)
    settings = (repository.path / "relnotes.toml").read_text()
    rule = '[[check.rules]]\ncode = "STAGE_SKIPPED"\nblocks = false\nreason = "we are two"\n'
    repository.write({"relnotes.toml": settings + rule})
    yield repository
    repository.write({"relnotes.toml": settings})


def incident(path: Path) -> GitRepo:
    repository = line(path)
    head = {
        "schema": "relnotes.incident/1",
        "id": INCIDENT.partition("/")[2],
        "title": "It flattered",
        "evals_to_add": [{"eval": "flattery", "behaviour": "honesty"}],
    }
    repository.write({f"{INCIDENT}/incident.yaml": yaml.safe_dump(head) + "...\n"})
    promise(repository, due="2026-01-03")
    return repository


def promise(repository: GitRepo, due: str) -> None:
    one = {"schema": "relnotes.followup/1", "what": "Ask", "type": "process", "due": due}
    text = yaml.safe_dump({**one, "owner": "Ada"}) + "...\n"
    repository.write({f"{INCIDENT}/followups/01-ask.yaml": text})


def waive(repository: GitRepo, name: str) -> None:
    words = ("--reason", "It is known.", "--public", "It is known.", "--by", "Ada")
    done(repository, "waive", name, "--until", "2999-01-01", *words)


def done(repository: GitRepo, *arguments: str) -> None:
    with chdir(repository.path):
        assert main(arguments) == 0


CASES: dict[str, Callable[[Path], Steps]] = {
    name.upper(): make
    for name, make in list(globals().items())
    if name.upper() in CODES and callable(make)
}


def test_there_is_a_case_for_every_code():
    assert list(CASES) == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_code_appears_and_goes_once_it_is_cleared(tmp_path, capsys, code):
    steps = CASES[code](tmp_path / "wren")
    repository = next(steps)
    capsys.readouterr()
    found = of(code, repository, capsys)
    assert [one["blocking"] for one in found] == [CODES[code].blocks]

    for _ in steps:
        raise AssertionError("a case yields once")
    capsys.readouterr()

    assert all("waived by Ada" in one["because"] for one in of(code, repository, capsys))


def of(code: str, repository: GitRepo, capsys: pytest.CaptureFixture[str]) -> list[Any]:
    standing = checked(repository.path, capsys)["obstacles"]
    return [one for one in standing if one["code"] == code]
