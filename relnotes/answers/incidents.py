"""What the verbs of incidents ask of git and of the releases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from relnotes.aftermath import History, facts_of
from relnotes.answers.asking import walk_all
from relnotes.history import Point
from relnotes.incident.facts import NOTHING_ASKED, Facts
from relnotes.incident.record import Incident
from relnotes.lines import candidate
from relnotes.release.over_time.amendments import annotate, read_amendments
from relnotes.release.record import Provenance, Record
from relnotes.release.written.bundle import Audience
from relnotes.settings import Line, Settings
from relnotes.tagged import Releases, releases_of
from relnotes.workspace import Workspace, open_workspace


@contextmanager
def witness(root: Path, config: str | None = None) -> Iterator[Witness]:
    """Of the repository around `root`, as long as the block lasts."""
    workspace = open_workspace(root, config)
    with workspace.repository:
        yield Witness(workspace, workspace.settings())


class Witness:
    """Answers for many incidents; each line is walked once, and only if it is asked for."""

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        self.workspace, self.settings = workspace, settings
        self._releases = {
            line.name: releases_of(workspace.repository, line) for line in settings.lines
        }
        self._histories: dict[str, History] = {}

    @property
    def tags(self) -> tuple[str, ...]:
        """Every release, of every line."""
        return tuple(one.tag for found in self.lines for one in found.known)

    @cached_property
    def lines(self) -> tuple[Releases, ...]:
        return tuple(self._releases.values())

    def facts(self, incident: Incident) -> Facts:
        """Nothing is claimed where there is no release to ask."""
        line = self.line(incident)
        if line is None or not self._releases[line.name].known:
            return NOTHING_ASKED
        tags = [one.tag for known in self._releases.values() for one in known.known]
        return facts_of(self.workspace.repository, incident, self._history(line), tags)

    def public_limitations(self, incident: Incident) -> frozenset[str]:
        """Ids of the limitations that the releases of its line tell the public of."""
        line = self.line(incident)
        if line is None or not self._releases[line.name].known:
            return frozenset()
        history = self._history(line)
        tags = [one.tag for one in history.releases if one.tag in history.beside]
        listed = [entry for tag in tags for entry in history.record(tag).limitations]
        amended = [one for tag in tags for one in history.beside[tag].amendments]
        listed += [
            one.limitation for one in amended if one.limitation and one.audience is Audience.PUBLIC
        ]
        return frozenset(entry.id for entry in listed if entry.audience is Audience.PUBLIC)

    def line(self, incident: Incident) -> Line | None:
        """The line that the record names, or that has the release, or the only one."""
        if incident.head is None:
            return None
        named, lines = incident.head.releases, self.settings.lines
        by_name = next((one for one in lines if one.name == named.line), None)
        by_tag = (one for one in lines if self._releases[one.name].named(named.introduced_in or ""))
        return by_name or next(by_tag, None) or (lines[0] if len(lines) == 1 else None)

    def _history(self, line: Line) -> History:
        if line.name not in self._histories:
            self._histories[line.name] = self._walked(line)
        return self._histories[line.name]

    def _walked(self, line: Line) -> History:
        repository, releases = self.workspace.repository, self._releases[line.name]
        records: dict[str, Record] = {}
        path: list[Provenance] = []

        def see(release: Provenance, point: Point) -> None:
            path.append(release)
            records[release.tag] = point.record

        last = candidate(repository, line) or releases.known[-1]
        walk_all(repository, line, self.settings, releases, last, see)
        known = [one.tag for found in self._releases.values() for one in found.known]
        amendments = read_amendments(self.workspace.amendments(), known)
        tags = [one.tag for one in releases.known]
        beside = annotate(tags, {}, amendments, Audience.INTERNAL)
        return History(tuple(path), records.__getitem__, beside)
