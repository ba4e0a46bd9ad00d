"""The command line around the commands: help, suggestions, errors, colours, exit codes."""

from __future__ import annotations

import inspect
import os
import pty
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from relnotes import __version__
from relnotes.cli import COMMANDS, Deferred, Globals, cli
from relnotes.cli.errors import INTERRUPTED, READER_LEFT, run
from relnotes.errors import Exit, Problem, RelnotesError

WRITTEN = [name for name in COMMANDS if find_spec(f"relnotes.cli.{name}")]


def relnotes(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "relnotes", *arguments],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def group_of(body: Callable[[], object]) -> click.Group:
    """A command line whose only command, `go`, does `body`."""
    group = click.Group()
    group.add_command(click.Command("go", callback=body))
    return group


# What there is


def test_every_command_shows_its_one_line_in_the_help() -> None:
    answer = relnotes("--help")

    assert answer.returncode == Exit.DONE
    for name, line in COMMANDS.items():
        assert f"  {name:<13}{line}\n" in answer.stdout


@pytest.mark.parametrize("name", WRITTEN)
def test_the_table_says_what_the_command_says_of_itself(name: str) -> None:
    placeholder = cli.commands[name]
    assert isinstance(placeholder, Deferred)

    command = placeholder.load()

    assert command.name == name
    assert inspect.cleandoc(command.help or "").splitlines()[0] == COMMANDS[name]


@pytest.mark.parametrize("name", WRITTEN)
def test_every_option_says_what_it_does(name: str) -> None:
    placeholder = cli.commands[name]
    assert isinstance(placeholder, Deferred)

    options = [each for each in placeholder.load().params if isinstance(each, click.Option)]

    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize("name", WRITTEN)
def test_every_written_command_answers_to_help(name: str) -> None:
    answer = relnotes(name, "--help")

    assert answer.returncode == Exit.DONE
    assert answer.stdout.startswith(f"Usage: relnotes {name}")


def test_the_version_is_the_package_s() -> None:
    assert relnotes("--version").stdout == f"relnotes {__version__}\n"


def test_a_version_pinned_in_the_environment_is_not_a_question() -> None:
    answer = relnotes("schema", "--help", RELNOTES_VERSION="0.1", RELNOTES_HELP="me")

    assert "Invalid value" not in answer.stderr


# Speed


def test_help_and_version_import_no_command_and_nothing_heavy() -> None:
    heavy = ("git", "jinja2", "msgspec", "pydantic", "yaml", "subprocess", "relnotes.cli.")
    code = (
        "import sys; from relnotes.cli import main; before = set(sys.modules); main(['{}']);"
        "print(*sys.modules, file=sys.stderr)"
    )
    for option in ("--help", "--version"):
        loaded = subprocess.run(
            [sys.executable, "-c", code.format(option)], capture_output=True, text=True, check=True
        ).stderr.split()

        found = {name for name in loaded if name.startswith(heavy)}
        assert found <= {"relnotes.cli.errors"}


def test_the_version_costs_little_more_than_importing_click() -> None:
    """Processor time, the least of several: other work on the machine does not count."""

    def cost(*arguments: str) -> float:
        return min(_processor_time(arguments) for _ in range(8))

    assert cost("-m", "relnotes", "--version") <= 1.5 * cost("-c", "import click")


def _processor_time(arguments: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_what_was_left_for_the_end_is_done_though_a_command_leaves_at_once() -> None:
    code = (
        "import atexit, sys; from relnotes.cli import program; atexit.register(print, 'the end');"
        "sys.argv = ['relnotes', '--version']; program()"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == f"relnotes {__version__}\nthe end\n"


def test_a_command_without_an_output_ends_well() -> None:
    code = "import sys; from relnotes.cli import program; sys.argv = ['relnotes', '-h']; program()"

    for missing in ("stdout", "stderr"):
        without = f"import sys; sys.{missing} = None; {code}"
        subprocess.run([sys.executable, "-c", without], capture_output=True, check=True)


# Mistakes


def test_a_folder_that_is_gone_is_said_and_is_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    assert run(group_of(Path.cwd), ["go"]) == Exit.BAD_INPUT
    assert capfd.readouterr().err.startswith("the current folder is gone\n")


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["limitation"], "Did you mean 'limitations'?"),
        (["--quite"], "Did you mean '--quiet'?"),
        (["-C", "no-such-folder", "build"], "'no-such-folder' does not exist"),
    ],
)
def test_a_mistake_in_the_command_line_is_named_and_ends_in_2(
    arguments: list[str], meant: str
) -> None:
    answer = relnotes(*arguments)

    assert answer.returncode == Exit.BAD_INPUT
    assert meant in answer.stderr
    assert answer.stdout == ""


def test_all_problems_are_told_and_the_error_says_the_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def body() -> None:
        problems = [
            Problem("v9:bundle/bundle.yaml:4:3", "unknown key “decodng”", "write “decoding”"),
            Problem("v9", "no such tag"),
        ]
        raise RelnotesError(problems, Exit.NO_REPOSITORY)

    code = run(group_of(body), ["go"])

    assert code == Exit.NO_REPOSITORY
    assert capsys.readouterr().err == (
        "v9:bundle/bundle.yaml:4:3: unknown key “decodng”\n"
        "    write “decoding”\n"
        "v9: no such tag\n"
        "2 problems\n"
    )


def test_a_command_says_its_own_exit_code() -> None:
    assert run(group_of(lambda: Exit.CHECK_FAILED), ["go"]) == Exit.CHECK_FAILED
    assert run(group_of(lambda: None), ["go"]) == Exit.DONE


def test_an_interrupt_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    def body() -> None:
        raise KeyboardInterrupt

    assert run(group_of(body), ["go"]) == INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """As in `relnotes limitations | head -1`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "relnotes", "completion", "zsh"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    process.stdout.close()
    _, err = process.communicate()

    assert (process.returncode, err) == (READER_LEFT, b"")


def test_a_pipe_that_breaks_elsewhere_is_not_taken_for_ours(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def body() -> None:
        reading, writing = os.pipe()
        os.close(reading)
        try:
            os.write(writing, b"to a program that ended")
        finally:
            os.close(writing)

    assert run(group_of(body), ["go"]) == Exit.BUG
    assert "BrokenPipeError" in capfd.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_named_as_such() -> None:
    with Path("/dev/full").open("wb") as full:
        answer = subprocess.run(
            [sys.executable, "-m", "relnotes", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert (answer.returncode, answer.stderr) == (2, "output: No space left on device\n")


# Bugs


def test_a_bug_is_reported_without_private_things(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/rin")
    monkeypatch.setenv("SERVICE_TOKEN", "s3cr3t-value")

    def body() -> None:
        try:
            {}["bundle"]
        except KeyError as error:
            raise ValueError("at /home/rin/wren with s3cr3t-value") from error

    code = run(group_of(body), ["go"])

    said = capsys.readouterr().err
    assert code == Exit.BUG
    assert f"relnotes {__version__}, Python 3." in said
    assert "command: relnotes go" in said
    assert "ValueError: at ~/wren with $SERVICE_TOKEN" in said
    assert "KeyError: 'bundle'" in said
    assert "      relnotes/cli/errors.py:" in said
    assert "      click/core.py:" in said
    assert "Traceback" not in said
    assert "/home/rin" not in said
    assert "s3cr3t" not in said


def test_a_whole_traceback_is_shown_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELNOTES_DEBUG", "1")

    def body() -> None:
        raise ValueError("here")

    assert run(group_of(body), ["go"]) == Exit.BUG
    assert "Traceback (most recent call last)" in capsys.readouterr().err


# Options before the command


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    """What a command sees; it runs as `look`."""
    what: dict[str, object] = {}

    @click.command()
    @click.option("--depth", type=int, default=1)
    @click.pass_obj
    def look(settings: Globals, depth: int) -> None:
        settings.say("looking")
        colour = click.get_current_context().find_root().color
        what.update(here=Path.cwd(), settings=settings, depth=depth, colour=colour)

    monkeypatch.setitem(cli.commands, "look", look)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wren").mkdir()
    return what


def test_a_command_runs_as_if_started_in_the_directory(
    seen: dict[str, object], tmp_path: Path
) -> None:
    run(cli, ["-C", "wren", "look"])

    assert seen["here"] == tmp_path / "wren"


def test_every_option_has_a_variable(
    seen: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELNOTES_CONFIG", "other.toml")
    monkeypatch.setenv("RELNOTES_QUIET", "1")
    monkeypatch.setenv("RELNOTES_LOOK_DEPTH", "3")

    run(cli, ["look"])

    assert seen["settings"] == Globals(config="other.toml", quiet=True)
    assert seen["depth"] == 3


def test_the_variable_of_an_option_has_its_name_and_not_the_one_that_the_code_gives_it() -> None:
    named = relnotes("compare", "old", "new", RELNOTES_COMPARE_FORMAT="verse")
    below = relnotes("incident", "followup", "list", RELNOTES_INCIDENT_FOLLOWUP_LIST_OPEN="perhaps")

    assert "'--format': 'verse' is not one of" in named.stderr
    assert "'--open': 'perhaps' is not a valid boolean" in below.stderr


def test_talk_goes_to_stderr_and_can_be_silenced(
    seen: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    run(cli, ["look"])
    assert capsys.readouterr() == ("", "looking\n")

    run(cli, ["--quiet", "look"])
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("variables", "colour"),
    [({}, None), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, None), ({"TERM": "dumb"}, False)],
)
def test_colour_is_off_where_it_is_not_wanted(
    seen: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    colour: bool | None,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    run(cli, ["look"])

    assert seen["colour"] is colour


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colour_unless_it_declines(
    variables: dict[str, str], coloured: bool
) -> None:
    code = (
        "import click; from relnotes.cli.errors import run; group = click.Group();"
        "group.command('go')(lambda: click.secho('red', fg='red')); run(group, ['go'])"
    )
    terminal, side = pty.openpty()
    environment = os.environ | {"TERM": "xterm"} | variables
    subprocess.run([sys.executable, "-c", code], stdout=side, env=environment, check=True)
    os.close(side)
    shown = os.read(terminal, 100)
    os.close(terminal)

    assert shown.startswith(b"\x1b[31mred" if coloured else b"red")


def test_a_narrow_encoding_shows_escapes_instead_of_ending_the_program() -> None:
    code = (
        "import click; from relnotes.cli.errors import run; group = click.Group();"
        "group.command('go')(lambda: click.echo('0.9 → 1.0')); raise SystemExit(run(group, ['go']))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )

    assert answer.stdout == b"0.9 \\u2192 1.0\n"


# Completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script(shell: str) -> None:
    answer = relnotes("completion", shell)

    assert answer.returncode == Exit.DONE
    assert f"_RELNOTES_COMPLETE={shell}_complete" in answer.stdout


def test_the_script_asks_for_commands_and_their_options() -> None:
    def ask(words: str, position: int) -> str:
        variables = {"COMP_WORDS": words, "COMP_CWORD": str(position)}
        return relnotes(**variables, _RELNOTES_COMPLETE="bash_complete").stdout

    assert ask("relnotes lim", 1) == "plain,limitations\n"
    assert ask("relnotes completion z", 2) == "plain,zsh\n"


@pytest.mark.parametrize(("name", "said"), [(".", "is a folder"), ("none/x.json", "not exist")])
def test_an_answer_that_cannot_be_written_there_says_so(tmp_path, name, said):
    done = subprocess.run(
        [sys.executable, "-m", "relnotes", "schema", "bundle", "-o", name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
