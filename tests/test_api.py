"""JSON for programs: every document fits its schema, and leads to files that are there."""

from __future__ import annotations

import json
from contextlib import chdir
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from bundlekit import behaviours, bundle, limitation, native_eval, project
from test_build import PROMPTS, build, contents

from relnotes.cli import main
from relnotes.publication import api_releases
from relnotes.publication.histories import STEPS_IN_ONE
from relnotes.publish.feeds.formats import page_address

AMENDMENT = "release: v1\non: 2026-03-01\ntext: KL0009 was missing.\n"


@pytest.fixture
def site(tmp_path) -> Path:
    repository = project(
        tmp_path / "wren",
        {
            "v1": {
                "bundle.yaml": bundle(prompts=PROMPTS),
                "prompts/system.md": "Be honest.\n",
                "behaviours.yaml": behaviours(
                    {"id": "honesty", "evals": ["honesty"]}, {"id": "warmth"}
                ),
                "evals/a.yaml": native_eval("honesty", 0.8),
                "limitations/KL0001.yaml": limitation(),
            },
            "v2": {"prompts/system.md": "Be warm.\n", "evals/a.yaml": native_eval("honesty", 0.7)},
        },
    )
    repository.commit({"amendments/one.yaml": AMENDMENT})
    build(repository.path)
    return repository.path / "site"


def documents(site: Path) -> dict[str, Any]:
    return {
        path.relative_to(site).as_posix(): json.loads(path.read_text("utf-8"))
        for folder in ("api", "evals", "releases")
        for path in (site / folder).rglob("*.json")
        if path.name != "feed.json"
    }


def test_every_document_fits_the_schema_that_it_names(site):
    found = documents(site)

    assert len(found) >= 12
    index = found["api/v1/index.json"]
    for path, document in found.items():
        name = document["schema"].removeprefix("relnotes.").partition("/")[0]
        published = json.loads((site / index["schemas"][name]).read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(published)
        jsonschema.validate(document, published), path


def test_every_address_in_a_document_is_a_page_or_a_file(site):
    files = contents(site)
    known = {page_address(path) for path in files}

    for document in documents(site).values():
        for key, address in _addresses(document):
            assert address.partition("#")[0] in known, (key, address)


def _addresses(value: Any) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [one for item in value for one in _addresses(item)]
    if not isinstance(value, dict):
        return []
    named = [(key, value[key]) for key in ("page", "record", "data") if key in value]
    listed = [
        (key, one)
        for key in ("history", "feeds", "older")
        if isinstance(value.get(key), list)
        for one in value[key]
    ]
    tables = [(key, one) for key in ("documents",) for one in value.get(key, {}).values()]
    return [*named, *listed, *tables, *(one for item in value.values() for one in _addresses(item))]


def test_the_index_says_what_is_live_and_where_everything_begins(site):
    index = documents(site)["api/v1/index.json"]

    assert [(one["name"], one["live"], one["releases"]) for one in index["lines"]] == [
        ("wren", "v2", 2)
    ]
    assert index["address"] is None
    assert index["documents"]["limitations"] == "api/v1/limitations.json"


def test_what_became_known_later_stands_beside_a_release(site):
    releases = documents(site)["api/v1/releases.json"]["releases"]

    assert [(one["tag"], one["corrections"]) for one in releases] == [("v2", 0), ("v1", 1)]
    correction = documents(site)["api/v1/corrections.json"]["corrections"][0]
    assert correction["page"] == "releases/wren/v1/#correction-1"


def test_a_history_document_tells_what_each_release_changed(site):
    history = documents(site)["api/v1/history/wren/1.json"]

    assert [one["tag"] for one in history["steps"]] == ["v1", "v2"]
    last = history["steps"][-1]
    assert [(one["task"], one["old"], one["new"]) for one in last["evals"]] == [
        ("honesty", 0.8, 0.7)
    ]
    assert "prompts/system.md" in [one["path"] for one in last["changes"]]


def test_a_full_history_document_is_never_written_again(tmp_path):
    releases = {f"v{at:03}": {"notes/n.md": f"Change {at}.\n"} for at in range(STEPS_IN_ONE + 1)}
    releases["v000"]["bundle.yaml"] = bundle()
    repository = project(tmp_path / "wren", releases)
    build(repository.path)
    folder = repository.path / "site/api/v1/history/wren"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    repository.release("v900", {"bundle/notes/n.md": "One more.\n"})

    build(repository.path)

    after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert sorted(after) == ["1.json", "2.json"]
    assert after["1.json"] == before["1.json"]
    assert after["2.json"] != before["2.json"]


def test_older_releases_are_in_documents_that_change_only_where_something_became_known(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(api_releases, "RELEASES_IN_PART", 2)
    releases = {f"v{at}": {"notes/n.md": f"Change {at}.\n"} for at in range(1, 6)}
    releases["v1"]["bundle.yaml"] = bundle()
    repository = project(tmp_path / "wren", releases)
    _build_here(repository.path)
    older = repository.path / "site/api/v1/releases/wren/1.json"
    before = older.stat().st_mtime_ns

    found = documents(repository.path / "site")

    newest = found["api/v1/releases.json"]
    assert [one["tag"] for one in newest["releases"]] == ["v5", "v4", "v3"]
    assert newest["older"] == ["api/v1/releases/wren/1.json"]
    closed = found["api/v1/releases/wren/1.json"]
    assert [(one["tag"], one["corrections"]) for one in closed["releases"]] == [
        ("v2", 0),
        ("v1", 0),
    ]
    repository.release("v9", {"bundle/notes/n.md": "One more.\n"})
    _build_here(repository.path)
    assert older.stat().st_mtime_ns == before
    repository.commit({"amendments/one.yaml": AMENDMENT})
    _build_here(repository.path)
    assert json.loads(older.read_text("utf-8"))["releases"][1]["corrections"] == 1


def _build_here(folder: Path) -> None:
    with chdir(folder):
        assert main(["build", "--no-html"]) == 0


def test_the_status_of_behaviours_says_which_are_blind_spots(site):
    found = documents(site)["api/v1/behaviours.json"]["behaviours"]

    assert {one["id"]: one["measured_since"] for one in found} == {"honesty": "v1", "warmth": None}
