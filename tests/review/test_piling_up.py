"""Years of statements pile up; a release looks only at what came with it."""

from __future__ import annotations

from bundlekit import native_eval
from reviewkit import Files, blocking, checked, line, release, run, signal, waiver


def test_a_signal_of_an_earlier_release_is_no_news(tmp_path, capsys):
    repository = line(tmp_path / "wren")
    release(repository, "v2", {"signals/old.yaml": signal(behaviours=["honesty"])})
    release(repository, "v3", {"notes/n.md": "Hello.\n"})

    assert blocking(checked(repository.path, capsys, "v2")) == ["SIGNAL_CONFLICT"]
    assert blocking(checked(repository.path, capsys, "v3")) == []


def test_a_waiver_that_ended_before_the_last_release_is_history(tmp_path, capsys):
    repository = line(tmp_path / "wren")
    waived = waiver("BEHAVIOUR_REGRESSED", until="2026-01-04")
    release(repository, "v2", {"waivers/w.yaml": waived})
    release(repository, "v3", {"notes/n.md": "Hello.\n"})
    release(repository, "v4", {"evals/honesty.yaml": native_eval("honesty", 0.7, 20_000)})

    (found,) = checked(repository.path, capsys, "v4")["obstacles"]
    assert "ended" not in found["what"]


def test_approvals_stay_fresh_where_only_a_waiver_was_added(tmp_path, capsys):
    asked = "[check]\nstages = []\n[check.approvals]\nsafety = 1\n"
    repository = line(tmp_path / "wren", asked)
    repository.commit({"bundle/notes/n.md": "Hello.\n"})
    run(repository.path, capsys, "approve", "--as", "safety", "--by", "Ada")
    repository.release("v2", {})
    release(repository, "v3", {"waivers/w.yaml": waiver("EVAL_DEBT")})

    assert blocking(checked(repository.path, capsys, "v3")) == []


def test_release_by_release_and_all_at_once_the_audit_is_the_same(tmp_path, capsys):
    second: Files = {"signals/s.yaml": signal(behaviours=["honesty"])}
    third: Files = {"evals/honesty.yaml": native_eval("honesty", 0.7, 20_000)}
    sites = []
    for name in ("step", "once"):
        repository = line(tmp_path / name)
        for tag, files in (("v2", second), ("v3", third)):
            release(repository, tag, files)
            if name == "step":
                assert run(repository.path, capsys, "build", "--no-html")[0] == 0
        assert run(repository.path, capsys, "build", "--no-html")[0] == 0
        sites.append((repository.path / "site" / "audit.json").read_bytes())

    assert sites[0] == sites[1]
