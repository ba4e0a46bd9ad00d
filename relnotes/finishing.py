"""From written pages to a site that may be published: MkDocs, security headers, verification.

What is wrong with a fresh site keeps it from taking the place of the one that stands there.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from relnotes.errors import Exit, RelnotesError
from relnotes.outlets import INTERNAL, Outlet
from relnotes.workspace import Workspace

if TYPE_CHECKING:
    from relnotes.settings import Settings
    from relnotes.verifying.leaks import Texts
    from relnotes.verifying.site import Expectations


def finish(workspace: Workspace, site: Outlet, *, verify: bool, offline: bool = False) -> None:
    """Make the HTML of a site; exit code 1 where verification finds anything.

    `offline`: the same site for a disk: pages link files, and the search needs no server.
    """
    from relnotes.publish.site import run_mkdocs

    settings = site.of(workspace.settings())
    expected = _expectations(workspace, site, settings) if verify else None
    if expected and offline:  # what names the published address leads there, not into the copy
        expected = replace(expected, base=None)

    def last_steps(fresh: Path) -> None:
        from relnotes.verifying.security import HEADERS, headers
        from relnotes.verifying.site import read_scripts

        if offline:
            (fresh / "404.html").unlink(missing_ok=True)  # a disk has no page for what is missing
        _lighten(fresh)
        _write_twins(site.docs, fresh)
        own = site.docs / HEADERS
        if not own.exists():  # a team's own is copied by MkDocs, and stays theirs
            (fresh / HEADERS).write_text(headers(read_scripts(fresh)), "utf-8")
        if expected is not None:
            _refuse_what_is_wrong(fresh, expected)

    run_mkdocs(
        site.home,
        site.config(settings),
        site.output,
        epoch=_epoch(workspace, settings),
        offline=offline,
        last_steps=last_steps,
    )


def _lighten(fresh: Path) -> None:
    from relnotes.publish.theme_space import without_theme_space

    for path in fresh.rglob("*.html"):
        path.write_text(without_theme_space(path.read_text("utf-8")), "utf-8")


def _write_twins(docs: Path, fresh: Path) -> None:
    """Each page that relnotes made as plain Markdown, at the path that it has in the docs."""
    from relnotes.publish.twin import twin
    from relnotes.publish.writing import read_manifest

    for name in read_manifest(docs).files:
        if name.endswith(".md"):
            text = twin((docs / name).read_text("utf-8"))
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")


def verify_again(workspace: Workspace, site: Outlet) -> None:
    """Verify a site that was built before and is still as it was."""
    expected = _expectations(workspace, site, site.of(workspace.settings()))
    _refuse_what_is_wrong(site.output, expected)


def _refuse_what_is_wrong(folder: Path, expected: Expectations) -> None:
    from relnotes.verifying.site import verify

    if problems := verify(folder, expected):
        raise RelnotesError(problems, Exit.CHECK_FAILED)


def _expectations(workspace: Workspace, site: Outlet, settings: Settings) -> Expectations:
    from relnotes.verifying.site import Expectations

    hides_nothing = site.audience == INTERNAL
    return Expectations(
        base=settings.project.url,
        page_kb=None if hides_nothing else settings.verify.page_kb,
        chart_kb=settings.verify.chart_kb,
        internal=frozenset() if hides_nothing else _internal_texts(workspace, settings),
        marks=() if hides_nothing else settings.verify.never,
    )


def _internal_texts(workspace: Workspace, settings: Settings) -> frozenset[str]:
    """What no public file may say: every text of the records that no public record has."""
    from relnotes.lines import new_fold, walk
    from relnotes.release.audience import for_public
    from relnotes.tagged import releases_of
    from relnotes.verifying.leaks import Texts

    texts = Texts()
    for line in settings.lines:
        releases = releases_of(workspace.repository, line)
        fold = new_fold(workspace.repository, line, settings)
        for _, point in walk(workspace.repository, fold, releases.known):
            texts.take(point.record, for_public(point.record, point.hidden))
    _take_incidents(texts, workspace.root)
    return texts.internal_only()


def _take_incidents(texts: Texts, root: Path) -> None:
    """Records and prose; the tables of a postmortem are made from records that are taken here."""
    from relnotes.incident.postmortem.passages import Kind
    from relnotes.incident.postmortem.review import postmortem_of
    from relnotes.incident_files.reading import read_incidents
    from relnotes.publication.disclosure import incidents_for
    from relnotes.release.written.bundle import Audience

    for incident in read_incidents(root):
        written = postmortem_of(incident)
        prose = [one for one in written.body if one.kind is Kind.PROSE] if written else []
        disclosed = incidents_for(Audience.PUBLIC, [incident])
        told = [
            one.raw for one in prose if not one.internal and any(d.postmortem for d in disclosed)
        ]
        texts.take(
            [incident.head, incident.events, incident.followups, [one.raw for one in prose]],
            [[one.shown for one in disclosed], told],
        )


def _epoch(workspace: Workspace, settings: Settings) -> int:
    """The newest release's second: the date of the site, whenever it is built.

    Without a release, as of a site of incidents alone, that of the latest commit.
    """
    tags = [tag for line in settings.lines for tag in workspace.repository.tags(line.tags)]
    head = workspace.repository.commit_date("HEAD")
    dates = [tag.date for tag in tags] or ([head] if head else [])
    return max((int(date.timestamp()) for date in dates), default=0)
