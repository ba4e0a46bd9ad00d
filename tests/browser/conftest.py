"""A real browser on the demo's real site."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browserkit import Watched
from chromium import chromium
from playwright.sync_api import Browser, Page, expect, sync_playwright
from statichost import served

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)

expect.set_options(timeout=20_000)  # a machine that does other things meanwhile is no fault


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of the demo, its site built and verified."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    run = [sys.executable, "-m", "relnotes"]
    subprocess.run([*run, "demo", str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def built(demo: Path) -> Path:
    return demo / "build" / "site"


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """Its address; it ends with a slash, and has a path, as the demo's settings say."""
    with served(built, "/releases/") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        what = "no Chromium was found, and none could be installed"
        if os.environ.get("CI"):
            pytest.fail(what)
        pytest.skip(what)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A fresh page in a desktop window; a test fails for any error or foreign request of it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    watched = Watched(opened, site.split("/releases/")[0])
    yield opened
    context.close()
    assert watched.complaints == []
    assert watched.asked == []
