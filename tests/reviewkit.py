"""A line that may be released, so that a test adds the one thing that stands in the way."""

from __future__ import annotations

import json
from contextlib import chdir
from pathlib import Path
from typing import Any

import yaml
from bundlekit import behaviours, bundle, limitation, native_eval
from gitkit import GitRepo

from relnotes.cli import main

NOTHING_ASKED = "[check]\nstages = []\n[check.approvals]\n"
RUNS = {"decoding": {"temperature": 0.7}}
Files = dict[str, str | bytes | None]


def line(path: Path, settings: str = NOTHING_ASKED, **files: str) -> GitRepo:
    """One release `v1`: a behaviour that is measured, a limitation, a summary."""
    repository = GitRepo(path)
    top = '[project]\nname = "Wren"\n\n[[lines]]\nname = "wren"\ntags = "v*"\n\n'
    repository.commit(
        {"relnotes.toml": top + settings, "mkdocs.yml": "INHERIT: relnotes.mkdocs.yml\n"}
    )
    first: Files = {
        "bundle.yaml": bundle(release={"summary": "The first."}, **RUNS),
        "behaviours.yaml": behaviours({"id": "honesty", "blocking": True, "evals": ["honesty"]}),
        "evals/honesty.yaml": native_eval("honesty", 0.8, 20_000),
        "limitations/KL0001.yaml": limitation(),
        **files,
    }
    release(repository, "v1", first)
    return repository


def release(repository: GitRepo, tag: str, files: Files) -> None:
    repository.release(tag, below(files))


def below(files: Files) -> Files:
    return {f"bundle/{name}": data for name, data in files.items()}


def text(**fields: Any) -> str:
    return yaml.safe_dump(fields, sort_keys=False)


def signal(verdict: str = "uneasy", kind: str = "spot-check", **more: Any) -> str:
    return text(kind=kind, on="2026-01-05", verdict=verdict, found="Something is off.", **more)


def decision(**more: Any) -> str:
    fields = {
        "outcome": "release",
        "role": "head",
        "on": "2026-01-06",
        "reason": "r",
        "public": "p",
    }
    return text(**{**fields, "reason": "r", "public": "p", **more})


def waiver(code: str, until: str = "2027-01-01", **more: Any) -> str:
    fields = {"code": code, "by": "Ada", "on": "2026-01-01", "until": until}
    words = {"reason": "because", "public": "It is known."}
    return text(**{**fields, **words, **more})


def checked(path: Path, capsys: Any, *arguments: str) -> dict[str, Any]:
    """The answer of `relnotes check --format json`, run in `path`."""
    code, out, err = run(path, capsys, "check", "--format", "json", *arguments)
    assert code in (0, 1), err
    answer: dict[str, Any] = json.loads(out)
    assert answer["may_be_released"] is (code == 0)
    return answer


def run(path: Path, capsys: Any, *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command line in `path`."""
    with chdir(path):
        code = main(arguments)
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out, said.err


def blocking(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer["obstacles"] if one["blocking"]]


def only(answer: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = (one for one in answer["obstacles"] if one["code"] == code)
    return found
