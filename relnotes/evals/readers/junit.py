"""Read JUnit XML, for evals that are run as tests.

Its traps: skipped is not passed, and an error is no failure; the counts in the attributes are
often wrong; a test that is run again stands there twice. A document type, and with it every
entity and every file of the reader's machine, is refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from relnotes.errors import RelnotesError, fail
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.result import EvalFile, Measurement
from relnotes.evals.sample import Sample, State
from relnotes.evals.tally import Tally

name = "JUnit XML"

PASSED = "pass_rate"
_DEEPEST = 64
_CHUNK = 1 << 16
_FAILED, _ERROR, _SKIPPED = "failure", "error", "skipped"
_FLAKY = frozenset({"flakyFailure", "flakyError", "rerunFailure", "rerunError"})


class _Case(NamedTuple):
    """A test case; `score` None where it tells nothing about the model."""

    suite: str
    key: str
    score: float | None
    state: State


def recognise(head: bytes) -> bool:
    """XML with a test suite."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start == b"<" and b"<testsuite" in head


def read(data: bytes, place: str) -> EvalFile:
    """The share of tests that passed, for each suite."""
    checks = Checks(data, place)
    file = _File(place)
    tallies: dict[str, Tally] = {}
    for case in file.cases(io.BytesIO(data)):
        _count(case, tallies.setdefault(case.suite, Tally()))
    for remark in file.remarks:
        checks.remark(remark)
    found = tuple(_measurement(suite, tally, checks) for suite, tally in tallies.items())
    if not found:
        checks.remark("this file holds no test case")
    sampled = tuple(one.key for one in found)
    return EvalFile(
        name, "junit", None, file.started, None, found, checks.finish(), sampled=sampled
    )


def read_samples(file: BinaryIO, place: str) -> Iterator[Sample]:
    """Every test case; one that is run again is its next epoch."""
    epochs: dict[tuple[str, str], int] = {}
    for case in _File(place).cases(file):
        again = (case.suite, case.key)
        epochs[again] = epochs.get(again, 0) + 1
        yield Sample(
            case.suite, PASSED, None, case.key, epochs[again], None, case.score, case.state
        )


def _count(case: _Case, tally: Tally) -> None:
    if case.score is not None:
        tally.add(case.key, case.score)
    elif case.state is State.ERRORED:
        tally.errored += 1
    else:
        tally.unscored += 1


def _measurement(suite: str, tally: Tally, checks: Checks) -> Measurement:
    if remark := tally.remark(suite):
        checks.remark(remark)
    mean, stderr, method, n = tally.aggregate()
    conditions = (("harness", "junit"),)
    return checks.measurement(suite, PASSED, None, mean, stderr, method, n, None, conditions)


class _File:
    """Reads test cases one by one; nothing else of the file is kept."""

    def __init__(self, place: str) -> None:
        self.started: str | None = None
        self.remarks: dict[str, None] = {}
        self._place = place
        self._suites: list[str] = []
        self._depth = 0
        self._case: dict[str, str] | None = None
        self._said: set[str] = set()
        self._done: list[_Case] = []
        self._problem: RelnotesError | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.EntityDeclHandler = self._document_type

    def cases(self, file: BinaryIO) -> Iterator[_Case]:
        """The cases, in the order of the file; RelnotesError with line and column."""
        ended = False
        while not ended:
            chunk = file.read(_CHUNK)
            ended = not chunk
            self._feed(chunk, ended)
            yield from self._done
            self._done.clear()

    def _feed(self, chunk: bytes, ended: bool) -> None:
        try:
            self._parser.Parse(chunk, ended)
        except expat.ExpatError as error:
            what = expat.errors.messages.get(error.code, "").replace("_", " ")
            where = f"{self._place}:{error.lineno}:{error.offset + 1}"
            cut = error.code in (3, 4, 5) and ended  # no element found, a token or tag left open
            mend = "the file is not complete: write it again" if cut else ""
            raise fail(where, f"not valid XML: {what or error}", mend) from error
        except (ValueError, LookupError) as error:
            raise fail(self._place, f"not readable as XML: {error}") from error

    def _document_type(self, *_: Any) -> None:
        raise self._refused("a document type or entity, which test results do not need")

    def _refused(self, what: str) -> RelnotesError:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        return fail(f"{self._place}:{line}:{column + 1}", what, "take it out, or ignore the file")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._refused("nested too deeply")
        tag = tag.rpartition(":")[2]
        if tag == "testsuite":
            self._suites.append(redacted(attributes.get("name", "")))
            self.started = self.started or attributes.get("timestamp")
        elif tag == "testcase":
            self._case, self._said = attributes, set()
        elif self._case is not None:
            self._said.add(tag)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        tag = tag.rpartition(":")[2]
        if tag == "testsuite" and self._suites:
            self._suites.pop()
        elif tag == "testcase" and self._case is not None:
            self._done.append(self._finished(self._case))
            self._case = None

    def _finished(self, case: dict[str, str]) -> _Case:
        suite = next((one for one in reversed(self._suites) if one), "tests")
        key = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
        if not key:
            raise self._refused("a test case without a name")
        if self._said & _FLAKY:
            self.remarks[f"{suite}: tests that only passed when run again count as passed"] = None
        if _SKIPPED in self._said or case.get("status") in ("notrun", "disabled"):
            return _Case(suite, key, None, State.UNSCORED)
        if _ERROR in self._said:
            return _Case(suite, key, None, State.ERRORED)
        return _Case(suite, key, 0.0 if _FAILED in self._said else 1.0, State.SCORED)
