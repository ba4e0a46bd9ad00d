"""A person's own Markdown on a page: writing is kept, and nothing else comes of it."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendering import BITS, SECRET, SITES, rendered, texts

from relnotes.publish.markdown import author, author_problems

law = settings(deadline=None, max_examples=80)

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
    ["<script>alert(1)</script>", "a <b onclick=x>b</b>", "</div>", "`</div>",
     "- a `x\n- <b>y</b> ` z", "<!-- x",
     "a\n{: onclick=alert(1) }", "# a {: onclick=alert(1) }", "*a*{: onclick=alert(1) }",
     "{{ x }} {% y %}",
     f'--8<-- "{SECRET}"', f'- x\n\n    --8<-- "{SECRET}"', f'`x\n--8<-- "{SECRET}"\n`', "[TOC]",
     "::: os", "> ::: os",
     "/// html | script\nx\n///", "- /// note", "<?php x ?>", "<![CDATA[x]]>",
     "<javascript://%0aalert(1)>",
     "\\<b>", "\\\\<b>", "<https://x.example/`>`<b>`", "    </div>", "- a\n\n        </div>",
     "<b\n>", "&lt;b&gt;", "&## x", "[x](y&##)", "<https://x.example?&##>", "&#", "a & b",
     "x](a?[z](javascript:y))"],
)  # fmt: skip
def test_what_is_more_than_writing_is_shown_as_typed(text: str, site: str) -> None:
    check_author(text, site)


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(
    "text",
    ["[x](javascript:alert(1))", "![x](javascript:alert(1))", "[x]( javascript:alert(1))",
     "[x](<javascript:alert(1)>)",
     "[x](\njavascript:alert(1))", "[x](java&#115;cript:alert(1))", "[x](&#106;avascript:alert(1))",
     "[x](java`script`:alert(1))", "[x](`javascript`:alert(1))", "[x](JAVASCRIPT:alert(1) 'y')",
     "[x](vbscript:x)",
     "[x](data:text/html,y)", "[`a`](javascript:x)", "[a [b](javascript:x)](javascript:y)",
     "[x](java\\script:alert(1))",
     "[x](javascript&colon;alert(1))", "**[x](javascript:y)**",
     "| a |\n|---|\n| [x](javascript:y) |",
     "- [x](javascript:y)", "[x](\tjavascript:y)", "[x](x:y)", "[x](\x01javascript:y)",
     "[x\ny](javascript:y)",
     "[x](<\njavascript:y)", "[x](<>javascript:y)", "[x](<> javascript:y)", "[x](java\nscript:y)",
     "[x](a.md 't' javascript:y)"],
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
        ("\n\na [b](f:g)", "n.md:3", 'the address "f:g" is not one'),
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


@pytest.mark.parametrize(
    ("source", "href", "title"),
    [
        ("[x](https://a.example/Foo_(bar))", "https://a.example/Foo_(bar)", None),
        ('[x](a.md "the title")', "a.md", "the title"),
        ("[x](<a b.md>)", "a%20b.md", None),
        ("[x](a.md?b=1&c=2#d)", "a.md?b=1&c=2#d", None),
        ("[x](mailto:a@b.example)", "mailto:a@b.example", None),
    ],
)
def test_every_usual_way_of_writing_a_link_is_kept(
    source: str, href: str, title: str | None
) -> None:
    page = rendered(author(source), "shipped")

    expected = [("href", href), ("title", title)] if title else [("href", href)]
    assert page.tags == [("p", []), ("a", expected), "a", "p"]
    assert author_problems(source, "n.md") == ()


def test_words_that_look_like_a_definition_are_no_problem() -> None:
    assert author_problems("see [the post](x.md): it says [so]: yes", "n.md") == ()


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(
    "opened",
    ["```", "~~~", "```python\nx", "- a\n\n    ```\n    b", "`", "> ```", "a\n```\nb\n````"],
)
def test_what_is_left_open_does_not_swallow_the_page(opened: str, site: str) -> None:
    page = rendered(f"{author(opened)}\n\nnext *word*\n\n`x`", site)

    assert page.tags[-8:] == [
        ("p", []),
        ("em", []),
        "em",
        "p",
        ("p", []),
        ("code", []),
        "code",
        "p",
    ]
    assert "next word" in page.text


INERT = {
    "p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a",
    "img", "br",
    "hr", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "div", "span", "details",
    "summary",
    "sup", "sub", "del", "ins", "mark", "kbd", "input", "label", "script",
}  # fmt: skip
ATTRIBUTES = {"href", "src", "class", "title", "alt", "start", "style", "type", "checked",
              "disabled", "for", "name",
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
    assert len(page.text) < 2 * len(text) + 200  # or a snippet was brought in
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
    for key, stated in attributes:
        value = stated or ""
        assert key in {*ATTRIBUTES, "markdown"}, source
        if key in {"href", "src"}:
            # A site with MagicLink also links a bare ftp:// address.
            assert scheme_of(value) in {"", "http", "https", "mailto", "ftp"}, source
    if name == "script":
        assert str(dict(attributes)["type"]).startswith("math/tex")


AUTHOR_BITS = [
    *BITS, "](", "](javascript:", "<b>", "</div>", "\n\n", "\n", "    ", "> ", "- ", "```\n", "`",
    "``", "{: .x }", "\\",
]  # fmt: skip
LINK_BITS = [
    "[", "]", "(", ")", "<", ">", "javascript:", "java", "script:", "`", "``", "\\", "\n", "\n\n",
    "\t", " ", "&#58;", "&colon;", "&Tab;", "x", "!", "'", '"', "[x]", "](", "]:", "[x]: ", "[^x]",
    "*", "_", "{", "|", "y(1)", "://", "<javascript://y>", "data:", "\u00a0", "\u200b", "/", "#",
    "?", "&", "- ", "> ", "|---|",
]  # fmt: skip


@pytest.mark.parametrize("site", SITES)
@law
@given(text=st.lists(st.sampled_from(AUTHOR_BITS), max_size=12).map("".join) | texts)
def test_whatever_an_author_types_nothing_but_writing_comes_of_it(text: str, site: str) -> None:
    check_author(text, site)


@pytest.mark.parametrize("site", SITES)
@law
@given(text=st.lists(st.sampled_from(LINK_BITS), max_size=14).map("".join))
def test_no_way_of_writing_an_address_makes_it_act(text: str, site: str) -> None:
    check_author(text, site)
    check_author(f"[x]({text})", site)


@pytest.mark.parametrize(
    "text",
    [
        "`",
        "` `` ",
        "[x](",
        "<",
        "> ",
        "-  ",
        "- ",
        "1. ",
        "#",
        "\\",
        "](",
        "![",
        "&",
        "    ",
        "a\n",
        "{%",
    ],
)
def test_a_note_of_four_times_the_length_takes_about_four_times_the_work(text: str) -> None:
    def work(length: int) -> float:
        start = time.process_time()  # of this process: a busy machine changes nothing
        author(text * (length // len(text)) + "x")
        return time.process_time() - start

    assert work(40_000) < 8 * work(10_000) + 0.5
