"""Feeds: whole pages, ids that last, every page told by exactly one complete feed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urljoin
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

import feedparser
import jsonschema
import pytest
from bundlekit import SETTINGS, bundle, limitation, project
from hypothesis import given
from hypothesis import strategies as st
from test_build import build

from relnotes.publish.feeds import read_pages
from relnotes.publish.feeds.formats import (
    Document,
    atom,
    content,
    content_of,
    json_feed,
    page_address,
    rss,
)
from relnotes.publish.feeds.items import NEWEST, Feed, Item, archives, current, identity
from relnotes.publish.feeds.read_pages import ReadPages

ATOM = "{http://www.w3.org/2005/Atom}"
URL = "https://example.org/changelog/"

JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "home_page_url": {"type": "string"},
        "feed_url": {"type": "string"},
        "authors": {"type": "array", "items": {"required": ["name"]}},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_html"],
                "properties": {
                    "id": {"type": "string", "pattern": "^urn:uuid:[0-9a-f-]{36}$"},
                    "url": {"type": "string", "minLength": 1},
                    "title": {"type": "string"},
                    "content_html": {"type": "string"},
                    "summary": {"type": "string"},
                    "date_published": {"type": "string", "pattern": "T.*(Z|[+-]..:..)$"},
                    "date_modified": {"type": "string", "pattern": "T.*(Z|[+-]..:..)$"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def an_item(number: int, updated: int | None = None, title: str = "") -> Item:
    def day(after: int) -> str:
        return (date(2026, 1, 1) + timedelta(days=after)).isoformat()

    return Item(
        kind="release",
        line="wren",
        page=f"releases/wren/v{number}.md",
        id=identity("seed", "release", "wren", f"v{number}"),
        title=title or f"Wren v{number}",
        published=day(number),
        updated=day(number if updated is None else updated),
        summary="",
    )


FEED = Feed("releases/wren/", "releases/wren/index.md", "urn:x", "Wren releases", "Wren", True)


def telling(page: str):
    """How the text of every item is had: it is that of this page."""
    return lambda document, item: content(document, item, page)


def a_document(*items: Item, base: str | None = URL) -> Document:
    return Document(FEED, "releases/wren/atom.xml", items, base)


def parsed(data: bytes) -> feedparser.FeedParserDict:
    found = feedparser.parse(data)
    assert not found.bozo, found.get("bozo_exception")
    return found


# -- which document holds what ---------------------------------------------------------------------


@given(st.integers(0, 400), st.dictionaries(st.integers(0, 399), st.integers(0, 500)))
def test_feed_and_archives_together_hold_every_item_and_a_full_archive_never_changes(count, later):
    items = [an_item(at, max(later.get(at, at), at)) for at in range(count)]

    old = archives(items)
    now = current(items, old)

    assert {one.id for one in [*now, *(one for some in old for one in some)]} == {
        one.id for one in items
    }
    assert all(len(some) == NEWEST for some in old)
    assert archives([*items, an_item(count)])[: len(old)] == old
    assert len(now) <= 3 * NEWEST


def test_what_is_corrected_after_it_went_into_an_archive_is_told_again():
    items = [an_item(at) for at in range(120)]
    items[3] = an_item(3, updated=200)

    assert current(items, archives(items))[0] == items[3]


def test_an_id_depends_on_the_first_commit_and_the_names_and_on_nothing_else():
    told = [
        ("c0ffee", "release", "wren", "v1"),
        ("c0ffee", "limitation", "wren", "v1"),
        ("c0ffee", "release", "wrenv", "1"),
        ("decade", "release", "wren", "v1"),
    ]

    assert len({identity(*one) for one in [*told, *told]}) == len(told)


# -- the documents --------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [atom, rss])
def test_a_hostile_title_and_text_are_words_in_every_format(write):
    item = an_item(1, title="</title><script>alert(1)</script>\x00\x1b[31m ]]> שלום 🐦")
    page = "---\ntitle: x\n---\n# T\n\n&lt;script&gt;alert(1)&lt;/script&gt; \x07 ]]> שלום 🐦\n"

    found = parsed(write(a_document(item), telling(page))).entries[0]

    assert found.title.startswith("</title><script>alert(1)</script>")
    assert found.title.endswith("שלום 🐦")
    body = found.get("content", [{"value": found.get("summary", "")}])[0]["value"]
    assert "<script" not in body


def test_links_of_an_item_lead_where_those_of_its_page_lead():
    page = (
        "# T\n\n[before](v0.md#known-limitations), [all](index.md), "
        "[KL](../../limitations/wren/K.md), [out](https://a.example/x.md)\n"
    )

    with_base = json.loads(json_feed(a_document(an_item(1)), telling(page)))
    without = json.loads(json_feed(a_document(an_item(1), base=None), telling(page)))

    text = with_base["items"][0]["content_html"]
    for address in (
        f"{URL}releases/wren/v0/#known-limitations",
        f"{URL}releases/wren/",
        f"{URL}limitations/wren/K/",
        "https://a.example/x.md",
    ):
        assert f'href="{address}"' in text
    relative = without["items"][0]["content_html"]
    here = "https://anywhere.example/sub/releases/wren/feed.json"
    assert 'href="v0/#known-limitations"' in relative
    assert urljoin(here, without["items"][0]["url"]).endswith("/sub/releases/wren/v1/")
    assert urljoin(here, without["home_page_url"]).endswith("/sub/releases/wren/")


def test_archives_lead_to_each_other_by_the_names_of_the_rfc():
    items = [an_item(at) for at in range(130)]
    old = archives(items)
    read = "# T\n\nText.\n"
    first = Document(FEED, "releases/wren/atom-archive-0001.xml", old[0], URL, 1, len(old))
    now = Document(FEED, "releases/wren/atom.xml", tuple(current(items, old)), URL, None, len(old))

    rels = {
        link.get("rel"): link.get("href").rpartition("/")[2]
        for link in ElementTree.fromstring(atom(first, telling(read))).findall(f"{ATOM}link")
    }
    newest = ElementTree.fromstring(atom(now, telling(read)))

    assert rels["next-archive"] == "atom-archive-0002.xml"
    assert rels["current"] == "atom.xml"
    assert "prev-archive" not in rels
    assert any(link.get("rel") == "prev-archive" for link in newest.findall(f"{ATOM}link"))


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("index.md", ""),
        ("releases/index.md", "releases/"),
        ("releases/wren/v1.0.md", "releases/wren/v1.0/"),
        ("releases/wren/v1.md#evals", "releases/wren/v1/#evals"),
        ("releases/wren/v1.json", "releases/wren/v1.json"),
    ],
)
def test_a_page_has_the_address_that_the_site_builder_gives_it(page, address):
    assert page_address(page) == address


# -- of a real site ------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path) -> Path:
    repository = project(
        tmp_path / "wren",
        {
            "v1": {"bundle.yaml": bundle(), "limitations/KL0001.yaml": limitation()},
            "v2": {"notes/warm.md": "Warmer **answers**.\n\n- one\n- two\n"},
            "v3": {"limitations/KL0002.yaml": limitation("KL0002", "Reverses dates.")},
        },
    )
    repository.commit(
        {"relnotes.toml": SETTINGS.replace("[[lines]]", f'url = "{URL}"\n\n[[lines]]')}
    )
    build(repository.path)
    return repository.path / "site"


def test_the_items_of_the_complete_feeds_are_the_pages(site):
    pages = {
        URL + page_address(path.relative_to(site).as_posix())
        for folder in ("releases/wren", "limitations/wren")
        for path in (site / folder).glob("*.md")
        if path.name != "index.md"
    }
    for name in ("atom.xml", "rss.xml"):
        told = [
            entry.link
            for folder in ("releases/wren", "limitations")
            for entry in parsed((site / folder / name).read_bytes()).entries
        ]
        assert sorted(told) == sorted(pages)
    everything = json.loads((site / "feed.json").read_text("utf-8"))
    assert {item["url"] for item in everything["items"]} == pages


def test_json_feeds_fit_the_schema_of_their_format(site):
    found = sorted(site.rglob("feed.json"))

    assert len(found) == 3
    for path in found:
        jsonschema.validate(json.loads(path.read_text("utf-8")), JSON_FEED)


def test_an_item_carries_the_whole_text_of_its_page(site):
    entries = parsed((site / "releases/wren/atom.xml").read_bytes()).entries

    text = next(one for one in entries if one.link.endswith("/v2/")).content[0].value
    assert "<strong>answers</strong>" in text
    assert "<li>one</li><li>two</li>" in text
    assert "Invents citations." in text


def test_ids_stay_when_the_site_moves(site):
    before = {item["id"] for item in json.loads((site / "feed.json").read_text("utf-8"))["items"]}
    settings = site.parent / "relnotes.toml"
    settings.write_text(settings.read_text().replace("example.org", "example.com"))

    build(site.parent)

    after = json.loads((site / "feed.json").read_text("utf-8"))["items"]
    assert {item["id"] for item in after} == before
    assert all(item["url"].startswith("https://example.com/") for item in after)


def test_without_an_address_atom_and_json_are_valid_and_rss_is_not_written(tmp_path):
    repository = project(tmp_path / "wren", {"v1": {"bundle.yaml": bundle()}})

    build(repository.path)

    site = repository.path / "site"
    assert not list(site.rglob("rss.xml"))
    entry = parsed((site / "atom.xml").read_bytes()).entries[0]
    assert entry.link == "releases/wren/v1/"
    jsonschema.validate(json.loads((site / "feed.json").read_text("utf-8")), JSON_FEED)


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_an_id_is_a_uuid_by_name(seed, kind, names):
    name = "\0".join((seed, kind, *names))

    assert identity(seed, kind, *names) == uuid5(uuid5(NAMESPACE_URL, "relnotes"), name).urn


@pytest.mark.parametrize("base", [None, URL])
def test_a_page_that_was_read_ahead_says_what_it_says_when_it_is_read(base):
    page, text = "releases/wren/v1.md", "# Wren v1\n\nAfter [v0](v0.md), see [all](../index.md).\n"
    read = ReadPages(base)

    read.take(page, text, "as it was")

    assert read.get("as it was", "releases/wren") == content_of(page, text, "releases/wren", base)
    assert read.get("as it was", "") is None  # for another document its links are others
    assert read.get("as it is", "releases/wren") is None


def test_what_is_read_ahead_is_bounded(monkeypatch):
    monkeypatch.setattr(read_pages, "_MOST", 20)
    read = ReadPages(None)

    for number in range(9):
        read.take(f"releases/wren/v{number}.md", "Long enough.", str(number))

    assert sum(read.get(str(number), "releases/wren") is not None for number in range(9)) == 2
