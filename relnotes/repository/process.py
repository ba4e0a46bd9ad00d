"""Run git so that neither the user's environment nor their configuration changes an answer.

Short questions are asked through `subprocess`: importing GitPython costs more than all of
them together, and a build with nothing to do asks only those. Long streams run under GitPython.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING

import msgspec

from relnotes.errors import Exit, RelnotesError, fail

if TYPE_CHECKING:
    import git

_BUFFER = 1 << 20

# What `git rev-parse --local-env-vars` names, without the configuration: containers pass
# `safe.directory` that way. A hook that runs us has several of these set, for another repository.
_OF_ANOTHER_REPOSITORY = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)

_SAME_EVERYWHERE = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_OPTIONAL_LOCKS": "0",  # looking must not rewrite the user's index
    "GIT_NO_REPLACE_OBJECTS": "1",  # replacements live in one clone only
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",  # the same for git before 2.44: a build never calls a server
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_GLOB_PATHSPECS": "0",
    "GIT_NOGLOB_PATHSPECS": "0",
    "GIT_ICASE_PATHSPECS": "0",
}


class GitStoppedEarlyError(Exception):
    """The stream ended inside an answer; `Git.stream` turns it into git's own words."""


def environment_of(git_dir: Path, common_dir: Path, root: Path | None) -> dict[str, str]:
    """Variables that tie git to one repository.

    Each is set rather than removed, because GitPython can only add to the environment.
    """
    return _SAME_EVERYWHERE | {
        "GIT_DIR": str(git_dir),
        "GIT_COMMON_DIR": str(common_dir),
        "GIT_OBJECT_DIRECTORY": str(common_dir / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_INDEX_FILE": str(git_dir / "index"),
        "GIT_SHALLOW_FILE": str(common_dir / "shallow"),
        "GIT_WORK_TREE": str(root or git_dir),
        "GIT_NAMESPACE": "",
    }


Question = tuple[tuple[str, ...], bytes]
"""Arguments of git, and what is fed to it."""


class Git(msgspec.Struct, frozen=True):
    """The git program, run in `folder` with `environment` over the user's own."""

    folder: Path
    environment: Mapping[str, str]
    answers: dict[Question, bytes] = {}  # known already, so that they are not asked for
    notes: bool = False  # every answer among them

    @classmethod
    def anywhere(cls, folder: Path) -> Git:
        """For a folder whose repository is not known yet."""
        return cls(folder, _SAME_EVERYWHERE)

    def with_environment(self, **variables: str) -> Git:
        return Git(self.folder, {**self.environment, **variables})

    def knowing(self, answers: dict[Question, bytes], *, notes: bool = False) -> Git:
        return Git(self.folder, self.environment, answers, notes)

    def ask(self, *arguments: str, feed: bytes = b"", refusals: tuple[int, ...] = ()) -> bytes:
        """What git prints; `refusals` are exit codes that are answers too."""
        if (known := self.answers.get((arguments, feed))) is not None:
            return known
        done = self.run(*arguments, feed=feed)
        if done.returncode and done.returncode not in refusals:
            raise failure(arguments, done.stderr)
        if self.notes:
            self.answers[arguments, feed] = done.stdout
        return done.stdout

    def run(self, *arguments: str, feed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self.folder,
                env=self._whole_environment(),
                input=feed,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise _not_runnable(self.folder, error) from error

    @contextmanager
    def stream(self, *arguments: str, feed: Iterable[bytes]) -> Iterator[BufferedReader]:
        """Git's answers while a second thread feeds it, so that both sides work at once.

        Leaving the block early, by an error or by closing the generator around it, ends git.
        """
        process = self._start(arguments)
        feeder = _Feeder(process.stdin, feed)
        complaints = _Listener(process.stderr)
        try:
            yield BufferedReader(process.stdout.raw, _BUFFER)
        except GitStoppedEarlyError as error:
            raise failure(arguments, _end(process, feeder, complaints)) from error
        except BaseException:
            process.kill()
            raise
        finally:
            said = _end(process, feeder, complaints)
        if feeder.error is not None:
            raise feeder.error
        if process.returncode:
            raise failure(arguments, said)

    def _start(self, arguments: tuple[str, ...]) -> git.Git.AutoInterrupt:
        try:
            import git
        except ImportError as error:  # raised by GitPython itself when it finds no git
            raise _not_runnable(self.folder, error) from error
        try:
            return git.Git(str(self.folder)).execute(
                ["git", *arguments],
                istream=subprocess.PIPE,
                as_process=True,
                shell=False,
                env=self.environment,
            )
        except (OSError, git.GitCommandNotFound) as error:
            raise _not_runnable(self.folder, error) from error

    def _whole_environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in _OF_ANOTHER_REPOSITORY}
        return {**kept, **self.environment}


class _Feeder(Thread):
    """Writes the questions; keeps what went wrong in making them."""

    def __init__(self, pipe: IO[bytes], lines: Iterable[bytes]) -> None:
        super().__init__(name="git-feeder", daemon=True)
        self.error: BaseException | None = None
        self._pipe = pipe
        self._lines = lines
        self.start()

    def run(self) -> None:
        # A broken pipe means that git is gone; its exit code and complaints tell why.
        with suppress(BrokenPipeError):
            try:
                self._pipe.writelines(self._lines)
            except BrokenPipeError:
                raise
            except BaseException as error:
                self.error = error
            finally:
                self._pipe.close()


class _Listener(Thread):
    """Takes git's complaints off its hands, so that a full pipe never stops it."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(name="git-listener", daemon=True)
        self.heard = b""
        self._pipe = pipe
        self.start()

    def run(self) -> None:
        with self._pipe:
            self.heard = self._pipe.read()


def _end(process: git.Git.AutoInterrupt, feeder: _Feeder, complaints: _Listener) -> bytes:
    process.stdout.close()
    feeder.join()
    complaints.join()
    # Not `process.wait()`: GitPython's raises without the complaints, which are read already.
    assert process.proc is not None
    process.proc.wait()
    return complaints.heard


def failure(arguments: Iterable[str], said: bytes) -> RelnotesError:
    """Git's refusal in its own words."""
    words = said.decode(errors="replace").strip()
    command = next((word for word in arguments if not word.startswith("-") and "=" not in word), "")
    return fail(
        f"git {command}".rstrip(),
        words or "stopped without saying why",
        COMPLETE_CLONE if "object" in words or "promisor" in words else "",
        Exit.NO_REPOSITORY,
    )


# Where git does not name the remedy itself.
COMPLETE_CLONE = (
    "the clone is partial or damaged: `git fetch --refetch --no-filter --tags` completes it,"
    " `git fsck` says what else is wrong"
)


def _not_runnable(folder: Path, error: Exception) -> RelnotesError:
    if not folder.is_dir():
        return fail(str(folder), "there is no such folder", exit_code=Exit.NO_REPOSITORY)
    return fail(
        "git",
        f"the program cannot be run ({type(error).__name__})",
        "install git and see that `git --version` works in this terminal",
        Exit.NO_REPOSITORY,
    )
