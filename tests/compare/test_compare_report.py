"""The HTML report: one file that is valid, asks nobody anything, and believes no name."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from compare.comparekit import relnotes, sides, suite, task
from hypothesis import given
from hypothesis import strategies as st

from relnotes.comparing import compare_files
from relnotes.publish.comparison.report import compare_report
from relnotes.publish.plots.interval import WIDE, Mark, interval_plots, scale_of, ticks

CASES = Path(__file__).parent / "cases"
VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</style><script>x</script>",
    "</title><b>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;already&gt; &amp;",
    "javascript:alert(1)",
    "]]><svg/onload=alert(1)>",
    "\u202egnp.exe",
    "\x1b[31mred\x00",
]


class Page(HTMLParser):
    """Every element with its attributes; fails where one is not closed, or closed twice."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), tag
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def html() -> str:
    folder = CASES / "everything"
    return compare_report(compare_files(str(folder / "old"), str(folder / "new")))


def of_names(folder: Path, *names: str) -> str:
    old = suite(*(task(name, 0.9) for name in names), model=names[0])
    new = suite(*(task(name, 0.5) for name in names), model=names[-1])
    return compare_report(compare_files(*sides(folder, old, new)))


# One file


def test_it_is_well_formed_and_has_what_a_reader_needs(html: str) -> None:
    page = Page(html)

    assert html.startswith("<!doctype html>\n")
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1
    assert [one["name"] for one in page.all("meta") if "name" in one][:2] == [
        "viewport",
        "color-scheme",
    ]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_it_asks_nobody_anything(html: str) -> None:
    page = Page(html)

    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base", "a"}
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"src", "href", "style", "srcset", "action", "xlink:href"}
    assert "://" not in html
    assert "url(" not in html
    assert "@import" not in html


def test_its_policy_allows_its_own_style_and_nothing_else(html: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html


def test_it_follows_both_schemes(html: str) -> None:
    assert "color-scheme: light dark" in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_a_plot_has_a_name_a_description_and_a_table_beside_it(html: str) -> None:
    page = Page(html)

    for plot in (one for one in page.all("svg") if one.get("role") == "img"):
        labels = (plot["aria-labelledby"] or "").split()
        assert len(labels) == 2
        for label in labels:
            assert f'id="{label}"' in html
    assert len(page.all("title")) > 1
    assert page.all("table")
    for row in ("truthfulness", "translation", "hebrew-dates", "vision"):
        assert row in page.words


def test_it_says_what_the_terminal_says(html: str) -> None:
    page = Page(html)

    assert "1 of 10 is worse by more than chance: truthfulness acc." in page.words
    assert "a drop of up to 23 points could have gone unseen (long-context acc)" in page.words
    assert "judge J-2 → J-3" in page.words


def test_the_same_files_give_the_same_bytes(html: str) -> None:
    folder = CASES / "everything"
    again = compare_report(compare_files(str(folder / "old"), str(folder / "new")))

    assert again == html


def test_the_command_writes_it_beside_its_answer(tmp_path: Path) -> None:
    old, new = sides(tmp_path, suite(task("a", 0.5)), suite(task("a", 0.6)))

    answer = relnotes("compare", old, new, "--html", "report.html", folder=tmp_path)

    assert "1 improved" in answer.stdout
    assert Page((tmp_path / "report.html").read_text("utf-8")).all("svg")


# No name is believed


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_text(tmp_path: Path, html: str, name: str) -> None:
    report = of_names(tmp_path, name)

    page = Page(report)
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in Page(html).elements}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", report)
    seen = re.sub("\x1b\\[31m|[\x00-\x1f\u202e]", "", name)
    assert " ".join(seen.split()) in page.words


def test_a_thousand_evals_are_drawn_as_far_as_one_can_look(tmp_path: Path) -> None:
    report = of_names(tmp_path, *(f"task_{at:04}" for at in range(1000)))

    (wide, _) = re.findall(r'<svg class="plot.*?</svg>\n(?=<svg class="plot|<figcap)', report, re.S)
    assert len(wide.encode()) < 16_000
    assert "The first 32 of 1,000; the tables have all." in report
    assert report.count("task_0999") >= 1


# The plot


def mark(value: float, half: float, kind: str = "held") -> Mark:
    return Mark("a", kind, "=", value, value - half, value + half, "0", "[0, 0]")


@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(0, 100)).map(lambda one: mark(*one)),
        min_size=1,
        max_size=30,
    ),
    st.none() | st.floats(0.1, 20),
)
def test_every_change_lies_inside_the_plot_and_so_does_zero(
    marks: list[Mark], margin: float | None
) -> None:
    scale = scale_of(marks, margin)

    assert scale.low < 0 < scale.high or 0 in (scale.low, scale.high)
    for one in marks:
        assert scale.low <= one.value <= scale.high
    found = ticks(scale)
    assert 0 in found
    assert 2 <= len(found) <= 8
    assert all(scale.low <= tick <= scale.high for tick in found)
    (text,) = interval_plots(
        marks, (WIDE,), identity="x", title="t", description="d", unit="", margin=margin
    )
    assert "nan" not in text
    for at in re.findall(r' x[12]?="([\d.]+)%"', text):
        assert 0 <= float(at) <= 100


def test_one_wide_interval_does_not_squeeze_the_rest() -> None:
    marks = [mark(0, 1) for _ in range(10)] + [mark(0, 60)]

    assert math.isclose(scale_of(marks, None).high, 1.2, rel_tol=0.1)
