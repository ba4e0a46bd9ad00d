"""What `relnotes compare` prints: read by a person, kept as files; and how it ends."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import golden
import msgspec
import pytest
from compare.comparekit import relnotes, sides, suite, task

from relnotes.comparing import compare_files
from relnotes.errors import Exit
from relnotes.publish.comparison.record import CompareRecord
from relnotes.publish.comparison.text import compare_text
from relnotes.publish.pen import columns

CASES = Path(__file__).parent / "cases"
DIFF_CONTRACT = {
    *("task", "metric", "filter", "direction", "old", "new", "delta", "se", "ci", "p"),
    *("p_adjusted", "method", "n", "verdict", "reason", "source_old", "source_new"),
}
BESIDE = {
    *("paired", "n_old", "n_new", "n_common", "coverage", "mde", "n_needed", "worst", "best"),
}


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """A folder with `old` and `new`, in which every verdict occurs."""
    return Path(shutil.copytree(CASES / "everything", tmp_path / "everything"))


# Formats


@pytest.mark.parametrize(
    ("name", "columns", "arguments"),
    [
        ("text.txt", "100", ()),
        ("narrow.txt", "60", ("--all",)),
        ("table.md", "80", ("--format", "md")),
        ("rows.csv", "80", ("--format", "csv")),
        ("record.json", "80", ("--format", "json")),
    ],
)
def test_an_answer_reads_as_it_was_read(
    everything: Path, name: str, columns: str, arguments: tuple[str, ...], update_golden: bool
) -> None:
    answer = relnotes("compare", "old", "new", *arguments, folder=everything, COLUMNS=columns)

    assert answer.returncode == Exit.DONE
    assert answer.stderr == ""
    golden.check(f"compare/everything/{name}", answer.stdout, update=update_golden)


@pytest.mark.parametrize("width", [44, 60, 80, 100, 160])
def test_every_line_fits_the_width(everything: Path, width: int) -> None:
    found = compare_files(str(everything / "old"), str(everything / "new"))

    text = compare_text(found, colour=False, width=width, everything=True)

    names = re.escape(str(everything))
    lines = [line for line in text.splitlines() if not re.search(names, line)]
    assert max(columns(line) for line in lines) <= width


def test_colours_add_nothing_and_come_only_when_wanted(everything: Path) -> None:
    found = compare_files(str(everything / "old"), str(everything / "new"))

    plain = compare_text(found, colour=False, width=100)
    coloured = compare_text(found, colour=True, width=100)

    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_nothing_that_a_file_says_steers_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2Jgood\u202etxt"
    old = suite(task(evil, 0.9), task("gone" + evil, 0.5), model=evil)
    found = compare_files(*sides(tmp_path, old, suite(task(evil, 0.5), model=evil)))

    text = compare_text(found, colour=False, width=100, everything=True)

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_the_record_has_the_contract_of_diff_and_what_only_files_tell(everything: Path) -> None:
    answer = relnotes("compare", "old", "new", "--format", "json", folder=everything)

    record = json.loads(answer.stdout)
    assert record["schema"] == "relnotes.compare/1"
    assert [side["name"] for side in (record["old"], record["new"])] == ["old", "new"]
    for row in record["evals"]:
        assert row.keys() >= DIFF_CONTRACT | BESIDE
    msgspec.convert(record, CompareRecord)


def test_the_schema_of_the_record_is_published() -> None:
    answer = relnotes("schema", "compare")

    row = json.loads(answer.stdout)["$defs"]["ComparedEval"]
    assert row["properties"].keys() >= DIFF_CONTRACT | BESIDE


def test_a_spreadsheet_takes_no_name_for_a_formula(tmp_path: Path) -> None:
    name = '=HYPERLINK("http://evil.example","x")'
    old, new = sides(tmp_path, suite(task(name, 0.9)), suite(task(name, 0.5)))

    answer = relnotes("compare", old, new, "--format", "csv")

    (row,) = csv.DictReader(io.StringIO(answer.stdout))
    assert row["task"] == "'" + name
    assert float(row["delta"]) == -0.4
    assert float(row["ci_low"]) < -0.4 < float(row["ci_high"])


def test_an_answer_goes_to_a_file_whole(everything: Path) -> None:
    answer = relnotes("compare", "old", "new", "-o", "out.txt", folder=everything, COLUMNS="100")

    assert answer.stdout == ""
    assert (everything / "out.txt").read_text() == (
        golden.FOLDER / "compare/everything/text.txt"
    ).read_text()


# How it ends


@pytest.mark.parametrize(
    ("fail_on", "code", "said"),
    [
        ("regressed", Exit.CHECK_FAILED, "--fail-on: 1 regressed: truthfulness acc\n"),
        (
            "regressed,removed",
            Exit.CHECK_FAILED,
            "--fail-on: 1 regressed: truthfulness acc\n--fail-on: 1 removed: hebrew-dates acc\n",
        ),
        ("", Exit.DONE, ""),
    ],
)
def test_the_exit_code_follows_the_verdicts(
    everything: Path, fail_on: str, code: int, said: str
) -> None:
    answer = relnotes("compare", "old", "new", "--fail-on", fail_on, folder=everything)

    assert (answer.returncode, answer.stderr) == (code, said)
    assert answer.stdout


def test_a_verdict_that_does_not_occur_does_not_fail(tmp_path: Path) -> None:
    old, new = sides(tmp_path, suite(task("a", 0.5)), suite(task("a", 0.6)))

    answer = relnotes("compare", old, new, "--fail-on", "regressed,removed")

    assert (answer.returncode, answer.stderr) == (Exit.DONE, "")


def test_a_gate_through_which_nothing_went_says_so(tmp_path: Path) -> None:
    old, new = sides(tmp_path, suite(task("a", 0.5, shots=0)), suite(task("a", 0.6, shots=5)))

    answer = relnotes("compare", old, new, "--fail-on", "regressed")

    assert answer.returncode == Exit.DONE
    assert "nothing could be compared" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fail-on", "regresed"), 'no verdict (did you mean "regressed"?)'),
        (("--override", "judge"), '--override: "judge" gives no reason'),
        (("--direction", "acc=up"), '--direction: "acc=up" is no direction'),
        (("--margin", "2"), '--margin: "2" is no margin'),
        (("--margin", "acc=nan"), '--margin: "nan" is no margin'),
        (("--alpha", "0"), "Invalid value for '--alpha'"),
        (("--min-overlap", "1.5"), "Invalid value for '--min-overlap'"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_the_option(
    everything: Path, arguments: tuple[str, ...], said: str
) -> None:
    answer = relnotes("compare", "old", "new", *arguments, folder=everything)

    assert answer.returncode == Exit.BAD_INPUT
    assert said in answer.stderr


def test_problems_of_both_sides_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("hello")

    answer = relnotes("compare", "old.txt", "nowhere", folder=tmp_path)

    assert answer.returncode == Exit.BAD_INPUT
    assert answer.stdout == ""
    assert "old.txt: no known format of eval results" in answer.stderr
    assert "nowhere: there is no such file or folder" in answer.stderr
    assert answer.stderr.endswith("2 problems\n")


# Tables of a team's own


def table(name: str, right: int) -> str:
    rows = "".join(f"q{at},{int(at < right)}\n" for at in range(400))
    return f"id,{name}\n{rows}"


def test_a_table_is_compared_as_soon_as_its_columns_have_a_meaning(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text(table("acc", 320))
    (tmp_path / "new.csv").write_text(table("acc", 280))

    told = relnotes("compare", "old.csv", "new.csv", folder=tmp_path)
    answer = relnotes(
        *("compare", "old.csv", "new.csv", "--format", "json"),
        *("--column", "score=acc", "--column", "key=id"),
        folder=tmp_path,
    )

    assert "say what its columns mean: --column score=… --column key=…" in told.stderr
    (row,) = json.loads(answer.stdout)["evals"]
    assert (row["task"], row["metric"]) == ("all questions", "acc")
    assert (row["old"], row["new"], row["verdict"]) == (0.8, 0.7, "regressed")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("score=ac", "key=id"), 'there is no column "ac" (did you mean "acc"?)'),
        (("scroe=acc",), '--column: "scroe" is no field (did you mean "score"?)'),
        (("key=id",), "--column: columns should name either value"),
    ],
)
def test_a_wrong_column_is_told_with_what_was_meant(
    tmp_path: Path, columns: tuple[str, ...], said: str
) -> None:
    (tmp_path / "old.csv").write_text(table("acc", 320))
    options = [word for column in columns for word in ("--column", column)]

    answer = relnotes("compare", "old.csv", "old.csv", *options, folder=tmp_path)

    assert answer.returncode == Exit.BAD_INPUT
    assert said in answer.stderr


# Settings


def test_the_settings_of_a_repository_hold_and_an_option_wins(tmp_path: Path) -> None:
    sides(tmp_path, suite(task("a", 0.9, n=2000)), suite(task("a", 0.895, n=2000)))
    (tmp_path / "relnotes.toml").write_text("[evals]\nmargin = 0.1\n")

    def verdict(*arguments: str) -> str:
        answer = relnotes(
            "compare", "old.yaml", "new.yaml", *arguments, "--format", "json", folder=tmp_path
        )
        return str(json.loads(answer.stdout)["evals"][0]["verdict"])

    assert verdict() == "held"
    assert verdict("--margin", "0.001") == "inconclusive"
    assert "relnotes.toml hold here too" in relnotes(
        "compare", "old.yaml", "new.yaml", folder=tmp_path
    ).stdout.replace("\n", " ")


# The page that explains it


def test_the_example_of_the_documentation_says_what_the_program_says(
    project: Path, tmp_path: Path, update_golden: bool
) -> None:
    page = project / "site" / "verdicts.md"
    text = page.read_text()
    for name, content in re.findall(r'```yaml title="(\w+\.yaml)"\n(.*?)```', text, re.S):
        (tmp_path / name).write_text(content)
    shown = re.search(r"\$ (relnotes compare .*?)\n(.*?)```", text, re.S)
    assert shown

    answer = relnotes(*shown[1].split()[1:], folder=tmp_path, COLUMNS="88")

    if update_golden:
        page.write_text(text.replace(shown[2], answer.stdout))
    assert shown[2] == answer.stdout or update_golden
