"""`relnotes build`, as a person runs it: real git, real files, the exit codes and the words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bundlekit import SETTINGS, bundle, limitation, native_eval, project

PROMPTS = [{"name": "system", "file": "prompts/system.md"}]


def relnotes(folder: Path, *arguments: str, check: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "relnotes", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.returncode == check, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def build(folder: Path, *arguments: str, check: int = 0) -> subprocess.CompletedProcess[str]:
    return relnotes(folder, "build", "--no-html", *arguments, check=check)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def wren(tmp_path):
    """Three releases; the second is withdrawn by the third, which restores the first."""
    repository = project(
        tmp_path / "wren",
        {
            "v1": {
                "bundle.yaml": bundle(prompts=PROMPTS, release={"summary": "The first."}),
                "prompts/system.md": "Be honest.\n",
                "limitations/KL0001.yaml": limitation(),
                "evals/a.yaml": native_eval("a", 0.8),
            },
            "v2": {
                "prompts/system.md": "Match the mood.\n",
                "evals/a.yaml": native_eval("a", 0.7),
                "notes/warm.md": "---\nkind: behaviour\n---\nWarmer.\n",
            },
        },
    )
    repository.git("checkout", "v1", "--", "bundle")
    repository.git("rm", "-q", "bundle/notes/warm.md")
    repository.release("v3", {})
    return repository


def test_a_link_to_nothing_among_the_pages_is_no_hindrance(wren):
    build(wren.path)
    (wren.path / "site" / ".#index.md").symlink_to("somebody@host.4711")

    build(wren.path)


def test_a_build_writes_pages_registers_records_and_schemas(wren):
    build(wren.path)

    found = set(contents(wren.path / "site"))
    assert {
        "index.md",
        "releases/index.md",
        "releases/wren/v1.md",
        "releases/wren/v1.json",
        "releases/wren/v2.md",
        "releases/wren/v3.json",
        "limitations/index.md",
        "limitations/wren/KL0001.md",
        "schemas/bundle.json",
        "schemas/release.json",
        "assets/relnotes.css",
    } <= found


def test_a_second_build_changes_no_byte(wren):
    build(wren.path)
    before = contents(wren.path / "site")

    again = build(wren.path)

    assert "nothing has changed" in again.stderr
    assert contents(wren.path / "site") == before


def test_a_build_without_its_cache_gives_the_same_bytes(wren):
    build(wren.path)
    before = contents(wren.path / "site")
    subprocess.run(["rm", "-rf", str(wren.path / ".relnotes")], check=True)

    again = build(wren.path)

    assert "0 written, 0 removed" in again.stderr
    assert contents(wren.path / "site") == before


def test_releases_one_by_one_give_the_same_bytes_as_all_at_once(tmp_path, wren):
    """The cache that a build goes on from changes nothing but the time."""
    other = tmp_path / "slowly"
    subprocess.run(["git", "clone", "-q", str(wren.path), str(other)], check=True)
    tags = ["v1", "v2", "v3"]
    for tag in tags:
        subprocess.run(["git", "tag", "-d", tag], cwd=other, check=True, capture_output=True)
    for tag in tags:
        subprocess.run(
            ["git", "fetch", "-q", "origin", f"refs/tags/{tag}:refs/tags/{tag}"],
            cwd=other,
            check=True,
        )
        build(other)
    build(wren.path)

    assert contents(other / "site") == contents(wren.path / "site")


def test_a_release_that_an_amendment_withdraws_has_a_banner_without_any_rollback(wren):
    amendment = "release: v3\non: 2026-02-01\ntext: It leaked keys.\nwithdraws: true\n"
    (wren.path / "amendments").mkdir()
    (wren.path / "amendments/2026-02-01-v3.yaml").write_text(amendment)

    build(wren.path)

    page = (wren.path / "site/releases/wren/v3.md").read_text()
    assert "**Withdrawn on 1 February 2026.** It leaked keys." in page
    assert "marked as withdrawn" in page
    for format_ in ("md", "text"):
        notes = relnotes(wren.path, "notes", "v3", "--format", format_).stdout
        assert "withdrawn on 1 february 2026" in notes.lower()
        assert "It leaked keys." in notes
    front = (wren.path / "site/index.md").read_text()
    assert "live now</" not in front
    assert "What users have instead is not recorded here." in front
    index = json.loads((wren.path / "site/api/v1/index.json").read_text())
    assert index["lines"][0]["live"] is None
    results = json.loads((wren.path / "site/evals/wren/a.json").read_text())["series"][0]["results"]
    assert [one["release"] for one in results if one["withdrawn"]] == ["v2", "v3"]


def test_the_withdrawn_release_gets_a_banner(wren):
    build(wren.path)

    page = (wren.path / "site/releases/wren/v2.md").read_text()
    rollback = json.loads((wren.path / "site/releases/wren/v3.json").read_text())["rollback"]
    assert "Withdrawn" in page
    assert rollback["identical"] is True
    assert rollback["withdraws"] == ["v2"]


def test_check_names_stale_missing_and_orphaned_pages(wren):
    assert "stale or missing" in build(wren.path, "--check", check=1).stdout
    build(wren.path)
    build(wren.path, "--check")
    page = wren.path / "site/releases/wren/v1.md"
    page.write_text(page.read_text() + "edited\n")
    wren.git("tag", "-d", "v3")

    said = build(wren.path, "--check", check=1).stdout

    assert "releases/wren/v1.md: stale or missing" in said
    assert "releases/wren/v3.md: orphan" in said


def test_a_tag_that_moved_after_publication_is_never_silent(wren):
    build(wren.path)
    wren.git("tag", "-f", "v2", "v1")

    said = build(wren.path, check=1).stderr
    assert "v2: its notes were published from commit" in said

    build(wren.path, "--accept-rewritten-tags")
    build(wren.path)


def test_a_page_that_a_person_wrote_is_never_overwritten(wren):
    page = wren.path / "site" / "releases" / "wren" / "v1.md"
    page.parent.mkdir(parents=True)
    page.write_text("mine")

    said = build(wren.path, check=2).stderr

    assert "written by hand" in said
    assert contents(wren.path / "site") == {"releases/wren/v1.md": b"mine"}


def test_a_front_page_of_the_teams_own_is_kept(wren):
    front = wren.path / "site" / "index.md"
    front.parent.mkdir()
    front.write_text("# Ours\n")

    build(wren.path)

    assert front.read_text() == "# Ours\n"


def test_an_amendment_written_later_changes_only_what_stands_beside_the_record(wren):
    build(wren.path)
    record = (wren.path / "site/releases/wren/v2.json").read_bytes()
    amendment = "release: v2\non: 2026-02-01\ntext: It flattered people.\nwithdraws: true\n"
    wren.write({"amendments/v2.yaml": amendment})

    build(wren.path)

    assert "It flattered people." in (wren.path / "site/releases/wren/v2.md").read_text()
    assert (wren.path / "site/releases/wren/v2.json").read_bytes() == record


def test_a_link_that_could_run_code_is_refused_with_its_line(wren):
    note = "---\nkind: feature\n---\nGood.\n\nSee [this](javascript:alert(1)).\n"
    wren.release("v4", {"bundle/notes/n.md": note})

    assert "v4:bundle/notes/n.md:6" in build(wren.path, check=2).stderr
    assert "v4:bundle/notes/n.md:6" in relnotes(wren.path, "notes", "v4", check=2).stderr


def test_an_amendment_of_an_unknown_release_is_refused(wren):
    wren.write({"amendments/x.yaml": "release: v22\non: 2026-02-01\ntext: x\n"})

    said = build(wren.path, check=2).stderr

    assert 'amendments/x.yaml:1:10: "v22" is no release (did you mean "v2"?)' in said


def test_nothing_is_written_when_anything_is_wrong(wren):
    wren.release("v4", {"bundle/limitations/KL0002.yaml": "id: KL0002\n"})

    said = build(wren.path, check=2).stderr

    assert 'v4:bundle/limitations/KL0002.yaml:1:1: "text" is missing' in said
    assert not (wren.path / "site").exists()


def test_a_tag_without_the_bundle_is_left_out_and_named(wren):
    wren.git("rm", "-rq", "bundle")
    wren.release("v4", {"README.md": "moved away"})

    said = build(wren.path).stderr

    assert "1 tags have no bundle/ and are left out: v4" in said


def test_without_tags_the_way_to_make_one_is_shown(tmp_path):
    repository = project(tmp_path, {})
    repository.commit({"bundle/bundle.yaml": bundle()})

    said = build(tmp_path, check=3).stderr

    assert "git tag v1.0.0" in said


def test_outside_a_repository_the_exit_code_is_3(tmp_path):
    assert "not" in build(tmp_path, check=3).stderr


def test_a_shallow_clone_is_said(tmp_path, wren):
    clone = tmp_path / "shallow"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", f"file://{wren.path}", str(clone)], check=True
    )

    assert "git fetch --unshallow --tags" in build(clone, check=3).stderr


def test_a_broken_template_is_named_with_its_line(wren):
    wren.write({"templates/release.md.j2": "# {{ page.title }}\n{{ nonsense }}\n"})
    assert "release.md.j2:2" in build(wren.path, check=2).stderr

    wren.write({"templates/release.md.j2": "{% if %}\n"})
    assert "release.md.j2:1" in build(wren.path, check=2).stderr
    assert not (wren.path / "site").exists()


def test_one_block_of_the_shipped_template_can_be_overridden(wren):
    template = (
        '{% extends "shipped/release.md.j2" %}{% block foot %}Our own last words.{% endblock %}'
    )
    wren.write({"templates/release.md.j2": template})

    build(wren.path)

    assert "Our own last words." in (wren.path / "site/releases/wren/v1.md").read_text()


@pytest.mark.parametrize("kind", ["worktree", "detached"])
def test_other_kinds_of_checkouts_build_the_same(tmp_path, wren, kind):
    build(wren.path)
    if kind == "worktree":
        folder = tmp_path / "tree"
        wren.git("worktree", "add", "-q", str(folder), "v3")
    else:
        folder = wren.path
        wren.git("checkout", "-q", "v3")
        subprocess.run(["rm", "-rf", str(folder / "site"), str(folder / ".relnotes")], check=True)

    build(folder)

    assert (folder / "site/releases/wren/v1.md").exists()


def test_a_bare_repository_answers_but_has_no_pages(tmp_path, wren):
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(wren.path), str(bare)], check=True)

    assert "a bare repository has no pages" in build(bare, check=2).stderr
    assert "Warmer." in relnotes(bare, "notes", "v2", "--format", "md").stdout


def test_a_sha_256_repository_builds(tmp_path):
    from gitkit import GitRepo

    repository = GitRepo(tmp_path, object_format="sha256")
    repository.commit({"relnotes.toml": SETTINGS})
    repository.release("v1", {"bundle/bundle.yaml": bundle()})

    build(tmp_path)

    record = json.loads((tmp_path / "site/releases/wren/v1.json").read_text())
    assert len(record["provenance"]["tree"]) == 64


def test_a_history_of_merges_and_several_tags_on_one_commit_builds(tmp_path):
    repository = project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    repository.branch("side")
    repository.commit({"bundle/bundle.yaml": bundle(decoding={"temperature": 1})})
    repository.checkout("main")
    repository.commit({"README.md": "x"})
    repository.merge("side")
    repository.tag("v2")
    repository.tag("v10")

    build(tmp_path)

    latest = json.loads((tmp_path / "site/releases/wren/v10.json").read_text())
    assert latest["old"] == "v2"
    assert latest["changes"] == []


HOSTILE = '<script>alert(1)</script> {: onclick="x" } [x](javascript:y) | `a` --8<-- "f" :smile:'


def test_hostile_text_reaches_the_site_as_text_only(tmp_path):
    """Every field that an author fills, rendered by the real MkDocs."""
    from html.parser import HTMLParser

    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle()},
            "v2": {
                "bundle.yaml": bundle(
                    release={"summary": HOSTILE, "reason": HOSTILE, "title": HOSTILE},
                    decoding={"stop": HOSTILE},
                    prompts=[{"name": HOSTILE, "file": "prompts/s.md"}],
                    tools=[{"name": HOSTILE, "description": HOSTILE}],
                    training=[{"id": HOSTILE, "kind": "rl", "summary": HOSTILE}],
                    rollout=[{"stage": "canary", "skipped": HOSTILE}],
                ),
                "prompts/s.md": HOSTILE + "\n\n```\n" + HOSTILE,
                "notes/n.md": "A note with <b>markup</b> and {: onclick=x }.\n",
                "limitations/KL0001.yaml": limitation(
                    text=HOSTILE, workaround=HOSTILE, evidence=[HOSTILE]
                ),
                "evals/e.yaml": native_eval(HOSTILE),
                "strange|name `x`.txt": "x",
            },
        },
    )

    relnotes(tmp_path, "build")

    class Judge(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.bad: list[str] = []

        def handle_starttag(self, tag, attrs):
            names = [name for name, _ in attrs if name.startswith("on")]
            links = [value for name, value in attrs if name in ("href", "src") and value]
            bad = [value for value in links if value.startswith("javascript:")]
            self.bad += [*(f"{tag} {name}" for name in names), *bad]
            data = dict(attrs).get("type") == "application/ld+json"  # words, never run
            inside = dict(attrs).get("src") is None and not data
            self.last = tag if inside else ""

        def handle_data(self, data):
            if getattr(self, "last", "") == "script" and "alert(1)" in data:
                self.bad.append("script")

    pages = sorted((tmp_path / "build" / "site").rglob("*.html"))
    assert len(pages) > 5
    for page in pages:
        judge = Judge()
        judge.feed(page.read_text())
        assert judge.bad == [], page
    text = (tmp_path / "build/site/releases/wren/v2/index.html").read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_what_is_internal_reaches_no_public_byte(tmp_path):
    """A mark in every internal field, searched for in every byte that is written."""
    canary = "canary7f3"
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle()},
            "v2": {
                "bundle.yaml": bundle(
                    tools=[{"name": f"t{canary}", "description": canary, "audience": "internal"}],
                    training=[
                        {
                            "id": f"x{canary}",
                            "kind": "rl",
                            "summary": canary,
                            "audience": "internal",
                        },
                        {"id": f"y{canary}", "kind": "rl", "audience": "internal"},
                    ],
                    prompts=[
                        {"name": "hidden", "file": "prompts/hidden.md", "publish": "digest"},
                        {"name": "half", "file": "prompts/half.md", "publish": "digest"},
                    ],
                ),
                "prompts/hidden.md": canary,
                "prompts/half.md": canary,
                "notes/n.md": f"---\naudience: internal\n---\n{canary}\n",
                "limitations/KL0001.yaml": limitation(text=canary, audience="internal"),
                "behaviours.yaml": f"behaviours: [{{id: b{canary}, principle: {canary},"
                " audience: internal, blocking: true}]\n",
                f"signals/{canary}.md": canary,
                f"signals/{canary}.yaml": f"{{kind: spot-check, on: 2026-01-02, verdict: uneasy,"
                f" found: {canary}, role: {canary}, tried: {canary}, quotes: [{canary}],"
                f" behaviours: [b{canary}], candidate: {canary}}}",
                f"signals/{canary}2.yaml": f"{{kind: red-team, on: 2026-01-02, verdict: block,"
                f" found: {canary}, against: [b{canary}], horizon: long}}",
                f"decisions/{canary}.yaml": f"{{behaviour: b{canary}, outcome: release,"
                f" role: {canary}, by: {canary}, on: 2026-01-02, reason: {canary},"
                f" public: {canary}, considered: [signals/{canary}.yaml]}}",
                f"decisions/{canary}2.yaml": f"{{outcome: release, role: head, by: {canary},"
                f" on: 2026-01-02, reason: {canary}, public: We looked again}}",
                f"approvals/{canary}.yaml": f"{{role: safety, by: {canary}, on: 2026-01-02,"
                f" candidate: 'sha256:0', comment: {canary}}}",
                f"waivers/{canary}.yaml": f"{{code: SIGNAL_BLOCKS, subject: b{canary},"
                f" by: {canary}, on: 2026-01-02, until: 2026-09-02, reason: {canary},"
                f" public: {canary}}}",
                f"waivers/{canary}2.yaml": f"{{code: BEHAVIOUR_NOT_MEASURED, by: {canary},"
                f" on: 2026-01-02, until: 2026-09-02, reason: {canary}, public: Soon}}",
                "evals/red.yaml": native_eval(f"red-team/{canary}"),
            },
            "v3": {"evals/red.yaml": native_eval(f"red-team/{canary}", 0.1)},
            "v4": {
                f"evals/{canary}.yaml": native_eval(f"red-team/{canary}", 0.1),
                "evals/red.yaml": None,
                f"evals/samples_red-team_{canary}_2026.jsonl": '{"doc_id": 0, "resps": []}\n',
                f"evals/raw/{canary}.log": "x",
            },
            "v5": {
                f"evals/{canary}.yaml": None,
                f"evals/samples_red-team_{canary}_2026.jsonl": None,
            },
        },
    )
    settings = (tmp_path / "relnotes.toml").read_text()
    (tmp_path / "relnotes.toml").write_text(
        settings
        + '[evals]\ninternal = ["red-team/*"]\n'
        + '[[evals.ignore]]\npath = "evals/raw/*"\nreason = "logs"\n'
    )
    amendment = f"release: v2\non: 2026-02-01\ntext: {canary}\naudience: internal\n"
    (tmp_path / "amendments").mkdir()
    (tmp_path / "amendments" / "a.yaml").write_text(amendment)

    relnotes(tmp_path, "build")

    for folder in ("site", "build/site"):
        leaks = [
            path
            for path, data in contents(tmp_path / folder).items()
            if canary in path or canary.encode() in data
        ]
        assert leaks == []
    public = relnotes(tmp_path, "notes", "v2", "--format", "json").stdout
    internal = relnotes(tmp_path, "notes", "v2", "--format", "json", "--audience", "internal")
    assert canary not in public
    assert internal.stdout.count(canary) > 10
