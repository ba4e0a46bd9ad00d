"""The pages need no builder of their own: Zensical makes the same site of them as MkDocs.

Zensical ignores plugins, hooks and virtual files that it does not know, and says nothing; so a
page or an anchor that needed one would be missing there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from relnotes.verifying.page import BuiltPage
from relnotes.verifying.site import read_pages

THEMES_OWN = ("__", "mkdocs-", "search")  # ids of switches and dialogs


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demo's site by MkDocs, and the same input by Zensical."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    subprocess.run(
        [sys.executable, "-m", "relnotes", "demo", str(folder)], check=True, capture_output=True
    )
    ours = folder.with_name("mkdocs")
    (folder / "build" / "site").rename(ours)
    done = subprocess.run(
        [Path(sys.executable).with_name("zensical"), "build", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    theirs = folder.with_name("zensical")
    shutil.move(folder / "build" / "site", theirs)
    return ours, theirs


def by_path(folder: Path) -> dict[str, BuiltPage]:
    return {page.path: page for page in read_pages(folder)}


def ids(page: BuiltPage) -> set[str]:
    return {identity for identity, _ in page.ids if not identity.startswith(THEMES_OWN)}


def test_both_make_the_same_pages(sites: tuple[Path, Path]) -> None:
    ours, theirs = map(by_path, sites)
    assert sorted(ours) == sorted(theirs)
    assert len(ours) > 50


def test_every_anchor_is_there_in_both(sites: tuple[Path, Path]) -> None:
    ours, theirs = map(by_path, sites)
    differing = {
        path: ids(page) ^ ids(theirs[path])
        for path, page in ours.items()
        if ids(page) != ids(theirs[path])
    }
    assert differing == {}


def test_feeds_and_records_are_the_same_bytes(sites: tuple[Path, Path]) -> None:
    """The pages as Markdown are written after either builder, by `relnotes build` itself."""
    ours, theirs = sites
    made_by_us = [
        path.relative_to(ours)
        for path in sorted(ours.rglob("*"))
        if path.suffix in (".json", ".xml", ".txt", ".svg", ".ics", ".csv")
        and path.name not in ("search_index.json", "sitemap.xml")
        and "javascripts" not in path.parts
    ]
    assert made_by_us
    for path in made_by_us:
        assert (theirs / path).read_bytes() == (ours / path).read_bytes(), path
