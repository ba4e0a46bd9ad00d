"""Pages as feeds carry them: the words that the site builder makes of them, and nothing active."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relnotes.publish import markdown
from relnotes.publish.feeds.inline_html import inline_html
from relnotes.publish.feeds.page_html import page_html


def same(address: str) -> str:
    return address


def words(text: str) -> str:
    """What is read of HTML, without the space between; of what is folded away, its name."""
    folded = r"<details[^>]*>\s*<summary>(.*?)</summary>.*?</details>"
    text = re.sub(folded, r"\1: on the page.", text, flags=re.DOTALL)
    for gone in ("figure", "nav", "h1", 'a class="headerlink"', 'p class="rn-source"'):
        text = re.sub(f"<{gone}.*?</{gone.partition(' ')[0]}>", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    subprocess.run(
        [sys.executable, "-m", "relnotes", "demo", str(folder)], check=True, capture_output=True
    )
    return folder


def test_every_page_of_the_demo_reads_as_the_site_builder_reads_it(demo):
    pages = sorted((demo / "site").rglob("*.md"))

    assert len(pages) > 60
    for path in pages:
        name = path.relative_to(demo / "site").with_suffix("").as_posix()
        built = demo / "build" / "site" / (name if path.stem == "index" else f"{name}/index")
        text = built.with_suffix(".html").read_text("utf-8")
        article = re.search(r"<article[^>]*>(.*?)</article>", text, re.DOTALL)
        assert words(page_html(path.read_text("utf-8"), same)) == words(article[1]), name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain & <b>bold</b>", "plain &amp; <b>bold</b>"),
        ("**a `b` c**", "<strong>a <code>b</code> c</strong>"),
        ("[x](y.md)", '<a href="y.md">x</a>'),
        (r"\[x\](y)", "[x](y)"),
        ("`<i>`", "<code>&lt;i&gt;</code>"),
        ('<b class="rn-tag rn-new">New</b>', "<b>New</b>"),
        ('<script src="x">', ""),
        ("&lt;script&gt; &#42;", "&lt;script&gt; &#42;"),
        ("snake_case_name and *this*", "snake_case_name and <em>this</em>"),
        (
            "<https://a.example/?q=1&amp;r=2>",
            '<a href="https://a.example/?q=1&amp;r=2">https://a.example/?q=1&amp;amp;r=2</a>',
        ),
    ],
)
def test_a_line_becomes_html(text, expected):
    assert inline_html(text, same) == expected


@given(st.text(max_size=60))
def test_whatever_was_escaped_for_a_page_reads_as_it_was_written(text):
    shown = html.unescape(re.sub(r"</?(?:code|b)>", "", inline_html(markdown.inline(text), same)))

    wanted = html.unescape(str(markdown.html(text)))
    assert re.sub(r"\s+", "", shown) == re.sub(r"\s+", "", wanted)


@given(st.text(alphabet="<>/scriptoneralu=\"'()&;[]!`*_-#|: \n", max_size=80))
def test_an_authored_text_gives_no_tag_but_those_of_writing(text):
    made = page_html(f"# T\n\n{markdown.author(text)}\n", same)

    allowed = "p|strong|em|code|pre|[uo]l|li|a|h\\d|table|thead|tbody|t[rdh]|blockquote|d[ltd]|br"
    for tag in re.findall(r"<[^>]*>", made):
        assert re.fullmatch(rf'</?(?:{allowed})(?: href="[^"<>]*")?>', tag), made


def test_lists_tables_quotes_and_code_keep_their_shape():
    page = """---
title: "x"
---
# Title

1. one
    - inner
2. two

> said

| a | b |
|:--|--:|
| 1 | x \\| y |

```python
<b>
```

Term
:   what it *is*
"""
    made = page_html(page, same)

    assert made.split("\n") == [
        "<ol><li><p>one</p>",
        "<ul><li>inner</li></ul></li><li>two</li></ol>",
        "<blockquote><p>said</p></blockquote>",
        "<table>",
        "<thead><tr><th>a</th><th>b</th></tr></thead><tbody>",
        "<tr><td>1</td><td>x | y</td></tr>",
        "</tbody></table>",
        "<pre><code>&lt;b&gt;",
        "</code></pre>",
        "<dl><dt>Term</dt><dd>what it <em>is</em></dd></dl>",
    ]
