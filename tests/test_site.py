"""The site as MkDocs builds it from our pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import records

from relnotes.errors import RelnotesError
from relnotes.publish import pages
from relnotes.publish.site import BASE_NAME, STYLE, assets, base_config, run_mkdocs
from relnotes.publish.templates import Templates
from relnotes.release.over_time.annotations import Annotations

MKDOCS_YML = f"INHERIT: {BASE_NAME}\n"


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def a_repository(root: Path) -> Path:
    """A folder with the pages of the invented releases, and a page of the team's own."""
    site, templates = records.a_site(), Templates()
    made = {
        records.NEW: (records.UPDATE, records.UPDATE_LATER),
        records.BACK: (records.ROLLBACK, Annotations(previous=records.NEW, latest=records.BACK)),
    }
    files: dict[str, str | bytes] = {path: f"# {path}\n" for path in site.releases.values()}
    files |= {path: f"# {path}\n" for path in site.limitations.values()}
    for tag, (record, later) in made.items():
        path = site.releases["wren", tag]
        files[path] = pages.release_page(templates, record, later, site.on(path))
    files[site.release_index()] = pages.release_index(templates, records.SUMMARIES, site)
    files[site.limitation_index()] = pages.limitation_index(templates, records.LIVES, site)
    files[site.front] = pages.front_page(templates, records.SUMMARIES, records.LIVES, site)
    files["about.md"] = "# About us\n"
    write(root / "site", {**files, **assets()})
    url = "https://example.org/changelog/"
    base = base_config(site, url=url, own_pages=["about.md"])
    write(root, {BASE_NAME: base, "mkdocs.yml": MKDOCS_YML})
    return root


def build(root: Path) -> Path:
    output = root / "build" / "site"
    run_mkdocs(root, root / "mkdocs.yml", output, epoch=1_777_000_000)
    return output


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(a_repository(tmp_path_factory.mktemp("repository")))


def test_every_page_is_there_with_its_anchors(built: Path) -> None:
    page = (built / "releases/wren/2026-04-25/index.html").read_text("utf-8")
    for anchor in ("known-limitations", "limitation-kl0031", "eval-mmlu-acc", "note-memory"):
        assert f'id="{anchor}"' in page
    assert (built / "about/index.html").exists()


def test_no_page_asks_another_host_for_anything(built: Path) -> None:
    asks = re.compile(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=\"?(https?:)?//[^\">\s]+")
    for path in built.rglob("*.html"):
        text = path.read_text("utf-8")
        asked = [one for one in asks.finditer(text) if 'rel="canonical"' not in one[0]]
        assert not [one[0] for one in asked if "canonical" not in one[0]], path
        assert "generator" not in text.partition("</footer>")[0].rpartition("<footer")[2]


def test_a_wide_table_scrolls_and_a_style_attribute_is_not_needed(built: Path) -> None:
    page = (built / "releases/wren/2026-04-25/index.html").read_text("utf-8")
    assert '<th align="right">n</th>' in page
    assert "<td style=" not in page


def test_search_finds_words_and_neither_prompts_nor_tables(built: Path) -> None:
    index = json.loads((built / "search/search_index.json").read_text("utf-8"))
    text = " ".join(doc["text"] for doc in index["docs"])
    assert "Invents citations" in text
    assert "made by Example Labs" not in text
    assert "+0.006 to +0.020" not in text


def test_the_same_pages_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    assert bytes_of(build(a_repository(tmp_path))) == bytes_of(built)


def test_a_broken_link_stops_the_build_and_the_old_site_stays(tmp_path: Path) -> None:
    root = tmp_path
    write(
        root,
        {
            BASE_NAME: "site_name: x\ndocs_dir: site\nvalidation: {links: {not_found: warn}}\n",
            "mkdocs.yml": MKDOCS_YML,
            "site/index.md": "# Home\n",
            f"site/{STYLE}": "",
        },
    )
    before = bytes_of(build(root))
    write(root, {"site/index.md": "# Home\n\n[gone](gone.md)\n"})
    with pytest.raises(RelnotesError) as caught:
        build(root)
    (problem,) = caught.value.problems
    assert problem.place == "index.md"
    assert "gone.md" in problem.what
    assert bytes_of(root / "build/site") == before
    assert [path.name for path in (root / "build").iterdir()] == ["site"]


def test_a_mistake_in_the_configuration_is_said_in_words(tmp_path: Path) -> None:
    own = "INHERIT: relnotes.mkdocs.yml\ntheme: matereal\n"
    base = "site_name: x\n"
    write(tmp_path, {"mkdocs.yml": own, "relnotes.mkdocs.yml": base, "docs/index.md": "# x\n"})
    with pytest.raises(RelnotesError, match=r"mkdocs.yml: .*theme.*matereal"):
        build(tmp_path)


def test_a_missing_configuration_names_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(RelnotesError, match="relnotes init"):
        build(tmp_path)


@pytest.mark.parametrize("name", ["No: 1 #x", "'", 'a "b"', "yes", "日本\u2028"])
def test_any_project_name_is_a_name_in_the_configuration(name: str) -> None:
    from relnotes.publish.sitemap import site_map

    base = base_config(site_map(name, {"main": name, "other": "o"}, []))
    line = next(one for one in base.splitlines() if one.startswith("site_name: "))
    assert json.loads(line.removeprefix("site_name: ")) == name.replace("\u2028", "")


def test_a_configuration_that_parts_from_the_base_is_refused_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"mkdocs.yml": "site_name: x\n", "site/index.md": "# x\n"})
    with pytest.raises(RelnotesError, match=r"does not inherit relnotes\.mkdocs\.yml"):
        run_mkdocs(tmp_path, tmp_path / "mkdocs.yml", tmp_path / "build" / "site")

    write(tmp_path, {"mkdocs.yml": "INHERIT: relnotes.mkdocs.yml\ndocs_dir: docs\n"})
    with pytest.raises(RelnotesError, match=r"mkdocs\.yml:2: docs_dir is set here"):
        run_mkdocs(tmp_path, tmp_path / "mkdocs.yml", tmp_path / "build" / "site")


def test_a_theme_override_that_is_not_there_is_named_and_the_old_site_stays(tmp_path: Path) -> None:
    root = a_repository(tmp_path)
    before = bytes_of(build(root))
    (root / "mkdocs.yml").write_text(f"{MKDOCS_YML}theme:\n  custom_dir: overrides\n")

    with pytest.raises(RelnotesError) as caught:
        build(root)

    (problem,) = caught.value.problems
    assert problem.place == "mkdocs.yml"
    assert "custom_dir" in problem.what
    assert "overrides') does not exist" in problem.what
    assert bytes_of(root / "build" / "site") == before


def test_files_of_somebody_else_are_never_replaced_by_the_site(tmp_path: Path) -> None:
    root = a_repository(tmp_path)
    write(root, {"build/site/thesis.tex": "Ten years of work."})

    with pytest.raises(RelnotesError, match="holds what relnotes did not make"):
        build(root)

    assert bytes_of(root / "build") == {"site/thesis.tex": b"Ten years of work."}
