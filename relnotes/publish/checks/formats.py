"""Write a check for other programs: SARIF 2.1.0, JUnit, annotations of GitHub. Strings only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import msgspec

from relnotes import __version__
from relnotes.release.review.check_report import CheckReport, Reported
from relnotes.release.review.codes import CODES

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE = re.compile(r"(.*?):(\d+)\Z", re.DOTALL)


def check_json(report: CheckReport) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


# -- SARIF -----------------------------------------------------------------------------------------


def check_sarif(report: CheckReport) -> str:
    """One run; what does not block because of a waiver or the settings is suppressed, not gone."""
    used = list(dict.fromkeys(one.code for one in report.obstacles))
    run = {
        "tool": {"driver": _driver(used)},
        "results": [_result(one, used, report) for one in report.obstacles],
        "properties": {"line": report.line, "release": report.release},
    }
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _driver(used: list[str]) -> dict[str, Any]:
    return {
        "name": "relnotes",
        "semanticVersion": __version__,
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": CODES[code].title},
                "fullDescription": {"text": CODES[code].meaning},
                "help": {"text": f"{CODES[code].matters} {CODES[code].clear}"},
                "defaultConfiguration": {"level": "error" if CODES[code].blocks else "warning"},
            }
            for code in used
        ],
    }


def _result(one: Reported, used: list[str], report: CheckReport) -> dict[str, Any]:
    said = ". ".join((one.what, *one.changed, f"To clear it: {one.clear}"))
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": used.index(one.code),
        "level": "error" if one.blocking else "warning",
        "message": {"text": said},
        "partialFingerprints": {"obstacle/v1": _fingerprint(one, report)},
    }
    if one.place:
        result["locations"] = [{"physicalLocation": _location(one.place)}]
    if one.because:
        result["suppressions"] = [{"kind": "external", "justification": one.because}]
    return result


def _fingerprint(one: Reported, report: CheckReport) -> str:
    """The same for the same obstacle in another release of the line."""
    return sha256(f"{report.line}\n{one.code}\n{one.subject}".encode()).hexdigest()[:32]


def _location(place: str) -> dict[str, Any]:
    path, line = _split(place)
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(path)}}
    return location | ({"region": {"startLine": line}} if line else {})


def _split(place: str) -> tuple[str, int | None]:
    found = _LINE.match(place)
    return (found[1], int(found[2])) if found else (place, None)


# -- JUnit -----------------------------------------------------------------------------------------


def check_junit(report: CheckReport) -> str:
    """A test case for every obstacle, and one that passes for every code without any."""
    found = {one.code for one in report.obstacles}
    clean = [code for code in CODES if code not in found]
    count = len(report.obstacles) + len(clean)
    skipped = len(report.obstacles) - len(report.blocking)
    name = _xml_attribute(f"relnotes check {report.line} {report.release}")
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<testsuites>",
        f'  <testsuite name={name} tests="{count}" failures="{len(report.blocking)}"'
        f' errors="0" skipped="{skipped}">',
        *(line for one in report.obstacles for line in _case(one)),
        *(f'    <testcase classname="relnotes.check" name="{code}"/>' for code in clean),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _case(one: Reported) -> Iterator[str]:
    name = _xml_attribute(f"{one.code} {one.subject}".strip())
    yield f'    <testcase classname="relnotes.check" name={name}>'
    if one.blocking:
        told = _xml("\n".join(filter(None, (one.place, *one.changed, one.clear))))
        what = _xml_attribute(one.what)
        yield f'      <failure type="{one.code}" message={what}>{told}</failure>'
    else:
        said = one.because or one.what
        yield f"      <skipped message={_xml_attribute(said)}/>"
    yield "    </testcase>"


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("�", text))


def _xml_attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("�", " ".join(text.split())))


# -- GitHub ----------------------------------------------------------------------------------------


def check_github(report: CheckReport) -> str:
    """Workflow commands: an error for what blocks, a warning for what does not, a notice for what
    is waived."""
    return "".join(f"{_command(one)}\n" for one in report.obstacles)


def _command(one: Reported) -> str:
    kind = "error" if one.blocking else "notice" if one.because else "warning"
    path, line = _split(one.place)
    told = {"file": path, "line": line or 1} if path else {}
    facts = {**told, "title": one.code}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in facts.items())
    said = [one.what, *one.changed, one.because or one.clear]
    return f"::{kind} {properties}::{_data(chr(10).join(said))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
