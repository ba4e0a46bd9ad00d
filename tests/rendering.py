"""Pages rendered by the real Python-Markdown, and texts that would act on them if they could."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import markdown as python_markdown
from hypothesis import strategies as st

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
    "<script>alert(1)</script>", "</div>", "</p>", "<!-- x", "<?php", "<![CDATA[x", "<b",
    "< b", "<", "{: onclick=alert(1)}", "{ .x #y }", "{{ x }}", "{% x %}", "{# x #}", "{!x!}",
    "${x}", "}", "[x](javascript:alert(1))", "![x](y)", "[x]", "[x][y]", "[x]: y", "[^1]",
    "[^1]: x", "]", "[", "x](http://evil.example) [y", "(javascript:alert(1))", "*[HTML]: x",
    "[[x]]", "[TOC]", "[ ] x", "|", "a|b", "|---|", "`", "``", "```", "```\nx\n```", "~~~",
    "`a` and ``b``", "\\", "\\`", "\\\\", "\\*x\\*", "\\(x\\)", "\\[x\\]", "$x$", "$$x$$",
    "\\begin{a}x\\end{a}", "5 $ and 6 $", f'--8<-- "{SECRET}"', f'-8<- "{SECRET}"', ":smile:",
    ":+1:", ":x", "12:30:45", "a:b:c", "::: x", "!!! note", '!!! note "x"', "??? note",
    "???+ note", '=== "x"', "===", "---", "- - -", "***", "___", "- x", "+ x", "* x", "1. x",
    "1) x", "a. x", "ii. x", "#. x", "-", "+", "*", "1.", "> x", ":   x", ": x", "# x", "x #",
    "C#", "## x ##", "#12", "!12", "?12", "@user", "a@b.example", "user/repo#1",
    "user/repo@" + "a" * 40, "https://x.example/y", "HTTP://x.example", "www.x.example",
    "WWW.x.example", "ftp://x.example", "mailto:a@b.example", "<https://x.example>",
    "<a@b.example>", "javascript:alert(1)", "*x*", "**x**", "_x_", "__x__", "a_b_c", "_", "a_",
    "~x~", "~~x~~", "^x^", "^^x^^", "==x==", "++ctrl+c++", "{++x++}", "{--x--}", "{>>x<<}",
    "{~~x~>y~~}", "(c) (r) (tm) +/- =/= c/o 1/2 --> <-- <-->", "[=50% 'x']", "&amp;",
    "&lt;b&gt;", "&#60;", "&copy", "&", "/// note\nx\n///", "    code", "\tcode", "  x  ",
    "x  \ny", "a\n\nb", "a\r\nb", "a\n- b\n- c", "a\n===", "שלום עולם", "مرحبا",
    "不要奉承用户。", "👩‍👩‍👧 🙂", "a\u200bb", "a\u202eb", "\x00\x01\x02\x03\x1b[0m",
    "\ufeffx", "0.861", "v1.2.0", "mmlu_pro", "sha256:9f2c", "−0.031 [−0.052, −0.010]",
    "100 %", "He said \"no\".", "it's",
]  # fmt: skip
BITS = [*NASTY, *"\\`*_{}[]()<>#+-.!|~^$@:=&%/?;'\"\n\t ", "a", "b", "1", "aa", "http", "x.y", "é"]
texts = st.lists(st.sampled_from(BITS), min_size=1, max_size=6).map("".join) | st.text(max_size=30)


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
    return re.sub(
        "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]", "", text
    ).strip(" ")
