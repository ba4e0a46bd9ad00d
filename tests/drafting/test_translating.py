"""A translation keeps every number, name, code and address; its page stands beside the original."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bundlekit
import pytest
import yaml
from gitkit import GitRepo
from modelserver import Reply, Requests, says, serving

from relnotes.cli import main
from relnotes.drafting.translating import translation_faults
from relnotes.publish.segments import Segment
from relnotes.release.written.draft_mark import words_digest
from relnotes.release.written.translations import Translation

SOURCE = (
    "On 25 April 2026 mmlu_pro fell from 0.612 to 0.581 (−3.1 points) over 14,042 questions; three"
    " of eight testers were uneasy. See [KL0031](https://example.org/a) and `max_tokens`."
)
GERMAN = (
    "Am 25. April 2026 fiel mmlu_pro von 0,612 auf 0,581 (−3,1 Punkte) bei 14.042 Fragen; drei von"
    " acht Testern war unwohl. Siehe [KL0031](https://example.org/a) und `max_tokens`."
)
JAPANESE = (
    "2026年4月25日、mmlu_proは14,042問で0.612から0.581に下がった(−3.1ポイント)。8人中3人のテスターが"
    "違和感を覚えた。[KL0031](https://example.org/a)と`max_tokens`を参照。"
)
FRENCH = GERMAN.replace("14.042", "14\N{NARROW NO-BREAK SPACE}042")


def wrong(text: str, language: str = "de", source: str = SOURCE) -> list[str]:
    return list(translation_faults(Segment("summary", source, markdown=True), text, language))


@pytest.mark.parametrize(
    ("text", "language"), [(GERMAN, "de"), (JAPANESE, "ja"), (FRENCH, "fr"), (SOURCE, "en-GB")]
)
def test_a_faithful_translation_passes(text, language):
    assert wrong(text, language) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("0,581", "0,851", "the number 0.851 is not in the original"),
        ("0,581", "0.581", "the number 0.581 is lost or changed"),
        ("14.042", "14,042", "the number 14,042 is lost or changed"),
        ("−3,1", "3,1", "the number -3.1 is lost or changed"),
        ("−3,1", "+3,1", "the number +3.1 is not in the original"),
        ("25. April", "26. April", "the number 26 is not in the original"),
        ("2026", "2025", "the number 2,025 is not in the original"),
        ("von 0,612 ", "", "the number 0.612 is lost or changed"),
        ("acht", "9", "the number 9 is not in the original"),
        ("mmlu_pro", "mmlu_plus", 'the name "mmlu_pro" is lost or changed'),
        ("KL0031", "KL0032", 'the name "KL0031" is lost or changed'),
        ("`max_tokens`", "`max`", 'the code "`max_tokens`" is lost or changed'),
        ("example.org/a", "evil.example/", "is not in the original"),
        ("Siehe", "<b>Siehe</b>", "it holds '<b'"),
        ("Siehe", "Siehe https://evil.example/x und", "is not in the original"),
        ("Siehe", "Siehe " + "ganz " * 200, "much longer"),
    ],
)
def test_what_was_lost_changed_or_added_is_named(old, new, fault):
    assert old in GERMAN

    found = wrong(GERMAN.replace(old, new))

    assert any(fault in one for one in found), found


# The command and the page


SUMMARY = "Wren answers 4,096 tokens at most."
FIRST = {
    "bundle.yaml": bundlekit.bundle(release={"summary": SUMMARY}),
    "limitations/KL0001.yaml": bundlekit.limitation("KL0001", "Invents 7 citations."),
    "notes/memory.md": "---\nkind: feature\n---\n**Memory** uses `max_tokens`.\n",
}
WORDS = {
    "summary": "Wren antwortet mit höchstens 4.096 Tokens.",
    "note:notes/memory.md": "**Gedächtnis** nutzt `max_tokens`.",
    "limitation:KL0001": "Erfindet 7 Zitate.",
    "label:short": "Kurz gesagt",
    "label:notes": "Was sich für Sie ändert",
    "label:limitations": "Bekannte Schwächen",
    "label:new": "Neu",
    "label:original": "Dies ist eine Übersetzung. Es gilt das Original.",
}
FILE = "translations/de/v1.yaml"
PAGE = "site/releases/wren/v1/de.md"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    repository = bundlekit.project(tmp_path / "wren", {"v1": FIRST})
    monkeypatch.chdir(repository.path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    return repository


def translated(**changed: str) -> Reply:
    def answer(body: dict[str, Any]) -> str:
        lines = body["messages"][0]["content"].splitlines()
        keys = [json.loads(line)["key"] for line in lines if line.startswith('{"key"')]
        texts = {**WORDS, **changed}
        return json.dumps({"texts": [{"key": key, "text": texts.get(key, "")} for key in keys]})

    return says(answer)


def draft(requests: Requests, *arguments: str) -> int:
    return main(["draft", "--model", "m", "--base-url", requests.url, *arguments])


def test_a_translation_is_published_once_it_is_approved_with_links_both_ways(project, capsys):
    with serving(translated()) as requests:
        assert draft(requests, "v1", "--language", "de") == 0
    assert main(["build", "--no-html"]) == 0
    said = capsys.readouterr()
    assert f"{FILE} is a draft that nobody approved, and is left out" in said.err
    assert not (project.path / PAGE).exists()

    assert main(["draft", "--approve", FILE, "--as", "Rin"]) == 0
    assert main(["build"]) == 0

    page = (project.path / PAGE).read_text()
    original = (project.path / "site/releases/wren/v1.md").read_text()
    for text in ("höchstens 4.096 Tokens", "**Gedächtnis** nutzt `max_tokens`", "Erfindet 7"):
        assert text in page
    assert "[Deutsch](v1/de.md)" in original
    assert "[Wren v1 (English)](../v1.md)" in page
    assert (project.path / "build/site/releases/wren/v1/de/index.html").exists()


def test_a_text_that_fails_stays_in_the_original_language(project, capsys):
    with serving(translated(summary="Wren antwortet mit 9.999 Tokens.")) as requests:
        assert draft(requests, "v1", "--language", "de") == 0
        assert len(requests.bodies) == 3
    assert main(["draft", "--approve", FILE, "--as", "Rin"]) == 0
    assert main(["build", "--no-html"]) == 0

    page = (project.path / PAGE).read_text()
    assert '<div lang="en" dir="ltr" markdown>\n\nWren answers 4,096 tokens at most.' in page
    assert "9.999" not in page
    assert "the number 9,999 is not in the original" in capsys.readouterr().err


def test_an_edit_that_changes_a_number_is_not_approved(project, capsys):
    with serving(translated()) as requests:
        assert draft(requests, "v1", "--language", "de") == 0
    project.write({FILE: (project.path / FILE).read_text().replace("4.096", "4.097")})

    assert main(["draft", "--approve", FILE, "--as", "Rin"]) == 1
    assert "summary: the number 4,097 is not in the original" in capsys.readouterr().err


def by_hand(**texts: str) -> str:
    digests = {"summary": words_of(SUMMARY), "limitation:KL0001": words_of("Invents 7 citations.")}
    value = {key: {"of": digests[key], "text": text} for key, text in texts.items()}
    return yaml.safe_dump({"release": "v1", "language": "de", "texts": value}, allow_unicode=True)


def words_of(text: str) -> str:
    from relnotes.release.written.translations import text_digest

    return text_digest(text)


def test_where_the_original_changed_since_the_original_stands(project):
    project.write({FILE: by_hand(summary="Höchstens 4.096 Tokens.")})
    assert main(["build", "--no-html"]) == 0
    assert "Höchstens" in (project.path / PAGE).read_text()

    amendment = {"release": "v1", "on": "2026-01-05", "text": "It was more.", "summary": "More."}
    project.write({"amendments/a.yaml": yaml.safe_dump(amendment)})
    assert main(["build", "--no-html"]) == 0

    page = (project.path / PAGE).read_text()
    assert "Höchstens" not in page
    assert "More." in page


def test_what_means_no_good_in_a_translation_is_only_text(project):
    text = "<script>alert(1)</script> {{ site }} [x](javascript:alert(1)) 4.096"
    project.write({FILE: by_hand(summary=text)})

    assert main(["build"]) == 0

    html = (project.path / "build/site/releases/wren/v1/de/index.html").read_text()
    assert "<script>alert" not in html
    assert "javascript:alert" not in html.replace("(javascript:alert(1))", "")


def test_the_notes_are_printed_in_another_language(project, capsys):
    project.write({FILE: by_hand(summary="Höchstens 4.096 Tokens.")})

    assert main(["notes", "v1", "--language", "de"]) == 0

    out = capsys.readouterr().out
    assert "Höchstens 4.096 Tokens." in out
    assert out.startswith("# ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["v1", "--language", "de-AT"], "there are: de"),
        (["v1", "--language", "de", "--format", "json"], "in Markdown"),
        (["--unreleased", "--language", "de"], "of a RELEASE"),
    ],
)
def test_notes_that_nobody_translated_are_not_made_up(project, capsys, arguments, said):
    project.write({FILE: by_hand(summary="Höchstens 4.096 Tokens.")})

    assert main(["notes", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_translation_that_nobody_approved_is_not_printed(project, capsys):
    with serving(translated()) as requests:
        assert draft(requests, "v1", "--language", "de") == 0

    assert main(["notes", "v1", "--language", "de"]) == 2
    assert "nobody approved this translation" in capsys.readouterr().err
    assert main(["notes", "v1", "--language", "fr"]) == 2
    assert 'it is not translated into "fr"' in capsys.readouterr().err


def test_a_page_of_a_translation_that_is_taken_away_goes(project):
    project.write({FILE: by_hand(summary="Höchstens 4.096 Tokens.")})
    assert main(["build", "--no-html"]) == 0
    project.write({FILE: None})

    assert main(["build", "--no-html"]) == 0

    assert not (project.path / PAGE).exists()
    assert "Deutsch" not in (project.path / "site/releases/wren/v1.md").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("release: v2\nlanguage: de\ntexts: {}\n", f'{FILE}:1:10: "v2" is no release'),
        ("release: v1\nlanguage: German\ntexts: {}\n", f"{FILE}:2:1"),
        ("release: v1\nlanguage: de\ntext: {}\n", 'unknown key "text" (did you mean "texts"?)'),
    ],
)
def test_a_broken_translation_is_named_with_its_place(project, capsys, text, said):
    project.write({FILE: text})

    assert main(["build", "--no-html"]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--language", "de"], "a candidate is not translated"),
        (["v1", "--language", "German"], '"German" is no code of a language'),
        (["v1", "--language", "de", "--internal"], "a translation is for the public"),
        (["v1", "--language", "de", "--only", "summary"], "call it alone"),
    ],
)
def test_a_wrong_call_says_what_is_missing(project, capsys, arguments, said):
    assert main(["draft", "--model", "m", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_the_words_of_a_translation_are_all_its_texts():
    one = Translation.model_validate(
        yaml.safe_load(by_hand(summary="A.", **{"limitation:KL0001": "B."}))
    )

    assert one.words == "limitation:KL0001: B.\nsummary: A."
    assert words_digest(one.words) != words_digest("summary: A.")
