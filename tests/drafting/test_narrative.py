"""The narrative of a postmortem rests on the public record; its question stays until it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from modelserver import Requests, facts_in, parts, says, serving

from relnotes import demo
from relnotes.cli import main

ID = "2026-05-14-wren-flatters"
FILE = f"incidents/{ID}/postmortem.md"
ASKS = "<!-- relnotes:ask Tell it in your own words. -->"
SECRETS = ("plumbago", "sandpiper", "kestrel")
TRUE = "On 15 May 2026 the line about the mood went out of the system prompt."


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "hedgerow"
    demo.write(path)
    return path


@pytest.fixture
def project(example: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo, with a postmortem of which one section is not written yet."""
    (example / FILE).write_text(f"## Summary\n\nBy hand.\n\n## What happened\n\n{ASKS}\n\nEnd.\n")
    monkeypatch.chdir(example)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    return example


def draft(requests: Requests, *arguments: str) -> int:
    return main(["draft", "--model", "m", "--base-url", requests.url, *arguments])


def told(body: dict[str, Any]) -> str:
    mitigation = next(id_ for id_, text in facts_in(body).items() if "mitigation applied" in text)
    cause = next(id_ for id_, text in facts_in(body).items() if "(suspected" in text)
    return parts(
        **{
            "What happened": [
                ("Nobody knows.", []),
                ("On 16 May 2026 the line was out of the system prompt.", [mitigation]),
                (
                    "On 15 May 2026 the line about the mood went out of the system prompt.",
                    [mitigation],
                ),
                ("The memory certainly did it.", [cause]),
            ]
        }
    )


def test_prose_goes_below_the_question_that_asks_for_it_and_the_question_stays(project, capsys):
    with serving(says(told)) as requests:
        assert draft(requests, "--incident", ID) == 0

    text = (project / FILE).read_text()
    asks = "<!-- relnotes:ask Drafted by m on 2026-01-01 from the record:"
    assert text.startswith("## Summary\n\nBy hand.\n\n## What happened\n\n" + asks)
    assert text.endswith("went out of the system prompt.\n\nEnd.\n")
    assert "16 May" not in text
    assert "certainly" not in text
    assert "take out the question above it" in capsys.readouterr().err


def test_what_is_internal_in_an_incident_reaches_no_request(project):
    with serving(says(told)) as requests:
        assert draft(requests, "--incident", ID) == 0

    assert len(requests.bodies) > 1
    assert not any(secret.encode() in requests.raw for secret in SECRETS)


def test_internal_facts_make_an_internal_passage(project):
    with serving(says(told)) as requests:
        assert draft(requests, "--incident", ID, "--internal") == 0

    assert any(secret.encode() in requests.raw for secret in SECRETS)
    assert "<!-- relnotes:internal -->\nOn 15 May" in (project / FILE).read_text()


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (["--incident", "2026-05-14-wren-flaters"], "", f'(did you mean "{ID}"?)'),
        (["--incident", ID], "## What happened\n\nBy hand.\n", "a person wrote its narrative"),
        (["--incident", ID], None, "there is no postmortem yet"),
        (["--incident", ID, "--for", "developers"], "", "call it alone"),
    ],
)
def test_a_wrong_call_says_what_is_missing(project, capsys, arguments, text, said):
    if text is None:
        (project / FILE).unlink()
    elif text:
        (project / FILE).write_text(text)

    assert main(["draft", "--model", "m", "--base-url", "http://127.0.0.1:9/v1", *arguments]) == 2
    assert said in capsys.readouterr().err
