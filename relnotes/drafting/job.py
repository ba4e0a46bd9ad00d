"""One run of `relnotes draft`: what to ask, the asking itself, what became of it; and approvals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from relnotes import answers
from relnotes.drafting import desk, files
from relnotes.drafting.approving import approval, doubts, doubts_of_translation
from relnotes.drafting.facts import facts_of, unsent
from relnotes.drafting.files import Origin
from relnotes.drafting.loop import Ask, Drafted, draft
from relnotes.drafting.narrative import asked
from relnotes.drafting.plan import Place, Planned, Prompt, narrative, plan, translations
from relnotes.drafting.prompts import prompt
from relnotes.errors import RelnotesError, fail
from relnotes.incident.postmortem.document import read
from relnotes.incident.public import for_public
from relnotes.incident_files.layout import FOLDER as INCIDENTS
from relnotes.incident_files.layout import POSTMORTEM
from relnotes.incident_files.reading import incident_folders, read_incident
from relnotes.lines import CANDIDATE
from relnotes.publish.segments import segments
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Record
from relnotes.release.written.bundle import Audience
from relnotes.release.written.translations import LANGUAGE
from relnotes.settings import Settings
from relnotes.validation import did_you_mean
from relnotes.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    release: str | None
    line: str | None
    audience: Audience
    summary: bool
    limitations: bool
    readers: tuple[str, ...]
    languages: tuple[str, ...] = ()
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    root: Path
    planned: tuple[Planned, ...]
    prompt: Prompt
    remarks: tuple[str, ...]  # for whoever asked


@dataclass(frozen=True, slots=True)
class Done:
    """One piece after its asking; without files where nothing of the answers could stand."""

    drafted: Drafted
    files: tuple[str, ...]


def prepare(workspace: Workspace, settings: Settings, wanted: Wanted, day: date) -> Job:
    """Everything up to the first question; opens no connection."""
    worded = partial(prompt, overrides=workspace.root / "templates")
    if wanted.incident:
        written = _narrative(workspace.root, wanted.incident, wanted.audience, worded)
        return Job(workspace.root, (written,), worded, ())
    record, beside = _record(workspace, settings, wanted.release, wanted.line, wanted.audience)
    if wanted.languages:
        found = _translations(record, beside, wanted, worded)
        return Job(workspace.root, found, worded, ())
    folder = _below(workspace, record.provenance.bundle)
    if record.new != CANDIDATE and (wanted.limitations or wanted.readers):
        what = f"{record.new} is out: its bundle takes no new files"
        raise fail("", what, "draft its summary alone: --only summary")
    there = desk.limitations_in(workspace.root / folder / "limitations")
    planned = plan(
        record,
        worded,
        summary=wanted.summary,
        limitations=wanted.limitations,
        readers=wanted.readers,
        place=Place(folder, day.isoformat(), there),
    )
    names = unsent(record)
    remarks = (f"not told, for it reads like a text: {name[:80]}" for name in names)
    return Job(workspace.root, tuple(planned), worded, tuple(remarks))


def _translations(
    record: Record, beside: Annotations, wanted: Wanted, worded: Prompt
) -> tuple[Planned, ...]:
    if record.new == CANDIDATE:
        raise fail(
            "", "a candidate is not translated: its words may still change", "name a RELEASE"
        )
    if wanted.audience is Audience.INTERNAL:
        raise fail("", "a translation is for the public", "leave out --internal")
    for language in wanted.languages:
        if not re.fullmatch(LANGUAGE, language):
            raise fail(
                "--language", f'"{language}" is no code of a language', "such as de, or pt-BR"
            )
    return tuple(translations(record, beside, wanted.languages, worded))


def _narrative(root: Path, name: str, audience: Audience, worded: Prompt) -> Planned:
    known = [folder.name for folder in incident_folders(root)]
    if name not in known:
        what = f'there is no incident "{name}"{did_you_mean(name, known)}'
        raise fail("", what, f"there are: {', '.join(known)}" if known else "none is on file")
    incident = read_incident(root / INCIDENTS / name, root)
    if incident.problems:
        raise RelnotesError(incident.problems)
    shown = incident if audience is Audience.INTERNAL else for_public(incident)
    if shown is None:
        what = "this incident is internal"
        raise fail(f"{INCIDENTS}/{name}", what, "mark it public, or use --internal")
    place = f"{INCIDENTS}/{name}/{POSTMORTEM}"
    if incident.postmortem is None:
        mend = f"`relnotes incident postmortem {name}` begins one"
        raise fail(place, "there is no postmortem yet", mend)
    postmortem = read(incident.postmortem, place)
    if not asked(postmortem):
        raise fail(place, "a person wrote its narrative", "nothing in it is asked for any more")
    return narrative(shown, postmortem, worded)


def perform(
    job: Job,
    ask: Ask,
    origin: Origin,
    attempts: int,
    *,
    replace: bool,
    begin: Callable[[str], None] = lambda _: None,
) -> Iterator[Done]:
    """Ask for one piece after the other; each is written as soon as it stands.

    Before the first question: whether all may be written.
    """
    if not replace:
        desk.refuse_to_overwrite(job.root, (path for one in job.planned for path in one.paths))
    for one in job.planned:
        begin(one.piece.name)
        again = partial(_again, job.prompt)
        drafted = draft(one.piece, ask, again, attempts)
        written = one.write(drafted, origin)
        desk.write_drafts(job.root, written)
        yield Done(drafted, tuple(sorted(written)))


def _again(worded: Prompt, faults: str) -> str:
    return worded("again", faults=faults)


def approve(
    workspace: Workspace, settings: Settings, path: Path, by: str, on: date, *, anyway: bool
) -> Sequence[str]:
    """Put a name to drafted words; the doubts that stand against it. With doubts, and not
    `anyway`, nothing is written."""
    place = _below(workspace, str(path)) if not path.is_absolute() else str(path)
    words = desk.read_words(path, place)
    if words.mark is None:
        raise fail(place, "this is no draft", "it has no `draft:`, so it is published as it is")
    line = _line_of(settings, workspace, path)
    record, beside = _record(workspace, settings, words.release, line, words.audience)
    if words.translation:
        found = list(doubts_of_translation(words.translation, segments(record, beside)))
    else:
        found = list(doubts(words.text, words.mark, facts_of(record)))
    if not found or anyway:
        text = path.read_text("utf-8")
        marked = files.approved(text, approval(words.text, by, on, found))
        if marked == text:
            raise fail(place, "the mark has lost its form", "write `draft:` on a line by itself")
        desk.write_drafts(path.parent, {path.name: marked})
    return found


def _record(
    workspace: Workspace, settings: Settings, tag: str | None, line: str | None, audience: Audience
) -> tuple[Record, Annotations]:
    repository = workspace.repository
    repository.check_complete()
    chosen = answers.line_of(settings, repository, [tag] if tag else [], line)
    record, beside, _ = answers.record_of(workspace, settings, chosen, tag, audience)
    return record, beside


def _line_of(settings: Settings, workspace: Workspace, path: Path) -> str | None:
    """The line whose bundle the file lies in; None where it lies in no bundle."""
    top = workspace.repository.root or workspace.root
    inside = path.resolve()
    return next((one.name for one in settings.lines if top / one.bundle in inside.parents), None)


def _below(workspace: Workspace, path: str) -> str:
    """A path from the top of the repository as one below the project."""
    top = workspace.repository.root
    if top is None:
        raise fail("", "a bare repository has no files to draft into")
    full = (top / path).resolve()
    return full.relative_to(workspace.root.resolve()).as_posix()
