"""Words that a model wrote are in no page and no record until a person stands behind them."""

from __future__ import annotations

import json
from pathlib import Path

import bundlekit
import pytest
import yaml
from gitkit import GitRepo

from relnotes.cli import main
from relnotes.release.record import Draft
from relnotes.release.review.drafts import unapproved_drafts
from relnotes.release.written.bundle import Audience
from relnotes.release.written.draft_mark import words_digest

WORDS = "Wren Zugzwang is warmer."
OTHER = "Wren Zugzwang is colder."
MARK = {
    "model": "llama",
    "made": "2026-01-02",
    "facts": ["aaaa", "bbbb"],
    "words": words_digest(WORDS),
    "dropped": [{"sentence": "Zugzwang rose by 99 %.", "why": ["99 is in no fact"]}],
}
APPROVED = {"by": "Rin", "on": "2026-01-03", "words": words_digest(WORDS)}


def note(text: str = WORDS, *, approved: bool = False, **head: object) -> str:
    mark = {**MARK, "approved": APPROVED} if approved else MARK
    front = yaml.safe_dump({"kind": "summary", "draft": mark, **head}, sort_keys=False)
    return f"---\n{front}---\n{text}\n"


def limitation(*, approved: bool = False) -> str:
    mark = {**MARK, "approved": APPROVED} if approved else MARK
    return bundlekit.limitation("KL0009", WORDS, draft=mark)


def released(path: Path, **files: str) -> GitRepo:
    names = {
        "summary": "notes/summary.md",
        "limitation": "limitations/KL0009.yaml",
        "developers": "notes/summary-developers.md",
    }
    drafted = {names[name]: text for name, text in files.items()}
    first = {"bundle.yaml": bundlekit.bundle(), "limitations/KL0001.yaml": bundlekit.limitation()}
    return bundlekit.project(path, {"v1": first, "v2": dict(drafted)})


def build(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path)
    assert main(["build", "--no-html"]) == 0


def written(path: Path) -> str:
    files = sorted(one for one in (path / "site").rglob("*") if one.is_file())
    return "\n".join(one.read_text("utf-8", errors="replace") for one in files)


def record(path: Path, tag: str = "v2") -> dict:
    return json.loads((path / f"site/releases/wren/{tag}.json").read_text())


def test_a_draft_is_left_out_of_every_page_and_the_build_says_so(tmp_path, monkeypatch, capsys):
    released(tmp_path, summary=note(), limitation=limitation(), developers=note(readers="devs"))

    build(tmp_path, monkeypatch)

    said = capsys.readouterr().err
    assert "Zugzwang" not in written(tmp_path)
    for name in ("limitations/KL0009.yaml", "notes/summary.md", "notes/summary-developers.md"):
        assert f"v2: {name} is a draft that nobody approved, and is left out" in said


def test_approved_words_are_published_and_their_mark_is_not(tmp_path, monkeypatch):
    released(
        tmp_path,
        summary=note(approved=True),
        limitation=limitation(approved=True),
        developers=note(approved=True, readers="developers"),
    )

    build(tmp_path, monkeypatch)

    page = (tmp_path / "site/releases/wren/v2.md").read_text()
    assert record(tmp_path)["summary"] == WORDS
    assert "## In short\n\nWren Zugzwang is warmer." in page
    assert "For developers" in page
    assert "KL0009" in page
    assert "llama" not in written(tmp_path)
    assert "99" not in page


def test_words_that_were_edited_after_their_approval_are_a_draft_again(tmp_path, monkeypatch):
    released(tmp_path, summary=note(OTHER, approved=True))

    build(tmp_path, monkeypatch)

    assert "Zugzwang" not in written(tmp_path)


def test_taking_out_the_mark_by_hand_approves_the_words(tmp_path, monkeypatch):
    released(tmp_path, summary=f"---\nkind: summary\n---\n{OTHER}\n")

    build(tmp_path, monkeypatch)

    assert record(tmp_path)["summary"] == OTHER


def test_a_summary_for_the_house_is_not_the_summary_of_the_page(tmp_path, monkeypatch):
    released(tmp_path, summary=note(approved=True, audience="internal"))

    build(tmp_path, monkeypatch)

    assert "Zugzwang" not in written(tmp_path)


def test_a_draft_that_is_approved_in_a_later_release_is_new_there(tmp_path, monkeypatch):
    repository = released(tmp_path, summary=note(), limitation=limitation())
    repository.release(
        "v3",
        {
            "bundle/notes/summary.md": note(approved=True),
            "bundle/limitations/KL0009.yaml": limitation(approved=True),
        },
    )

    build(tmp_path, monkeypatch)

    assert record(tmp_path, "v2")["summary"] is None
    assert record(tmp_path, "v3")["summary"] == WORDS
    news = {one["id"]: one["news"] for one in record(tmp_path, "v3")["limitations"]}
    assert news["KL0009"] == "new"
    assert "llama" not in written(tmp_path)


def test_a_drafted_amendment_is_left_out_until_it_is_approved(tmp_path, monkeypatch):
    repository = released(tmp_path)
    amendment = {"release": "v2", "on": "2026-01-09", "text": "Said later.", "summary": WORDS}
    repository.write({"amendments/a.yaml": yaml.safe_dump({**amendment, "draft": MARK})})
    build(tmp_path, monkeypatch)
    before = written(tmp_path)

    marked = {**MARK, "approved": APPROVED}
    repository.write({"amendments/a.yaml": yaml.safe_dump({**amendment, "draft": marked})})
    build(tmp_path, monkeypatch)

    assert "Zugzwang" not in before
    assert "Said later" not in before
    assert "Zugzwang" in (tmp_path / "site/releases/wren/v2.md").read_text()


# The finder that a check calls


def draft(**more: object) -> Draft:
    values = {
        "path": "notes/summary.md",
        "model": "llama",
        "facts": ("aaaa", "bbbb"),
        "approved_by": None,
        "edited": False,
        "audience": Audience.PUBLIC,
    }
    return Draft(**{**values, **more})


@pytest.mark.parametrize(
    ("one", "facts", "what"),
    [
        (draft(), None, "nobody approved what llama wrote, so it is left out of the notes"),
        (
            draft(approved_by="Rin", edited=True),
            None,
            "what llama wrote was edited after Rin approved it",
        ),
        (
            draft(approved_by="Rin"),
            {"aaaa"},
            "what llama wrote is stale: 1 of the 2 facts behind it changed since",
        ),
        (
            draft(facts=("aaaa",)),
            {"cccc"},
            "what llama wrote is stale: the fact behind it changed since",
        ),
    ],
)
def test_an_obstacle_says_what_is_missing(one, facts, what):
    (obstacle,) = unapproved_drafts([one], facts, "bundle/")

    assert (obstacle.code, obstacle.what) == ("DRAFT_UNAPPROVED", what)
    assert obstacle.place == "bundle/notes/summary.md"


def test_what_a_person_stands_behind_and_still_holds_is_no_obstacle():
    one = draft(approved_by="Rin")

    assert list(unapproved_drafts([one], {"aaaa", "bbbb", "cccc"})) == []
    assert list(unapproved_drafts([one])) == []
