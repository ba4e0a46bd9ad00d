"""Ask on a terminal for what a command cannot do without; elsewhere say what is missing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click


def ask_for(
    wanted: Mapping[str, str], said: Mapping[str, Any], choices: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """`said`, with nothing missing of what is `wanted`: a parameter and how the user writes it."""
    missing = [key for key in wanted if not said[key]]
    if missing and not sys.stdin.isatty():
        names = ", ".join(wanted[key] for key in missing)
        raise click.UsageError(f"missing: {names}")
    answers = {key: _ask(wanted[key], choices.get(key)) for key in missing}
    return {**said, **answers}


def _ask(name: str, choices: tuple[str, ...] | None) -> Any:
    words = name.strip("-").lower().capitalize()
    return click.prompt(words, type=click.Choice(choices) if choices else None, err=True)
