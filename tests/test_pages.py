"""The pages about releases and limitations, as Markdown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

import golden
import msgspec
import pytest
import records
from msgspec.structs import replace

from relnotes.evals.comparison import Verdict
from relnotes.evals.result import Direction
from relnotes.publish import pages
from relnotes.publish.sitemap import site_map
from relnotes.publish.templates import Templates
from relnotes.release.limitations.known import LedgerEntry, News
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.overview import summary_of
from relnotes.release.record import Change, Record, Relapse, RolloutStage, Section
from relnotes.release.written.bundle import Audience

TEMPLATES = Templates()
OLD_WEIGHTS = records.OLD_WEIGHTS
SITE = records.a_site()


NOT_COMPARABLE = Verdict.NOT_COMPARABLE


def page_of(record: Record, annotations: Annotations | None = None) -> str:
    path = SITE.release(record.line, record.new) or "releases/wren/none.md"
    return pages.release_page(TEMPLATES, record, annotations or Annotations(), SITE.on(path))


def every_page() -> dict[str, str]:
    releases = {
        SITE.releases["wren", record.new]: page_of(record, annotations)
        for record, annotations in (
            (records.UPDATE, records.UPDATE_LATER),
            (records.ROLLBACK, Annotations(previous=records.NEW, latest=records.BACK)),
            (records.FIRST, Annotations(next="wren/2025-11-02", latest=records.BACK)),
        )
    }
    return {
        **releases,
        SITE.release_index(): pages.release_index(TEMPLATES, records.SUMMARIES, SITE),
        SITE.limitation_index(): pages.limitation_index(TEMPLATES, records.LIVES, SITE),
        SITE.limitations["wren", "KL0019"]: pages.limitation_page(
            TEMPLATES, records.LIVES[1], SITE
        ),
        SITE.front: pages.front_page(TEMPLATES, records.SUMMARIES, records.LIVES, SITE),
    }


@pytest.mark.parametrize("path", sorted(every_page()))
def test_a_page_reads_as_it_was_read(path: str, update_golden: bool) -> None:
    golden.check(f"pages/{path}", every_page()[path], update=update_golden)


def test_every_link_leads_to_a_page_of_the_site() -> None:
    known = {
        SITE.front,
        SITE.release_index(),
        SITE.limitation_index(),
        *SITE.releases.values(),
        *SITE.limitations.values(),
    }
    for path, text in every_page().items():
        for target in re.findall(r"\]\(([^)#:]+\.md)", text):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) in known


def test_every_link_within_a_page_has_its_anchor() -> None:
    for text in every_page().values():
        anchors = set(re.findall(r'id="([^"]+)"|\{ #(\S+) \}', text))
        found = {one or other for one, other in anchors}
        headings = {
            re.sub(r"\W+", "-", title.lower())
            for title in re.findall(r"^## (.+)$", text, re.MULTILINE)
        }
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= found | headings


def test_no_anchor_stands_twice_on_a_page() -> None:
    for text in every_page().values():
        anchors = re.findall(r'id="([^"]+)"', text)
        assert len(anchors) == len(set(anchors))


def test_names_that_differ_in_punctuation_only_have_anchors_of_their_own() -> None:
    names = ("siskin_facts", "siskin-facts", "siskin.facts", "other")
    system = records.UPDATE.prompts[0]
    one, two = records.NOTES[:2]
    record = replace(
        records.UPDATE,
        evals=tuple(records.comparison(name) for name in names),
        prompts=(system, replace(system, name="system?", file="prompts/other.md")),
        notes=(replace(one, path="notes/a/b.md"), replace(two, path="notes/c/b.md")),
        limitations=tuple(records.entry(name, "x", News.NEW) for name in names[:3]),
        changes=tuple(
            records.change("x", path, None, "1", Section.OTHER, "x") for path in ("a/b", "a-b")
        ),
    )
    text = page_of(record)
    anchors = re.findall(r'id="([^"]+)"|\{ #(\S+) \}', text)
    found = sorted(one or other for one, other in anchors)
    assert len(found) == len(set(found))
    assert sum(one.startswith("eval-siskin-facts-acc-") for one in found) == 3
    assert "eval-other-acc" in found
    turned = page_of(replace(record, evals=record.evals[::-1]))
    assert sorted(a or b for a, b in re.findall(r'id="([^"]+)"|\{ #(\S+) \}', turned)) == found


def test_a_withdrawn_release_says_so_before_anything_else() -> None:
    text = page_of(records.UPDATE, records.UPDATE_LATER)
    assert "**Withdrawn on 28 April 2026.**" in text.partition("## ")[0]
    assert "Live 24–28 April 2026" in text


def test_a_rollback_says_what_it_restores_and_how_that_is_known() -> None:
    assert "identical to that of [Wren 2026-03-27]" in page_of(records.ROLLBACK)
    assert records.ROLLBACK.rollback
    other = replace(records.ROLLBACK.rollback, identical=False, differs=("bundle.yaml",))
    text = page_of(replace(records.ROLLBACK, rollback=other))
    assert "**The bundle is not identical" in text
    assert "- `bundle.yaml`" in text


def rolled_out(*stages: RolloutStage, changed: tuple[str, ...]) -> Record:
    """The update of 25 April with these stages; the paths that differ from the release before."""
    kept = [one for one in records.CHANGES if one.described_in is not Section.ROLLOUT]
    changes = [
        records.change("rollout", f"bundle.yaml:rollout{path}", None, None, Section.ROLLOUT, "x")
        for path in changed
    ]
    return replace(records.UPDATE, changes=(*kept, *changes), rollout=stages)


def stage(name: str, start: str | None) -> RolloutStage:
    return RolloutStage(name, None, start, None, None)


@pytest.mark.parametrize(
    ("stages", "changed", "day"),
    [
        ([stage("full", "2026-03-28")], (), "25 April 2026"),
        ([stage("full", "2026-04-27")], (".full.start",), "27 April 2026"),
        ([stage("full", "2026-04-27")], (".full",), "27 April 2026"),
        ([stage("full", "2026-04-27")], (".full.share",), "25 April 2026"),
        ([stage("canary", "2026-03-20"), stage("full", "2026-04-27")], (".full",), "27 April 2026"),
        ([stage("shadow", "2026-04-01"), stage("alpha", "2026-04-02")], ("",), "25 April 2026"),
        ([stage("canary", "2026-04-23"), stage("full", "2026-04-27")], ("",), "23 April 2026"),
    ],
)
def test_a_release_is_dated_by_its_own_rollout_or_else_by_its_tag(
    stages: list[RolloutStage], changed: tuple[str, ...], day: str
) -> None:
    text = page_of(rolled_out(*stages, changed=changed))
    assert f"Released {day} ·" in text
    assert "tagged 25 April 2026" in text


def test_the_lists_of_releases_date_a_release_as_its_page_does() -> None:
    record = rolled_out(stage("canary", "2026-04-23"), changed=(".canary",))
    one = summary_of(record)
    assert "Released 23 April 2026 ·" in page_of(record)
    assert ">23 April</time>" in pages.release_index(TEMPLATES, [one], SITE)
    assert "since 23 April 2026" in pages.front_page(TEMPLATES, [one], [], SITE)


def test_a_part_of_a_list_stays_as_it_is_when_a_release_follows(monkeypatch) -> None:
    monkeypatch.setattr(pages, "ROWS_IN_PART", 2)
    kept: dict[str, tuple[object, str]] = {}
    made: list[str] = []

    def part(name: str, inputs: object, make: Callable[[], str]) -> str:
        if name not in kept or kept[name][0] != inputs:
            kept[name] = inputs, make()
            made.append(name)
        return kept[name][1]

    newest_first = records.SUMMARIES
    for count in range(1, len(newest_first) + 1):
        some = newest_first[-count:]
        made.clear()
        page = pages.release_index(TEMPLATES, some, SITE, part=part)
        assert page == pages.release_index(TEMPLATES, some, SITE)
        # The newest is live now, and the one before it no longer.
        assert 1 <= len(made) <= 2

    assert len(kept) > 2


def test_of_two_stages_of_one_name_those_count_that_the_release_before_had_not() -> None:
    before = {"stage": "canary", "start": "2026-03-20"}
    record = rolled_out(stage("canary", "2026-03-20"), stage("canary", "2026-04-23"), changed=())
    whole = records.change("rollout", "bundle.yaml:rollout", [before], [], Section.ROLLOUT, "x")
    text = page_of(replace(record, changes=(whole,)))
    assert "Released 23 April 2026 ·" in text
    assert "- **canary**: from 20 March 2026 (of an earlier release)\n" in text
    assert "- **canary**: from 23 April 2026\n" in text


def test_a_candidate_has_no_date() -> None:
    standing = replace(records.UPDATE.provenance, tag="(candidate)")
    text = page_of(replace(records.UPDATE, new="(candidate)", provenance=standing))
    head = text.partition("## ")[0]
    assert "Released" not in head
    assert "Live" not in head
    assert "not tagged · commit `4be1c27a904b`" in text


def test_a_candidate_and_an_internal_page_cannot_be_mistaken() -> None:
    standing = replace(records.UPDATE.provenance, tag="(candidate)", commit=None, dirty=True)
    text = page_of(
        replace(records.UPDATE, new="(candidate)", provenance=standing, audience=Audience.INTERNAL)
    )
    assert "**Not released yet.**" in text
    assert "**Internal.**" in text


def test_a_model_that_ends_says_when_and_what_to_use_instead() -> None:
    model = replace(
        records.UPDATE.model, deprecated="2026-06-01", retires="2026-12-31", replacement="wren-3"
    )
    head = page_of(replace(records.UPDATE, model=model)).partition("## ")[0]
    assert "**Deprecated.** Since 1 June 2026. It retires on 31 December 2026." in head
    assert "Use wren-3 instead." in head


def test_a_change_leads_to_the_note_that_explains_it() -> None:
    text = page_of(records.UPDATE)
    assert "memory-data: tested alone · [why](#note-memory)<br>" in text
    assert "freshness added · [why](#note-search) |" in text


def test_what_no_note_explains_is_named_once() -> None:
    said = "No note explains: weights, aliases, the system prompt, temperature and fresh-data."
    assert page_of(records.UPDATE).count(said) == 1
    everything = tuple(replace(one, explained_by=("notes/a.md",)) for one in records.CHANGES)
    assert "No note explains" not in page_of(replace(records.UPDATE, changes=everything))


def test_a_first_release_and_a_rollback_have_nothing_to_explain() -> None:
    assert "No note explains" not in page_of(replace(records.UPDATE, old=None, kind="first"))
    assert "No note explains" not in page_of(records.ROLLBACK)


def test_a_prompt_is_explained_by_a_note_on_its_file_or_on_its_entry() -> None:
    entry = records.change(
        *("prompt.added", "bundle.yaml:prompts.system", None, {}, Section.PROMPTS, "system added"),
        "notes/tone.md",
    )
    text = page_of(replace(records.UPDATE, changes=(*records.CHANGES, entry)))
    assert "No note explains: weights, aliases, temperature and fresh-data." in text


def test_a_first_release_says_what_it_is_and_not_what_it_was_before() -> None:
    prompt = replace(records.UPDATE.prompts[0], old_digest=None)
    text = page_of(replace(records.FIRST, changes=FROM_NOTHING, prompts=(prompt,)))
    assert "## What is underneath\n" in text
    assert '| Model | <a id="change-model-weights"></a>weights `sha256:9f2c41d0…`<br>' in text
    assert '<a id="change-decoding-temperature"></a>temperature 0.9 |' in text
    assert "</a>system · [text](#prompt-system) |" in text
    assert '| Tools | <a id="change-tools-search"></a>search |' in text
    assert "</a>aliases wren, wren-latest<br>" in text
    assert "</a>released 2025-09-14, retires 2027-01-01 |" in text
    assert "not set" not in text
    assert " added" not in text.partition("### Prompt")[0]


LIFE = {"released": "2025-09-14", "retires": "2027-01-01"}
FROM_NOTHING = tuple(
    records.change(path.removeprefix("bundle.yaml:"), path, None, new, section, words)
    for path, new, section, words in (
        ("bundle.yaml:model.weights", "x", Section.MODEL, f"weights not set → {OLD_WEIGHTS}"),
        ("bundle.yaml:model.aliases", ["wren", "wren-latest"], Section.MODEL, "alias wren …"),
        ("bundle.yaml:model.lifecycle", LIFE, Section.MODEL, "lifecycle added"),
        ("bundle.yaml:decoding.temperature", 0.9, Section.DECODING, "temperature not set → 0.9"),
        ("bundle.yaml:tools.search", {}, Section.TOOLS, "search added"),
        ("bundle.yaml:prompts.system", {}, Section.PROMPTS, "system added"),
        ("prompts/system.md", "x", Section.PROMPTS, "prompt added"),
    )
)


def test_a_new_prompt_that_is_not_published_says_so() -> None:
    hidden = replace(records.UPDATE.prompts[1], old_digest=None)
    assert "safety: new prompt; the text is not published" in page_of(
        replace(records.FIRST, changes=(A_PROMPT,), prompts=(hidden,))
    )


A_PROMPT = records.change("x", "prompts/safety.md", None, "x", Section.PROMPTS, "prompt added")


def test_weights_that_come_later_are_said_once() -> None:
    words = f"weights not set → {records.OLD_WEIGHTS}"
    weights = records.change(
        "model.weights",
        "bundle.yaml:model.weights",
        None,
        records.OLD_WEIGHTS,
        Section.MODEL,
        words,
    )
    text = page_of(replace(records.UPDATE, changes=(weights,)))
    assert "</a>weights not set → `sha256:9f2c41d0…` |" in text


def test_silence_is_broken_where_it_would_mislead() -> None:
    text = page_of(records.FIRST)
    assert "No eval result came with this release." in text
    assert "nobody attested that none is known" in text
    attested = page_of(replace(records.FIRST, none_known="Rin, 2026-04-01"))
    assert "None is known. Attested by Rin, 2026-04-01." in attested


def test_nothing_empty_is_printed() -> None:
    text = page_of(records.FIRST)
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert titles == ["Evaluations", "Known limitations", "Names and sources"]


def test_evals_older_than_what_runs_are_called_so() -> None:
    stale = replace(records.NO_EVALS, carried_over=41, stale=True)
    assert "**Older than this release.**" in page_of(replace(records.FIRST, eval_summary=stale))


def test_what_was_adjusted_for_is_counted_as_the_adjustment_counts_it() -> None:
    rows = (
        *(records.comparison(f"e{at}") for at in range(4)),
        records.comparison("alone", blocking=True),
        records.comparison("twice", se=None, verdict=Verdict.INCONCLUSIVE),
    )
    public = page_of(replace(records.UPDATE, evals=rows, withheld={}))
    assert "adjusted for 4 comparisons (Benjamini–Hochberg); those of blocking" in public
    assert "adjusted for 4 comparisons and those that are not public (" in page_of(
        replace(records.UPDATE, evals=rows, withheld={"evals": 2})
    )
    assert "adjusted" not in page_of(replace(records.UPDATE, evals=rows[3:]))


def test_a_person_who_let_a_difference_pass_is_quoted_beside_the_row() -> None:
    why = "compared in spite of shots 0 → 5: 400 questions showed | that both agree"
    rows = (
        records.comparison("facts", verdict=Verdict.REGRESSED, remarks=(why,)),
        records.comparison("sums", reason="not significant among 9 comparisons", remarks=(why,)),
    )
    text = page_of(replace(records.UPDATE, evals=rows))
    words = "compared in spite of shots 0 → 5: 400 questions showed &#124; that both agree"
    (told,) = re.findall(r"^\|.*facts.*\|$", text, re.MULTILINE)
    (sums,) = re.findall(r"^\|.*sums.*\|$", text, re.MULTILINE)
    assert f"▼ regressed</b> {words} |" in told
    assert f"not significant among 9 comparisons; {words} |" in sums


def test_what_a_reader_should_know_of_single_results_is_said_once() -> None:
    half_known = "known on one side only: judge unknown → J-3"
    missing = "3 questions without a score in one of the releases"
    rows = (
        *(records.comparison(f"e{at}", remarks=(half_known,)) for at in range(6)),
        records.comparison("f", remarks=(missing,)),
        records.comparison("g", remarks=("known on one side only: x",), verdict=NOT_COMPARABLE),
        *(
            records.comparison(f"h{at}", remarks=(f"all prompts {at}13bb2ffa6d0… → unknown",))
            for at in range(3)
        ),
    )
    text = page_of(replace(records.UPDATE, evals=rows))
    assert text.count(half_known) == 1
    assert f"- e0 acc, e1 acc, e2 acc, e3 acc and 2 more: {half_known}" in text
    assert f"- f acc: {missing}" in text
    assert "only: x" not in text
    assert "- h0 acc, h1 acc and h2 acc: all prompts … → unknown" in text


def test_a_prompt_is_shown_as_far_as_its_policy_lets_it() -> None:
    full, digest = records.UPDATE.prompts
    texts = {
        "full": page_of(replace(records.UPDATE, prompts=(full,))),
        "diff": page_of(replace(records.UPDATE, prompts=(replace(full, text=None),))),
        "digest": page_of(replace(records.UPDATE, prompts=(digest,))),
    }
    assert "made by Example Labs" in texts["full"]
    assert "made by Example Labs" not in texts["diff"]
    assert "mood" in texts["diff"]
    assert "the text is not published" in texts["digest"]


def test_a_new_prompt_is_shown_as_a_text_and_not_as_a_difference() -> None:
    new = replace(records.UPDATE.prompts[0], old_digest=None)
    shown = page_of(replace(records.UPDATE, prompts=(new,)))
    assert "system: new prompt · [text](#prompt-system)" in shown
    assert "<small>· prompts/system.md · `sha256:b2b2b2b2…`</small>" in shown
    assert "rn-diff" not in shown
    assert "made by Example Labs" in shown
    assert "rn-diff" in page_of(replace(records.UPDATE, prompts=(replace(new, text=None),)))


def test_a_line_that_is_back_is_quoted_only_where_the_prompt_is_published() -> None:
    back = Relapse("Match the user's mood.", "system", records.BACK, "Match it.", 0.9, "digest")
    hidden = page_of(replace(records.UPDATE, prompts=(), relapses=(back,)))
    shown = page_of(replace(records.UPDATE, prompts=(), relapses=(replace(back, publish="full"),)))
    assert "A removed line is back" in hidden
    assert "mood" not in hidden
    assert "Match the user's mood." in shown


def limitations_of(*entries: LedgerEntry) -> str:
    text = page_of(replace(records.UPDATE, limitations=entries))
    return text.partition("## Known limitations")[2].partition("\n## ")[0]


def test_a_new_limitation_that_was_known_before_says_since_when() -> None:
    now = records.entry("KL1", "x", News.NEW)
    assert "since" not in limitations_of(now)
    before = limitations_of(replace(now, since=records.OLD))
    assert "known since [Wren 2026-03-27](2026-03-27.md)" in before


def test_that_a_file_is_gone_is_a_remark_and_no_evidence() -> None:
    gone = f"{records.NEW}:bundles/wren/limitations/KL1.yaml is gone, without a resolution"
    back = "recorded in a release that is now rolled back; not reviewed since"
    for state, note, said in (
        (News.DROPPED, gone, "`wren/2026-04-25:bundles/wren/limitations/KL1.yaml` is gone, with"),
        (News.STILL_OPEN, back, back),
    ):
        entry = records.entry("KL1", "x", state, since=records.OLD, evidence=("seen", note))
        text = limitations_of(entry)
        assert f" · {said}" in text
        assert text.rstrip().endswith("evidence: seen</small>\n\n</div>")
    life = replace(records.LIVES[0], evidence=(gone,), events=())
    assert "**Evidence:**" not in pages.limitation_page(TEMPLATES, life, SITE)


def test_a_metric_where_less_is_more_says_so() -> None:
    less = records.comparison("over-refusal", blocking=True, direction=Direction.LOWER)
    text = page_of(replace(records.UPDATE, evals=(less, records.comparison("MMLU"))))
    assert '<span class="rn-metric">acc · lower is better</span> <b class="rn-tag' in text
    assert '<span class="rn-metric">acc</span> |' in text


def test_very_many_files_are_counted_by_folder() -> None:
    many = tuple(
        Change("file.added", f"data/{at:05}.bin", None, "1", Section.OTHER, "file added")
        for at in range(10_000)
    )
    text = page_of(replace(records.FIRST, changes=many))
    assert "`data/`: 10,000 × file added" in text
    assert len(text.splitlines()) < 100


def test_what_is_withheld_is_counted() -> None:
    assert "5 items are not public: 3 under evals and 2 under other." in page_of(records.UPDATE)


def test_a_release_without_a_page_is_named_and_not_linked() -> None:
    links = SITE.on("releases/wren/a.md")
    assert links.release("wren", "wren/1999") == "wren/1999"


def test_tags_that_differ_by_case_only_have_pages_of_their_own() -> None:
    site = site_map("P", {"main": "M"}, [("main", tag, tag) for tag in ("v1-RC", "v1-rc", "index")])
    pages_of = [path.lower() for path in site.releases.values()]
    assert len(set(pages_of)) == 3
    assert "releases/main/index.md" not in pages_of


def test_several_lines_have_a_list_each_and_one_of_all() -> None:
    site = site_map("P", {"wren": "Wren", "finch": "Finch"}, [])
    assert [path for _, path in site.release_indexes()] == [
        "releases/index.md",
        "releases/wren/index.md",
        "releases/finch/index.md",
    ]
    text = pages.release_index(TEMPLATES, [], site)
    assert "[Wren](wren/index.md) · [Finch](finch/index.md)" in text


# -- hostile words ---------------------------------------------------------------------------------

EVIL = "<script>alert(1)</script> | x [a](javascript:b) {{ 7*7 }} `\n\n# Fake\n\n| y | </div>"


def poisoned(value: Any) -> Any:
    """The value with every free text of it replaced."""
    if isinstance(value, msgspec.Struct):
        return replace(value, **{one: poisoned(item) for one, item in _free(value)})
    if isinstance(value, tuple):
        return tuple(map(poisoned, value))
    return EVIL if isinstance(value, str) else value


STRUCTURE = {
    *("line", "kind", "publish", "on", "start", "end", "date", "described_in", "verdict"),
    *("direction", "audience", "news", "state", "origin", "unit", "diff", "withheld", "counts"),
    *("old", "new", "schema", "path", "file", "id", "behaviour"),
}


def _free(value: Any) -> Iterator[tuple[str, Any]]:
    for one in value.__struct_fields__:
        if one not in STRUCTURE:
            yield one, getattr(value, one)


def test_no_word_of_a_record_becomes_markup() -> None:
    import markdown as python_markdown

    text = page_of(poisoned(records.UPDATE), poisoned(records.UPDATE_LATER))
    extensions = ["attr_list", "def_list", "md_in_html", "tables", "toc", "pymdownx.superfences"]
    html = python_markdown.markdown(text.partition("---\n\n")[2], extensions=extensions)
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "Fake</h1>" not in html
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    assert {len(re.findall(r"<t[dh]", row)) for row in rows} == {2, 6}
