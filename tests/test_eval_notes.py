"""The evals of a release as its page, its note and a terminal show them."""

from __future__ import annotations

import re
from typing import Any

import pytest
import records
from msgspec.structs import replace
from rendering import renderer

from relnotes.evals.comparison import Comparison, Verdict
from relnotes.publish import pages
from relnotes.publish.evals.view import QUESTIONS_NAMED, eval_view
from relnotes.publish.sitemap import SiteMap
from relnotes.publish.templates import Templates
from relnotes.publish.terminal import diff_text, notes_text
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Flipped, Record
from relnotes.release.written.bundle import Audience

TEMPLATES, SITE = Templates(), records.a_site()
REGRESSED, IMPROVED, HELD = Verdict.REGRESSED, Verdict.IMPROVED, Verdict.HELD


def page_of(record: Record, site: SiteMap = SITE) -> str:
    links = site.on(site.releases["wren", record.new])
    return pages.release_page(TEMPLATES, record, Annotations(), links)


def note_of(record: Record) -> str:
    links = SITE.on(SITE.releases["wren", record.new])
    return pages.notes_markdown(TEMPLATES, record, Annotations(), links)


def with_evals(*rows: Comparison, **more: Any) -> Record:
    return replace(records.UPDATE, evals=rows, **more)


BEHAVIOURS = with_evals(
    records.comparison("mmlu", new=0.53, verdict=IMPROVED, behaviour="knowledge"),
    records.comparison("arc", behaviour="knowledge"),
    records.comparison("lies", new=0.45, verdict=REGRESSED, behaviour="honesty"),
    records.comparison("harm", blocking=True, behaviour="refusals"),
    records.comparison("gsm8k", se=0.02, behaviour="reasoning"),
    records.comparison("trivia"),
)


def in_order(text: str, *words: str) -> bool:
    return re.search(".*".join(map(re.escape, words)), text, re.DOTALL) is not None


# -- behaviours ------------------------------------------------------------------------------------


@pytest.mark.parametrize("show", [page_of, note_of])
def test_what_moved_stands_with_its_behaviour_and_the_worst_comes_first(show: Any) -> None:
    text = show(BEHAVIOURS)
    assert in_order(text, "### honesty", "lies", "### knowledge", "mmlu", "### refusals", "harm")
    assert "### reasoning" not in text


def test_every_behaviour_has_its_own_honest_sentence() -> None:
    text = note_of(BEHAVIOURS)
    one = "In the other one nothing moved by more than could be noise; a drop of up to 2.8 points"
    assert in_order(text, "### knowledge", one, "### refusals", "No task moved by more than")
    assert "- **reasoning**: no task moved by more than could be noise; a drop of up to 5.6" in text
    assert "- **other evals**: no task moved" in text


def test_without_behaviours_there_is_one_table_and_one_sentence() -> None:
    text = page_of(records.UPDATE)
    evals = text[text.index("## Evaluations") : text.index("## Known limitations")]
    assert evals.count("could have gone unseen") == 2
    without = page_of(with_evals(*(one for one in records.EVALS if not one.behaviour)))
    evals = without[without.index("## Evaluations") : without.index("## Known limitations")]
    assert "###" not in evals
    assert evals.count("could have gone unseen") == 1


def test_very_many_quiet_behaviours_are_told_in_one_sentence() -> None:
    rows = [
        records.comparison(f"e{at}", se=0.01 + at / 1000, behaviour=f"b{at:02}") for at in range(30)
    ]
    quiet = eval_view(with_evals(*rows)).quiet
    assert len(quiet) == 13
    assert quiet[0].startswith("**b29**")
    assert quiet[-1].startswith("**18 more behaviours**: no task moved")


# -- sources ---------------------------------------------------------------------------------------


def test_every_number_leads_to_the_file_that_it_stands_in() -> None:
    rows = (
        records.comparison("a", verdict=REGRESSED),
        records.comparison(
            "b",
            source_old=f"{records.OLD}:bundles/wren/evals/b-1.json",
            source_new=f"{records.NEW}:bundles/wren/evals/b-2.json",
        ),
        records.comparison("c", old=None, source_old=None, verdict=Verdict.ADDED),
    )
    text = page_of(with_evals(*rows))
    assert "[1](#source-1) |" in text
    assert "[2](#source-2) → [3](#source-3) |" in text
    assert "| → [4](#source-4) |" in text
    paths = re.findall(r'<a id="source-(\d)"></a>`evals/(.*)`', text)
    assert paths == [("1", "a.json"), ("2", "b-1.json"), ("3", "b-2.json"), ("4", "c.json")]
    below = f"Old numbers below `{records.OLD}:bundles/wren/`, new ones below"
    assert f"{below} `{records.NEW}:bundles/wren/`:" in text


def test_a_note_lists_the_files_of_what_it_shows() -> None:
    text = note_of(with_evals(records.comparison("a", verdict=REGRESSED), records.comparison("b")))
    assert "| 1,000 | 1 |" in text
    assert "1. `evals/a.json`" in text
    assert "b.json" not in text


def test_the_scores_of_questions_are_sources_too() -> None:
    at = f"{records.NEW}:bundles/wren/evals/"
    row = records.comparison("a", verdict=REGRESSED, samples_new=f"{at}samples_a.jsonl")
    assert "[1 → 1, 2]" in notes_text(with_evals(row), Annotations(), width=100)


# -- plots -----------------------------------------------------------------------------------------


def test_intervals_are_drawn_without_a_script_and_for_both_schemes() -> None:
    text = page_of(records.UPDATE)
    (figure,) = re.findall(r'<figure class="rn-plot".*?</figure>', text, re.DOTALL)
    assert figure.count("<svg class=") == 2
    assert not re.search(r"<script|#[0-9a-f]{3,6}\b|style=|fill=|stroke=", figure)
    assert len(figure.encode()) < 15_000
    assert renderer("shipped").reset().convert(text).count('class="plot wide"') == 1


def test_nothing_is_drawn_where_there_is_no_interval_or_only_one() -> None:
    lonely = records.comparison("a", verdict=REGRESSED)
    assert "rn-plot" not in page_of(with_evals(lonely, records.comparison("b", se=None)))


def test_no_name_of_an_eval_breaks_out_of_the_drawing() -> None:
    evil = '</svg><script>alert(1)</script>\n\n# Fake\n\n{{ 7*7 }} --8<-- "x"'
    text = page_of(with_evals(*(records.comparison(f"{evil}{at}") for at in range(3))))
    html = renderer("everything").reset().convert(text.partition("---\n\n")[2])
    assert "<script" not in html
    assert "<h1>Fake" not in html


# -- very many -------------------------------------------------------------------------------------


def test_a_page_of_very_many_evals_stays_small_and_leads_to_the_rest() -> None:
    rows = (
        *(records.comparison(f"moved_{at}", verdict=REGRESSED) for at in range(50)),
        *(records.comparison(f"a_task_of_some_length_{at}") for at in range(1200)),
    )
    text = page_of(with_evals(*rows, limitations=(), changes=()), records.a_site(records=True))
    assert "10 more moved; they stand in the list of the others below." in text
    assert "<summary>Every other result (1,210)</summary>" in text
    assert "And 1,170 held, in [the record](" in text
    assert len(text.encode()) < 60_000


# -- flips -----------------------------------------------------------------------------------------

LOST = tuple(f"q{at:03}" for at in range(12))
FLIPS = Flipped("lies", "acc", None, "", ("q901",), LOST, 1, 38)
FLIPPED = replace(BEHAVIOURS, flips=(FLIPS,), audience=Audience.INTERNAL)


def test_the_house_sees_which_questions_went_from_right_to_wrong() -> None:
    words = "lies acc: 38 from right to wrong (q000, q001, "
    for text in (page_of(FLIPPED), note_of(FLIPPED)):
        assert words in text
        assert f"{LOST[QUESTIONS_NAMED - 1]} and 28 more), 1 from wrong to right (q901)" in text
    for text in (
        diff_text(FLIPPED, colour=False, width=100),
        notes_text(FLIPPED, Annotations(), width=100),
    ):
        assert "38 from right to wrong (q000, q001, q002 and 35 more)" in text


def test_nothing_is_said_of_questions_where_none_is_in_the_record() -> None:
    assert "from right to wrong" not in page_of(BEHAVIOURS)
