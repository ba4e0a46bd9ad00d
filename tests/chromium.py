"""Get a Chromium for the browser tests: the machine's, else Debian's, else Playwright's own.

Run by `make test`; prints what it did, and plainly where it could not. Exit code 0 either way:
the tests say themselves that they were skipped, and fail for it where CI is set.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def chromium() -> str | None:
    """The path of a Chromium on this machine; RELNOTES_CHROMIUM names another."""
    if named := os.environ.get("RELNOTES_CHROMIUM"):
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> None:
    """Find one, or install one."""
    if found := chromium():
        print(f"· browser: {found}")
        return
    for install in (_from_debian, _from_playwright):
        install()
        if found := chromium():
            print(f"· browser: installed {found}")
            return
    print("· browser: none found and none could be installed; the browser tests cannot run")


def _from_debian() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run("apt-get", "update", "-qq", environment=environment)
    _run(
        "apt-get", "install", "-qqy", "--no-install-recommends", "chromium", environment=environment
    )


def _from_playwright() -> None:
    _run(sys.executable, "-m", "playwright", "install", "chromium", environment=dict(os.environ))


def _run(*command: str, environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        print(f"· browser: {command[0]} failed: {' '.join(last)}")


if __name__ == "__main__":
    main()
