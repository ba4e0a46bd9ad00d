"""What to paste when relnotes itself is wrong: enough to find the bug, nothing private."""

from __future__ import annotations

import os
import platform
import re
import shlex
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from relnotes import __version__

LAST_FRAMES = 6
LONGEST_MESSAGE = 500

# Everything before the folder that a module is imported from says only where it is installed.
INSTALLED = re.compile(r"^.*/(?:site-packages|dist-packages|lib/python3\.\d+)/")
PROJECT = str(Path(__file__).parents[2]) + os.sep


def report(error: BaseException, command_line: Sequence[str]) -> str:
    """A text to paste; home folders and secrets of the environment are not in it."""
    lines = [
        f"relnotes {__version__}, Python {platform.python_version()},"
        f" {platform.system()} {platform.machine()}",
        f"command: {shlex.join(command_line)}",
        *_chain(error),
    ]
    text = "\n".join(f"    {line}" for line in lines)
    return (
        "This is a bug in relnotes. To report it, paste these lines:\n\n"
        f"{_without_private(text)}\n\n"
        "RELNOTES_DEBUG=1 shows the whole traceback instead."
    )


def _chain(error: BaseException) -> Iterator[str]:
    """The error, where it was raised, and the errors that led to it."""
    message = " ".join(str(error).split())[:LONGEST_MESSAGE]
    yield f"{type(error).__name__}: {message}".rstrip(": ")
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen ")
    ]
    for frame in frames[-LAST_FRAMES:]:
        yield f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield "after"
        yield from _chain(cause)


def _short(filename: str) -> str:
    """`relnotes/build.py`, wherever that is installed."""
    return INSTALLED.sub("", filename.removeprefix(PROJECT))


def _without_private(text: str) -> str:
    for name, value in os.environ.items():
        if re.search("KEY|TOKEN|SECRET|PASSW|CREDENTIAL", name) and len(value) >= 6:
            text = text.replace(value, f"${name}")
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text
