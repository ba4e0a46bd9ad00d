"""The command line: which commands there are, and the options before them.

A command's module is imported only when the command is called: help, completion, version and
did-you-mean read the table below and nothing else.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NoReturn

import click

from relnotes import __version__
from relnotes.cli.errors import run
from relnotes.errors import Exit

COMMANDS = {
    "init": "Start keeping release bundles in a git repository.",
    "demo": "Make a worked example: a repository, its notes, its site.",
    "build": "Write the release notes and their site from git tags.",
    "serve": "Show the built site in a browser.",
    "diff": "Say what changed between two releases, OLD..NEW.",
    "notes": "Print the notes of one release.",
    "check": "List what stands between a release and its users.",
    "audit": "Say how many releases kept the promise, over the whole history.",
    "signal": "Write down what people and tests say about a candidate.",
    "decide": "Decide what to do where signals disagree.",
    "waive": "Answer by name for an obstacle, until a day.",
    "approve": "Approve the release of exactly this bundle.",
    "incident": "Record an incident as it happens, up to its postmortem.",
    "compare": "Compare two eval results, file with file or folder with folder.",
    "limitations": "List the known limitations, open and resolved.",
    "draft": "Draft words with a language model, or approve them.",
    "schema": "Print the JSON Schema of a file that is read or written.",
    "completion": "Print the completion script for a shell.",
}


def program() -> NoReturn:
    """Run the command line of this process, and end with it."""
    code = main(sys.argv[1:])
    if code == Exit.DONE:
        _leave()
    sys.exit(code)


def main(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    # What is installed beside has no say in how input is checked; looking for it takes a while.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    return run(cli, arguments)


def _leave() -> None:
    """End well, but do not take apart what is in memory: after a build that takes 70 ms.

    What Python was told to do at the end is done, and what it printed is written out.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(Exit.DONE)


@dataclass(frozen=True, slots=True)
class Globals:
    """What the options before the command say; a command gets it by `click.pass_obj`."""

    config: str | None = None
    quiet: bool = False

    def say(self, text: str) -> None:
        """Talk, beside the answer: to stderr, unless asked to be quiet."""
        if not self.quiet:
            click.echo(text, err=True)


class Deferred(click.Command):
    """A command known by its name and one line of help: `relnotes.cli.NAME:NAME`.

    `NAME_` where Python has a word NAME of its own; in `package` where a group has it.
    """

    def __init__(self, name: str, short_help: str, package: str = __name__) -> None:
        super().__init__(name, short_help=short_help)
        self.package = package

    def load(self) -> click.Command:
        module = import_module(f"{self.package}.{self.name}")
        command = getattr(module, f"{self.name}_", None) or getattr(module, str(self.name))
        assert isinstance(command, click.Command)
        return command


class Commands(click.Group):
    """A group that learns what a command really is only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click calls it so
        """In the order of the table: the order in which one meets them."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if isinstance(command, Deferred):
            command = command.load()
            name_variables(command, f"{ctx.auto_envvar_prefix}_{name}")
        return name, command, rest


def name_variables(command: click.Command, prefix: str) -> None:
    """Call the variable of an option as the option is called, whatever Python calls it."""
    for option in command.params:
        if isinstance(option, click.Option) and option.envvar is None and option.allow_from_autoenv:
            option.envvar = _variable(prefix, max(option.opts, key=len).lstrip("-"))
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            name_variables(below, f"{prefix}_{name}")


def _variable(*names: str) -> str:
    return "_".join(names).replace("-", "_").upper()


@click.group(
    cls=Commands,
    commands=[Deferred(name, short_help=short_help) for name, short_help in COMMANDS.items()],
    epilog=(
        "Every option has a variable: RELNOTES_, the command and the option,"
        " such as RELNOTES_NOTES_FORMAT."
    ),
    context_settings={
        "auto_envvar_prefix": "RELNOTES",
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@click.option(
    "-C",
    "--directory",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Run as if started in DIR.",
)
@click.option(
    "--config",
    metavar="FILE",
    help="Read the settings from FILE instead of looking for relnotes.toml.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print answers and errors only.")
# RELNOTES_VERSION in a build's environment is somebody's pin, not a question.
@click.help_option("-h", "--help", allow_from_autoenv=False)
@click.version_option(__version__, message="relnotes %(version)s", allow_from_autoenv=False)
@click.pass_context
def cli(context: click.Context, directory: str | None, config: str | None, quiet: bool) -> None:
    """Release notes with known limitations, incident records and a public site, from git."""
    if directory is not None:
        os.chdir(directory)
    context.obj = Globals(config=config, quiet=quiet)
