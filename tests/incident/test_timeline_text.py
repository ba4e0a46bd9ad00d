"""What a timeline, metrics and trends look like in a terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import golden
import pytest
from incidentkit import between, event, founding, incident, night, retraction

from relnotes.incident.metrics.durations import measure
from relnotes.incident.metrics.trends import trends
from relnotes.incident.record import Incident, Zone
from relnotes.incident.timeline import timeline
from relnotes.incident.vocabulary import EventKind
from relnotes.publish.incident.metrics_text import metrics_text, trends_text
from relnotes.publish.incident.timeline_text import timeline_text
from relnotes.publish.pen import columns

K = EventKind
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _timeline(one: Incident, *, colour: bool = False, width: int = 88) -> str:
    return timeline_text(one, timeline(one), colour=colour, width=width)


def _founding() -> Incident:
    return incident(
        founding(),
        id="2025-04-25-flattery",
        timezone=Zone(name="America/Los_Angeles", stated=False),
    )


@pytest.mark.parametrize("name", ["night", "founding"])
def test_a_timeline_reads_as_it_was_read(name: str, update_golden: bool) -> None:
    one = night() if name == "night" else _founding()

    golden.check(f"incident/{name}.timeline.txt", _timeline(one), update=update_golden)


@pytest.mark.parametrize("name", ["night", "founding"])
def test_metrics_read_as_they_were_read(name: str, update_golden: bool) -> None:
    one = night() if name == "night" else _founding()

    text = metrics_text(one, measure(one), colour=False, width=88)

    golden.check(f"incident/{name}.metrics.txt", text, update=update_golden)


def test_trends_read_as_they_were_read(update_golden: bool) -> None:
    known = [_founding(), night(), incident(id="2026-05-04-new")]

    text = trends_text(trends((one, measure(one)) for one in known), colour=False, width=100)

    golden.check("incident/trends.txt", text, update=update_golden)


def test_trends_of_nothing_say_so() -> None:
    assert trends_text(trends([]), colour=False, width=80) == "No incident is on record.\n"


def test_an_empty_timeline_says_so() -> None:
    assert "No event is on record." in _timeline(incident())


@pytest.mark.parametrize("zone", ["No/Such", "../etc", "America", ""])
def test_a_zone_that_there_is_not_is_read_as_utc(zone: str) -> None:
    one = incident([event(K.NOTE, "2026-05-01 10:00")], timezone=Zone(name=zone))

    assert "  10:00 " in _timeline(one)


def test_an_incident_whose_head_cannot_be_read_still_has_a_timeline() -> None:
    one = replace(night(), head=None)

    assert "Detected" in _timeline(one)
    assert "time_to" not in metrics_text(one, measure(one), colour=False, width=80)


def test_a_correction_of_nothing_is_said() -> None:
    lost = retraction(event(K.NOTE, "2026-05-01 10:00"))

    assert f"A retraction says that it is about {lost.corrects}" in _timeline(incident([lost]))


def test_nothing_in_a_record_can_steer_the_terminal() -> None:
    text = "red \x1b[31m bell \x07 turned \u202e end"
    one = incident([event(K.NOTE, "2026-05-01 10:00", text=text, source=text)], title=text)

    assert not STEERING.search(_timeline(one))
    assert not STEERING.search(metrics_text(one, measure(one), colour=False, width=80))


def test_lines_fit_into_the_terminal() -> None:
    words = "words that go on " * 20
    vague = event(K.NOTE, between("2026-05-01 10:00", "2026-05-03 11:00"), text=words)

    assert max(map(columns, _timeline(incident([vague]), width=60).splitlines())) <= 60


def test_there_is_no_colour_unless_it_is_wanted() -> None:
    assert "\x1b" in _timeline(night(), colour=True)
    assert STEERING.sub("", re.sub(r"\x1b\[\d+m", "", _timeline(night(), colour=True))) == (
        _timeline(night())
    )
