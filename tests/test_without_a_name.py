"""What pages are called where the settings name neither a project nor a line."""

from __future__ import annotations

import json
import re

import pytest
from bundlekit import behaviours, bundle, limitation, native_eval, project
from test_build import build, contents

TWO_LINES = """\
[[lines]]
name = "wren"
title = "Wren"
tags = "v*"

[[lines]]
name = "finch"
tags = "finch/*"
"""
PROMPTS = [{"name": "system", "file": "prompts/system.md"}]
AMENDMENT = "release: v1\non: 2026-04-01\ntext: It was worse.\n"
INCIDENT = """\
schema: relnotes.incident/1
id: 2026-05-04-wren
title: It flatters
visibility: public
...
"""


def built(tmp_path, settings, *options):
    files = {
        "bundle.yaml": bundle(prompts=PROMPTS),
        "prompts/system.md": "Be kind.\n",
        "behaviours.yaml": behaviours({"id": "honesty", "evals": ["honesty"]}),
        "limitations/KL0001.yaml": limitation(),
        "evals/a.yaml": native_eval("honesty"),
    }
    repository = project(tmp_path / "wren", {"v1": files})
    around = {"amendments/a.yaml": AMENDMENT, "incidents/2026-05-04-wren/incident.yaml": INCIDENT}
    repository.commit({"relnotes.toml": settings, **around})
    build(repository.path, *options)
    return repository.path


def headings(docs) -> dict[str, str]:
    """The title of every page that is about more than one thing."""
    pages = ("*/index.md", "*.md", "releases/*/index.md")
    found = {path for pattern in pages for path in docs.glob(pattern)}
    titles = {}
    for path in sorted(found):
        text = path.read_text("utf-8")
        titles[path.relative_to(docs).as_posix()] = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
    return titles


def test_without_any_name_pages_are_called_after_what_is_on_them(tmp_path):
    docs = built(tmp_path, "") / "site"

    assert headings(docs) == {
        "audit.md": "The promise, kept and broken",
        "behaviours/index.md": "Behaviours",
        "compare.md": "Compare two releases",
        "corrections.md": "Corrections",
        "evals/index.md": "Evals",
        "incidents/index.md": "Incidents",
        "index.md": "Releases",
        "lifecycle.md": "Lifecycle",
        "limitations/index.md": "Known limitations",
        "prompts/index.md": "Prompts",
        "releases/index.md": "All releases",
    }
    assert "\n# Release v1\n" in (docs / "releases/main/v1.md").read_text()


@pytest.mark.parametrize("settings", ["", TWO_LINES])
def test_no_page_feed_or_record_says_releases_of_releases(tmp_path, settings):
    root = built(tmp_path, settings)

    text = b"".join(contents(root / "site").values()).decode("utf-8", "replace")
    text += (root / "relnotes.mkdocs.yml").read_text()

    assert not re.search(r"\bReleases? (releases|known|incidents|evals|prompts)\b", text)


def test_a_site_of_one_named_line_is_called_after_it(tmp_path):
    docs = built(tmp_path, '[[lines]]\nname = "wren"\ntitle = "Wren"\ntags = "v*"\n') / "site"

    titles = headings(docs)
    assert titles["index.md"] == "Wren"
    assert titles["releases/index.md"] == "Wren releases"
    assert titles["limitations/index.md"] == "Wren known limitations"


def test_several_lines_keep_their_own_names_under_a_site_without_one(tmp_path):
    docs = built(tmp_path, TWO_LINES) / "site"

    titles = headings(docs)
    assert titles["releases/wren/index.md"] == "Wren releases"
    assert titles["releases/index.md"] == "All releases"
    feed = json.loads((docs / "releases/wren/feed.json").read_text())
    assert feed["title"] == "Wren releases"


def test_the_site_of_the_house_is_called_internal_where_it_has_no_other_name(tmp_path):
    root = built(tmp_path, TWO_LINES, "--audience", "internal")

    titles = headings(root / ".relnotes/sites/internal/docs")
    assert titles["index.md"] == "Internal"
    assert titles["limitations/index.md"] == "Internal known limitations"


def test_the_pages_of_the_house_are_called_so_at_the_end(tmp_path):
    docs = built(tmp_path, '[project]\nname = "Wren"\n', "--audience", "internal")

    found = headings(docs / ".relnotes/sites/internal/docs")

    assert found["incidents/index.md"] == "Wren incidents (internal)"
    assert found["limitations/index.md"] == "Wren known limitations (internal)"
