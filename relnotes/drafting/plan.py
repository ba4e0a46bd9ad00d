"""Which pieces are to be drafted for a release, and into which files they go. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from relnotes.drafting import files
from relnotes.drafting.fact import Fact
from relnotes.drafting.facts import facts_of
from relnotes.drafting.files import Origin
from relnotes.drafting.incident_facts import incident_facts
from relnotes.drafting.loop import Drafted
from relnotes.drafting.narrative import asked, with_prose
from relnotes.drafting.pieces import FactPiece, Message, Piece, facts_text
from relnotes.drafting.translating import TranslationPiece, numbers_as_written, texts_to_send
from relnotes.drafting.verify import Sentence
from relnotes.incident.postmortem.document import Postmortem
from relnotes.incident.record import Incident
from relnotes.publish.segments import Segment, segments
from relnotes.release.limitations.known import LedgerEntry
from relnotes.release.limitations.known import Origin as Found
from relnotes.release.limitations.ledger import LIVE
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.dates import is_candidate
from relnotes.release.record import Record
from relnotes.release.written.translations import text_digest

EVERYONE = "everyone who uses the model"
_PART = "summary"

Prompt = Callable[..., str]  # name, **values → text


@dataclass(frozen=True, slots=True)
class Planned:
    """A piece and what becomes of its words: path below the project → text of the file."""

    piece: Piece
    paths: tuple[str, ...]
    write: Callable[[Drafted, Origin], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words of a release go: paths are below the project."""

    folder: str  # the bundle
    day: str  # ISO; of an amendment
    limitations: Mapping[str, tuple[str, ...]]  # of every file: identifier → what it covers


def plan(
    record: Record,
    prompt: Prompt,
    *,
    summary: bool,
    limitations: bool,
    readers: Sequence[str],
    place: Place,
) -> Iterator[Planned]:
    """The pieces for a release; those of a release that is out go into amendments."""
    facts = facts_of(record)
    if summary:
        yield _summary(record, facts, prompt, None, place)
    for name in readers:
        yield _summary(record, facts, prompt, name, place)
    worded = worse_worded(record)
    if limitations and worded:
        yield _limitations(facts, worded, prompt, place)


def worse_worded(record: Record) -> tuple[LedgerEntry, ...]:
    """Open limitations that a program found and nobody worded."""
    unworded = (Found.AUTHORED, Found.AMENDMENT)
    return tuple(
        one for one in record.limitations if one.origin not in unworded and one.state in LIVE
    )


# -- summaries -------------------------------------------------------------------------------------


def _summary(
    record: Record, facts: tuple[Fact, ...], prompt: Prompt, readers: str | None, place: Place
) -> Planned:
    must = "\n".join(f"{fact.id}: {fact.must}" for fact in facts if fact.must) or "(none)"
    task = prompt(
        "summary", readers=readers or EVERYONE, part=_PART, must=must, facts=facts_text(facts)
    )
    name = f"summary for {readers}" if readers else "summary"
    piece = FactPiece(name, _messages(prompt, task), facts, {_PART: None}, covers=True)

    path = _summary_path(record, readers, place)

    def write(drafted: Drafted, origin: Origin) -> dict[str, str]:
        said = drafted.parts.get(_PART, ())
        if not said:
            return {}
        whole = (*said, *map(_in_its_own_words, drafted.missing))
        if is_candidate(record):
            return {path: files.summary_note(drafted, whole, facts, origin, readers)}
        return {path: files.amendment(drafted, whole, facts, origin, record.new)}

    return Planned(piece, (path,), write)


def _summary_path(record: Record, readers: str | None, place: Place) -> str:
    if not is_candidate(record):
        return f"amendments/{place.day}-{files.slug(record.new)}-summary.yaml"
    stem = f"summary-{files.slug(readers)}" if readers else "summary"
    return f"{place.folder}/notes/{stem}.md"


def _in_its_own_words(fact: Fact) -> Sentence:
    """What must be told and was not: the fact itself, so that nothing is left out."""
    return Sentence(fact.text, (fact.id,))


# -- limitations -----------------------------------------------------------------------------------


def _limitations(
    facts: tuple[Fact, ...],
    entries: Sequence[LedgerEntry],
    prompt: Prompt,
    place: Place,
) -> Planned:
    about = {
        entry.id: next(fact.id for fact in facts if fact.names[:1] == (entry.id,))
        for entry in entries
    }
    must = "\n".join(f"{name} ({fact})" for name, fact in about.items())
    task = prompt("limitations", must=must, facts=facts_text(facts))
    piece = FactPiece("limitations", _messages(prompt, task), facts, about, covers=False)

    names = _identities(entries, place.limitations)

    def write(drafted: Drafted, origin: Origin) -> dict[str, str]:
        return {
            _limitation_path(place, names[entry.id]): files.limitation(
                drafted, said, facts, origin, names[entry.id], entry.id, entry.behaviour
            )
            for entry in entries
            if (said := drafted.parts.get(entry.id))
        }

    paths = tuple(_limitation_path(place, name) for name in names.values())
    return Planned(piece, paths, write)


def _limitation_path(place: Place, name: str) -> str:
    return f"{place.folder}/limitations/{name}.yaml"


def _identities(
    entries: Sequence[LedgerEntry], files_there: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """For each entry the file that words it already, or the next free identifier."""
    known = list(files_there)
    names: dict[str, str] = {}
    for entry in entries:
        worded = (name for name, covers in files_there.items() if entry.id in covers)
        names[entry.id] = next(worded, "") or files.next_identity(known)
        known.append(names[entry.id])
    return names


# -- translations ----------------------------------------------------------------------------------


def translations(
    record: Record, beside: Annotations, languages: Sequence[str], prompt: Prompt
) -> Iterator[Planned]:
    """The words of a release that is out, for each language."""
    texts = segments(record, beside)
    for language in languages:
        task = prompt(
            "translation",
            language=language,
            numbers=numbers_as_written(language),
            texts=texts_to_send(texts),
        )
        messages: tuple[Message, ...] = ({"role": "user", "content": task},)
        piece = TranslationPiece(f"translation into {language}", language, messages, texts)
        path = f"translations/{language}/{files.slug(record.new)}.yaml"
        yield Planned(piece, (path,), partial(_translated, path, record.new, language, texts))


def _translated(
    path: str,
    release: str,
    language: str,
    texts: Sequence[Segment],
    drafted: Drafted,
    origin: Origin,
) -> dict[str, str]:
    said = {key: sentences[0].text for key, sentences in drafted.parts.items()}
    kept = {
        one.key: {"of": text_digest(one.text), "text": said[one.key]}
        for one in texts
        if one.key in said
    }
    if not kept:
        return {}
    return {path: files.translation(drafted, origin, release, language, kept)}


# -- postmortems -----------------------------------------------------------------------------------


def narrative(incident: Incident, postmortem: Postmortem, prompt: Prompt) -> Planned:
    """Prose for the sections of a postmortem that nobody has written yet."""
    facts = incident_facts(incident)
    task = prompt("narrative", facts=facts_text(facts))
    parts = dict.fromkeys(asked(postmortem))
    piece = FactPiece("narrative", _messages(prompt, task), facts, parts, covers=False)

    def write(drafted: Drafted, origin: Origin) -> dict[str, str]:
        prose = {part: files.text_of(said) for part, said in drafted.parts.items() if said}
        return {postmortem.place: with_prose(postmortem, prose, origin)} if prose else {}

    return Planned(piece, (), write)


def _messages(prompt: Prompt, task: str) -> tuple[Message, ...]:
    return ({"role": "system", "content": prompt("rules")}, {"role": "user", "content": task})
