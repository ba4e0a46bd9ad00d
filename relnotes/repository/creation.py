"""Write a whole repository in one stream; the same commits give the same ids on every machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from relnotes.errors import fail
from relnotes.repository.process import Git, environment_of


@dataclass(frozen=True, slots=True)
class NewTag:
    """A tag to write: annotated when it has a message."""

    name: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class NewCommit:
    """A commit on top of the one before."""

    date: datetime  # aware
    author: str  # "Name <email>"
    message: str
    files: Mapping[str, bytes | None]  # None deletes; what is not named stays
    tags: tuple[NewTag, ...] = ()


def create_repository(
    path: Path, commits: Iterable[NewCommit], *, object_format: str = "sha1"
) -> None:
    """Branch `main` with these commits and tags, checked out.

    The user's configuration has no part in it, and none is needed for later commits there:
    the first author becomes the repository's own user.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise fail(str(path), "is in the way: a new repository needs an empty or a new folder")
    path.mkdir(parents=True, exist_ok=True)
    root = path.resolve()
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    Git.anywhere(root).with_environment(**nobody).ask(
        *("init", "--quiet", "--template=", "--initial-branch=main"),
        f"--object-format={object_format}",
    )
    git_dir = root / ".git"
    git = Git(root, {**environment_of(git_dir, git_dir, root), **nobody})
    writer = _Writer()
    with git.stream("fast-import", "--quiet", feed=writer.lines(commits)) as answers:
        answers.read()
    if writer.first_author is None:
        return
    _configure(git, writer.first_author)
    git.ask("reset", "--quiet", "--hard")


def ensure_repository(path: Path) -> bool:
    """Make `path` a git repository unless it lies in one already; whether it was made."""
    git = Git.anywhere(path.resolve())
    if git.run("rev-parse", "--git-dir").returncode == 0:
        return False
    git.ask("init", "--quiet", "--initial-branch=main")
    return True


def check_work_tree(path: Path) -> None:
    """That files written at `path`, which may not be there yet, can be committed."""
    there = next(one for one in (path.resolve(), *path.resolve().parents) if one.is_dir())
    told = Git.anywhere(there).run("rev-parse", "--is-inside-work-tree")
    if told.returncode == 0 and told.stdout.strip() == b"false":
        raise fail(str(path), "is a bare repository, or lies in .git", "start in a clone")


class _Writer:
    """The stream that `git fast-import` reads; see its manual for the grammar."""

    def __init__(self) -> None:
        self.first_author: str | None = None

    def lines(self, commits: Iterable[NewCommit]) -> Iterator[bytes]:
        for mark, commit in enumerate(commits, start=1):
            _check(commit)
            self.first_author = self.first_author or commit.author
            yield from _commit(mark, commit)
            for tag in commit.tags:
                yield from _tag(mark, commit, tag)


def _check(commit: NewCommit) -> None:
    if commit.date.tzinfo is None:
        raise fail(repr(commit.message), "its date has no time zone")
    if not _AUTHOR.fullmatch(commit.author):
        raise fail(repr(commit.author), 'is not an author of the form "Name <email>"')


_AUTHOR = re.compile(r"([^<>\n]+) <([^<>\n]+)>")


def _commit(mark: int, commit: NewCommit) -> Iterator[bytes]:
    yield f"commit refs/heads/main\nmark :{mark}\n".encode()
    yield f"author {_signed(commit)}\ncommitter {_signed(commit)}\n".encode()
    yield from _message(commit.message)
    for path, content in sorted(commit.files.items()):
        if content is None:
            yield f"D {_quoted(path)}\n".encode()
        else:
            yield f"M 100644 inline {_quoted(path)}\n".encode()
            yield from _data(content)


def _signed(commit: NewCommit) -> str:
    offset = commit.date.strftime("%z")[:5]
    return f"{commit.author} {int(commit.date.timestamp())} {offset}"


def _message(text: str) -> Iterator[bytes]:
    yield from _data(f"{text.rstrip()}\n".encode())


def _data(content: bytes) -> Iterator[bytes]:
    yield f"data {len(content)}\n".encode()
    yield content
    yield b"\n"


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _tag(mark: int, commit: NewCommit, tag: NewTag) -> Iterator[bytes]:
    if tag.message is None:
        yield f"reset refs/tags/{tag.name}\nfrom :{mark}\n\n".encode()
        return
    yield f"tag {tag.name}\nfrom :{mark}\ntagger {_signed(commit)}\n".encode()
    yield from _message(tag.message)


def _configure(git: Git, author: str) -> None:
    match = _AUTHOR.fullmatch(author)
    assert match is not None
    settings = {
        "user.name": match[1],
        "user.email": match[2],
        "commit.gpgSign": "false",
        "tag.gpgSign": "false",
    }
    for name, value in settings.items():
        git.ask("config", name, value)
