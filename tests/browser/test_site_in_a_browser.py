"""The demo's site as its readers meet it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browserkit import Watched
from playwright.sync_api import Browser, Page, expect

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
SAMPLED = 3  # pages of each family; the demo's releases differ in what they have
IS_SEEN = """() => {  // on the element itself, or on the label that stands for it
  const at = document.activeElement
  const shown = at.matches("[type=radio]") ? at.nextElementSibling : at
  const style = getComputedStyle(shown)
  return style.outlineStyle !== "none" || style.boxShadow !== "none"
}"""
PALETTES = {"light": "__palette_1", "dark": "__palette_2"}


@pytest.fixture(scope="session")
def paths(built: Path) -> list[str]:
    """Some pages of each family: of a folder's pages those that weigh most have most parts."""
    families: dict[str, list[Path]] = {}
    for page in sorted(built.rglob("*.html")):
        parts = page.relative_to(built).parts
        family = "/".join([*parts[:-2], "*"][-3:] if len(parts) > 2 else parts)
        families.setdefault(family, []).append(page)
    chosen = [
        page
        for pages in families.values()
        for page in sorted(pages, key=lambda one: one.stat().st_size)[-SAMPLED:]
    ]
    names = [one.relative_to(built).as_posix().removesuffix("index.html") for one in chosen]
    return [name for name in names if name != "404.html"]


def choose(page: Page, scheme: str) -> None:
    """The colours, as a reader sets them; they stay for the pages that follow."""
    page.evaluate(
        "which => __md_set('__palette', {index: which === 'light' ? 1 : 2, color: "
        "{media: `(prefers-color-scheme: ${which})`, scheme: which === 'light' ? 'default' : "
        "'slate', primary: 'custom', accent: 'custom'}})",
        scheme,
    )


def test_every_family_of_pages_loads_without_an_error_or_a_foreign_request(
    page: Page, site: str, paths: list[str]
) -> None:
    for path in paths:
        page.goto(site + path)
        expect(page.locator("h1").first).to_be_visible()


@pytest.mark.parametrize("scheme", PALETTES)
def test_no_page_has_a_barrier_that_axe_knows(
    page: Page, site: str, paths: list[str], scheme: str
) -> None:
    found: list[str] = []
    page.goto(site)
    choose(page, scheme)
    for path in paths:
        page.goto(site + path)
        wanted = "default" if scheme == "light" else "slate"
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", wanted)
        results = Axe().run(page, options=WCAG)
        for one in results.response["violations"]:
            nodes = ", ".join(str(node["target"]) for node in one["nodes"][:3])
            found.append(f"{path or 'front'}: {one['id']} at {nodes}")
    assert found == []


@pytest.mark.parametrize("width", [320, 375])
def test_no_page_has_to_be_pushed_sideways_on_a_phone(
    browser: Browser, site: str, paths: list[str], width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 720})
    opened = context.new_page()
    wide: dict[str, int] = {}
    for path in paths:
        opened.goto(site + path)
        needed = opened.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            wide[path] = needed
    context.close()
    assert wide == {}


def search(page: Page, words: str) -> list[str]:
    """Where the search dialog would lead, best first."""
    page.locator(".md-search__input").click()
    page.wait_for_timeout(300)  # the dialog takes the focus while it slides in
    page.keyboard.type(words, delay=20)
    results = ".md-search-result__item > a"
    expect(page.locator(results).first).to_be_visible()
    page.wait_for_timeout(500)  # it searches anew with every letter
    return list(page.eval_on_selector_all(results, "all => all.map(one => one.href)"))


def test_the_search_finds_a_limitation_by_its_id(page: Page, site: str) -> None:
    page.goto(site)
    assert "/limitations/wren/KL0033/" in search(page, "KL0033")[0]


def test_the_switch_of_colours_changes_them_and_is_remembered(page: Page, site: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(site)
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    for _ in range(2):  # from "as the system" to light, and on to dark
        page.locator("[data-md-component=palette] label:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.goto(f"{site}limitations/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_colours_follow_the_system_until_somebody_chooses(page: Page, site: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(site)
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_a_reader_without_a_mouse_reaches_the_newest_release(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        address = page.evaluate("document.activeElement?.getAttribute('href') ?? ''")
        if re.match(r"releases/[a-z]+/", address):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/releases/*/*/")
    expect(page.locator("h1")).to_be_visible()


def test_what_has_the_focus_can_be_seen(page: Page, site: str) -> None:
    page.goto(site)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN), page.evaluate("document.activeElement.outerHTML")


def test_a_link_to_a_limitation_in_the_notes_lands_on_it(page: Page, site: str) -> None:
    page.goto(f"{site}releases/wren/2026-05-12/#known-limitations")
    page.locator("a", has_text="KL0").first.click()
    page.wait_for_url("**/limitations/wren/*/")
    expect(page.locator("h1")).to_be_visible()


def test_an_address_that_does_not_exist_says_so_in_the_sites_own_look(
    browser: Browser, site: str
) -> None:
    context = browser.new_context()
    opened = context.new_page()
    answer = opened.goto(f"{site}releases/wren/none/")
    assert answer
    assert answer.status == 404
    context.close()


def test_the_copy_for_a_disk_opens_without_a_server_and_its_search_works(
    browser: Browser, demo: Path
) -> None:
    command = [sys.executable, "-m", "relnotes", "build", "--offline"]
    subprocess.run(command, cwd=demo, check=True, capture_output=True)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    watched = Watched(opened, "file://")
    opened.goto((demo / "build" / "site-offline" / "index.html").as_uri())
    found = search(opened, "KL0033")
    assert found[0].split("?")[0].endswith("/limitations/wren/KL0033.html")
    opened.goto(found[0])
    expect(opened.locator("h1")).to_be_visible()
    opened.locator("nav a", has_text="Known limitations").first.click()
    opened.wait_for_url("**/limitations/index.html")
    context.close()
    assert watched.complaints == []
    assert watched.asked == []


def test_any_two_releases_are_compared_and_the_answer_can_be_shared(page: Page, site: str) -> None:
    page.goto(f"{site}compare/")
    page.locator("#rn-compare-old").select_option("wren/2026-03-24")
    page.locator("#rn-compare-new").select_option("wren/2026-06-16")
    answer = page.locator("#rn-compare-answer")
    expect(answer.locator("h2")).to_contain_text("2026-06-16")
    said = answer.inner_text()
    page.goto(page.url)  # as somebody who was sent the address
    expect(page.locator("#rn-compare-new")).to_have_value("wren/2026-06-16")
    expect(answer.locator("h2")).to_contain_text("2026-06-16")
    assert "temperature" in said
    assert answer.inner_text() == said


def test_a_reader_without_scripts_reads_every_family_of_pages(
    browser: Browser, site: str, paths: list[str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    for path in paths:
        opened.goto(site + path)
        expect(opened.locator("h1").first).to_be_visible()
    opened.goto(f"{site}compare/")
    expect(opened.get_by_role("link", name="Wren 2026-06-25 → Wren 2026-06-30")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_list_of_releases_is_filtered_by_kind_with_or_without_scripts(
    browser: Browser, site: str, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    opened = context.new_page()
    opened.goto(f"{site}releases/")
    releases = opened.locator(".rn-releases li:visible")
    everything = releases.count()
    opened.locator("label:has(#kind-hotfix)").click()
    expect(releases.filter(has_text="hotfix")).to_have_count(releases.count())
    assert 0 < releases.count() < everything
    context.close()
