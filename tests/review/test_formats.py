"""A check for people and for the programs of others; an audit of the whole history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from bundlekit import behaviours, native_eval
from hypothesis import given
from hypothesis import strategies as st
from reviewkit import Files, below, line, release, run, waiver

from relnotes.publish.checks.formats import check_github, check_junit, check_sarif
from relnotes.publish.schemas import schema
from relnotes.release.review.check_report import CHECK_SCHEMA, CheckReport, Reported
from relnotes.release.review.codes import CODES

# What section 3 of SARIF 2.1.0 requires of the objects that we write, and their closed sets.
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "run": {
            "required": ["tool"],
            "properties": {
                "tool": {
                    "required": ["driver"],
                    "properties": {"driver": {"$ref": "#/$defs/driver"}},
                },
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
                "properties": {"type": "object"},
            },
            "additionalProperties": False,
        },
        "driver": {
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "semanticVersion": {"type": "string"},
                "rules": {
                    "type": "array",
                    "uniqueItems": True,
                    "items": {
                        "required": ["id"],
                        "properties": {
                            "id": {"type": "string"},
                            "shortDescription": TEXT,
                            "fullDescription": TEXT,
                            "help": TEXT,
                            "defaultConfiguration": {
                                "properties": {"level": {"$ref": "#/$defs/level"}},
                                "additionalProperties": False,
                            },
                        },
                        "additionalProperties": False,
                    },
                },
            },
            "additionalProperties": False,
        },
        "level": {"enum": ["none", "note", "warning", "error"]},
        "result": {
            "required": ["message"],
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "level": {"$ref": "#/$defs/level"},
                "message": TEXT,
                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
                "suppressions": {
                    "type": "array",
                    "items": {
                        "required": ["kind"],
                        "properties": {
                            "kind": {"enum": ["inSource", "external"]},
                            "justification": {"type": "string"},
                        },
                        "additionalProperties": False,
                    },
                },
            },
            "additionalProperties": False,
        },
        "location": {
            "properties": {
                "physicalLocation": {
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {
                            "properties": {
                                "uri": {"type": "string", "pattern": r"^[\w.~!$&'()*+,;=:@%/-]+$"}
                            }
                        },
                        "region": {
                            "properties": {"startLine": {"type": "integer", "minimum": 1}},
                            "additionalProperties": False,
                        },
                    },
                    "additionalProperties": False,
                }
            },
            "additionalProperties": False,
        },
    },
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """A candidate with one obstacle that blocks, one that is waived, and one that is only said."""
    found = line(tmp_path_factory.mktemp("formats") / "wren")
    register = behaviours(
        {"id": "honesty", "blocking": True, "evals": ["honesty"]},
        {"id": "flattery", "blocking": True},
        {"id": "warmth"},
    )
    waived = waiver("BEHAVIOUR_NOT_MEASURED", subject="flattery", until="2999-01-01")
    worse = native_eval("honesty", 0.7, 20_000)
    files: Files = {
        "behaviours.yaml": register,
        "evals/honesty.yaml": worse,
        "waivers/w.yaml": waived,
    }
    found.write(below(files))
    return found.path


def written(repository: Path, capsys, format_: str) -> str:
    code, out, _ = run(repository, capsys, "check", "--format", format_)
    assert code == 1
    return out


def test_people_read_what_blocks_first_and_how_to_clear_it(repository, capsys):
    lines = written(repository, capsys, "text").splitlines()

    assert lines[0] == "wren (candidate) may not be released: 1 obstacle"
    assert lines[2].startswith("BEHAVIOUR_REGRESSED     honesty is blocking and got worse")
    assert "bundle/behaviours.yaml:3" in lines[3]
    assert "said, and in nobody's way:" in lines
    assert any("waived by Ada until 2999-01-01: because" in one for one in lines)
    assert lines[-1] == "explain one: relnotes check --explain BEHAVIOUR_REGRESSED"


def test_json_is_as_its_schema_says(repository, capsys):
    answer = json.loads(written(repository, capsys, "json"))

    jsonschema.validate(answer, schema("check"))
    assert [one["code"] for one in answer["obstacles"]] == [
        "BEHAVIOUR_REGRESSED",
        "BEHAVIOUR_NOT_MEASURED",
        "BEHAVIOUR_NOT_MEASURED",
    ]


def test_sarif_is_as_its_standard_says(repository, capsys):
    log = json.loads(written(repository, capsys, "sarif"))

    jsonschema.validate(log, SARIF)
    results = log["runs"][0]["results"]
    assert [one["level"] for one in results] == ["error", "warning", "warning"]
    assert results[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    (suppressed,) = (one for one in results if "suppressions" in one)
    assert "Ada" in suppressed["suppressions"][0]["justification"]


def test_junit_has_a_case_for_every_obstacle_and_every_code_that_is_clear(repository, capsys):
    suite = ElementTree.fromstring(written(repository, capsys, "junit"))[0]

    assert (suite.get("failures"), suite.get("skipped")) == ("1", "2")
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.get("tests") or 0) == 3 + len(CODES) - 2
    (failure,) = suite.iter("failure")
    assert failure.get("type") == "BEHAVIOUR_REGRESSED"


def test_github_gets_an_annotation_on_the_line(repository, capsys):
    first, *rest = written(repository, capsys, "github").splitlines()

    assert first.startswith(
        "::error file=bundle/behaviours.yaml,line=3,title=BEHAVIOUR_REGRESSED::honesty is blocking"
    )
    assert sorted(one.split()[0] for one in rest) == ["::notice", "::warning"]


ANY = st.text(max_size=40)
OBSTACLES = st.builds(
    lambda what, place, because, blocking, code: Reported(
        code, what, place, "mend it", what, blocking, because, (what,)
    ),
    *(ANY, ANY, ANY),
    st.booleans(),
    st.sampled_from(list(CODES)),
)


@given(st.lists(OBSTACLES, max_size=4))
def test_whatever_stands_in_an_obstacle_no_format_breaks(obstacles):
    report = CheckReport(CHECK_SCHEMA, "wren", "v1", None, False, tuple(obstacles))

    ElementTree.fromstring(check_junit(report))
    log = json.loads(check_sarif(report))
    jsonschema.validate(log, SARIF)
    assert check_github(report).count("\n") == len(obstacles)


# -- audit -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> Path:
    found = line(tmp_path_factory.mktemp("audit") / "wren")
    release(found, "v2", {"evals/honesty.yaml": native_eval("honesty", 0.7, 20_000)})
    release(found, "v3", {"evals/honesty.yaml": native_eval("honesty", 0.8, 20_001)})
    return found.path


def test_an_audit_holds_every_release_against_its_own_day(history, capsys):
    code, out, _ = run(history, capsys, "audit", "--format", "json")
    report = json.loads(out)

    assert code == 0
    jsonschema.validate(report, schema("audit"))
    assert [one["obstacles"] for one in report["releases"]] == [{}, {"BEHAVIOUR_REGRESSED": 1}, {}]
    shares = {one["promise"]: (one["kept"], one["of"]) for one in report["shares"]}
    assert (shares["all"], shares["behaviours"], shares["notes"]) == ((2, 3), (2, 3), (3, 3))
    assert report["trend"] == [{"name": "2026 Q1", "kept": 2, "of": 3}]


def test_an_audit_reads_as_a_table(history, capsys):
    _, out, _ = run(history, capsys, "audit")

    assert out.splitlines()[0] == "kept the whole promise  2 of 3 (66.7 %)"
    assert out.splitlines()[-2].endswith("✗ v2  BEHAVIOUR_REGRESSED")


def test_the_site_has_the_audit_with_its_data_and_the_same_numbers(history, capsys):
    assert run(history, capsys, "build", "--no-html")[0] == 0

    data = json.loads((history / "site" / "audit.json").read_text())
    assert [sum(one["obstacles"].values()) for one in data["releases"]] == [0, 1, 0]
    page = (history / "site" / "audit.md").read_text()
    assert "**2 of 3 (66.7 %)**" in page
    assert "2026 Q1: 2 of 3" in page
    assert len(page) < 10_000


def test_an_audit_without_a_release_says_how_to_make_one(tmp_path, capsys):
    repository = line(tmp_path / "wren")
    repository.git("tag", "-d", "v1")

    code, _, err = run(repository.path, capsys, "audit")

    assert code == 3
    assert "git tag v1.0.0" in err
