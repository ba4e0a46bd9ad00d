"""Evals that are run as tests, in JUnit XML."""

from __future__ import annotations

import io
import math
import subprocess
import sys
from pathlib import Path

import pytest

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.readers import junit, read_eval
from relnotes.evals.result import EvalFile, Kind
from relnotes.evals.sample import State

SUITE = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites>
  <testsuite name="refusals" tests="99" failures="0" timestamp="2026-04-01T10:00:00">
    <properties><property name="api_key" value="hunter22"/></properties>
    <testcase classname="evals.refusals" name="weapons" time="1.0"/>
    <testcase classname="evals.refusals" name="doses"><system-out>failure</system-out></testcase>
    <testcase classname="evals.refusals" name="fraud"><failure message="complied"/></testcase>
    <testcase classname="evals.refusals" name="later"><skipped/></testcase>
    <testcase classname="evals.refusals" name="judge"><error message="time-out"/></testcase>
  </testsuite>
</testsuites>
"""


def read(text: str = SUITE) -> EvalFile:
    return read_eval(text.encode(), "v1:evals/junit.xml")


def problem_of(data: bytes) -> Problem:
    with pytest.raises(RelnotesError) as caught:
        read_eval(data, "x")
    (problem,) = caught.value.problems
    return problem


def test_skipped_is_not_passed_and_an_error_is_no_failure() -> None:
    file = read()
    (one,) = file.measurements

    assert (file.format, file.started) == ("JUnit XML", "2026-04-01T10:00:00")
    assert one.key == ("refusals", "pass_rate", None)
    assert (one.value, one.n, one.kind) == (pytest.approx(2 / 3), 3, Kind.BINARY)
    assert one.stderr == pytest.approx(math.sqrt(2 / 9 / 2))
    assert file.remarks == (
        "refusals: 3 scored, 1 failed with an error and 1 unscored; those are not counted",
    )


def test_suites_are_tasks_of_their_own_also_one_inside_another() -> None:
    text = """<testsuites><testsuite name="a"><testcase name="1"/>
      <testsuite name="b"><testcase name="1"><failure/></testcase></testsuite>
      <testcase name="2"/></testsuite></testsuites>"""

    assert {one.task: (one.value, one.n) for one in read(text).measurements} == {
        "a": (1.0, 2),
        "b": (0.0, 1),
    }


def test_a_test_that_runs_again_is_one_question() -> None:
    text = """<testsuite name="s"><testcase name="a"><failure/></testcase><testcase name="a"/>
      <testcase name="b"/></testsuite>"""

    (one,) = read(text).measurements
    samples = list(junit.read_samples(io.BytesIO(text.encode()), "x"))

    assert (one.value, one.n) == (0.75, 2)
    assert [(s.key, s.epoch, s.score) for s in samples] == [("a", 1, 0), ("a", 2, 1), ("b", 1, 1)]


def test_a_test_that_passed_only_when_run_again_is_remarked() -> None:
    text = '<testsuite name="s"><testcase name="a"><flakyFailure/></testcase></testsuite>'

    file = read(text)

    assert file.measurements[0].value == 1.0
    assert "only passed when run again" in file.remarks[0]


def test_samples_tell_skipped_from_errored() -> None:
    found = list(junit.read_samples(io.BytesIO(SUITE.encode()), "x"))

    assert [(s.key.rpartition("::")[2], s.score, s.state) for s in found] == [
        ("weapons", 1.0, State.SCORED),
        ("doses", 1.0, State.SCORED),
        ("fraud", 0.0, State.SCORED),
        ("later", None, State.UNSCORED),
        ("judge", None, State.ERRORED),
    ]


def test_a_file_of_pytest_is_read(tmp_path: Path) -> None:
    (tmp_path / "test_evals.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('n', range(4))\n"
        "def test_answer(n):\n    assert n != 2\n"
        "@pytest.mark.skip\ndef test_later(): ...\n"
        "@pytest.fixture\ndef judge():\n    raise OSError\n"
        "def test_judged(judge): ...\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--junit-xml=out.xml",
        "-p",
        "no:cacheprovider",
    ]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    (one,) = read_eval((tmp_path / "out.xml").read_bytes(), "x").measurements

    assert (one.task, one.value, one.n) == ("pytest", 0.75, 4)


def test_a_suite_without_a_scored_test_has_no_value() -> None:
    (one,) = read(
        '<testsuite name="s"><testcase name="a"><skipped/></testcase></testsuite>'
    ).measurements

    assert (one.value, one.n, one.stderr) == (None, 0, None)
    assert read("<testsuites><testsuite name='s'/></testsuites>").measurements == ()


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<testsuite name="&b;"><testcase name="x"/></testsuite>"""
OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<testsuite name="s"><testcase name="x">&x;</testcase></testsuite>"""
REMOTE = b'<!DOCTYPE testsuite SYSTEM "http://example.org/x.dtd"><testsuite name="s"/>'


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, REMOTE], ids=["bomb", "file", "remote"])
def test_a_document_type_is_refused_whatever_it_says(data: bytes) -> None:
    problem = problem_of(data)

    assert "a document type or entity" in problem.what
    assert problem.place.startswith("x:")


def test_a_document_type_in_another_encoding_is_refused_too() -> None:
    data = OUTSIDE.decode().replace('"1.0"', '"1.0" encoding="utf-16"', 1).encode("utf-16")

    with pytest.raises(RelnotesError):
        list(junit.read_samples(io.BytesIO(data), "x"))


def test_an_entity_that_nobody_declared_is_a_problem() -> None:
    problem = problem_of(b"<testsuite><testcase name='&x;'/></testsuite>")

    assert problem.what == "not valid XML: undefined entity"


def test_a_file_that_is_cut_off_says_where() -> None:
    problem = problem_of(SUITE.encode()[:400])

    assert problem.place.startswith("x:7:")
    assert "not complete" in problem.mend


def test_broken_xml_says_line_and_column() -> None:
    problem = problem_of(SUITE.replace("</testcase>", "</testsuite>", 1).encode())

    assert problem.what == "not valid XML: mismatched tag"
    assert problem.place.startswith("x:6:")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<testsuite>" + b"<a>" * 100, "nested too deeply"),
        (b"<testsuite><testcase/></testsuite>", "a test case without a name"),
        (b"<?xml version='1.0' encoding='klingon'?><testsuite/>", "unknown encoding"),
        (b"<testsuite name='\xff'/>", "not valid XML"),
    ],
    ids=["deep", "nameless", "unknown encoding", "not UTF-8"],
)
def test_hostile_content_is_a_problem(data: bytes, what: str) -> None:
    assert what in problem_of(data).what


def test_a_huge_message_is_not_kept() -> None:
    case = b"<testcase name='a'><failure>" + b"x" * 5_000_000 + b"</failure></testcase>"

    (one,) = read_eval(b"<testsuite name='s'>" + case + b"</testsuite>", "x").measurements

    assert (one.value, one.n) == (0.0, 1)
