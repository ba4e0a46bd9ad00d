"""What verification finds in a built site. Each case plants one fault in a site that is sound."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from relnotes.verifying.leaks import Texts
from relnotes.verifying.page import read_page
from relnotes.verifying.security import HEADERS, headers
from relnotes.verifying.site import Expectations, read_scripts, verify

BASE = "https://example.org/changelog/"
EXPECTED = Expectations(BASE, page_kb=60, chart_kb=15, internal=frozenset(), marks=())

FRONT = """<!doctype html><html lang="en"><head><title>Wren</title>
<link rel="stylesheet" href="assets/own.css">
<link rel="alternate" type="application/atom+xml" href="feeds/all.xml">
<link rel="canonical" href="https://example.org/changelog/">
<script>document.documentElement.className = "js"</script></head>
<body><h1 id="now">Wren</h1>
<a href="releases/v1.0.0/#known-limitations">limits</a>
<a href="https://elsewhere.example/paper">a paper</a>
<a href="https://example.org/blog/">our blog</a> <a href="/blog/">the same</a>
<a href="mailto:us@example.org">us</a>
<a href="/changelog/releases/v1.0.0/">the same, from the root</a> <a href="#now">up</a>
<svg role="img" viewBox="0 0 1 1"><title>a chart</title></svg>
<script id="__config" type="application/json">{"base": "."}</script></body></html>"""
RELEASE = """<!doctype html><html lang="en"><head><title>v1.0.0</title></head>
<body><h2 id="known-limitations">Known limitations</h2><a href="../../">Wren</a>
<img src="../../assets/own.svg" alt=""></body></html>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wren</title>
<id>tag:example.org,2026:all</id><updated>2026-04-25T12:00:00Z</updated>
<entry><id>tag:example.org,2026:v1</id><title>v1.0.0</title><updated>2026-04-25T12:00:00Z</updated>
<link href="https://example.org/changelog/releases/v1.0.0/"/></entry></feed>"""
RSS = """<rss version="2.0"><channel><title>Wren</title><item><guid>v1</guid><title>v1.0.0</title>
<pubDate>Thu, 23 Apr 2026 12:00:00 +0000</pubDate>
<link>https://example.org/changelog/releases/v1.0.0/</link></item></channel></rss>"""
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "Wren", "items": [
{"id": "v1", "url": "https://example.org/changelog/releases/v1.0.0/", "title": "v1.0.0",
"date_published": "2026-04-25T12:00:00Z"}]}"""
SCHEMA = json.dumps(
    {"type": "object", "required": ["schema", "tag"], "properties": {"tag": {"type": "string"}}}
)

SOUND: Mapping[str, str] = {
    "index.html": FRONT,
    "releases/v1.0.0/index.html": RELEASE,
    "releases/v1.0.0.json": '{"schema": "relnotes.release/1", "tag": "v1.0.0"}',
    "schemas/release.json": SCHEMA,
    "feeds/all.xml": ATOM,
    "feeds/all.rss.xml": RSS,
    "feeds/all.json": JSON_FEED,
    "assets/own.css": "body { background: url(own.svg) }",
    "assets/own.svg": "<svg/>",
}


def site(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    if HEADERS not in files:
        (folder / HEADERS).write_text(headers(read_scripts(folder)), "utf-8")
    return folder


def found(folder: Path, expected: Expectations = EXPECTED) -> list[str]:
    return [str(problem) for problem in verify(folder, expected)]


def test_a_sound_site_has_no_problem(tmp_path: Path) -> None:
    assert found(site(tmp_path, SOUND)) == []


@dataclass(frozen=True)
class Fault:
    path: str
    old: str
    new: str
    said: str


FAULTS = {
    "a link to a page that is not there": Fault(
        "index.html", "releases/v1.0.0/#", "releases/v9/#", "index.html:7: the link releases/v9/"
    ),
    "a link from the root that is not there": Fault(
        "index.html", "/changelog/releases/v1.0.0/", "/changelog/gone/", "leads to no page"
    ),
    "a link to an anchor that is not there": Fault(
        "index.html", "#known-limitations", "#limits", "has no place called #limits"
    ),
    "an anchor of the page itself that is not there": Fault(
        "index.html", 'href="#now"', 'href="#then"', "index.html has no place called #then"
    ),
    "a link that runs a script": Fault(
        "index.html", "https://elsewhere.example/paper", "javascript:alert(1)", "runs a script"
    ),
    "an id twice": Fault(
        "index.html", '<a href="#now">', '<a id="now" href="#now">', 'the id "now" stands more'
    ),
    "an image of another host": Fault(
        "releases/v1.0.0/index.html", "../../assets/own.svg", "//cdn.example/x.png", "cdn.example"
    ),
    "an image that is not there": Fault(
        "releases/v1.0.0/index.html", "own.svg", "gone.svg", "which is not in the site"
    ),
    "one of a set of images of another host": Fault(
        "releases/v1.0.0/index.html",
        'alt=""',
        'alt="" srcset="../../assets/own.svg 1x, https://cdn.example/2x.png 2x"',
        "asks cdn.example",
    ),
    "a script of another host": Fault(
        "index.html", "</body>", '<script src="https://cdn.example/a.js"></script></body>', "asks"
    ),
    "a font of another host": Fault(
        "assets/own.css", "own.svg", "https://fonts.example/a.woff2", "asks fonts.example"
    ),
    "an imported style sheet of another host": Fault(
        "assets/own.css", "body", '@import "https://cdn.example/a.css"; body', "asks cdn.example"
    ),
    "an inline style": Fault("index.html", "<h1 ", '<h1 style="color: red" ', "an inline style"),
    "a handler": Fault("index.html", "<h1 ", '<h1 onclick="f()" ', "an on… attribute"),
    "a feed that is not well formed": Fault("feeds/all.xml", "</entry>", "", "not well formed"),
    "an item without an id": Fault("feeds/all.rss.xml", "<guid>v1</guid>", "", "it has no id"),
    "an item that leads nowhere": Fault("feeds/all.xml", "v1.0.0/", "v7/", "not in the site"),
    "an item with a date that is none": Fault(
        "feeds/all.json", "2026-04-25T12:00:00Z", "last week", '"last week" is no date'
    ),
    "a date without its zone": Fault(
        "feeds/all.json", "12:00:00Z", "12:00:00", "is no date that feeds allow"
    ),
    "a record that is not as its schema says": Fault(
        "releases/v1.0.0.json", '"v1.0.0"', "7", "/tag is not as schemas/release.json says"
    ),
    "a record without its schema": Fault(
        "releases/v1.0.0.json", "relnotes.release/1", "relnotes.other/1", "is not published"
    ),
    "a record that is not JSON": Fault("releases/v1.0.0.json", "}", "", "this is not JSON"),
    "a page that is too heavy": Fault("index.html", "<h1", f"<p>{'x ' * 30_000}</p><h1", "61 KB"),
    "a chart that is too heavy": Fault(
        "index.html", "a chart", "x " * 8_000, "a chart of 16 KB; one may have 15"
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found_and_is_the_only_one(tmp_path: Path, fault: Fault) -> None:
    assert fault.old in SOUND[fault.path]
    files = {**SOUND, fault.path: SOUND[fault.path].replace(fault.old, fault.new, 1)}
    (said,) = found(site(tmp_path, files))
    assert fault.path in said.split("\n")[0]
    assert fault.said in said


def test_an_item_that_stands_twice_is_found_for_each(tmp_path: Path) -> None:
    item = RSS[RSS.index("<item>") : RSS.index("</channel>")]
    said = found(site(tmp_path, {**SOUND, "feeds/all.rss.xml": RSS.replace(item, item + item)}))
    assert len(said) == 2
    assert all("is that of another item too" in one for one in said)


# -- the policy ------------------------------------------------------------------------------------


def test_a_script_that_was_added_after_the_headers_is_refused(tmp_path: Path) -> None:
    site(tmp_path, SOUND)
    front = tmp_path / "index.html"
    front.write_text(FRONT.replace("</body>", "<script>steal()</script></body>"), "utf-8")
    (said,) = found(tmp_path)
    assert "the inline script steal()… is not allowed" in said


def test_data_in_a_script_element_needs_no_permission() -> None:
    page = read_page("index.html", FRONT.encode())
    assert page.scripts == ('document.documentElement.className = "js"',)


def test_a_site_without_a_policy_is_refused(tmp_path: Path) -> None:
    (said,) = found(site(tmp_path, {**SOUND, HEADERS: "/*\n  X-Frame-Options: DENY\n"}))
    assert "there is no Content-Security-Policy" in said


# -- leaks -----------------------------------------------------------------------------------------

SECRET = 'The tester said: "it <agrees> with anything & praises harmful plans"'


@pytest.mark.parametrize(
    ("path", "form"),
    {
        "plain": ("llms.txt", SECRET),
        "over two lines": ("notes.md", SECRET.replace("agrees> with", "agrees>\n   with")),
        "as JSON": ("api/v1/all.json", json.dumps({"text": SECRET})),
        "as JSON in ASCII": ("api/v1/all.json", json.dumps({"text": SECRET.replace("a", "ä")})),
        "as HTML": (
            "about/index.html",
            "<p>The tester said: &quot;it &lt;agrees&gt; with anything &amp; praises harmful "
            "plans&quot;</p>",
        ),
        "with markup inside": (
            "about/index.html",
            '<p>The tester said: "it &lt;agrees&gt; with anything &amp; <em>praises</em> harmful '
            'plans"</p>',
        ),
        "in an attribute": ("about/index.html", "<img alt='PLACE' src='../assets/own.svg'>"),
    }.values(),
)
def test_an_internal_text_is_found_in_every_form(tmp_path: Path, path: str, form: str) -> None:
    secret = SECRET.replace("a", "ä") if "\\u00e4" in form else SECRET
    form = form.replace("PLACE", SECRET.replace("&", "&amp;").replace("<", "&lt;"))
    folder = site(tmp_path, {**SOUND, path: form})
    expected = replace(EXPECTED, internal=frozenset({secret}))
    (said,) = found(folder, expected)
    assert said.startswith(f"{path}: internal words have reached a public file")


def test_a_word_that_the_settings_forbid_is_found_in_any_file(tmp_path: Path) -> None:
    folder = site(tmp_path, {**SOUND, "assets/map.js": "// project\nmagpie"})
    (said,) = found(folder, replace(EXPECTED, marks=("project magpie",)))
    assert said.startswith("assets/map.js")


def test_what_the_public_may_read_elsewhere_is_no_leak() -> None:
    texts = Texts()
    texts.take(
        {"note": "Dates in Hebrew are no longer reversed.", "signal": "Three testers felt uneasy."},
        {"note": "Dates in Hebrew are no longer reversed."},
    )
    assert texts.internal_only() == {"Three testers felt uneasy."}


def test_an_internal_text_that_is_part_of_a_public_one_is_no_leak() -> None:
    texts = Texts()
    texts.take({"a": "no longer reversed in Hebrew"}, {})
    texts.take({}, {"b": "Dates are no longer reversed in Hebrew."})
    assert texts.internal_only() == frozenset()
