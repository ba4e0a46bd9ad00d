"""What a server gets beside the question, and what is made of answers that are no stream."""

from __future__ import annotations

import bundlekit
import pytest
from gitkit import GitRepo
from modelserver import answers_whole, breaks_whole, fails, says, sends_on, serving

from relnotes.cli import main

ACCOUNT = {
    "OPENAI_API_KEY": "sk-canary-usual-key",
    "OPENAI_ADMIN_KEY": "sk-canary-admin-key",
    "OPENAI_ORG_ID": "org-canary",
    "OPENAI_PROJECT_ID": "proj-canary",
    "OPENAI_CUSTOM_HEADERS": "X-Canary: header-canary\nAuthorization: Bearer canary",
    "OPENAI_WEBHOOK_SECRET": "whsec-canary",
    "OPENAI_BASE_URL": "http://127.0.0.1:1/canary",
}
SAID = '{"parts": [{"part": "summary", "sentences": [{"text": "Wren answers.", "facts": ["F3"]}]}]}'
EXPECTED = {
    "host", "accept", "accept-encoding", "connection", "content-type", "content-length",
    "user-agent", "authorization",
}  # fmt: skip


@pytest.fixture
def project(tmp_path, monkeypatch) -> GitRepo:
    none_known = {"by": "Rin", "on": "2026-01-02"}
    first = {"bundle.yaml": bundlekit.bundle(none_known=none_known)}
    repository = bundlekit.project(tmp_path / "wren", {"v1": first})
    repository.write({"bundle/notes/more.md": "Wren answers.\n"})
    monkeypatch.chdir(repository.path)
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    return repository


def headers_of(raw: bytes) -> dict[str, str]:
    lines = raw.decode().partition("\n")[2].partition("\n\n")[0].splitlines()
    pairs = (line.partition(": ") for line in lines if line.strip())
    return {name.lower(): value for name, _, value in pairs if name[0] != "{"}


def test_a_server_that_the_repository_names_gets_nothing_of_the_account(project):
    with serving(says(SAID)) as requests:
        settings = (project.path / "relnotes.toml").read_text()
        project.write({"relnotes.toml": f'{settings}[drafting]\nbase_url = "{requests.url}"\n'})
        main(["draft", "--model", "m", "--only", "summary"])

    assert requests.raw
    assert b"canary" not in requests.raw
    assert b"Stainless" not in requests.raw


def test_a_server_that_the_user_names_gets_key_and_account_and_no_word_of_the_machine(project):
    with serving(says(SAID)) as requests:
        main(["draft", "--model", "m", "--only", "summary", "--base-url", requests.url])

    headers = headers_of(requests.raw)
    assert headers["authorization"] == f"Bearer {ACCOUNT['OPENAI_API_KEY']}"
    assert headers["openai-organization"] == "org-canary"
    assert headers["openai-project"] == "proj-canary"
    assert set(headers) == {*EXPECTED, "openai-organization", "openai-project"}


def test_another_key_is_of_another_account(project, monkeypatch):
    monkeypatch.setenv("RELNOTES_API_KEY", "other")
    with serving(says(SAID)) as requests:
        main(["draft", "--model", "m", "--only", "summary", "--base-url", requests.url])

    assert headers_of(requests.raw)["authorization"] == "Bearer other"
    assert b"canary" not in requests.raw


def test_a_server_that_sends_on_is_not_followed(project, capsys):
    with serving(says(SAID)) as elsewhere, serving(sends_on(elsewhere.url)) as requests:
        assert main(["draft", "--model", "m", "--base-url", requests.url]) == 2

    assert elsewhere.raw == b""
    assert f"it sends on to {elsewhere.url}" in capsys.readouterr().err


def test_a_server_that_knows_no_streams_is_understood(project, capsys):
    with serving(answers_whole(SAID)) as requests:
        main(["draft", "--model", "m", "--only", "summary", "--base-url", requests.url])

    assert "used: 1,200 tokens sent" in capsys.readouterr().err
    assert "Wren answers." in (project.path / "bundle/notes/summary.md").read_text()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answers_whole("", finish="content_filter"), "the server's filter held the answer back"),
        (answers_whole(SAID[:40], finish="length"), "the answer was cut off"),
        (answers_whole(refusal="No."), "the model refused: No."),
        (answers_whole([{"type": "text", "text": "x"}]), "the answer is empty"),
        (breaks_whole('{"error": {"message": "out of memory"}}'), "out of memory"),
        (breaks_whole('{"choices": null}'), "the answer broke off"),
        (breaks_whole('["no answer"]'), "the answer broke off"),
        (breaks_whole('{"choices": [{"mess'), "the answer broke off"),
        (breaks_whole('{"choices": []}'), "the answer is empty"),
        (fails(200, "overloaded"), "overloaded"),
    ],
)
def test_one_document_that_is_no_answer_is_told(project, capsys, reply, said):
    settings = (project.path / "relnotes.toml").read_text()
    project.write({"relnotes.toml": f"{settings}[drafting]\nretries = 0\nattempts = 1\n"})
    with serving(reply) as requests:
        arguments = ["draft", "--model", "m", "--only", "summary", "--base-url", requests.url]
        assert main(arguments) in (1, 2)

    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    assert not (project.path / "bundle/notes/summary.md").exists()


@pytest.mark.parametrize("counts", [{"prompt_tokens": "many"}, {}, [], "none"])
def test_a_count_that_is_none_is_unknown(project, capsys, counts):
    with serving(answers_whole(SAID, usage=counts)) as requests:
        main(["draft", "--model", "m", "--only", "summary", "--base-url", requests.url])

    assert "the server did not say how many tokens it took" in capsys.readouterr().err
