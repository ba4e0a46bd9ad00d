"""Records written as YAML: readable, and read back the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from relnotes.incident.event import Event, Mitigation
from relnotes.incident.record import Claim, Head
from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import EventKind, Precision
from relnotes.incident_files.yaml_text import yaml_text
from relnotes.yamlfile import read

AT = datetime(2025, 4, 25, 19, 0, tzinfo=timezone(timedelta(hours=-7)))
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SHARP_TEXT = st.text(st.sampled_from("a 0:#-+.\n\t\r'\"|>&*{}[]%@\x85\u2028\ufeff\\~"))


def an_event(**more: object) -> Event:
    values: dict[str, object] = {
        "id": "01JSS000000000000000000001",
        "kind": EventKind.NOTE,
        "at": Moment(value=AT),
        "recorded_at": datetime(2025, 4, 27, 10, 33, 12, tzinfo=UTC),
        **more,
    }
    return Event.model_validate(values)


def test_an_event_reads_well() -> None:
    diff = "-Match the user's mood.\n+Be warm and honest.\n"
    event = an_event(
        text="support: 40 tickets",
        by="maria",
        mitigation=Mitigation(commit="4" * 40, removed=(" Match. ",), diff=diff),
    )
    assert yaml_text(event) == (
        "schema: relnotes.event/1\n"
        'id: "01JSS000000000000000000001"\n'
        "kind: note\n"
        "at:\n"
        "  value: 2025-04-25T19:00-07:00\n"
        "recorded_at: 2025-04-27T10:33:12Z\n"
        "by: maria\n"
        'text: "support: 40 tickets"\n'
        "mitigation:\n"
        f'  commit: "{"4" * 40}"\n'
        "  removed:\n"
        '    - " Match. "\n'
        "  diff: |\n"
        "    -Match the user's mood.\n"
        "    +Be warm and honest.\n"
        "...\n"
    )


def test_a_list_of_mappings_reads_well() -> None:
    claims = (Claim(id="first", by="OpenAI", says="It began on 24 April"),)
    text = yaml_text(Head(id="2025-04-25-x", title="X", claims=claims))
    assert "claims:\n  - id: first\n    by: OpenAI\n    says: It began on 24 April\n" in text


@given(st.one_of(ANY_TEXT, SHARP_TEXT))
def test_any_text_comes_back_the_same(words: str) -> None:
    event = an_event(mitigation=Mitigation(diff=words, removed=(words, "a")))
    assert read(yaml_text(event), "event", Event) == event


@given(ANY_TEXT.filter(str.strip), st.datetimes(datetime(1973, 1, 1), timezones=st.timezones()))
def test_any_event_comes_back_the_same(words: str, at: datetime) -> None:
    exact = at.replace(microsecond=0, tzinfo=timezone(at.utcoffset() or timedelta()))
    moment = Moment(value=exact, precision=Precision.DAY, not_before=exact, not_after=exact)
    event = an_event(text=words, at=moment)
    assert read(yaml_text(event), "event", Event) == event
