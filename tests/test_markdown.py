"""Any text on a page is shown as it is: rendered by the real Python-Markdown and looked at."""

from __future__ import annotations

import re
import timeit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rendering import NASTY, SECRET, SITES, UNSEEN, Skeleton, one_line, rendered, seen, texts

from relnotes.publish.markdown import (
    Markdown,
    anchor,
    code,
    fence,
    html,
    inline,
    is_safe_target,
    link,
    path_slug,
    word_diff_html,
)
from relnotes.release.differences.prompt_diff import diff_texts

law = settings(deadline=None, max_examples=80)

# § is where the text goes.
PLACES = [
    "§", "# §", "## § {: .x }", "- §\n- b", "1. §", "> §", "a § b", "a\n§\nb", "**§**", "[§](x.md)",
    "| a | b |\n|---|---|\n| § | § |", "| § | b |\n|---|---|\n| c | d |",
    "§: §", "§§", "§[y](x.md)", "§ [y](x.md)", "![y](x.md)§", "§ *b*", "`{`§", "`b`§`b`",
    '<p class="x" markdown>§</p>', "<small>§</small>", '<div markdown>\n\n§ b\n\n</div>',
    "§\n:   §",
    "a<br>§", "- a\n\n    §",
]  # fmt: skip


@pytest.mark.parametrize("value", NASTY)
def test_a_nasty_text_is_shown_in_every_place_and_does_nothing(value: str) -> None:
    for place in PLACES:
        check_shown(place, value, "everything")


@pytest.mark.parametrize(
    "value",
    ["<b>x</b>", "*x*\n{: .a }", "[x](y)", "`x`", f'--8<-- "{SECRET}"', ":smile:", "!!! note",
     "??? note",
     "- x", "1. x", "# x", "$x$", "~x~", "^x^", "==x==", "++ctrl+c++", "{++x++}", "(c)", "#12",
     "@user",
     "https://x.example", "user/repo@" + "a" * 40, "[=50% 'x']", "a@b.example", "[[x]]", "1/2"],
)  # fmt: skip
def test_the_site_of_these_tests_would_act_on_raw_text(value: str) -> None:
    page = rendered(value, "everything")

    assert page.tags != [("p", []), "p"] or page.text != value


@pytest.mark.parametrize("site", SITES)
@law
@example(value="0\xa0", place="**§**")
@given(value=texts, place=st.sampled_from(PLACES))
def test_any_text_is_shown_in_every_place_and_does_nothing(
    value: str, place: str, site: str
) -> None:
    check_shown(place, value, site)


def check_shown(place: str, value: str, site: str) -> None:
    if not seen(value).strip() or (site == "plain" and " markdown>" in place):
        return  # nothing to be seen; or a place that this site does not read as Markdown
    source = place.replace("§", inline(value))
    expected = rendered(place.replace("§", "word"), site)

    page = rendered(source, site)

    assert page.tags == expected.tags, source
    assert one_line(page.text) == one_line(expected.text.replace("word", seen(value))), source


@pytest.mark.parametrize(
    "value",
    ["0.861", "v1.2.0", "mmlu_pro", "sha256:9f2c", "Wren 2026-04-25", "−0.031 (−0.052 to −0.010)",
     "at 12:30:45 UTC", "acc, norm; 95 %", "It said \"no\". Twice (or so).", "a/b", "-0.5",
     "+0.013"],
)  # fmt: skip
def test_ordinary_words_and_numbers_stay_as_they_are(value: str) -> None:
    assert inline(value) == value


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("*x*", "\\*x\\*"),
        ("<b>", "&lt;b&gt;"),
        ("R&D", "R&amp;D"),
        ("1. x", "1\\. x"),
        ("two\nlines", "two lines"),
        ("C#", "C\\#"),
        (None, "unknown"),
        (12, "12"),
        (Markdown("*x*"), "*x*"),
        (inline("*x*"), "\\*x\\*"),
    ],
)
def test_the_source_stays_readable(value: object, source: str) -> None:
    assert inline(value) == source


def test_escaping_a_short_text_costs_about_a_microsecond() -> None:
    seconds = min(timeit.repeat(lambda: inline("Wren 2026-04-25"), number=2000, repeat=5))

    assert seconds / 2000 < 5e-6


@pytest.mark.parametrize("site", SITES)
@law
@given(value=texts, place=st.sampled_from(PLACES))
def test_any_text_can_be_code_in_every_place(value: str, place: str, site: str) -> None:
    check_code(place, value, site)


@pytest.mark.parametrize("value", NASTY)
def test_a_nasty_text_can_be_code_in_every_place(value: str) -> None:
    for place in PLACES:
        check_code(place, value, "everything")


def check_code(place: str, value: str, site: str) -> None:
    if place in {"§§", "§: §", "`b`§`b`", "`{`§"}:
        place = place.replace("§", " § ")
    if " markdown>" in place and site == "plain":
        return
    source = place.replace("§", code(value))
    page = rendered(source, site)

    expected = rendered(place.replace("§", "`word`"), site)
    assert page.tags == expected.tags, source
    assert one_line(page.text) == one_line(expected.text.replace("word", seen_code(value))), source


def seen_code(value: str) -> str:
    spaced = re.sub("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]", " ", value)
    return seen("x" + spaced + "x")[1:-1]


def test_plain_code_is_a_plain_code_span() -> None:
    assert code("v1.2.0:evals/mmlu.json") == "`v1.2.0:evals/mmlu.json`"


@pytest.mark.parametrize("site", SITES)
@law
@given(value=texts, wrap=st.sampled_from(["§", "a\n\n§\n\nb", "<div markdown>\n\n§\n\n</div>"]))
def test_any_text_can_be_a_block_of_code(value: str, wrap: str, site: str) -> None:
    check_fence(value, wrap, site)


@pytest.mark.parametrize("value", NASTY)
def test_a_nasty_text_can_be_a_block_of_code(value: str) -> None:
    for wrap in ("§", "a\n\n§\n\nb", "<details markdown>\n<summary>x</summary>\n\n§\n\n</details>"):
        check_fence(f"first\n{value}\n\n{value}\nlast", wrap, "everything")


def check_fence(value: str, wrap: str, site: str) -> None:
    source = wrap.replace("§", fence(value, "text"))

    page = rendered(source, site)

    assert outside_code(page.tags) == outside_code(
        rendered(wrap.replace("§", "```text\nword\n```"), site).tags
    )
    assert without_signs(value.replace("\r\n", "\n")) in without_signs(page.text)


def without_signs(text: str) -> str:
    """A text on one line, without what cannot be seen and the signs that a fence shows for it."""
    signs = f"{UNSEEN}|[\r\v\f\x85\ud800-\udfff\u2400-\u2421\ufffd]|\\[U\\+[0-9A-F]{{4}}\\]"
    return one_line(re.sub(signs, "", text))


def outside_code(tags: list[object]) -> list[object]:
    """The elements without those that only colour code."""
    names = [tag[0] if isinstance(tag, tuple) else tag for tag in tags]
    ours = {"span", "code", "pre", "div"}
    return [tag for tag, name in zip(tags, names, strict=True) if name not in ours]


def test_a_fence_is_longer_than_any_in_it() -> None:
    assert fence("````\nx", "md") == "`````md\n````\nx\n`````"


def test_a_fence_shows_characters_that_cannot_be_seen() -> None:
    assert fence("a\u202eb\x1b") == "```\na[U+202E]b\u241b\n```"


@pytest.mark.parametrize("site", SITES)
@law
@given(value=texts)
def test_any_text_can_stand_in_html_and_in_its_attributes(value: str, site: str) -> None:
    shown = re.sub(
        UNSEEN, "", re.sub("[\ud800-\udfff]", "\ufffd", re.sub("[\v\f\r\x1c-\x1e\x85]", " ", value))
    )

    page = rendered(f'<div title="{html(value)}"><p>x{html(value)}x</p></div>', site)
    assert page.tags == [("div", [("title", shown)]), ("p", []), "p", "div"]
    assert page.text.strip() == f"x{shown}x"

    if site != "plain":
        page = rendered(
            f'<div title="{html(value)}" markdown><p markdown>x{html(value)}x</p></div>', site
        )
        # Python-Markdown decodes an attribute twice there, so only the elements are looked at.
        assert [tag[0] for tag in page.tags if isinstance(tag, tuple)] == ["div", "p"]
        assert one_line(page.text) == one_line(f"x{shown}x")


LINKS = [
    ("https://x.example/a_b?c=d&e=f#g", True), ("http://x.example", True),
     ("mailto:a@b.example", True),
    ("HTTPS://x.example", True), ("../x.md", True), ("x.md#y", True), ("#y", True), ("/x/y/", True),
     ("", True),
    ("?q=a:b", True), ("a/b:c", True), ("//x.example", True), (" https://x.example ", True),
    ("javascript:alert(1)", False), ("JaVaScRiPt:alert(1)", False), (" javascript:alert(1)", False),
    ("java\tscript:alert(1)", False), ("java\nscript:alert(1)", False),
     ("\x01javascript:alert(1)", False),
    ("data:text/html,x", False), ("vbscript:x", False), ("file:///etc/passwd", False),
     ("x:y", False),
    ("javascript&colon;alert(1)", False), ("&#106;avascript:alert(1)", False),
     ("&Tab;javascript:alert(1)", False),
    ("javascript&#58;alert(1)", False), ("java\\script\\:alert(1)", False),
     ("`javascript`:alert(1)", False),
    ("https&colon;x", False), ("blob:https://x.example/1", False),
]  # fmt: skip


@pytest.mark.parametrize(("url", "safe"), LINKS)
def test_an_address_leads_to_a_page_or_a_letter_and_nowhere_else(url: str, safe: bool) -> None:
    assert is_safe_target(url) == safe


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(("url", "safe"), LINKS)
def test_a_link_leads_to_its_address_or_is_no_link(url: str, safe: bool, site: str) -> None:
    page = rendered(f"see {link('a *b* ](c) | d', url)} e", site)

    links = [tag for tag in page.tags if isinstance(tag, tuple) and tag[0] == "a"]
    assert links == ([("a", [("href", url.strip())])] if safe else [])
    assert page.text == "see a *b* ](c) | d e"


@pytest.mark.parametrize("site", SITES)
@law
@given(text=texts, path=texts)
def test_any_text_can_be_the_text_or_the_path_of_a_link(text: str, path: str, site: str) -> None:
    page = rendered(f"| a |\n|---|\n| {link(text, 'https://x.example/' + path)} |", site)

    names = [tag[0] for tag in page.tags if isinstance(tag, tuple)]
    assert names == ["table", "thead", "tr", "th", "tbody", "tr", "td", "a"]
    assert next(tag for tag in page.tags if tag[0] == "a")[1][0][1].startswith("https://x.example/")


def test_a_link_without_text_shows_its_address() -> None:
    assert link("", "x.md") == "[x.md](x.md)"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("v1.2.0", "v1.2.0"),
        ("wren/2026-04-25", "wren-2026-04-25"),
        ("Wren 2026", "Wren-2026"),
        ("mmlu_pro", "mmlu_pro"),
        ("..hidden", "hidden"),
        ("a//../b", "a-b"),
        ("100%", "100"),
        ("été", "ete"),
        ("a__b", "a-b"),
        ("www.x", "www-x"),
        ("x.", "x"),
    ],
)
def test_a_name_becomes_a_part_of_a_path(name: str, slug: str) -> None:
    assert path_slug(name) == slug


@pytest.mark.parametrize(
    "name",
    ["con", "NUL", "aux.v1", "com1", "index", "README", "発売", "v1-発売", "", "..", "x" * 300],
)
def test_a_name_that_makes_no_path_is_told_by_a_digest(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,100}-[0-9a-f]{8}", path_slug(name))


def test_names_of_other_letters_do_not_fall_together() -> None:
    names = ["発売", "発表", "выпуск", "", "إصدار", "v1-выпуск", "v1"]

    assert len({path_slug(name) for name in names}) == len(names)


@law
@given(st.text(max_size=30))
def test_a_slug_is_safe_as_it_is(name: str) -> None:
    for slug in (path_slug(name), anchor(name), f"eval-{path_slug(name)}"):
        assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", slug)
        assert inline(slug) == slug
    assert path_slug(path_slug(name)) == path_slug(name)
    assert anchor(name) == anchor(name).lower()


def diff_page(old: str | None, new: str | None, site: str, wrap: str = "§") -> Skeleton:
    return rendered(wrap.replace("§", word_diff_html(diff_texts(old, new))), site)


def test_a_word_diff_says_where_and_what() -> None:
    html = word_diff_html(diff_texts("Be direct.\n\nStay.", "Stay.\n\nBe kind, *always*."))

    assert html.split("\n") == [
        '<div class="rn-diff" data-search-exclude>',
        '<p><b class="rn-where">Paragraph 1 → 2, moved and edited:</b> Be '
        "<del>direct</del><ins>kind, &#42;always&#42;</ins>.</p>",
        "</div>",
    ]


def test_a_word_diff_shows_what_cannot_be_seen() -> None:
    html = word_diff_html(diff_texts("be kind\nto all", "be  kind to a\u200bll"))

    assert '<ins class="rn-space">\u2423</ins>' in html
    assert '<del class="rn-space">\u21b5&#10;</del><ins class="rn-space">\u2423</ins>' in html
    assert "<ins>a&#91;U+200B&#93;ll</ins>" in html


@pytest.mark.parametrize("site", SITES)
@law
@given(
    old=texts,
    new=texts,
    wrap=st.sampled_from(["§", "a\n\n§\n\nb", "<div markdown>\n\n§\n\n</div>"]),
)
def test_a_word_diff_shows_any_text_and_does_nothing(
    old: str, new: str, wrap: str, site: str
) -> None:
    if site == "plain" and " markdown>" in wrap:
        return
    page = diff_page(old, new, site, wrap)

    names = {tag[0] if isinstance(tag, tuple) else tag for tag in page.tags}
    outer = {tag for tag in ("div", "p") if tag in wrap or wrap != "§"}
    assert names <= {"div", "p", "b", "del", "ins"} | outer
    assert {tag[1][0][0] for tag in page.tags if isinstance(tag, tuple) and tag[1]} <= {
        "class",
        "data-search-exclude",
    }
    pieces = [piece.text for hunk in diff_texts(old, new).hunks for piece in hunk.pieces]
    words = [word for text in pieces for word in re.findall(r"[^\W_]+", text)]
    assert all(word in page.text for word in words)


def test_prompt_templates_in_a_word_diff_are_text() -> None:
    page = diff_page("Use {{ a }} and {% b %}.", 'Use {{ c }} and <b onclick="x">.', "everything")

    assert "{{ ac }}" in page.text
    assert '<b onclick="x">' in page.text
