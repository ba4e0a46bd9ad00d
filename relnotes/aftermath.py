"""What the releases of a line say about an incident: lines back, evals added, readers told.

Joins what `incident` and `release` know, since neither knows the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from posixpath import dirname

from relnotes.incident.check.debt import promised_evals
from relnotes.incident.effective import effective_events
from relnotes.incident.event import Event
from relnotes.incident.facts import NOTHING_ASKED, Comeback, Facts
from relnotes.incident.record import Incident
from relnotes.incident.vocabulary import EventKind
from relnotes.lines import CANDIDATE
from relnotes.release.differences.wording import returned_lines, reworded_lines
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Provenance, Record
from relnotes.repository import Repository


@dataclass(frozen=True, slots=True)
class History:
    """One line: its releases, oldest first, and how to get what each page says."""

    releases: Sequence[Provenance]
    record: Callable[[str], Record]  # by tag
    beside: Mapping[str, Annotations]  # by tag


def facts_of(
    repository: Repository, incident: Incident, history: History | None, tags: Iterable[str] | None
) -> Facts:
    """`tags` are all releases, of every line; None where there is no release to ask."""
    if incident.head is None or history is None:
        return NOTHING_ASKED
    introduced = incident.head.releases.introduced_in
    events = effective_events(incident.events)
    return Facts(
        releases=None if tags is None else frozenset(tags),
        commits=frozenset(
            commit
            for event in events
            if event.mitigation and (commit := event.mitigation.commit)
            if repository.leads_to(commit)
        ),
        evals=_evals(incident, history, introduced),
        told=_told(history, introduced),
        comebacks=tuple(comebacks(repository, events, history.releases)),
    )


def _evals(incident: Incident, history: History, introduced: str | None) -> dict[str, str]:
    """The first release after the one at fault in which each promised eval has a result."""
    owed = dict.fromkeys(promised_evals(incident))
    found: dict[str, str] = {}
    names = [one.tag for one in history.releases]
    later = names[names.index(introduced) + 1 :] if introduced in names else names
    for tag in later:
        if len(found) == len(owed):
            break
        measured = {one.task for one in history.record(tag).evals if one.new is not None}
        for name in owed:
            if name not in found and any(fnmatchcase(task, name) for task in measured):
                found[name] = tag
    return found


def _told(history: History, introduced: str | None) -> dict[str, str] | None:
    """The limitations on the page of the release at fault, and since when they stand there."""
    if introduced is None or introduced not in history.beside:
        return None
    since = next((one.date for one in history.releases if one.tag == introduced), None) or ""
    listed = {one.id: since for one in history.record(introduced).limitations}
    amended = history.beside[introduced].amendments
    return listed | {one.limitation.id: one.on for one in amended if one.limitation}


# -- lines that came back ------------------------------------------------------------------------


def comebacks(
    repository: Repository, events: Iterable[Event], releases: Sequence[Provenance]
) -> Iterator[Comeback]:
    """Every line that a mitigation took out and that stands in a release tagged after it.

    Word for word in each release that has it; reworded where a release brought the words.
    """
    for event in events:
        done = event.mitigation
        if event.kind is not EventKind.MITIGATION_APPLIED or done is None or not done.prompt:
            continue
        if done.relapse_check and done.removed:
            since = event.at.bounds[0]
            later = [one for one in releases if one.date and _instant(one.date) > since]
            found = tuple(_in_releases(repository, event, done.prompt, done.removed, later))
            now = {one.line for one in found if one.release == later[-1].tag}
            yield from (replace(one, still=one.line in now) for one in found)


def _in_releases(
    repository: Repository,
    event: Event,
    prompt: str,
    removed: Sequence[str],
    releases: Sequence[Provenance],
) -> Iterator[Comeback]:
    folder, before = dirname(prompt), ""
    for release, texts in zip(releases, _texts(repository, folder, releases), strict=True):
        now = "\n".join(texts.values())
        for name, text in texts.items():
            for line in returned_lines(removed, text):
                yield Comeback(
                    event.id, release.tag, f"{folder}/{name}", line, line, 1.0, release.date
                )
            for line, found, likeness in reworded_lines(removed, text):
                if found not in before:
                    likeness = round(likeness, 3)
                    yield Comeback(event.id, release.tag, f"{folder}/{name}", line, found, likeness)
        before = now


def _texts(
    repository: Repository, folder: str, releases: Sequence[Provenance]
) -> Iterator[dict[str, str]]:
    """The files of the folder at each release; a folder that stays the same is read once."""
    commits = [one.commit for one in releases if one.commit]
    known: dict[str | None, dict[str, str]] = {None: {}}
    trees = dict(zip(commits, repository.trees(commits, folder), strict=True)) if commits else {}
    for release in releases:
        tree = trees.get(release.commit or "")
        if release.tag == CANDIDATE:
            work = repository.worktree_tree(folder)
            tree = work.tree if work else tree
        if tree not in known:
            known[tree] = _read(repository, tree) if tree else {}
        yield known[tree]


def _read(repository: Repository, tree: str) -> dict[str, str]:
    files = repository.files(tree)
    contents = repository.blobs([file.blob for file in files])
    return {
        file.path: (blob.data or b"").decode("utf-8", "replace")
        for file, blob in zip(files, contents, strict=True)
    }


def _instant(date: str) -> datetime:
    return datetime.fromisoformat(date)
