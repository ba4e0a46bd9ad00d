"""Any text on a page is shown as it is: rendered by the real Python-Markdown and looked at."""

from __future__ import annotations

import re
import timeit
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import markdown as python_markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.publish.markdown import (
    Markdown,
    anchor,
    author,
    author_problems,
    code,
    fence,
    html,
    inline,
    is_safe_target,
    link,
    path_slug,
    word_diff_html,
)
from relnotes.release.prompt_diff import diff_texts

SHIPPED = [
    "admonition", "attr_list", "def_list", "md_in_html", "tables", "toc",
    "pymdownx.details", "pymdownx.superfences",
]  # fmt: skip
EVERYTHING = [
    *SHIPPED, "abbr", "footnotes", "sane_lists", "wikilinks",
    "pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.blocks.admonition",
    "pymdownx.blocks.html", "pymdownx.caret", "pymdownx.critic", "pymdownx.emoji",
    "pymdownx.escapeall", "pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.magiclink",
    "pymdownx.mark", "pymdownx.progressbar", "pymdownx.smartsymbols", "pymdownx.snippets",
    "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde",
]  # fmt: skip
MKDOCS_ALONE = ["toc", "tables", "fenced_code"]
SITES = {"shipped": SHIPPED, "everything": EVERYTHING, "plain": MKDOCS_ALONE}
SECRET = Path(__file__).name  # a file that a snippet would bring into the page

NASTY = [
    "<script>alert(1)</script>", "</div>", "</p>", "<!-- x", "<?php", "<![CDATA[x", "<b", "< b", "<",
    "{: onclick=alert(1)}", "{ .x #y }", "{{ x }}", "{% x %}", "{# x #}", "{!x!}", "${x}", "}",
    "[x](javascript:alert(1))", "![x](y)", "[x]", "[x][y]", "[x]: y", "[^1]", "[^1]: x", "]", "[",
    "x](http://evil.example) [y", "(javascript:alert(1))", "*[HTML]: x", "[[x]]", "[TOC]", "[ ] x",
    "|", "a|b", "|---|", "`", "``", "```", "```\nx\n```", "~~~", "`a` and ``b``", "\\", "\\`", "\\\\",
    "\\*x\\*", "\\(x\\)", "\\[x\\]", "$x$", "$$x$$", "\\begin{a}x\\end{a}", "5 $ and 6 $",
    f'--8<-- "{SECRET}"', f'-8<- "{SECRET}"', ":smile:", ":+1:", ":x", "12:30:45", "a:b:c", "::: x",
    "!!! note", '!!! note "x"', "??? note", "???+ note", '=== "x"', "===", "---", "- - -", "***",
    "___", "- x", "+ x", "* x", "1. x", "1) x", "a. x", "ii. x", "#. x", "-", "+", "*", "1.", "> x",
    ":   x", ": x", "# x", "x #", "C#", "## x ##", "#12", "!12", "?12", "@user", "a@b.example",
    "user/repo#1", "user/repo@" + "a" * 40, "https://x.example/y", "HTTP://x.example", "www.x.example",
    "WWW.x.example", "ftp://x.example", "mailto:a@b.example", "<https://x.example>",
    "<a@b.example>", "javascript:alert(1)", "*x*", "**x**", "_x_", "__x__", "a_b_c", "_", "a_",
    "~x~", "~~x~~", "^x^", "^^x^^", "==x==", "++ctrl+c++", "{++x++}", "{--x--}", "{>>x<<}", "{~~x~>y~~}",
    "(c) (r) (tm) +/- =/= c/o 1/2 --> <-- <-->", "[=50% 'x']", "&amp;", "&lt;b&gt;", "&#60;", "&copy", "&",
    "/// note\nx\n///", "    code", "\tcode", "  x  ", "x  \ny", "a\n\nb", "a\r\nb", "a\n- b\n- c", "a\n===",
    "שלום עולם", "مرحبا", "不要奉承用户。", "👩‍👩‍👧 🙂", "a\u200bb", "a\u202eb", "\x00\x01\x02\x03\x1b[0m", "\ufeffx",
    "0.861", "v1.2.0", "mmlu_pro", "sha256:9f2c", "−0.031 [−0.052, −0.010]", "100 %", "He said \"no\".", "it's",
]  # fmt: skip
BITS = [*NASTY, *"\\`*_{}[]()<>#+-.!|~^$@:=&%/?;'\"\n\t ", "a", "b", "1", "aa", "http", "x.y", "é"]
texts = st.lists(st.sampled_from(BITS), min_size=1, max_size=6).map("".join) | st.text(max_size=30)
law = settings(deadline=None, max_examples=80)
KNOWN = ["0.861", "v1.2.0", "mmlu_pro", "sha256:9f2c", "Wren 2026-04-25", "−0.031 (−0.052 to −0.010)"]


class Skeleton(HTMLParser):
    """The elements and attributes of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, sorted(pair for pair in attrs if pair[0] != "id")))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))


@cache
def renderer(site: str) -> python_markdown.Markdown:
    configs = {
        "pymdownx.snippets": {"base_path": [str(Path(__file__).parent)]},
        "pymdownx.magiclink": {
            "repo_url_shorthand": True, "social_url_shorthand": True, "user": "u", "repo": "r",
        },
        # That a team has 1st set as 1<sup>st</sup> changes no word.
        "pymdownx.smartsymbols": {"ordinal_numbers": False},
    }  # fmt: skip
    names = SITES[site]
    known = {name: config for name, config in configs.items() if name in names}
    return python_markdown.Markdown(extensions=names, extension_configs=known)


@cache
def rendered(source: str, site: str) -> Skeleton:
    md = renderer(site).reset()
    page = Skeleton()
    page.feed(md.convert(source))
    page.close()
    return page


UNSEEN = "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"


def one_line(text: str) -> str:
    return " ".join(text.split())


def seen(text: str) -> str:
    """What of a text is to be seen in one line."""
    text = re.sub("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]", " ", text)
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return re.sub("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]", "", text).strip(" ")


# § is where the text goes.
PLACES = [
    "§", "# §", "## § {: .x }", "- §\n- b", "1. §", "> §", "a § b", "a\n§\nb", "**§**", "[§](x.md)",
    "| a | b |\n|---|---|\n| § | § |", "| § | b |\n|---|---|\n| c | d |",
    "§: §", "§§", "§[y](x.md)", "§ [y](x.md)", "![y](x.md)§", "§ *b*", "`{`§", "`b`§`b`",
    '<p class="x" markdown>§</p>', "<small>§</small>", '<div markdown>\n\n§ b\n\n</div>', "§\n:   §",
    "a<br>§", "- a\n\n    §",
]  # fmt: skip


@pytest.mark.parametrize("value", NASTY)
def test_a_nasty_text_is_shown_in_every_place_and_does_nothing(value: str) -> None:
    for place in PLACES:
        check_shown(place, value, "everything")


@pytest.mark.parametrize(
    "value",
    ["<b>x</b>", "*x*\n{: .a }", "[x](y)", "`x`", f'--8<-- "{SECRET}"', ":smile:", "!!! note", "??? note",
     "- x", "1. x", "# x", "$x$", "~x~", "^x^", "==x==", "++ctrl+c++", "{++x++}", "(c)", "#12", "@user",
     "https://x.example", "user/repo@" + "a" * 40, "[=50% 'x']", "a@b.example", "[[x]]", "1/2"],
)  # fmt: skip
def test_the_site_of_these_tests_would_act_on_raw_text(value: str) -> None:
    page = rendered(value, "everything")

    assert page.tags != [("p", []), "p"] or page.text != value


@pytest.mark.parametrize("site", SITES)
@law
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
     "at 12:30:45 UTC", "acc, norm; 95 %", "It said \"no\". Twice (or so).", "a/b", "-0.5", "+0.013"],
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
    shown = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]",
                   "", value.replace("\r\n", "\n"))  # fmt: skip
    named = re.sub("[\u2400-\u2421\ufffd]|\\[U\\+[0-9A-F]{4}\\]", "", page.text)
    assert one_line(re.sub("[\u2400-\u2421\ufffd]", "", shown)) in one_line(named)


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
    shown = re.sub(UNSEEN, "", re.sub("[\ud800-\udfff]", "\ufffd", re.sub("[\v\f\r\x1c-\x1e\x85]", " ", value)))

    page = rendered(f'<div title="{html(value)}"><p>x{html(value)}x</p></div>', site)
    assert page.tags == [("div", [("title", shown)]), ("p", []), "p", "div"]
    assert page.text.strip() == f"x{shown}x"

    if site != "plain":
        page = rendered(f'<div title="{html(value)}" markdown><p markdown>x{html(value)}x</p></div>', site)
        # Python-Markdown decodes an attribute twice there, so only the elements are looked at.
        assert [tag[0] for tag in page.tags if isinstance(tag, tuple)] == ["div", "p"]
        assert one_line(page.text) == one_line(f"x{shown}x")


LINKS = [
    ("https://x.example/a_b?c=d&e=f#g", True), ("http://x.example", True), ("mailto:a@b.example", True),
    ("HTTPS://x.example", True), ("../x.md", True), ("x.md#y", True), ("#y", True), ("/x/y/", True), ("", True),
    ("?q=a:b", True), ("a/b:c", True), ("//x.example", True), (" https://x.example ", True),
    ("javascript:alert(1)", False), ("JaVaScRiPt:alert(1)", False), (" javascript:alert(1)", False),
    ("java\tscript:alert(1)", False), ("java\nscript:alert(1)", False), ("\x01javascript:alert(1)", False),
    ("data:text/html,x", False), ("vbscript:x", False), ("file:///etc/passwd", False), ("x:y", False),
    ("javascript&colon;alert(1)", False), ("&#106;avascript:alert(1)", False), ("&Tab;javascript:alert(1)", False),
    ("javascript&#58;alert(1)", False), ("java\\script\\:alert(1)", False), ("`javascript`:alert(1)", False),
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


@pytest.mark.parametrize("name", ["con", "NUL", "aux.v1", "com1", "index", "README", "発売", "v1-発売", "", "..", "x" * 300])
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
    old=texts, new=texts, wrap=st.sampled_from(["§", "a\n\n§\n\nb", "<div markdown>\n\n§\n\n</div>"])
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


WRITING = """\
Answers are **longer** and *warmer*, see [the post](https://x.example/a_b) or <https://y.example>.

- one `a < b`
- two

    ```python
    print(1 < 2)
    ```

| a | b |
|---|---|
| 1 | `c` |

## What to do

> Ask `again`.

Not \\*this\\*.
"""


def test_ordinary_writing_is_kept() -> None:
    page = rendered(author(WRITING), "shipped")

    expected = rendered(WRITING.replace("## What", "#### What"), "shipped")
    assert page.tags == expected.tags
    assert page.text == expected.text
    assert author_problems(WRITING, "notes/a.md") == ()


def test_plain_writing_is_not_touched() -> None:
    text = "Answers are **longer**, see [the post](https://x.example/a_b).\n\n1. one\n2. `two`"

    assert author(text) == text


@pytest.mark.parametrize(
    ("text", "top", "tags"),
    [
        ("# a\n\n## b", 3, ["h3", "h4"]),
        ("# a", 2, ["h2"]),
        ("##### a", 3, ["h6"]),
        ("a\n===\n\nb\n---", 3, ["h3", "h4"]),
        ("> # a", 3, ["blockquote", "h3"]),
        ("- # a", 3, ["ul", "li", "h3"]),
        ("> a\n> ===", 3, ["blockquote", "p"]),
        ("#12 is fixed", 3, ["p"]),
    ],
)
def test_headings_go_below_those_of_the_page(text: str, top: int, tags: list[str]) -> None:
    page = rendered(author(text, top=top), "shipped")

    assert [tag[0] for tag in page.tags if isinstance(tag, tuple)] == tags


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "a <b onclick=x>b</b>", "</div>", "`</div>", "- a `x\n- <b>y</b> ` z", "<!-- x",
     "a\n{: onclick=alert(1) }", "# a {: onclick=alert(1) }", "*a*{: onclick=alert(1) }", "{{ x }} {% y %}",
     f'--8<-- "{SECRET}"', f'- x\n\n    --8<-- "{SECRET}"', f'`x\n--8<-- "{SECRET}"\n`', "[TOC]", "::: os", "> ::: os",
     "/// html | script\nx\n///", "- /// note", "<?php x ?>", "<![CDATA[x]]>", "<javascript://%0aalert(1)>",
     "\\<b>", "\\\\<b>", "<https://x.example/`>`<b>`", "    </div>", "- a\n\n        </div>", "<b\n>", "&lt;b&gt;", "&## x", "[x](y&##)", "<https://x.example?&##>", "&#", "a & b"],
)  # fmt: skip
def test_what_is_more_than_writing_is_shown_as_typed(text: str, site: str) -> None:
    check_author(text, site)


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(
    "text",
    ["[x](javascript:alert(1))", "![x](javascript:alert(1))", "[x]( javascript:alert(1))", "[x](<javascript:alert(1)>)",
     "[x](\njavascript:alert(1))", "[x](java&#115;cript:alert(1))", "[x](&#106;avascript:alert(1))",
     "[x](java`script`:alert(1))", "[x](`javascript`:alert(1))", "[x](JAVASCRIPT:alert(1) 'y')", "[x](vbscript:x)",
     "[x](data:text/html,y)", "[`a`](javascript:x)", "[a [b](javascript:x)](javascript:y)", "[x](java\\script:alert(1))",
     "[x](javascript&colon;alert(1))", "**[x](javascript:y)**", "| a |\n|---|\n| [x](javascript:y) |",
     "- [x](javascript:y)", "[x](\tjavascript:y)", "[x](x:y)", "[x](\x01javascript:y)", "[x\ny](javascript:y)"],
)  # fmt: skip
def test_an_address_that_does_something_is_a_problem_and_no_link(text: str, site: str) -> None:
    check_author(text, site)
    (first, *_) = author_problems("a\n\n" + text, "notes/a.md", first_line=4)
    assert re.match(r"notes/a\.md:[678]$", first.place)
    assert "is not one that a page may lead to" in first.what


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a\n\n```\nb", "n.md:3", "this block of code is never closed"),
        ("[x]: javascript:y\n\n[a][x]", "n.md:1", "the address of a link stands apart"),
        ("a [^1]\n\n[^1]: b", "n.md:3", "a note has no room for a footnote"),
        ("*[HTML]: b", "n.md:1", "an abbreviation would hold for the whole page"),
        ("a [b](c) d\n[e](f:g)", "n.md:2", 'the address "f:g" is not one'),
    ],
)
def test_what_the_author_should_mend_is_told_with_its_line(
    text: str, place: str, what: str
) -> None:
    (problem,) = author_problems(text, "n.md")

    assert problem.place == place
    assert problem.what.startswith(what)
    assert problem.mend
    check_author(text, "everything")


def test_words_that_look_like_a_definition_are_no_problem() -> None:
    assert author_problems("see [the post](x.md): it says [so]: yes", "n.md") == ()


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("opened", ["```", "~~~", "```python\nx", "- a\n\n    ```\n    b", "`", "> ```", "a\n```\nb\n````"])
def test_what_is_left_open_does_not_swallow_the_page(opened: str, site: str) -> None:
    page = rendered(f"{author(opened)}\n\nnext *word*\n\n`x`", site)

    assert page.tags[-8:] == [("p", []), ("em", []), "em", "p", ("p", []), ("code", []), "code", "p"]
    assert "next word" in page.text


INERT = {
    "p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a", "img", "br",
    "hr", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "div", "span", "details", "summary",
    "sup", "sub", "del", "ins", "mark", "kbd", "input", "label", "script",
}  # fmt: skip
ATTRIBUTES = {"href", "src", "class", "title", "alt", "start", "style", "type", "checked", "disabled", "for", "name",
              "open", "id", "data-tabs"}  # fmt: skip


def check_author(text: str, site: str) -> None:
    inside = author(text)
    if site != "plain":
        inside = f'<div class="outer" markdown>\n\n{inside}\n\n</div>'
    source = f"{inside}\n\nnext *word*"
    page = rendered(source, site)

    assert page.tags[-4:] == [("p", []), ("em", []), "em", "p"], source
    assert site == "plain" or page.tags.count(("div", [("class", "outer")])) == 1
    assert "next word" in page.text
    assert "def test_a_nasty" not in page.text
    for tag in page.tags:
        if isinstance(tag, tuple):
            check_inert(tag, source)


def scheme_of(url: str) -> str:
    """As a browser sees it: space at the start and new lines anywhere do not count."""
    seen_by_browser = re.sub("[\t\n\r]", "", url.lstrip("".join(map(chr, range(33)))))
    found = re.match(r"([a-z][a-z0-9+.-]*):", seen_by_browser.lower())
    return found[1] if found else ""


def check_inert(tag: tuple[str, list[tuple[str, str | None]]], source: str) -> None:
    name, attributes = tag
    assert name in INERT or name == "comment", source
    for key, given in attributes:
        value = given or ""
        assert key in {*ATTRIBUTES, "markdown"}, source
        if key in {"href", "src"}:
            # A site with MagicLink also links a bare ftp:// address.
            assert scheme_of(value) in {"", "http", "https", "mailto", "ftp"}, source
    if name == "script":
        assert str(dict(attributes)["type"]).startswith("math/tex")


@pytest.mark.parametrize("site", SITES)
@law
@given(
    text=st.lists(
        st.sampled_from(
            [*BITS, "](", "](javascript:", "<b>", "</div>", "\n\n", "\n", "    ", "> ", "- ", "```\n", "`", "``", "{: .x }", "\\"]
        ),
        max_size=12,
    ).map("".join)
    | texts
)
def test_whatever_an_author_types_nothing_but_writing_comes_of_it(text: str, site: str) -> None:
    check_author(text, site)


LINK_BITS = ["[", "]", "(", ")", "<", ">", "javascript:", "java", "script:", "`", "``", "\\", "\n", "\n\n", "\t", " ", "&#58;",
             "&colon;", "&Tab;", "x", "!", "'", '"', "[x]", "](", "]:", "[x]: ", "[^x]", "*", "_", "{", "|", "y(1)", "://", "<javascript://y>",
             "data:", "\u00a0", "\u200b", "/", "#", "?", "&", "- ", "> ", "|---|"]  # fmt: skip


@pytest.mark.parametrize("site", SITES)
@law
@given(text=st.lists(st.sampled_from(LINK_BITS), max_size=14).map("".join))
def test_no_way_of_writing_an_address_makes_it_act(text: str, site: str) -> None:
    check_author(text, site)
    check_author(f"[x]({text})", site)
