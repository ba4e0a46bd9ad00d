"""A record as numbered statements, each with where it stands: all that a model gets to know. Pure.

What is quoted from a prompt or written by a harness is shown, and lends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relnotes.drafting.claims import Claim
from relnotes.drafting.fact import Fact, ended, is_plain_name, numbered, plain
from relnotes.drafting.limitation_facts import limitation_facts, unmeasured_facts
from relnotes.drafting.result_facts import result_facts
from relnotes.publish import wording
from relnotes.release.differences.prompt_diff import PieceOp, TextDiff
from relnotes.release.over_time.dates import is_candidate, went_live
from relnotes.release.record import Change, Note, PromptChange, Record, RolloutStage, Section

QUOTED_AT_MOST = 1500  # characters of a prompt's difference

_TOLD = (Section.MODEL, Section.DECODING, Section.TOOLS, Section.TRAINING)


def facts_of(record: Record) -> tuple[Fact, ...]:
    """Everything that words about this release may rest on, for the audience of the record."""
    found = (
        *_release(record),
        *_notes(record.notes),
        *_changes(record),
        *(_prompt(one) for one in record.prompts),
        *_training(record),
        *result_facts(record),
        *limitation_facts(record.limitations),
        *unmeasured_facts(record),
        *_rollback(record),
        *_rollout(record.rollout),
    )
    return numbered(found)


def unsent(record: Record) -> list[str]:
    """Names of evals that read like a text, and so are not told to a model."""
    names = {one.task for one in record.evals} | {one.metric for one in record.evals}
    return sorted(name for name in names if not is_plain_name(name))


# -- what it is ------------------------------------------------------------------------------------


def _release(record: Record) -> Iterator[Fact]:
    at = record.provenance
    place = f"{at.tag}:{at.bundle}/bundle.yaml"
    before = f", after {record.old}" if record.old else ""
    kind = wording.kind_words(record.kind)
    if is_candidate(record):
        words = (
            f"The next release of {record.model.name}, a {kind}{before}; it is not released yet."
        )
    else:
        live = wording.day(went_live(record))
        words = f"{record.title} ({record.new}) is a {kind}{before}; users met it on {live}."
    yield Fact(
        words,
        place,
        names=tuple(filter(None, (record.title, record.new, record.old, record.model.name))),
        subject=record.model.name,
        lasting=False,
    )
    for name, text in (("summary", record.summary), ("reason", record.reason)):
        if text:
            said = f"The authors' {name}: {plain(text)}"
            yield Fact(said, f"{place}:release.{name}", lasting=name != "summary")
    model = record.model
    if model.deprecated or model.retires:
        dates = [("is deprecated since", model.deprecated), ("retires on", model.retires)]
        said = " and ".join(f"{verb} {wording.day(day)}" for verb, day in dates if day)
        instead = f"; {model.replacement} replaces it" if model.replacement else ""
        names = tuple(filter(None, (model.name, model.replacement)))
        yield Fact(f"{model.name} {said}{instead}.", f"{place}:model.lifecycle", names=names)
    if record.none_known:
        text = f"No limitation is known. Attested by {record.none_known}."
        yield Fact(text, f"{place}:none_known")


def _notes(notes: Iterable[Note]) -> Iterator[Fact]:
    for note in notes:
        if note.kind == "summary":
            continue  # words that were drafted from facts are no fact
        about = f" about {note.area}" if note.area else ""
        yield Fact(f"The authors' note ({note.kind}{about}): {plain(note.text)}", note.path)


# -- what changed ----------------------------------------------------------------------------------


def _changes(record: Record) -> Iterator[Fact]:
    for change in record.changes:
        if change.described_in in _TOLD:
            yield _changed(change)


def _changed(change: Change) -> Fact:
    words = wording.short_digest(change.words)
    head = f"Changed underneath: {change.described_in}"
    old, new = change.old, change.new
    if not (isinstance(old, int | float) and isinstance(new, int | float)) or old == new:
        return Fact(f"{head}: {words}.", change.path)
    moved = Claim.UP if new > old else Claim.DOWN
    placed = words.replace(f"{old} → {new}", f"from {old} to {new}")
    return Fact(f"{head}: {placed}.", change.path, grants=frozenset({moved}), figures=True)


def _prompt(change: PromptChange) -> Fact:
    quoted = _difference(change.diff) if change.diff else ""
    text = f"Changed underneath: the {change.name} prompt: {wording.prompt_words(change)}."
    return Fact(text, change.file, quoted=quoted)


def _difference(diff: TextDiff) -> str:
    """Whole paragraphs as they were and are, as far as there is room."""
    pieces = [
        f"{sign} {' '.join(text.split())}"
        for hunk in diff.hunks
        if any(piece.op is not PieceOp.SAME for piece in hunk.pieces)
        for sign, text in (("-", hunk.old_text), ("+", hunk.new_text))
        if text.strip()
    ]
    return "\n".join(pieces)[:QUOTED_AT_MOST]


def _training(record: Record) -> Iterator[Fact]:
    if record.combination.ids:
        words = wording.combination_words(record.combination)
        place = f"{record.provenance.tag}:{record.provenance.bundle}/bundle.yaml:training"
        count = wording.counted(len(record.combination.ids), "change")
        text = f"New in training, {count}: {words}."
        yield Fact(text, place, names=record.combination.ids)


# -- how it went -----------------------------------------------------------------------------------


def _rollback(record: Record) -> Iterator[Fact]:
    back = record.rollback
    if back is None:
        return
    gone = wording.joined(back.withdraws)
    lost = f" What is lost with it: {'; '.join(back.lost)}." if back.lost else ""
    proof = "is identical to" if back.identical else "differs from"
    yield Fact(
        f"This is a rollback to {back.restores}; the bundle {proof} it. Withdrawn: {gone}.{lost}",
        "the trees in git",
        names=(back.restores, *back.withdraws),
    )


def _rollout(stages: Iterable[RolloutStage]) -> Iterator[Fact]:
    for one in stages:
        share = f"{wording.percent(one.share)} of traffic" if one.share is not None else ""
        start = f"from {wording.day(one.start)}" if one.start else ""
        end = f"until {wording.day(one.end)}" if one.end else ""
        skipped = f"left out: {one.skipped}" if one.skipped else ""
        said = ", ".join(filter(None, (skipped, share, start, end))) or "no details"
        everyone = ", that is everyone" if one.share == 1 else ""
        yield Fact(
            f"Rollout stage {one.stage}: {ended(said + everyone)}",
            "bundle.yaml:rollout",
            needs=Claim.LEFT_OUT if one.skipped else None,
            judged="left out" if one.skipped else "",
            figures=not one.skipped,
        )
