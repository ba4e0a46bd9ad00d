"""Build the site: gather and check everything, then write, then run the site builder.

When nothing has changed, this finds out without importing anything slow.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from relnotes import __version__, config, finishing
from relnotes.beside import meanwhile
from relnotes.errors import fail
from relnotes.foresight import look_ahead
from relnotes.freshness import (
    Seen,
    Stamps,
    cache_folder,
    files_in,
    own_code,
    read_last,
    stamp,
    stamp_of,
    text_digest,
    write_last,
)
from relnotes.outlets import PUBLIC, Outlet, outlet
from relnotes.workspace import Workspace

if TYPE_CHECKING:
    from relnotes.gathering import Found, Ready
    from relnotes.publish.writing import Written

Progress = Callable[[str, int, int], None]
BASE_CONFIG = "relnotes.mkdocs.yml"
_held: list[object] = []
"""What the last build made, which is not taken apart: mostly the program ends before that pays."""
_WRITTEN_LATER = ("amendments", "incidents", "translations")  # of releases that are out


class Outcome(msgspec.Struct, frozen=True):
    """What a build did. `written` is None where nothing had changed."""

    written: Written | None
    remarks: tuple[str, ...]
    html: Path | None  # the folder of the built site
    html_was_fresh: bool = False


def build(
    workspace: Workspace,
    *,
    html: bool = True,
    verify: bool = False,
    site: Outlet | None = None,
    accept_rewritten_tags: bool = False,
    progress: Progress = lambda *_: None,
) -> Outcome:
    """Bring pages and site up to date; RelnotesError holds every problem, then nothing is written.

    `verify`: read the finished site again before it takes its place (see `relnotes.verifying`).
    `site`: another one than the main site of the repository (see `site_of`).
    `accept_rewritten_tags`: publish anew what was published from other commits.
    """
    root = _work_tree_root(workspace)
    key = key_of(workspace)
    inputs = _inputs(workspace, key)
    site = site or site_of(workspace)
    home, output = site.home, site.output
    if not site.is_main:
        cache_folder(root)
        home.mkdir(parents=True, exist_ok=True)
    last = read_last(home)
    written: Written | None = None
    remarks: tuple[str, ...] = ()
    if last is None or last.inputs != inputs or last.outputs != _outputs(site):
        written, remarks, seen = _write_pages(workspace, site, key, accept_rewritten_tags, progress)
        made = Stamps(inputs, _outputs(site, seen), None)
    else:
        made = last
    if not html:
        write_last(home, made)
        return Outcome(written, remarks, None)
    wanted = text_digest(made.outputs, stamp([home / "mkdocs.yml", output / "index.html"]))
    if made.html is not None and made.html == wanted:
        if verify:
            finishing.verify_again(workspace, site)
        return Outcome(written, remarks, output, html_was_fresh=True)
    finishing.finish(workspace, site, verify=verify)
    html_stamp = text_digest(made.outputs, stamp([home / "mkdocs.yml", output / "index.html"]))
    write_last(home, Stamps(made.inputs, made.outputs, html_stamp))
    return Outcome(written, remarks, output)


def site_of(workspace: Workspace, audience: str = PUBLIC, line: str | None = None) -> Outlet:
    """One of the sites of a repository; the main one, if nothing else is said."""
    main = Outlet(workspace.root, *_folders(workspace))
    return main if audience == PUBLIC and line is None else outlet(main, audience, line)


def check(workspace: Workspace, progress: Progress = lambda *_: None) -> tuple[str, ...]:
    """The pages that are stale, missing or orphaned, each with what it is; () when all is well."""
    _work_tree_root(workspace)
    site = site_of(workspace)
    ready = _gather(workspace, site, key_of(workspace), True, progress)
    stale = ready.writer.stale()
    ready.writer.discard()
    changed = [f"{path}: stale or missing" for path in stale.changed]
    path = workspace.root / BASE_CONFIG
    if not path.exists() or path.read_text("utf-8") != ready.base:
        changed.append(f"{BASE_CONFIG}: stale or missing")
    return (*changed, *(f"{path}: orphan" for path in stale.removed))


# -- what decides whether there is anything to do ------------------------------------------------


def _work_tree_root(workspace: Workspace) -> Path:
    if workspace.repository.root is None:
        mend = "build in a clone; `relnotes notes` and `diff` work here"
        raise fail(str(workspace.repository.git_dir), "a bare repository has no pages", mend)
    return workspace.root


def _outputs(site: Outlet, seen: Mapping[str, Seen] | None = None) -> str:
    """What pages there are; `seen` is what is known of their folder."""
    pages = stamp_of(files_in(site.docs) if seen is None else seen)
    return text_digest(str(site.docs), pages, stamp([site.home / BASE_CONFIG]))


def key_of(workspace: Workspace) -> str:
    """Changes with all that pages depend on, but for git and what is written after a release."""
    from relnotes.shipped import templates_folder

    folders = [own_code(), templates_folder(), workspace.root / "templates"]
    return text_digest(__version__, workspace.file.data, stamp(folders))


def _inputs(workspace: Workspace, key: str) -> str:
    later = [workspace.root / name for name in _WRITTEN_LATER]
    return text_digest(key, workspace.repository.refs_fingerprint(), stamp(later))


def _folders(workspace: Workspace) -> tuple[Path, Path]:
    """Where pages and the built site are, as the settings say; read without checking them."""
    try:
        site = config.parsed(workspace.file).get("site", {})
        docs, output = site.get("docs", "site"), site.get("output", "build/site")
        return workspace.root / docs, workspace.root / output
    except (TypeError, AttributeError):
        workspace.settings()  # says what is wrong
        raise


# -- pages ---------------------------------------------------------------------------------------


def _gather(
    workspace: Workspace, site: Outlet, key: str, accept_rewritten_tags: bool, progress: Progress
) -> Ready:
    """Git and the folder are looked at for as long as the modules take to be imported."""
    with meanwhile(partial(_look_round, workspace, site, key)) as found:
        from relnotes.gathering import gather

        return gather(
            workspace,
            site,
            key,
            found,
            accept_rewritten_tags=accept_rewritten_tags,
            progress=progress,
        )


def _look_round(workspace: Workspace, site: Outlet, key: str) -> Found:
    return look_ahead(workspace, site.home, key), files_in(site.docs)


def _write_pages(
    workspace: Workspace, site: Outlet, key: str, accept_rewritten_tags: bool, progress: Progress
) -> tuple[Written, tuple[str, ...], Mapping[str, Seen]]:
    """What was written, remarks for the authors, and what stands there now.

    That is what stood there when the build began, with what it wrote: a file that somebody
    changes meanwhile is noticed by the next build.
    """
    gc.disable()  # what is kept has no cycles; looking for them takes a tenth of the time
    ready = _gather(workspace, site, key, accept_rewritten_tags, progress)
    from relnotes.cache import write_cache

    _held[:] = [ready]
    written = ready.writer.commit(ready.commits)
    ready.cache.stamps = dict(ready.writer.stamps)
    _write_text(site.home / BASE_CONFIG, ready.base)
    if not site.is_main:
        _write_text(site.home / "mkdocs.yml", f"INHERIT: {BASE_CONFIG}\n")
    write_cache(site.home, ready.cache)
    return written, ready.remarks, ready.writer.seen()


def _write_text(path: Path, text: str) -> None:
    if path.exists() and path.read_text("utf-8") == text:
        return
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
