"""Commands as people type them: answers on stdout, talk on stderr, exit codes, wrong input."""

from __future__ import annotations

import json

import jsonschema
import pytest
from bundlekit import SETTINGS, behaviours, bundle, limitation, native_eval, project
from gitkit import GitRepo

from relnotes.cli import main


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command line in a folder; (exit code, stdout, stderr)."""

    def call(folder, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(folder)
        code = main(arguments)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return call


@pytest.fixture(scope="module")
def wren(tmp_path_factory):
    """Three releases; the third regresses, and drops a limitation."""
    repository = project(
        tmp_path_factory.mktemp("wren"),
        {
            "v1": {
                "bundle.yaml": bundle(decoding={"temperature": 0.7}),
                "behaviours.yaml": behaviours({"id": "honesty", "evals": ["honesty"]}),
                "evals/honesty.yaml": native_eval("honesty", 0.8),
                "limitations/KL0001.yaml": limitation(),
                "limitations/KL0002.yaml": limitation("KL0002", "Secret.", audience="internal"),
            },
            "v2": {"bundle.yaml": bundle(decoding={"temperature": 0.8})},
            "v3": {
                "evals/honesty.yaml": native_eval("honesty", 0.7),
                "limitations/KL0001.yaml": None,
                "notes/n.md": "**Shorter.** Answers are shorter.\n",
            },
        },
    )
    return repository.path


def test_the_notes_of_the_latest_release_are_printed(run, wren):
    code, out, _ = run(wren, "notes", "--format", "md")

    assert code == 0
    assert "# Wren v3" in out
    assert "Answers are shorter." in out


@pytest.mark.parametrize("format_", ["md", "text", "json"])
def test_notes_come_in_three_formats(run, wren, format_):
    code, out, _ = run(wren, "notes", "v2", "--format", format_)

    assert code == 0
    assert "0.8" in out


def test_public_notes_hold_nothing_internal(run, wren):
    assert "Secret." not in run(wren, "notes", "v1", "--format", "md")[1]
    assert "Secret." in run(wren, "notes", "v1", "--format", "md", "--audience", "internal")[1]


def test_a_record_renders_to_the_same_page_again(run, wren, tmp_path):
    for audience in ("public", "internal"):
        options = ("--audience", audience)
        _, page, _ = run(wren, "notes", "v3", "--format", "md", *options)
        record = tmp_path / f"{audience}.json"
        assert run(wren, "notes", "v3", "--format", "json", *options, "-o", str(record))[0] == 0

        assert run(wren, "notes", "--from-record", str(record), "--format", "md")[1] == page


def test_a_file_that_is_no_record_is_refused(run, wren, tmp_path):
    for text, said in [("{", "no release record"), ('{"schema": "x"}', "the schema is 'x'")]:
        path = tmp_path / "x.json"
        path.write_text(text)
        code, _, err = run(wren, "notes", "--from-record", str(path))
        assert (code, said in err) == (2, True), err


def test_a_diff_for_programs_keeps_the_contract(run, wren):
    code, out, _ = run(wren, "diff", "v1..v3", "--format", "json")
    record = json.loads(out)

    assert code == 0
    assert (record["schema"], record["line"]) == ("relnotes.release/1", "wren")
    assert (record["old"], record["new"]) == ("v1", "v3")
    assert {"kind", "path", "old", "new", "described_in"} <= set(record["changes"][0])
    wanted = "task metric filter direction old new delta se ci p p_adjusted method n verdict reason"
    assert {*wanted.split(), "source_old", "source_new"} <= set(record["evals"][0])
    assert {"id", "state", "since", "origin", "text"} <= set(record["limitations"][0])
    assert record["evals"][0]["delta"] == -0.1


def test_the_record_fits_its_published_schema(run, wren):
    schema = json.loads(run(wren, "schema", "release")[1])
    record = json.loads(run(wren, "diff", "v1..v3", "--format", "json")[1])

    jsonschema.validate(record, schema)


def test_a_diff_over_several_releases_tells_the_ledger_between_them(run, wren):
    record = json.loads(run(wren, "diff", "v1..v3", "--format", "json")[1])

    told = {entry["id"]: entry["news"] for entry in record["limitations"]}
    assert told["KL0001"] == "dropped"
    assert told["KL0002"] == "still open"


def test_a_diff_with_itself_is_empty(run, wren):
    record = json.loads(run(wren, "diff", "v3..v3", "--format", "json")[1])

    assert (record["changes"], record["evals"]) == ([], [])


def test_two_releases_may_be_two_words_as_git_takes_them(run, wren):
    assert run(wren, "diff", "v1", "v3") == run(wren, "diff", "v1..v3")


def test_a_later_release_that_is_broken_does_not_hinder_a_diff_of_earlier_ones(run, tmp_path):
    parts = ({}, {"decoding": {"top_p": 0.9}}, {"decodng": {}})
    project(tmp_path, {f"v{at}": {"bundle.yaml": bundle(**one)} for at, one in enumerate(parts)})

    code, out, _ = run(tmp_path, "diff", "v0..v1", "--format", "json")

    assert (code, len(json.loads(out)["changes"])) == (0, 1)
    assert run(tmp_path, "diff", "v1..v2")[0] == 2


def test_notes_of_an_earlier_release_say_that_a_later_one_cannot_be_read(run, tmp_path):
    broken = {"bundle.yaml": "nonsense: 1\n"}
    path = project(
        tmp_path / "r", {"v1": {"bundle.yaml": bundle()}, "v2": {"other.txt": "x"}, "v3": broken}
    ).path

    code, out, err = run(path, "notes", "v2")
    assert code == 0
    assert "v2" in out
    assert "v3 cannot be read, so whether it or a later release withdraws v2 is unknown" in err
    assert "v3:bundle/bundle.yaml:1:1" in err

    assert run(path, "notes", "v3")[0] == 2
    assert run(path, "notes", "--unreleased")[0] == 2


def test_a_diff_backwards_swaps_the_verdict(run, wren):
    record = json.loads(run(wren, "diff", "v3..v2", "--format", "json")[1])

    assert [row["verdict"] for row in record["evals"]] == ["improved"]


@pytest.mark.parametrize(
    ("verdicts", "code"), [("regressed", 1), ("removed,not-comparable", 0), ("", 0)]
)
def test_fail_on_decides_the_exit_code(run, wren, verdicts, code):
    assert run(wren, "diff", "v2..v3", "--fail-on", verdicts)[0] == code


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("diff", "v1"), 2, "write OLD..NEW"),
        (("diff", "v1...v2"), 2, "write OLD..NEW"),
        (("diff", "v1..v2", "v3"), 2, "write OLD..NEW"),
        (("diff", "v1", "v2", "v3"), 2, "write OLD..NEW"),
        (("diff", "v1..v22"), 3, 'there is no release "v22" (did you mean "v2"?)'),
        (("diff", "v1..v2", "--fail-on", "regresed"), 2, 'did you mean "regressed"?'),
        (("diff", "v1..v2", "--line", "finch"), 2, 'there is no line "finch"'),
        (("notes", "nope"), 3, 'there is no release "nope"'),
        (("notes", "v1", "--unreleased"), 2, "either"),
        (("limitations", "--at", "v9"), 3, 'there is no release "v9"'),
        (("schema", "bundel"), 2, 'did you mean "bundle"?'),
        (("--config", "missing.toml", "notes"), 2, "no such settings file"),
        (("biuld",), 2, "build"),
    ],
)
def test_wrong_input_is_answered_with_words_and_the_right_code(run, wren, arguments, code, said):
    got, out, err = run(wren, *arguments)

    assert (got, out) == (code, "")
    assert said in err


def test_the_candidate_is_what_lies_in_the_work_tree(run, tmp_path):
    repository = project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    repository.write({"bundle/limitations/KL0001.yaml": limitation()})

    record = json.loads(run(tmp_path, "notes", "--unreleased", "--format", "json")[1])
    ledger = json.loads(run(tmp_path, "limitations", "--format", "json")[1])

    assert record["new"] == ledger["release"] == "(candidate)"
    assert [entry["id"] for entry in ledger["limitations"]] == ["KL0001"]
    assert "KL0001" in run(tmp_path, "diff", "v1..", "--format", "json")[1]


def test_limitations_are_listed_filtered_and_checked(run, wren):
    everything = run(wren, "limitations")[1]
    dropped = run(wren, "limitations", "--state", "dropped")[1]
    derived = run(wren, "limitations", "--origin", "regression", "--behaviour", "honesty")[1]
    before = json.loads(run(wren, "limitations", "--at", "v1", "--format", "json")[1])

    assert {"KL0001", "KL0002"} <= set(everything.split())
    assert "KL0001" in dropped
    assert "KL0002" not in dropped
    assert "honesty (acc) fell from 0.800 to 0.700" in derived
    assert [entry["state"] for entry in before["limitations"]] == ["open", "open"]
    assert run(wren, "limitations", "--at", "v1", "--check")[0] == 0
    code, _, err = run(wren, "limitations", "--check")
    assert (code, "KL0001 was dropped" in err) == (1, True)


def test_none_known_has_to_be_attested(run, tmp_path):
    repository = project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    code, _, err = run(tmp_path, "limitations", "--check")
    assert (code, "nobody attested none_known" in err) == (1, True)

    attested = bundle(none_known={"by": "Ada", "on": "2026-01-02"})
    repository.release("v2", {"bundle/bundle.yaml": attested})

    assert run(tmp_path, "limitations", "--check")[0] == 0
    assert "Ada, 2026-01-02" in run(tmp_path, "notes", "--format", "json")[1]


def test_several_lines_ask_which(run, tmp_path):
    repository = project(tmp_path, {})
    lines = '[[lines]]\nname = "a"\nbundle = "a"\ntags = "a/*"\n'
    repository.commit({"relnotes.toml": lines + lines.replace('"a', '"b')})
    repository.release("a/1", {"a/bundle.yaml": bundle()})
    repository.release("b/1", {"b/bundle.yaml": bundle()})

    code, _, err = run(tmp_path, "notes")
    assert (code, "choose one with --line: a, b" in err) == (2, True)
    assert run(tmp_path, "notes", "--line", "b", "--format", "json")[0] == 0
    assert json.loads(run(tmp_path, "notes", "b/1", "--format", "json")[1])["line"] == "b"
    assert 'no line has a release "c/1"' in run(tmp_path, "notes", "c/1")[2]


def test_settings_in_a_folder_of_a_larger_repository_govern_that_folder(run, tmp_path):
    repository = project(tmp_path, {})
    repository.release(
        "v1",
        {
            "models/relnotes.toml": SETTINGS,
            "models/bundle/bundle.yaml": bundle(),
            "models/amendments/a.yaml": "release: v1\non: 2026-01-02\ntext: Amended.\n",
        },
    )

    code, out, _ = run(tmp_path / "models", "notes", "--format", "md")

    assert code == 0
    assert "Amended." in out


def test_every_schema_is_printed_and_is_json(run, tmp_path):
    names = [line.split()[0] for line in run(tmp_path, "schema")[1].splitlines()]

    assert {"bundle", "limitation", "release", "settings"} <= set(names)
    for name in names:
        assert json.loads(run(tmp_path, "schema", name)[1])["$schema"].startswith("https://")


def test_init_makes_a_repository_that_can_be_released_at_once(run, tmp_path):
    from gitkit import GitRepo

    assert run(tmp_path, "init")[0] == 0
    repository = GitRepo(tmp_path)
    repository.release("v0.1.0", {})

    assert run(tmp_path, "build", "--no-html")[0] == 0
    assert "kept" in run(tmp_path, "init")[1]


def test_an_answer_goes_to_a_file_whole(run, wren, tmp_path):
    path = tmp_path / "notes.md"

    code, out, _ = run(wren, "notes", "v3", "--format", "md", "-o", str(path))

    assert (code, out) == (0, "")
    assert path.read_text().endswith("\n")


def test_a_device_or_a_link_stays_what_it_is(run, wren, tmp_path):
    import os
    from pathlib import Path

    pipe, link, target = tmp_path / "pipe", tmp_path / "link", tmp_path / "target"
    os.mkfifo(pipe)
    link.symlink_to(target)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run(wren, "schema", "note", "-o", str(pipe))[0] == 0
        assert os.read(reader, 1 << 16).startswith(b"{")
    finally:
        os.close(reader)

    assert run(wren, "schema", "note", "-o", str(link))[0] == 0
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert target.read_text().startswith("{")
    assert run(wren, "schema", "note", "-o", os.devnull)[0] == 0
    assert Path(os.devnull).is_char_device()


def test_a_filter_that_nothing_passes_does_not_say_that_nothing_is_recorded(run, wren):
    found = run(wren, "limitations", "--behaviour", "kindness")
    code, _, err = run(wren, "limitations", "--origin", "rumour")

    assert found[:2] == (0, "No limitation is of this kind; 3 are recorded.\n")
    assert (code, 'there is no origin "rumour"; there are: authored,' in err) == (2, True)


def test_a_code_is_explained_however_it_is_written(run, wren):
    assert run(wren, "check", "--explain", "signal_conflict")[0] == 0


def test_init_writes_nothing_into_a_bare_repository(run, tmp_path):
    GitRepo(tmp_path).git("init", "--quiet", "--bare", "bare.git")
    before = sorted((tmp_path / "bare.git").rglob("*"))

    code, _, err = run(tmp_path, "init", "bare.git")

    assert (code, "bare repository" in err) == (2, True)
    assert sorted((tmp_path / "bare.git").rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("settings", {"evals": {"alpha": 2}}),
        ("behaviours", {"behaviours": [{"id": "a", "principle": "b", "margin": -1}]}),
        ("bundle", {"model": {"name": "W"}, "rollout": [{"stage": "full", "share": 3}]}),
    ],
)
def test_an_editor_that_reads_the_schema_marks_what_is_out_of_bounds(run, tmp_path, name, wrong):
    schema = json.loads(run(tmp_path, "schema", name)[1])

    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(wrong))

    assert len(errors) == 1
