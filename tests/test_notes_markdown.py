"""The note of a release as Markdown that can be pasted anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import golden
import pytest
import records
from msgspec.structs import replace
from test_pages import poisoned

from relnotes.publish import pages
from relnotes.publish.templates import Templates
from relnotes.release.differences.prompt_diff import diff_texts
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Record

TEMPLATES = Templates()
SITE = records.a_site(records=True)
BASE = "https://hedgerow.example/wren/"


def notes(record: Record, annotations: Annotations | None = None, base: str | None = BASE) -> str:
    links = SITE.on(SITE.release(record.line, record.new) or "releases/wren/candidate.md")
    return pages.notes_markdown(TEMPLATES, record, annotations or Annotations(), links, base)


def edited(old: str, new: str) -> Record:
    prompt = replace(records.UPDATE.prompts[0], diff=diff_texts(old, new))
    return replace(records.UPDATE, prompts=(prompt,))


@pytest.mark.parametrize("name", ["update", "rollback", "first"])
def test_a_note_reads_as_it_was_read(name: str, update_golden: bool) -> None:
    record = {"update": records.UPDATE, "rollback": records.ROLLBACK, "first": records.FIRST}[name]
    beside = records.UPDATE_LATER if name == "update" else Annotations()
    golden.check(f"notes/{name}.md", notes(record, beside), update=update_golden)


@pytest.mark.parametrize("base", [BASE, None])
def test_there_is_no_markup_but_that_of_a_word_diff(base: str | None) -> None:
    text = notes(records.UPDATE, records.UPDATE_LATER, base)
    assert not text.startswith("---")
    assert set(re.findall(r"<[^ >]+", text)) == {"<del", "</del", "<ins", "</ins"}


def test_every_link_has_its_whole_address() -> None:
    text = notes(records.UPDATE, records.UPDATE_LATER)
    targets = re.findall(r"\]\(([^)]*)\)", text)
    assert targets
    assert all(target.startswith(BASE) for target in targets)
    assert f"[KL0031]({BASE}limitations/wren/KL0031/)" in text
    assert f"[why]({BASE}releases/wren/2026-04-25/#note-tone)" in text
    assert f"[as JSON]({BASE}releases/wren/2026-04-25.json)" in text


def test_without_an_address_of_the_site_there_is_no_link() -> None:
    text = notes(records.UPDATE, records.UPDATE_LATER, None)
    assert "](" not in text
    assert "after Wren 2026-03-27" in text
    assert "JSON" not in text
    assert "why" not in text


def test_a_candidate_has_no_page_to_lead_to() -> None:
    standing = replace(records.UPDATE.provenance, tag="(candidate)")
    text = notes(replace(records.UPDATE, new="(candidate)", provenance=standing))
    assert "#note-" not in text
    assert "(candidate)" not in re.sub(r"\s", "", "".join(re.findall(r"\]\([^)]*\)", text)))
    assert "> **Not released yet.**" in text


def test_words_are_marked_where_they_changed_even_within_a_word() -> None:
    text = notes(edited("Be brief and unkind to the user.", "Be brief and kind to the user."))
    assert "> **Paragraph 1, edited:** Be brief and <del>unkind</del><ins>kind</ins> to the" in text


def test_a_paragraph_keeps_its_lines_and_none_of_them_becomes_a_list() -> None:
    text = notes(edited("Rules:\n- be brief\n- be kind\n", "Rules:\n- be brief\n- be warm\n"))
    assert "Rules:\n> \\- be brief\n> \\- be <del>kind</del><ins>warm</ins>" in text


def test_space_that_changed_can_be_seen() -> None:
    assert "␣" in notes(edited("One  two.", "One two."))


def test_a_new_prompt_is_shown_whole_and_not_as_added() -> None:
    prompt = replace(records.UPDATE.prompts[0], old_digest=None)
    text = notes(replace(records.UPDATE, prompts=(prompt,)))
    assert "```\nYou are Wren" in text
    assert "<ins>" not in text


def test_what_the_note_leaves_out_is_named() -> None:
    page = f"[the page of this release]({BASE}releases/wren/2026-04-25/)"
    assert f"41 more results are listed on {page}." in notes(records.UPDATE)
    assert "41 more results are listed in its record." in notes(records.UPDATE, base=None)


def test_a_team_can_change_a_block(tmp_path: Path) -> None:
    override = '{% extends "shipped/notes.md.j2" %}{% block foot %}\nAsk us.{% endblock %}'
    (tmp_path / "notes.md.j2").write_text(override, "utf-8")
    links = SITE.on(SITE.releases["wren", records.NEW])
    text = pages.notes_markdown(Templates(tmp_path), records.UPDATE, Annotations(), links)
    assert text.endswith("\nAsk us.\n")
    assert text.startswith("# Wren 2026-04-25\n")


def test_no_word_of_a_record_becomes_markup() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    text = notes(poisoned(records.UPDATE), poisoned(records.UPDATE_LATER))
    html = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "Fake</h1>" not in html
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    assert {len(re.findall(r"<t[dh]", row)) for row in rows} == {6}
