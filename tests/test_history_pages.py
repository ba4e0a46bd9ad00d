"""The pages over many releases: evals, behaviours, prompts, names and dates, corrections."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bundlekit import MODEL, behaviours, bundle, limitation, native_eval, project
from test_build import build, contents, relnotes

PROMPTS = [
    {"name": "system", "file": "prompts/system.md"},
    {"name": "guard", "file": "prompts/guard.md", "publish": "digest"},
]


def a_bundle(version: str = "1", **lifecycle: str) -> str:
    model = {**MODEL, "version": version, "aliases": ["wren-latest"]}
    if lifecycle:
        model["lifecycle"] = lifecycle
    return bundle(prompts=PROMPTS, model=model)


@pytest.fixture
def wren(tmp_path):
    """Measured, broken off by a new judge, withdrawn; an alias moves; a prompt is secret."""
    repository = project(
        tmp_path / "wren",
        {
            "v1": {
                "bundle.yaml": a_bundle(),
                "prompts/system.md": "Be honest.\n",
                "prompts/guard.md": "canary7f3 one\n",
                "behaviours.yaml": behaviours(
                    {"id": "honesty", "evals": ["honesty"]}, {"id": "warmth"}
                ),
                "evals/a.yaml": native_eval("honesty", 0.80),
            },
            "v2": {
                "bundle.yaml": a_bundle("2"),
                "prompts/system.md": "Be warm.\n",
                "prompts/guard.md": "canary7f3 two\n",
                "evals/a.yaml": native_eval("honesty", 0.70),
            },
        },
    )
    repository.git("checkout", "v1", "--", "bundle")
    repository.release("v3", {})
    repository.release(
        "v4",
        {
            "bundle/bundle.yaml": a_bundle("3", deprecated="2026-06-01", retires="2026-12-01"),
            "bundle/evals/a.yaml": native_eval("honesty", 0.90, version=2),
        },
    )
    return repository


def page(repository, name: str) -> str:
    return (repository.path / "site" / name).read_text("utf-8")


def test_an_eval_page_shows_breaks_withdrawals_and_every_number(wren):
    build(wren.path)

    text = page(wren, "evals/wren/honesty.md")
    assert text.count('class="break"') == 1
    assert "v2: 0.700, regressed, withdrawn" in text
    assert "| [Wren v4](../../releases/wren/v4.md) <small>" in text
    assert "0.900" in text
    assert len(text.encode()) < 15_000


def test_an_eval_page_names_the_file_behind_each_number(wren):
    wren.git("mv", "bundle/evals/a.yaml", "bundle/evals/b.yaml")
    wren.release("v5", {"bundle/evals/b.yaml": native_eval("honesty", 0.95, version=2)})
    build(wren.path)

    text = page(wren, "evals/wren/honesty.md")
    files = text.partition("<summary>Files behind these numbers</summary>")[2]
    assert [line for line in files.splitlines() if line.startswith("- ")] == [
        "- [Wren v5](../../releases/wren/v5.md): `bundle/evals/b.yaml`",
        "- [Wren v4](../../releases/wren/v4.md) back to [Wren v1](../../releases/wren/v1.md):"
        " `bundle/evals/a.yaml`",
    ]
    (series,) = json.loads(page(wren, "evals/wren/honesty.json"))["series"]
    named = {one["release"]: one["source"] for one in series["results"] if "source" in one}
    assert named == {"v1": "bundle/evals/a.yaml", "v5": "bundle/evals/b.yaml"}


def test_behaviours_say_what_nobody_measures_first(wren):
    build(wren.path)

    text = page(wren, "behaviours/index.md")
    assert text.index("Blind spots") < text.index("warmth") < text.index("honesty")
    assert "No public eval measures this behaviour." in page(wren, "behaviours/wren/warmth.md")
    assert "[honesty](../../evals/wren/honesty.md)" in page(wren, "behaviours/wren/honesty.md")


def test_a_limitation_and_the_behaviour_that_it_is_about_lead_to_each_other(wren):
    """Written by hand, derived from a regression, and of what nothing measures."""
    wren.commit(
        {"bundle/limitations/KL0001.yaml": limitation("KL0001", "Is curt.", behaviour="warmth")}
    )
    wren.git("tag", "v5")
    build(wren.path)

    for name, behaviour in limitations_by_behaviour(wren):
        known = page(wren, f"limitations/wren/{name}.md")
        assert f"about [{behaviour}](../../behaviours/wren/{behaviour}.md)" in known
        assert f"({name}.md)" in page(wren, "limitations/index.md").replace("wren/", "")
        about = page(wren, f"behaviours/wren/{behaviour}.md")
        assert f"[{name}](../../limitations/wren/{name}.md)" in about
        assert f"about {behaviour}" not in about
    assert {"warmth", "honesty"} <= {one for _, one in limitations_by_behaviour(wren)}


def limitations_by_behaviour(repository):
    text = (repository.path / "site/limitations/index.md").read_text()
    items = re.findall(r"\[(\w+)\]\(wren/\1\.md\).*?about \[(\w+)\]", text, re.DOTALL)
    assert items
    return items


def test_a_limitation_about_a_behaviour_that_is_kept_inside_leads_nowhere(tmp_path):
    files = {
        "bundle.yaml": bundle(),
        "behaviours.yaml": behaviours({"id": "warmth", "audience": "internal"}),
        "limitations/KL0001.yaml": limitation("KL0001", "Is curt.", behaviour="warmth"),
    }
    repository = project(tmp_path / "wren", {"v1": files})

    build(repository.path)

    assert "](../behaviours/" not in page(repository, "limitations/index.md")


def test_closed_limitations_are_named_on_the_page_of_their_behaviour(wren):
    """The regression of v2 ended when v3 restored what was there before."""
    build(wren.path)

    text = page(wren, "behaviours/wren/honesty.md")

    assert "No open limitation is about this behaviour." in text
    assert re.search(r"Closed: \[D\w+\]\(\.\./\.\./limitations/wren/D\w+\.md\)", text)


def test_a_prompt_page_has_word_diffs_and_keeps_what_its_policy_withholds(wren):
    build(wren.path)

    text = page(wren, "prompts/wren/system.md")
    assert "<del>honest</del><ins>warm</ins>" in text
    assert "withdrawn" in text
    assert "only its digest is published" in page(wren, "prompts/wren/guard.md")
    assert b"canary7f3" not in b"".join(contents(wren.path / "site").values())


def test_the_lifecycle_page_says_when_an_alias_moved_and_how_much_notice_there_is(wren):
    build(wren.path)

    text = page(wren, "lifecycle.md")
    assert "The alias `wren-latest` means `2` (before: `1`)." in text
    assert "183 days" in text
    assert "Retires on **1 December 2026**." in text


def test_the_page_of_corrections_is_there_once_something_was_corrected(wren):
    build(wren.path)
    assert not (wren.path / "site/corrections.md").exists()
    wren.commit({"amendments/a.yaml": "release: v2\non: 2026-04-01\ntext: It was *worse*.\n"})

    build(wren.path)

    assert "[Wren v2](releases/wren/v2.md#correction-1)" in page(wren, "corrections.md")
    assert "[correction 1](#correction-1)" in page(wren, "releases/wren/v2.md")


def test_release_by_release_gives_the_bytes_of_all_at_once(wren, tmp_path):
    wren.git("mv", "bundle/evals/a.yaml", "bundle/evals/b.yaml")
    wren.release("v5", {"bundle/evals/b.yaml": native_eval("honesty", 0.95, version=2)})
    wren.release("v6", {"bundle/evals/b.yaml": None})
    wren.release("v7", {"bundle/evals/b.yaml": native_eval("honesty", 0.96, version=2)})
    whole = tmp_path / "whole"
    wren.git("clone", "-q", str(wren.path), str(whole))
    build(whole)
    tags = [f"v{number}" for number in range(1, 8)]
    commits = {tag: wren.git("rev-parse", f"{tag}^{{}}").strip() for tag in tags}
    dates = {tag: wren.git("log", "-1", "--format=%cI", tag).strip() for tag in tags}
    assert len(set(dates)) == len(tags)
    for tag in tags[1:]:
        wren.git("tag", "-d", tag)
    build(wren.path)
    for tag in tags[1:]:
        wren.git("fetch", "-q", str(whole), f"refs/tags/{tag}:refs/tags/{tag}")
        build(wren.path)
        assert wren.git("rev-parse", f"{tag}^{{}}").strip() == commits[tag]

    assert contents(wren.path / "site") == contents(whole / "site")


def test_a_release_whose_page_moves_is_followed_by_every_link(wren, tmp_path):
    wren.release("v5", {"bundle/limitations/KL1.yaml": limitation("KL1")})
    build(wren.path)
    wren.release("v1_", {"bundle/other.txt": "x"})  # the page of v1 cannot have its name any longer
    wren.release("v5_", {"bundle/other.txt": "y"})
    whole = tmp_path / "whole"
    wren.git("clone", "-q", str(wren.path), str(whole))

    build(wren.path)
    build(whole)

    assert contents(wren.path / "site") == contents(whole / "site")


HARD = (
    "MMLU",
    "mmlu",
    "a/b",
    "a b",
    "a?b#c%20",
    "con",
    "עברית",
    "日本語",
    "🐦",
    "x" * 300,
    "-",
    "index",
)


def test_names_that_are_hard_on_paths_get_pages_of_their_own(tmp_path):
    files = {
        "bundle.yaml": bundle(
            prompts=[
                {"name": name, "file": f"prompts/{number}.md"} for number, name in enumerate(HARD)
            ]
        ),
        "behaviours.yaml": behaviours(*({"id": name, "evals": [name]} for name in HARD)),
    }
    files |= {f"prompts/{number}.md": f"Text of {name}.\n" for number, name in enumerate(HARD)}
    files |= {f"evals/{number}.yaml": native_eval(name) for number, name in enumerate(HARD)}
    repository = project(tmp_path / "wren", {"v1": files})

    relnotes(
        repository.path, "build"
    )  # the site builder takes every link for a mistake or leads on

    for folder in ("evals", "prompts", "behaviours"):
        names = [path.name for path in (repository.path / "site" / folder / "wren").glob("*.md")]
        assert len(names) == len(HARD), folder
        assert len({name.lower() for name in names}) == len(HARD), folder
        assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,110}", name) for name in names), names


def test_hostile_words_are_words_on_every_page_over_the_history(tmp_path):
    bad = "</svg><script>alert(1)</script> {{ 7*7 }} | `x` [a](javascript:b)"
    repository = project(
        tmp_path / "wren",
        {
            "v1": {
                "bundle.yaml": bundle(prompts=[{"name": bad, "file": "prompts/p.md"}]),
                "prompts/p.md": f"{bad}\n",
                "behaviours.yaml": behaviours({"id": "b", "principle": bad, "evals": [bad]}),
                "evals/a.yaml": native_eval(bad),
            },
            "v2": {"prompts/p.md": f"{bad} more\n", "evals/a.yaml": native_eval(bad, 0.5)},
        },
    )

    relnotes(repository.path, "build")

    for path in (repository.path / "build/site").rglob("*.html"):
        text = path.read_text("utf-8")
        assert "<script>alert(1)" not in text, path
        assert not re.search(r'href="\s*javascript:', text), path


def test_a_page_of_a_persons_own_where_an_eval_page_belongs_is_never_overwritten(wren):
    own = wren.path / "site/evals/wren/honesty.md"
    own.parent.mkdir(parents=True)
    own.write_text("# Mine\n")

    done = build(wren.path, check=2)

    assert "written by hand" in done.stderr
    assert own.read_text() == "# Mine\n"
    assert not Path(wren.path / "site/releases").exists()
