"""A record as numbered statements, each with where it stands: all that a model gets to know. Pure.

A statement lends its numbers, its names and its claims to whoever cites it. What is quoted from
a prompt or written by a harness is shown, and lends nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from relnotes.drafting.claims import DIRECTIONS, Claim
from relnotes.evals.comparison import Comparison, Verdict
from relnotes.evals.figures import Figures
from relnotes.evals.result import Direction
from relnotes.publish import eval_wording, honesty, wording
from relnotes.release.dates import is_candidate, went_live
from relnotes.release.known import LedgerEntry, News, Origin, Unmeasured
from relnotes.release.ledger import LIVE
from relnotes.release.prompt_diff import PieceOp, TextDiff
from relnotes.release.record import Note, PromptChange, Record, RolloutStage, Section

EVALS_TOLD = 40
QUOTED_AT_MOST = 1500  # characters of a prompt's difference

_TOLD = (Section.MODEL, Section.DECODING, Section.TOOLS, Section.TRAINING)
_NOT_CLAIMED = DIRECTIONS | {Claim.SETTLED, Claim.CERTAIN}
_PLAIN_NAME = re.compile(r"[\w./:@+\-|,%() ]{1,80}")
_MOST_WORDS = 6  # a longer name reads like a text
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`#>]+|(?<!\w)_+|_+(?!\w)|<[^>]*>")


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement. `id` is how an answer cites it; `key` is the same in another numbering."""

    text: str
    source: str
    quoted: str = ""
    names: tuple[str, ...] = ()
    subject: str = ""  # what all facts are about: its name needs no citation
    grants: frozenset[Claim] = frozenset()  # beside what its own words claim
    forbids: frozenset[Claim] = frozenset()
    needs: Claim | None = None  # what a sentence that cites it has to say
    must: str = ""  # what has to be named somewhere, if this may not be left out
    judged: str = ""  # the verdict that the claims follow from, in words
    measured: bool = False  # the numbers of one result
    lasting: bool = True
    """False: it is worded otherwise once the candidate has its tag, or a draft is approved."""
    id: str = ""

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.text}\n{self.quoted}".encode()).hexdigest()[:8]


def facts_of(record: Record) -> tuple[Fact, ...]:
    """Everything that words about this release may rest on, for the audience of the record."""
    found = (
        *_release(record),
        *_notes(record.notes),
        *_changes(record),
        *(_prompt(one) for one in record.prompts),
        *_training(record),
        *_evals(record),
        *_limitations(record.limitations),
        *_unmeasured(record),
        *_rollback(record),
        *_rollout(record.rollout),
    )
    return numbered(found)


def numbered(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(replace(fact, id=f"F{at}") for at, fact in enumerate(facts, start=1))


def unsent(record: Record) -> list[str]:
    """Names of evals that read like a text, and so are not told to a model."""
    names = {one.task for one in record.evals} | {one.metric for one in record.evals}
    return sorted(name for name in names if not is_plain_name(name))


def is_plain_name(name: str) -> bool:
    return bool(_PLAIN_NAME.fullmatch(name)) and len(name.split()) <= _MOST_WORDS


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


def plain(text: str) -> str:
    """Markdown as it reads, in one line."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


# -- what changed ----------------------------------------------------------------------------------


def _changes(record: Record) -> Iterator[Fact]:
    for change in record.changes:
        if change.described_in in _TOLD:
            words = wording.short_digest(change.words)
            yield Fact(f"Changed underneath: {change.described_in}: {words}.", change.path)


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
        text = f"New in training: {words}."
        yield Fact(text, place, names=record.combination.ids)


# -- what was measured -----------------------------------------------------------------------------


def _evals(record: Record) -> Iterator[Fact]:
    told = [one for one in eval_wording.told(record.evals) if is_plain_name(one.task)]
    shown = told[:EVALS_TOLD]
    counts = eval_wording.counts_sentence(record.eval_summary, first=record.old is None)
    yield Fact(f"Of the evals: {counts}", "every eval result of this release")
    yield from map(_row, shown)
    for one in record.evals:
        if one.verdict is Verdict.NOT_COMPARABLE and not one.blocking and is_plain_name(one.task):
            yield _row(one)
    plain_rows = [one for one in record.evals if is_plain_name(f"{one.task} {one.metric}")]
    if words := honesty.honest_sentence(plain_rows):
        yield Fact(words, "every eval result of this release")


def _row(one: Comparison) -> Fact:
    name = f"{one.task} ({one.metric})" if is_plain_name(one.metric) else one.task
    shown = eval_wording.figures(one)
    change = f", by {shown.change}{_points(one, shown)}" if shown.change else ""
    # Without its "95 %", which would be one more number to write in a wrong place.
    interval = f" (its interval lies between {shown.low} and {shown.high})" if shown.low else ""
    behaviour = f"; it measures {one.behaviour}" if one.behaviour else ""
    grants = _granted(one)
    return Fact(
        f"The eval {name} {_verdict_words(one)}{_values(shown)}{change}{interval}"
        f"{_samples(one)}{behaviour}.",
        one.source_new or one.source_old or "",
        quoted=one.reason,
        names=tuple(filter(None, (one.task, _telling(one.metric), one.behaviour))),
        grants=grants,
        forbids=_NOT_CLAIMED - grants,
        needs=_NEEDED.get(one.verdict),
        judged=one.verdict.value,
        measured=True,
    )


def _telling(metric: str) -> str:
    """A metric's name where it is no everyday word, such as "score"."""
    return "" if re.fullmatch(r"[a-z]+", metric) or not is_plain_name(metric) else metric


def _values(shown: Figures) -> str:
    if shown.old and shown.new:
        return f": from {shown.old} to {shown.new}"
    return "".join(f": {value}" for value in (shown.old, shown.new) if value)


def _points(one: Comparison, shown: Figures) -> str:
    """Of the change as it is shown, so that both round to the same."""
    sign, size = shown.change[:1], shown.change[1:]
    if one.unit != "fraction" or sign not in ("+", wording.MINUS):
        return ""
    return f" or by {sign}{wording.points(float(size))}"


def _verdict_words(one: Comparison) -> str:
    if one.verdict is Verdict.INCONCLUSIVE and one.n_needed:
        had = one.n_new or one.n
        run = f", {had:,} were run" if had else ""
        return f"is inconclusive ({one.n_needed:,} questions would settle it{run})"
    return _SAID.get(one.verdict, one.verdict.value)


_SAID = {
    Verdict.INCONCLUSIVE: "is inconclusive",
    Verdict.NOT_COMPARABLE: "is not comparable",
    Verdict.ADDED: "is measured for the first time",
    Verdict.REMOVED: "has no result any more; the one before was",
    Verdict.CHANGED: "changed; which way is better is unknown",
}
_NEEDED = {
    Verdict.INCONCLUSIVE: Claim.OPEN,
    Verdict.NOT_COMPARABLE: Claim.INCOMPARABLE,
    Verdict.NOT_MEASURED: Claim.UNMEASURED,
}


def _granted(one: Comparison) -> frozenset[Claim]:
    """What may be said of a row; of a change whose good direction is unknown, only that."""
    moved = {Claim.UP if (one.delta or 0) > 0 else Claim.DOWN} if one.delta else set()
    match one.verdict:
        case Verdict.IMPROVED:
            return frozenset({Claim.BETTER, *moved})
        case Verdict.REGRESSED:
            return frozenset({Claim.WORSE, *moved})
        case Verdict.CHANGED:
            return frozenset(moved)
        case Verdict.HELD:
            return frozenset({Claim.SAME})
    return frozenset()


def _samples(one: Comparison) -> str:
    direction = "; lower is better" if one.direction is Direction.LOWER else ""
    words = eval_wording.sample_words(one)
    return f"; n is {words}{direction}" if words != eval_wording.UNKNOWN else direction


# -- what is known to be wrong ---------------------------------------------------------------------


def _limitations(entries: tuple[LedgerEntry, ...]) -> Iterator[Fact]:
    older = [one for one in entries if one.news is News.STILL_OPEN]
    for entry in entries:
        yield _limitation(entry)
    if older:
        names = wording.joined(one.id for one in older)
        count = wording.counted(len(older), "known limitation")
        verb = "is" if len(older) == 1 else "are"
        yield Fact(
            f"{count} of earlier releases {verb} still open: {names}.",
            "the ledger of limitations",
            names=tuple(one.id for one in older),
            must=str(len(older)),
            lasting=False,
        )


def _limitation(entry: LedgerEntry) -> Fact:
    live = entry.state in LIVE
    workaround = f" What users can do: {plain(entry.workaround)}" if entry.workaround else ""
    about = f" It is about {entry.behaviour}." if entry.behaviour else ""
    needs = {Origin.UNMEASURED: Claim.UNMEASURED, Origin.INCONCLUSIVE: Claim.OPEN}
    text = _ended(plain(entry.text))
    return Fact(
        f"Known limitation {entry.id} ({entry.news}): {text}{about}{workaround}",
        entry.path or entry.id,
        names=tuple(filter(None, (entry.id, entry.behaviour))),
        grants=frozenset() if live else frozenset({Claim.SETTLED}),
        forbids=frozenset({Claim.BETTER, Claim.SETTLED, Claim.CERTAIN}) if live else frozenset(),
        needs=needs.get(entry.origin) if live else None,
        must=entry.id if live and entry.news is not News.STILL_OPEN else "",
        judged=entry.news.value,
        lasting=entry.origin is Origin.AUTHORED,
    )


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _unmeasured(record: Record) -> Iterator[Fact]:
    """Those of which no limitation speaks."""
    said = {one.behaviour for one in record.limitations if one.origin is Origin.UNMEASURED}
    for one in record.unmeasured:
        if one.behaviour not in said:
            yield _not_measured(one)


def _not_measured(one: Unmeasured) -> Fact:
    return Fact(
        f"Not measured: {one.behaviour}: {one.reason}. What is intended: {plain(one.principle)}",
        "behaviours.yaml",
        names=(one.behaviour,),
        forbids=_NOT_CLAIMED,
        needs=Claim.UNMEASURED,
        judged="not measured",
    )


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
        yield Fact(f"Rollout stage {one.stage}: {_ended(said)}", "bundle.yaml:rollout")
