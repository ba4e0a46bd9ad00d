"""What every test stands on: a git that knows nothing of this machine, and steady examples."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no counterexample; and the checks of a change try the same examples each time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# C libraries read the variable once; a fixture would come too late for what runs in here.
os.environ["TZ"] = "UTC"
time.tzset()

PERSON = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in {
        "NAME": "Rin Maintainer",
        "EMAIL": "rin@example.org",
        "DATE": "2026-01-05T12:00:00+00:00",
    }.items()
}


# Each would change what the program or pytest's terminal shows, or where it keeps things.
PLAIN = {
    *("NO_COLOR", "FORCE_COLOR", "SOURCE_DATE_EPOCH", "COLUMNS"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the program says now over the expected files; read the difference",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(autouse=True)
def no_trace_of_this_machine(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No git configuration, no settings, no time zone but those that a test makes itself."""
    for name in os.environ:
        if name.startswith(("GIT_", "RELNOTES_")) or name in PLAIN:
            monkeypatch.delenv(name)
    isolated = {
        **PERSON,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": str(tmp_path_factory.mktemp("home")),
        "LC_ALL": "C.UTF-8",
    }
    for name, value in isolated.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).parents[1]
