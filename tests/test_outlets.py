"""Several sites from one repository: never mixed, each marked for what it is."""

from __future__ import annotations

import pytest
from bundlekit import bundle, limitation, native_eval
from gitkit import GitRepo
from test_build import build, contents, relnotes

SETTINGS = """\
[project]
name = "Hedgerow"
url = "https://example.org/"

[[lines]]
name = "wren"
title = "Wren"
bundle = "wren"
tags = "wren/*"

[[lines]]
name = "finch"
title = "Finch"
bundle = "finch"
tags = "finch/*"
"""
CANARY = "canary7f3"


@pytest.fixture
def hedgerow(tmp_path):
    repository = GitRepo(tmp_path / "hedgerow")
    repository.commit({"relnotes.toml": SETTINGS, "mkdocs.yml": "INHERIT: relnotes.mkdocs.yml\n"})
    secret = limitation("KL0009", f"Leaks {CANARY}.", audience="internal")
    repository.release(
        "wren/v1",
        {
            "wren/bundle.yaml": bundle(),
            "wren/limitations/KL0001.yaml": limitation(),
            "wren/limitations/KL0009.yaml": secret,
            "wren/evals/a.yaml": native_eval("honesty"),
        },
    )
    repository.release("finch/v1", {"finch/bundle.yaml": bundle()})
    repository.commit(
        {"amendments/one.yaml": "release: wren/v1\non: 2026-03-01\ntext: A word more.\n"}
    )
    return repository


def bytes_of(folder) -> bytes:
    return b"".join(contents(folder).values())


def test_the_internal_site_has_what_the_public_one_has_not_and_they_share_no_folder(hedgerow):
    build(hedgerow.path)
    public = contents(hedgerow.path / "site")

    build(hedgerow.path, "--audience", "internal")

    internal = hedgerow.path / ".relnotes/sites/internal/docs"
    assert CANARY.encode() in bytes_of(internal)
    assert contents(hedgerow.path / "site") == public
    assert CANARY.encode() not in bytes_of(hedgerow.path / "site")


def test_every_page_of_the_internal_site_says_that_it_is_not_for_publication(hedgerow):
    relnotes(hedgerow.path, "build", "--audience", "internal")

    for path in (hedgerow.path / ".relnotes/sites/internal/docs").rglob("*.md"):
        assert "Not for publication" in path.read_text("utf-8"), path
    pages = sorted((hedgerow.path / "build/site-internal").rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        text = page.read_text("utf-8")
        assert "<strong>Internal. Not for publication.</strong>" in text, page
        assert '<meta name="robots" content="noindex">' in text, page


def test_git_does_not_see_the_other_sites(hedgerow):
    build(hedgerow.path, "--audience", "internal")
    build(hedgerow.path, "--line", "finch")

    seen = hedgerow.git("status", "--porcelain", "--untracked-files=all")
    assert ".relnotes" not in seen
    assert "site/" not in seen


def test_the_site_of_one_line_tells_of_no_other(hedgerow):
    build(hedgerow.path, "--line", "finch")

    docs = hedgerow.path / ".relnotes/sites/finch/docs"
    assert (docs / "releases/finch/v1.md").exists()
    assert not (docs / "releases/wren").exists()
    assert b"Wren v1" not in (docs / "index.md").read_bytes()
    assert b"https://example.org/" not in bytes_of(docs)


def test_the_budget_of_a_page_is_that_of_the_public(hedgerow):
    """The house reads more on the same page, and is not far from the server."""
    hedgerow.commit({"relnotes.toml": SETTINGS + "\n[verify]\npage_kb = 1\n"})

    outside = relnotes(hedgerow.path, "build", "--verify", check=1)
    relnotes(hedgerow.path, "build", "--verify", "--audience", "internal")

    assert "a page may have 1" in outside.stderr


def test_from_a_release_a_reader_gets_back_to_the_list_of_its_line(hedgerow):
    build(hedgerow.path)

    crumbs = (hedgerow.path / "site/releases/wren/v1.md").read_text().partition("# Wren v1")[0]
    assert "[Releases](../index.md)" in crumbs
    assert "[Wren](index.md)</nav>" in crumbs


def test_each_site_knows_when_it_has_nothing_to_do(hedgerow):
    for options in ((), ("--audience", "internal"), ("--line", "wren")):
        build(hedgerow.path, *options)
    for options in ((), ("--audience", "internal"), ("--line", "wren")):
        assert "nothing has changed" in build(hedgerow.path, *options).stderr


def test_an_unknown_line_is_named_with_those_there_are(hedgerow):
    done = build(hedgerow.path, "--line", "heron", check=2)

    assert 'there is no line "heron"' in done.stderr
    assert "wren, finch" in done.stderr
