"""What the public reads of a review: decisions, waivers, coverage; and what it never reads."""

from __future__ import annotations

import json

import msgspec
from bundlekit import behaviours, native_eval
from hypothesis import given
from hypothesis import strategies as st
from reviewkit import Files, decision, line, release, run, signal, waiver

from relnotes.release.review.joining import public_review
from relnotes.release.review.record import (
    ApprovalEntry,
    BehaviourRow,
    Conflict,
    ConflictKind,
    Covering,
    Decided,
    Evidence,
    Measured,
    Review,
    SignalEntry,
    WaiverEntry,
)
from relnotes.release.written.bundle import Audience


def notes(path, capsys, *arguments: str) -> str:
    code, out, err = run(path, capsys, "notes", *arguments)
    assert code == 0, err
    return out


def reviewed(tmp_path, **files: str):
    """A release `v2` that testers were uneasy about."""
    repository = line(tmp_path / "wren")
    register = behaviours(
        {"id": "honesty", "blocking": True, "evals": ["honesty"]}, {"id": "flattery"}
    )
    uneasy = signal(behaviours=["honesty"], quotes=["Only for the house."])
    worse = native_eval("honesty", 0.8, 20_001)
    second: Files = {
        "behaviours.yaml": register,
        "signals/s.yaml": uneasy,
        "evals/honesty.yaml": worse,
        **files,
    }
    release(repository, "v2", second)
    return repository.path


def test_a_decision_stands_in_the_note_in_its_public_words(tmp_path, capsys):
    words = {"public": "Some felt flattered. We watch it.", "reason": "Taste.", "by": "Ada"}
    made = decision(behaviour="honesty", considered=["signals/s.yaml"], **words)
    text = notes(reviewed(tmp_path, **{"decisions/d.yaml": made}), capsys)

    assert "## Where the signals disagreed" in text
    assert "*Decision (head, 6 January 2026): release.* Some felt flattered. We watch it." in text
    for inside in ("Taste", "Ada", "Only for the house", "Something is off"):
        assert inside not in text


def test_that_nobody_decided_stands_in_the_note_too(tmp_path, capsys):
    text = notes(reviewed(tmp_path), capsys)

    sides = "Against: signals that are not public. For: eval (1 held). **No decision is recorded.**"
    assert f"- **honesty**: good numbers, uneasy people. {sides}" in text


def test_the_house_reads_both_sides(tmp_path, capsys):
    text = notes(reviewed(tmp_path), capsys, "--audience", "internal", "--format", "md")

    assert "Against: spot-check (uneasy)." in text
    assert "For: eval (1 held)." in text


def test_a_public_signal_is_read_by_the_public(tmp_path, capsys):
    path = reviewed(tmp_path, **{"signals/p.yaml": signal("fine", audience="public")})
    run(path, capsys, "build", "--no-html")

    page = (path / "site" / "releases" / "wren" / "v2.md").read_text()

    assert "## What testers and users said" in page
    assert "**spot-check** (5 January 2026): fine. Something is off." in page


def test_a_waiver_stands_under_the_known_limitations_as_long_as_it_is_needed(tmp_path, capsys):
    waived = waiver("BEHAVIOUR_NOT_MEASURED", subject="flattery", public="Not measured yet.")
    path = reviewed(tmp_path, **{"waivers/w.yaml": waived})

    text = notes(path, capsys, "v2")
    known = text.partition("## Known limitations")[2].partition("\n## ")[0]

    assert "**Waived until 1 January 2027.** Not measured yet." in known
    assert "because" not in text
    assert "Waived" not in notes(path, capsys, "v1")


def test_the_matrix_says_how_old_each_word_is(tmp_path, capsys):
    path = reviewed(tmp_path)
    run(path, capsys, "build", "--no-html")

    page = (path / "site" / "releases" / "wren" / "v2.md").read_text()
    record = json.loads((path / "site" / "releases" / "wren" / "v2.json").read_text())

    assert "| honesty | blocking | `honesty` (held) |" in page
    rows = {one["behaviour"]: one["evals"] for one in record["review"]["coverage"]}
    assert rows["honesty"][0]["state"] == "here"
    assert rows["flattery"] == []


# -- laws ------------------------------------------------------------------------------------------

CANARY = "canary7f3"
MARKED = st.sampled_from([Audience.PUBLIC, Audience.INTERNAL])


def _word(audience: Audience) -> str:
    return CANARY if audience is Audience.INTERNAL else "seen"


def _signal(audience: Audience, hidden: bool) -> SignalEntry:
    word = _word(audience)
    about = (CANARY,) if hidden else ("tone",)
    texts = (word, word, 1, 1, (word,), None, word)
    return SignalEntry(
        *(word, "alpha", "2026-01-05", "uneasy", word, about, about, *texts), True, audience
    )


def _conflict(audience: Audience, evidence: Audience) -> Conflict:
    one = Evidence(_word(evidence), "alpha", _word(evidence), evidence)
    word = _word(audience)
    made = Decided(CANARY, "release", "head", CANARY, "2026-01-06", CANARY, word, CANARY)
    kinds = (ConflictKind.UNANSWERED,)
    return Conflict(word, kinds, (one,), (one,), made, audience)


def _row(audience: Audience, evidence: Audience) -> BehaviourRow:
    word = _word(audience)
    cover = Covering(_word(evidence), Measured.HERE, 1, None, "held", evidence)
    return BehaviourRow(word, word, (word,), word, True, None, (cover,), audience)


@given(
    st.lists(st.tuples(MARKED, st.booleans()), max_size=3),
    st.lists(st.tuples(MARKED, MARKED), max_size=3),
    st.lists(MARKED, max_size=3),
)
def test_nothing_internal_is_left_in_a_public_review(signals, pairs, waivers):
    hidden = BehaviourRow(CANARY, CANARY, (), None, True, None, (), Audience.INTERNAL)
    review = Review(
        "sha256:0",
        "runs",
        (hidden, *(_row(*one) for one in pairs)),
        tuple(_signal(*one) for one in signals),
        tuple(_conflict(*one) for one in pairs),
        (ApprovalEntry(CANARY, "safety", CANARY, "2026-01-07", "sha256:0", None, True),),
        tuple(
            WaiverEntry(
                *(CANARY, "EVAL_DEBT", _word(one), CANARY, "2026-01-07", "2026-02-07"),
                *(CANARY, _word(one), one),
            )
            for one in waivers
        ),
    )

    assert CANARY not in msgspec.json.encode(public_review(review)).decode()
