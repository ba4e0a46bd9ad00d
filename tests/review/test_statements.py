"""What people write down with short commands: a new file, whole, that reads back the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml
from bundlekit import bundle, native_eval
from gitkit import GitRepo
from hypothesis import given
from hypothesis import strategies as st
from reviewkit import NOTHING_ASKED, RUNS, Files, below, blocking, checked, line, only, run

from relnotes import yamlfile
from relnotes.incident_files.yaml_text import yaml_fields
from relnotes.launch.statements import slug
from relnotes.release.review.candidate_digest import candidate_digest
from relnotes.release.written.review_files import Signal

ASKED = "[check]\nstages = []\n[check.approvals]\nsafety = 1\nquantitative = 1\n"
NOTE = "---\nexplains: [decoding.temperature]\n---\nLivelier.\n"


@pytest.fixture
def repository(tmp_path: Path) -> GitRepo:
    found = line(tmp_path / "wren")
    warm = bundle(release={"summary": "Warmer."}, decoding={"temperature": 0.9})
    evals = native_eval("honesty", 0.8, 20_001)
    files: Files = {"bundle.yaml": warm, "notes/n.md": NOTE, "evals/honesty.yaml": evals}
    found.commit(below(files))
    return found


def uneasy(repository: GitRepo, capsys, *more: str) -> str:
    arguments = ("--kind", "spot-check", "--verdict", "uneasy", "--behaviour", "honesty")
    code, out, err = run(
        repository.path, capsys, "signal", "add", "Off.", *arguments, "--on", "2026-01-05", *more
    )
    assert code == 0, err
    return out.strip()


# -- signals ---------------------------------------------------------------------------------------


def test_a_signal_is_one_file_that_knows_its_candidate(repository, capsys):
    path = uneasy(repository, capsys, "--count", "8", "--uneasy", "3", "--quote", "It: agreed.")

    assert path == "bundle/signals/2026-01-05-spot-check-honesty.yaml"
    written = yaml.safe_load((repository.path / path).read_text())
    assert written["quotes"] == ["It: agreed."]
    assert len(written["candidate"]) == 16
    code, out, _ = run(repository.path, capsys, "signal", "list")
    assert (code, out) == (0, "2026-01-05  spot-check  honesty: 3 of 8 uneasy\n    Off.\n")


def test_a_second_signal_of_the_day_gets_a_name_of_its_own(repository, capsys):
    first, second = uneasy(repository, capsys), uneasy(repository, capsys)

    assert second == first.replace(".yaml", "-2.yaml")


def test_what_is_missing_is_named_where_nobody_can_be_asked(repository, capsys):
    code, _, err = run(repository.path, capsys, "signal", "add", "--kind", "alpha")

    assert code == 2
    assert "missing: --verdict, FOUND" in err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--behaviour", "honestly"), 'did you mean "honesty"?'),
        (("--count", "3", "--uneasy", "4"), "4 uneasy of 3 is more than there were"),
        (("--on", "yesterday"), "is no day such as 2026-04-25"),
    ],
)
def test_a_signal_that_cannot_be_is_not_written(repository, capsys, more, said):
    arguments = ("--kind", "alpha", "--verdict", "fine", *more)
    code, _, err = run(repository.path, capsys, "signal", "add", "Fine.", *arguments)

    assert code == 2
    assert said in err
    assert not (repository.path / "bundle" / "signals").exists()


def test_signals_are_told_as_data_too(repository, capsys):
    uneasy(repository, capsys)

    code, out, _ = run(repository.path, capsys, "signal", "list", "--format", "json")

    assert code == 0
    assert '"verdict": "uneasy"' in out


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_whatever_people_say_reads_back_the_same(found, quotes):
    fields = {"kind": "alpha", "on": "2026-01-05", "verdict": "fine"}
    try:
        one = Signal(**fields, found=found, quotes=quotes)
        text = yaml_fields(one)
        text.encode()
    except (ValueError, UnicodeEncodeError):
        return  # half of a character is no text

    assert yamlfile.read(text, "here", Signal) == one


@given(st.text())
def test_a_name_of_a_file_is_small_letters_digits_and_hyphens(words):
    assert set(slug(words)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug(words)) <= 48


# -- decisions -------------------------------------------------------------------------------------

WORDS = ("--outcome", "release", "--reason", "Style.", "--public", "We thought it style.")


def test_a_decision_clears_the_conflict_that_it_was_made_about(repository, capsys):
    uneasy(repository, capsys)
    assert blocking(checked(repository.path, capsys)) == ["SIGNAL_CONFLICT"]

    code, out, _ = run(
        repository.path, capsys, "decide", "honesty", *WORDS, "--as", "head", "--on", "2026-01-06"
    )

    assert (code, out) == (0, "bundle/decisions/2026-01-06-honesty.yaml\n")
    assert blocking(checked(repository.path, capsys)) == []


def test_a_later_signal_asks_for_a_new_decision(repository, capsys):
    uneasy(repository, capsys)
    run(repository.path, capsys, "decide", "honesty", *WORDS)
    uneasy(repository, capsys)

    assert blocking(checked(repository.path, capsys)) == ["SIGNAL_CONFLICT"]


def test_a_decision_where_nothing_disagrees_is_refused(repository, capsys):
    code, _, err = run(repository.path, capsys, "decide", "honesty", *WORDS)

    assert code == 2
    assert "has no conflict about honesty" in err


def test_a_decision_is_about_a_behaviour_or_about_the_whole(repository, capsys):
    assert run(repository.path, capsys, "decide", *WORDS)[0] == 2
    assert run(repository.path, capsys, "decide", "honesty", "--whole", *WORDS)[0] == 2


# -- waivers ---------------------------------------------------------------------------------------


def test_a_waiver_is_written_with_its_end(repository, capsys):
    arguments = ("EVAL_DEBT/x", "--until", "2026-02-01", "--on", "2026-01-07", "--by", "Ada")
    words = ("--reason", "r", "--public", "p")
    code, out, _ = run(repository.path, capsys, "waive", *arguments, *words)

    assert (code, out) == (0, "bundle/waivers/2026-01-07-eval-debt-x.yaml\n")


@pytest.mark.parametrize(
    ("what", "until", "said"),
    [
        ("SIGNAL_CONFLICT/x", "2999-01-01", "SIGNAL_CONFLICT cannot be waived"),
        ("SIGNAL_KONFLICT", "2999-01-01", "did you mean"),
        ("EVAL_DEBT", "2001-01-01", "is over before it begins"),
    ],
)
def test_a_waiver_that_can_have_no_effect_is_not_written(repository, capsys, what, until, said):
    words = ("--until", until, "--reason", "r", "--public", "p")
    code, _, err = run(repository.path, capsys, "waive", what, *words)

    assert code == 2
    assert said in err


# -- approvals -------------------------------------------------------------------------------------


@pytest.fixture
def asked(tmp_path: Path) -> GitRepo:
    """Two roles have to approve."""
    found = line(tmp_path / "wren", ASKED)
    found.commit(below({"notes/hello.md": "Hello.\n"}))
    return found


def approve(repository: GitRepo, capsys, role: str = "safety") -> tuple[int, str, str]:
    return run(repository.path, capsys, "approve", "--as", role, "--on", "2026-01-07")


def test_an_approval_is_bound_to_what_was_looked_at(asked, capsys):
    assert approve(asked, capsys)[1] == "bundle/approvals/2026-01-07-safety.yaml\n"
    answer = checked(asked.path, capsys)

    assert only(answer, "APPROVAL_MISSING")["what"] == "not approved by: quantitative"
    approve(asked, capsys, "quantitative")
    assert blocking(checked(asked.path, capsys)) == []


def test_a_stale_approval_says_field_by_field_what_changed(asked, capsys):
    approve(asked, capsys)
    approve(asked, capsys, "quantitative")
    change = bundle(release={"summary": "The first."}, decoding={"temperature": 0.2})
    asked.write(below({"bundle.yaml": change}))

    answer = checked(asked.path, capsys)

    stale = [one for one in answer["obstacles"] if one["code"] == "APPROVAL_STALE"]
    assert [one["subject"] for one in stale] == ["quantitative", "safety"]
    assert stale[0]["changed"] == ["decoding.temperature: temperature 0.7 → 0.2"]


def test_a_signal_after_an_approval_makes_it_stale(asked, capsys):
    approve(asked, capsys)
    uneasy(asked, capsys)

    stale = only(checked(asked.path, capsys), "APPROVAL_STALE")

    assert stale["changed"] == ["signals/2026-01-05-spot-check-honesty.yaml: signal added"]


def test_decisions_and_waivers_leave_approvals_fresh(asked, capsys):
    uneasy(asked, capsys)
    asked.commit()
    approve(asked, capsys)
    run(asked.path, capsys, "decide", "honesty", *WORDS)
    words = ("--until", "2999-01-01", "--reason", "r", "--public", "p")
    run(asked.path, capsys, "waive", "EVAL_DEBT", *words)

    assert "APPROVAL_STALE" not in blocking(checked(asked.path, capsys))


def test_an_approval_of_the_last_release_is_no_approval_of_the_next(asked, capsys):
    approve(asked, capsys)
    approve(asked, capsys, "quantitative")
    asked.release("v2", {})
    asked.commit(below({"notes/more.md": "More.\n"}))

    codes = blocking(checked(asked.path, capsys))

    assert codes == ["APPROVAL_MISSING"]


def test_what_is_not_committed_cannot_be_approved(asked, capsys):
    asked.write(below({"notes/new.md": "New.\n"}))

    code, _, err = approve(asked, capsys)

    assert code == 2
    assert "bundle/notes/new.md is not committed" in err


def test_who_approves_twice_is_told_and_leaves_one_file(asked, capsys):
    first = approve(asked, capsys)[1]

    code, again, talk = approve(asked, capsys)

    assert (code, again) == (0, first)
    assert "has approved exactly this already" in talk
    assert len(list((asked.path / "bundle/approvals").iterdir())) == 1


def test_only_roles_that_are_asked_for_can_approve(asked, capsys):
    code, _, err = approve(asked, capsys, "saftey")

    assert code == 2
    assert 'did you mean "safety"?' in err


def test_two_have_to_be_two_people(tmp_path, capsys):
    settings = "[check]\nstages = []\n[check.approvals]\nsafety = 2\n"
    repository = line(tmp_path / "wren", settings)
    repository.commit(below({"notes/hello.md": "Hello.\n"}))
    arguments = ("approve", "--as", "safety", "--by")
    for _ in range(2):
        run(repository.path, capsys, *arguments, "Ada")
    answer = checked(repository.path, capsys)
    assert only(answer, "APPROVAL_MISSING")["what"] == "not approved by: safety (1 of 2)"

    run(repository.path, capsys, *arguments, "Grace")
    assert blocking(checked(repository.path, capsys)) == []


def test_a_hotfix_may_ask_for_less(tmp_path, capsys):
    settings = f"{ASKED}[check.approvals_of_hotfix]\nsafety = 1\n"
    repository = line(tmp_path / "wren", settings)
    hotfix = bundle(release={"kind": "hotfix", "reason": "Mend."}, **RUNS)
    repository.commit(below({"bundle.yaml": hotfix}))

    answer = checked(repository.path, capsys)

    assert only(answer, "APPROVAL_MISSING")["what"] == "not approved by: safety"


def test_anybody_can_compute_the_digest_with_git_alone(repository, capsys):
    repository.write(below({"approvals/a.md": "words\n", "evals/.hidden/ü x.txt": "y\n"}))
    repository.commit()

    listed = repository.git("-c", "core.quotePath=false", "ls-tree", "-r", "HEAD:bundle")
    told = []
    for row in listed.splitlines():
        (_, _, blob), path = row.partition("\t")[0].split(), row.partition("\t")[2]
        if not path.startswith(("approvals/", "decisions/", "waivers/")):
            told.append(f"{blob} {path}\n")
    digest = hashlib.sha256("".join(told).encode()).hexdigest()
    settings = (repository.path / "relnotes.toml").read_text()
    ignored = '[[evals.ignore]]\npath = "evals/.hidden/*"\nreason = "x"\n'
    (repository.path / "relnotes.toml").write_text(settings + ignored)
    assert checked(repository.path, capsys)["digest"] == f"sha256:{digest}"


NAMES = st.sampled_from(["bundle.yaml", "evals/a.json", "signals/s.yaml", "approvals/a.yaml"])
TREES = st.dictionaries(NAMES, st.sampled_from(["aa", "bb"]))


@given(TREES, TREES)
def test_a_digest_is_equal_if_and_only_if_what_is_looked_at_is(old, new):
    def looked_at(files: dict[str, str]) -> dict[str, str]:
        return {path: blob for path, blob in files.items() if not path.startswith("approvals/")}

    assert (candidate_digest(old) == candidate_digest(new)) == (looked_at(old) == looked_at(new))


def test_without_a_name_nobody_approves(asked, capsys, monkeypatch):
    monkeypatch.delenv("GIT_AUTHOR_NAME")

    code, _, err = approve(asked, capsys)

    assert code == 2
    assert "who are you?" in err


def test_nothing_is_asked_of_a_team_that_asks_nothing(tmp_path, capsys):
    repository = line(tmp_path / "wren", NOTHING_ASKED)

    assert blocking(checked(repository.path, capsys)) == []
