"""`relnotes build`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from relnotes.build import Outcome, Progress
from relnotes.cli import Globals
from relnotes.errors import Exit
from relnotes.outlets import Outlet
from relnotes.workspace import Workspace

REMARKS_SHOWN = 20


@click.command()
@click.option("--no-html", is_flag=True, help="Write pages and records; do not run MkDocs.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a page is stale or orphaned.")
@click.option(
    "--verify/--no-verify",
    default=None,
    help="Read the finished site again before it is shown: links, ids, requests, feeds, schemas,"
    " sizes, internal words. By default where CI is set.",
)
@click.option(
    "--offline", is_flag=True, help="Also make a copy that opens from a disk, search included."
)
@click.option(
    "--audience",
    type=click.Choice(["public", "internal"]),
    default="public",
    show_default=True,
    help="internal: a site of its own for the house, with everything, where git does not look.",
)
@click.option("--line", metavar="NAME", help="A site of its own for one line.")
@click.option(
    "--accept-rewritten-tags",
    is_flag=True,
    help="Publish anew releases whose tag was moved or deleted since.",
)
@click.pass_obj
def build(
    talk: Globals,
    no_html: bool,
    check: bool,
    verify: bool | None,
    offline: bool,
    audience: str,
    line: str | None,
    accept_rewritten_tags: bool,
) -> int:
    """Write the release notes and their site from git tags.

    Reads every release bundle and its eval results from git, checks all of them, then writes
    pages, registers and JSON records below the docs folder, and the site with MkDocs.
    """
    from relnotes import build as building
    from relnotes.workspace import open_workspace

    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository:
        if check:
            return _report_check(talk, building.check(workspace, progress(talk)))
        verified = bool(os.environ.get("CI")) if verify is None else verify
        site = building.site_of(workspace, audience, line)
        outcome = building.build(
            workspace,
            html=not no_html,
            verify=verified,
            site=site,
            accept_rewritten_tags=accept_rewritten_tags,
            progress=progress(talk),
        )
        copy = _offline(workspace, site, verify=verified) if offline else None
    report(talk, outcome, Path.cwd())
    if copy:
        talk.say(f"offline: built, open {_shown(copy / 'index.html', Path.cwd())}")
    return Exit.DONE


def _offline(workspace: Workspace, site: Outlet, *, verify: bool) -> Path:
    """The copy of the site for a disk."""
    from relnotes import finishing

    copy = site.for_disk()
    finishing.finish(workspace, copy, verify=verify, offline=True)
    return copy.output


def _report_check(talk: Globals, stale: tuple[str, ...]) -> int:
    for line in stale:
        click.echo(line)
    if stale:
        differ = "1 page differs" if len(stale) == 1 else f"{len(stale)} pages differ"
        talk.say(f"{differ} from what `relnotes build` would write")
        return Exit.CHECK_FAILED
    talk.say("every page is up to date")
    return Exit.DONE


def report(talk: Globals, outcome: Outcome, start: Path) -> None:
    """Say what was done, and what a reader might miss."""
    for remark in outcome.remarks[:REMARKS_SHOWN]:
        talk.say(f"note: {remark}")
    if len(outcome.remarks) > REMARKS_SHOWN:
        talk.say(f"note: and {len(outcome.remarks) - REMARKS_SHOWN} more of that kind")
    if outcome.written is None:
        talk.say("pages: nothing has changed")
    else:
        written = outcome.written
        changed, removed = len(written.changed), len(written.removed)
        talk.say(f"pages: {changed} written, {removed} removed, {written.kept} as they were")
    if outcome.html is not None:
        state = "up to date" if outcome.html_was_fresh else "built"
        talk.say(f"site: {state}, open {_shown(outcome.html / 'index.html', start)}")


def _shown(page: Path, start: Path) -> Path:
    return page.relative_to(start) if start in page.parents else page


def progress(talk: Globals) -> Progress:
    """A counter on stderr, only on a terminal, and only for long work."""
    if talk.quiet or not sys.stderr.isatty():
        return lambda *_: None

    def show(line: str, done: int, total: int) -> None:
        if total >= 50 and (done % 25 == 0 or done == total):
            end = "\n" if done == total else ""
            click.echo(f"\r{line}: {done} of {total} releases{end}", err=True, nl=False)

    return show
