"""Turn every way in which a command can end into words on stderr and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence

import click

from relnotes.errors import Exit, RelnotesError

PROGRAM = "relnotes"
COMPLETE_VARIABLE = "_RELNOTES_COMPLETE"

# What a shell says of a program that a signal ended: 128 and SIGINT, 128 and SIGPIPE.
INTERRUPTED = 130
READER_LEFT = 141

# The machine's doing, whatever the code: no permission, no space, a read-only disk.
MACHINE = {errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EROFS, errno.EDQUOT}


def run(command: click.Group, arguments: Sequence[str]) -> int:
    """Call `command`; whatever happens, end in an exit code."""
    _tolerate_narrow_terminals()
    try:
        return _answer(command, arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _write_no_more()
        return READER_LEFT


def _tolerate_narrow_terminals() -> None:
    """A sign that the terminal's encoding lacks is shown escaped; it does not end the program."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def _answer(command: click.Group, arguments: Sequence[str]) -> int:
    try:
        return _invoke(command, arguments)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except RelnotesError as error:
        return _tell(error)
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return Exit.BAD_INPUT
    except OSError as error:
        return _blame_machine(error, arguments)
    except Exception as error:
        return _own_up(error, arguments)


def _invoke(command: click.Group, arguments: Sequence[str]) -> int:
    """What `click.Command.main` does, without its own exit codes; a command may return one."""
    if instruction := os.environ.get(COMPLETE_VARIABLE):
        from click.shell_completion import shell_complete

        return shell_complete(command, {}, PROGRAM, COMPLETE_VARIABLE, instruction)
    with command.make_context(PROGRAM, list(arguments), color=_colour()) as context:
        result = command.invoke(context)
    print(end="", flush=True)  # what cannot be written is known now, not at the end of Python
    return result if isinstance(result, int) else Exit.DONE


def _colour() -> bool | None:
    """False: never; None: only on a terminal, which click finds out for each stream."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return False if plain else None


def _tell(error: RelnotesError) -> int:
    for problem in error.problems:
        click.echo(str(problem), err=True)
    if len(error.problems) > 1:
        click.echo(f"{len(error.problems)} problems", err=True)
    return error.exit_code


def _blame_machine(error: OSError, arguments: Sequence[str]) -> int:
    if isinstance(error, BrokenPipeError) and _reader_left():
        raise error
    if isinstance(error, FileNotFoundError) and not _is_somewhere():
        click.echo("the current folder is gone\n    change to one that is there", err=True)
        return Exit.BAD_INPUT
    if error.errno not in MACHINE:
        return _own_up(error, arguments)
    place = os.fsdecode(error.filename) if error.filename else "output"
    click.echo(f"{place}: {error.strerror}", err=True)
    _write_no_more()
    return Exit.BAD_INPUT


def _is_somewhere() -> bool:
    """Whether the folder where the program was started is still there."""
    try:
        os.getcwd()  # noqa: PTH109 Path costs an import when the program starts
    except FileNotFoundError:
        return False
    return True


def _reader_left() -> bool:
    """Whether the pipe that broke is our own output, not one to a program that we started."""
    import select

    poll = select.poll()
    for stream in (1, 2):
        poll.register(stream, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _write_no_more() -> None:
    """Python flushes once more at its end, and would complain of the same output again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _own_up(error: Exception, arguments: Sequence[str]) -> int:
    from relnotes.cli.bugreport import report

    if os.environ.get("RELNOTES_DEBUG", "0") not in ("", "0"):
        import traceback

        traceback.print_exception(error)
    else:
        click.echo(report(error, [PROGRAM, *arguments]), err=True)
    return Exit.BUG
