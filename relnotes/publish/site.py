"""Configure and run MkDocs; it is a program beside us, never imported."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.publish.offline import SHIM, offline_config
from relnotes.publish.sitemap import (
    AUDIT,
    BEHAVIOURS,
    COMPARE,
    CORRECTIONS,
    EVALS,
    INCIDENTS,
    LIFECYCLE,
    LIMITATIONS,
    PROMPTS,
    SiteMap,
)
from relnotes.publish.templates import templates_folder

BASE_NAME = "relnotes.mkdocs.yml"
STYLE, SCRIPT, ICON = "assets/relnotes.css", "assets/relnotes.js", "assets/relnotes.svg"
COMPARE_SCRIPT = "assets/compare.js"
THEME = ".theme"  # below the docs folder, where no site builder takes it for a page

_OWN_FRONTS = ("index.md", "README.md")
# The menu: a tab, and the pages below it in their order; what a site does not have is left out.
SECTIONS = {
    "Known limitations": (("Known limitations", LIMITATIONS),),
    "Incidents": (("Incidents", INCIDENTS),),
    "Evals": (("Evals", EVALS), ("Behaviours", BEHAVIOURS)),
    "Prompts": (("Prompts", PROMPTS),),
}
BESIDE_RELEASES = (
    ("Compare two releases", COMPARE),
    ("Lifecycle", LIFECYCLE),
    ("Corrections", CORRECTIONS),
    ("Audit", AUDIT),
)

_REPORT = re.compile(r"^(WARNING|ERROR|CRITICAL)\s+-\s+(.*)")
_DOC = re.compile(r"^Doc file '([^']+)' (.*)")

_BASE = """\
# Written by `relnotes build`; changes are lost. Your own settings belong into mkdocs.yml,
# which inherits these and may set any of them anew.
site_name: {site_name}
{site_url}docs_dir: {docs}
site_dir: {output}
use_directory_urls: true

theme:
  name: material
  custom_dir: {theme}
  language: en
  font: false
  favicon: {icon}
  icon: {{logo: material/timeline-text-outline}}
  features:
    - content.code.copy
    - navigation.tabs
    - navigation.top
    - search.highlight
    - toc.follow
  palette:
    - media: "(prefers-color-scheme)"
      toggle: {{icon: material/theme-light-dark, name: "Colours: as the system"}}
    - media: "(prefers-color-scheme: light)"
      scheme: default
      primary: custom
      accent: custom
      toggle: {{icon: material/weather-sunny, name: "Colours: light"}}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      primary: custom
      accent: custom
      toggle: {{icon: material/weather-night, name: "Colours: dark"}}

extra:
  generator: false
  internal: {internal}
extra_css: [{style}]
extra_javascript: [{script}, {compare}]

plugins:
  search: {{}}

markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - md_in_html
  - tables: {{use_align_attribute: true}}
  - toc: {{permalink: true, toc_depth: 3}}
  - pymdownx.details
  - pymdownx.superfences

# Thousands of release pages in the menu would make every page heavy and the build slow.
nav:
{nav}
not_in_nav: |
  /releases/**
  /limitations/**
  /evals/**
  /prompts/**
  /behaviours/**
  /incidents/**

validation:
  nav:
    omitted_files: info
    not_found: warn
    absolute_links: info
  links:
    not_found: warn
    anchors: warn
    absolute_links: info
    unrecognized_links: warn
"""


def base_config(
    site: SiteMap,
    *,
    docs: str = "site",
    output: str = "build/site",
    url: str | None = None,
    own_pages: Iterable[str] = (),
    made: Collection[str] = (LIMITATIONS,),
    internal: bool = False,
) -> str:
    """The text of `relnotes.mkdocs.yml`, which a team's `mkdocs.yml` inherits.

    `made` are the pages that the site has; the menu leads to those of them that it knows.
    `internal`: every page says that it is not for publication.
    `own_pages` are the team's own Markdown files below `docs`; they follow in the menu.
    """
    return _BASE.format(
        site_name=_text(site.project),
        site_url=f"site_url: {_text(url)}\n" if url else "",
        docs=_text(docs),
        output=_text(output),
        style=STYLE,
        script=SCRIPT,
        internal="true" if internal else "false",
        compare=COMPARE_SCRIPT,
        theme=_text(f"{docs}/{THEME}"),
        icon=ICON,
        nav="\n".join(_menu(site, own_pages, made)),
    )


def assets() -> dict[str, bytes]:
    """Style sheet, scripts, icon and what the theme adds, by their path below `docs_dir`."""
    folder = templates_folder()
    names = (COMPARE_SCRIPT, ICON, SCRIPT, SHIM, STYLE)
    theme = {f"{THEME}/main.html": (folder / "theme/main.html").read_bytes()}
    return {**theme, **{name: (folder / name).read_bytes() for name in names}}


def run_mkdocs(
    root: Path,
    config: Path,
    output: Path,
    *,
    epoch: int | None = None,
    offline: bool = False,
    last_steps: Callable[[Path], None] = lambda _: None,
) -> None:
    """Build the site; what stood in `output` stays if anything is wrong.

    Every warning is an error. `epoch` (seconds) is the date that MkDocs writes into its sitemap,
    unless SOURCE_DATE_EPOCH says another. `offline`: for a disk, not a host. `last_steps`
    gets the folder of the fresh site before it takes its place; an error of theirs leaves the
    old one there.
    """
    if not config.is_file():
        mend = "`relnotes init` writes one; it needs `INHERIT: relnotes.mkdocs.yml`"
        raise fail(config.name, "there is no MkDocs configuration", mend)
    if problems := list(_config_problems(config)):
        raise RelnotesError(problems)
    if _is_foreign(output):
        mend = "empty it, or set site.output to a folder of its own"
        raise fail(str(output), "holds what relnotes did not make; the site would replace it", mend)
    output.parent.mkdir(parents=True, exist_ok=True)
    fresh = output.with_name(f".{output.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        with offline_config(config) if offline else nullcontext(config) as used:
            _build(root, used, fresh, epoch)
        last_steps(fresh)
        _swap(fresh, output)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _is_foreign(output: Path) -> bool:
    """Whether something stands there that is no site of ours."""
    if not output.is_dir():
        return output.exists() or output.is_symlink()
    return any(output.iterdir()) and not (output / STYLE).is_file()


def _config_problems(config: Path) -> Iterator[Problem]:
    """Settings of the team's own that would part MkDocs from the pages."""
    text = config.read_text("utf-8", errors="replace")
    if not re.search(rf"(?m)^INHERIT:\s*['\"]?(\./)?{re.escape(BASE_NAME)}", text):
        what = f"this does not inherit {BASE_NAME}, which holds what the pages need"
        yield Problem(config.name, what, f"begin it with: INHERIT: {BASE_NAME}")
    for key in ("docs_dir", "site_dir"):
        if found := re.search(rf"(?m)^{key}:", text):
            line = text.count("\n", 0, found.start()) + 1
            mend = f"remove it; set site.{key.removesuffix('_dir').replace('site', 'output')}"
            yield Problem(
                f"{config.name}:{line}", f"{key} is set here and in {BASE_NAME}", f"{mend} instead"
            )


def _build(root: Path, config: Path, fresh: Path, epoch: int | None) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    command += ["--config-file", str(config), "--site-dir", str(fresh)]
    environment = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true", **os.environ}
    if epoch is not None:
        environment.setdefault("SOURCE_DATE_EPOCH", str(epoch))
    done = subprocess.run(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise RelnotesError(_problems(done.stdout + done.stderr, config.name))


def _swap(fresh: Path, output: Path) -> None:
    old = output.with_name(f".{output.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if output.exists():
        output.rename(old)
    fresh.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def _problems(said: str, config: str) -> Iterator[Problem]:
    """What MkDocs complains of, a problem a line; all it said where no line is a complaint."""
    found = [match for match in map(_REPORT.match, said.splitlines()) if match]
    for match in found:
        doc = _DOC.match(match[2])
        yield Problem(doc[1], doc[2]) if doc else Problem(config, match[2])
    if not found:
        last = "\n    ".join(said.strip().splitlines()[-20:])
        yield Problem(config, f"MkDocs failed:\n    {last or 'it said nothing'}")


# -- the menu --------------------------------------------------------------------------------------


def _menu(site: SiteMap, own_pages: Iterable[str], made: Collection[str]) -> Iterator[str]:
    own = sorted(own_pages)
    front = [page for page in own if page in _OWN_FRONTS]
    yield from (f"  - {page}" for page in front) if front else (f"  - Now: {site.front}",)
    several = [(_text(title), site.release_index(line)) for line, title in site.lines.items()]
    releases = [
        ("All releases", site.release_index()),
        *(several if len(several) > 1 else ()),
        *((title, page) for title, page in BESIDE_RELEASES if page in made),
    ]
    yield from _section("Releases", releases)
    for title, pages in SECTIONS.items():
        yield from _section(title, [(name, page) for name, page in pages if page in made])
    yield from (f"  - {_text(page)}" for page in own if page not in front)


def _section(title: str, pages: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A tab of the menu: of one page itself, of several with each below it."""
    if len(pages) == 1:
        yield f"  - {title}: {pages[0][1]}"
    elif pages:
        yield f"  - {title}:"
        yield from (f"      - {name}: {page}" for name, page in pages)


def _text(text: str) -> str:
    """A YAML scalar that is text whatever it looks like."""
    return json.dumps("".join(c for c in text if c.isprintable()), ensure_ascii=False)
