"""`relnotes completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from relnotes.cli import cli
from relnotes.cli.errors import COMPLETE_VARIABLE, PROGRAM


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  relnotes completion bash > ~/.local/share/bash-completion/completions/relnotes
    zsh:   relnotes completion zsh > a file _relnotes in a folder of $fpath
    fish:  relnotes completion fish > ~/.config/fish/completions/relnotes.fish
    """
    script = get_completion_class(shell)
    assert script is not None  # click ships these three
    click.echo(script(cli, {}, PROGRAM, COMPLETE_VARIABLE).source())
