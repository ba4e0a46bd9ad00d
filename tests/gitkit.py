"""Real git repositories for tests: small, quick, with fixed dates and no user configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

FIRST_DATE = 1_767_225_600  # 2026-01-01T00:00:00Z
DAY = 86_400

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


class GitRepo:
    """A repository in `path`; each commit is a day after the one before, and so is its tag."""

    def __init__(self, path: Path, *, object_format: str = "sha1") -> None:
        self.path = path
        self.date = FIRST_DATE
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", "--template=", f"--object-format={object_format}")

    def git(self, *arguments: str | Path, cwd: Path | None = None, feed: bytes = b"") -> str:
        """Runs git at the fixed date with `feed` as input; its output without the last newline."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        when = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{self.date} +0000")
        done = subprocess.run(
            ["git", *map(str, arguments)],
            cwd=cwd or self.path,
            env={**kept, **_ENVIRONMENT, **when},
            input=feed,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"git {arguments}: {done.stderr.decode()}"
        return done.stdout.decode(errors="surrogateescape").removesuffix("\n")

    def write(self, files: dict[str, str | bytes | None]) -> None:
        """Writes to the work tree only; None deletes."""
        for name, content in files.items():
            file = self.path / name
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(
        self, files: dict[str, str | bytes | None] | None = None, *, date: int | None = None
    ) -> str:
        """Commits everything, a day later or at `date` (seconds); the commit's id."""
        self.write(files or {})
        self.date = self.date + DAY if date is None else date
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def tag(
        self,
        name: str,
        target: str = "HEAD",
        *,
        message: str | None = None,
        date: int | None = None,
    ) -> None:
        """Annotated when there is a message."""
        self.date = self.date if date is None else date
        self.git("tag", *(("-a", "-m", message) if message else ()), name, target)

    def release(self, name: str, files: dict[str, str | bytes | None]) -> str:
        """A commit with a lightweight tag on it; the commit's id."""
        commit = self.commit(files)
        self.tag(name)
        return commit

    def branch(self, name: str, start: str = "HEAD") -> None:
        self.git("checkout", "-q", "-b", name, start)

    def checkout(self, name: str) -> None:
        self.git("checkout", "-q", name)

    def merge(self, name: str) -> str:
        """A merge commit, never a fast-forward; its id."""
        self.date += DAY
        self.git("merge", "-q", "--no-ff", "-m", "merge", name)
        return self.git("rev-parse", "HEAD")
