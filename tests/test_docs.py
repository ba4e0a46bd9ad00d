"""The documentation does not drift: what it says of the program is generated, or run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import partial
from pathlib import Path

import click
import pytest
import reference

from relnotes.publish.schema_names import NAMES
from relnotes.publish.schemas import schema_text
from relnotes.verifying.security import HEADERS, headers
from relnotes.verifying.site import Expectations, read_scripts, verify

TOP = Path(__file__).parents[1]
PAGES = {
    "commands.md": reference.commands,
    "files.md": reference.files,
    "settings.md": reference.settings,
    **{f"schemas/{name}.json": partial(schema_text, name) for name in NAMES},
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_reference_page_says_what_the_program_does(name, update_golden):
    path, wanted = TOP / "site" / name, PAGES[name]()
    if update_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text(wanted)

    assert path.read_text() == wanted, "refresh it: pytest tests/test_docs.py --update-golden"


def test_the_documentation_builds_without_a_warning(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path / "docs")],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "NO_MKDOCS_2_WARNING": "1", "LANG": "C.UTF-8"},
    )

    assert done.returncode == 0, done.stderr
    docs = tmp_path / "docs"
    (docs / "demo").mkdir()  # `make docs` puts the site of the demo there
    (docs / "demo" / "index.html").write_text("<h1>Hedgerow</h1>")
    (docs / HEADERS).write_text(headers(read_scripts(docs)))
    expected = Expectations(None, page_kb=200, chart_kb=15, internal=frozenset(), marks=())
    assert verify(docs, expected) == ()


@pytest.mark.parametrize(
    "page",
    ["README.md", "CONTRIBUTING.md", *(f"site/{p.name}" for p in (TOP / "site").glob("*.md"))],
)
def test_every_command_that_the_documentation_shows_exists_with_its_options(page):
    from relnotes.cli import Deferred, cli

    for line in re.findall(r"(?m)(?:^|`)(relnotes [a-z][^`\n#]*)", _code(TOP / page)):
        words = shlex.split(line, posix=True)
        loaded: click.Command = cli
        for word in words[1:]:
            if not isinstance(loaded, click.Group) or word.startswith(("[", "-")):
                break
            command = loaded.commands.get(word)
            assert command is not None, line
            loaded = command.load() if isinstance(command, Deferred) else command
        known = {one for parameter in loaded.params for one in parameter.opts}
        asked = [word.partition("=")[0] for word in words[2:] if word.startswith("--")]
        assert set(asked) <= known | {"--help"}, line


def _code(path: Path) -> str:
    """Code blocks and code spans of a page."""
    text = path.read_text().replace("\\\n", "")
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.S)
    spans = re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.S))
    return "\n".join([*blocks, *spans])


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_of_a_top_page_leads_to_a_file(page):
    for target in re.findall(r"\]\(([^)#]+)\)", (TOP / page).read_text()):
        assert (TOP / target).exists(), target


def test_every_room_of_the_map_exists_and_every_module_is_on_it():
    text = (TOP / "CONTRIBUTING.md").read_text()
    named = {
        name
        if name.startswith(("relnotes", "templates", "site", "benchmarks"))
        else f"relnotes/{name}"
        for row in re.findall(r"(?m)^\| (`.*?) \|", text)
        for name in re.findall(r"`([^`]+)`", row)
    }
    missing = [name for name in named if not (TOP / name).exists()]
    modules = {
        f"relnotes/{path.name}" + ("/" if path.is_dir() else "")
        for path in (TOP / "relnotes").iterdir()
        if not path.name.startswith(("_", "."))
    }

    assert missing == []
    assert modules - named == {"relnotes/shipped.py"}


def test_the_terminal_that_the_readme_shows_is_what_the_demo_prints(tmp_path, monkeypatch, capsys):
    from relnotes import demo
    from relnotes.cli import main

    demo.write(tmp_path / "demo")
    monkeypatch.chdir(tmp_path / "demo")
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["diff", "wren/2026-03-24..wren/2026-05-12"]) == 0
    assert main(["check", "wren/2026-05-12"]) == 1
    printed = {line.rstrip() for line in capsys.readouterr().out.splitlines()}

    blocks = re.findall(r"```\n(wren .*?)```", (TOP / "README.md").read_text(), re.S)
    shown = [line.rstrip() for block in blocks for line in block.splitlines() if line]
    assert len(blocks) == 2
    assert len(shown) > 20
    assert [line for line in shown if line not in printed] == []
