"""What is shipped is whole: the wheel works alone, and the pins install what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from relnotes import __version__

ENTRY = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; .+?)?((?: --hash=sha256:[0-9a-f]{64})+)$")


@pytest.fixture(scope="session")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(project)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `relnotes` of a venv that holds the wheel and sees no file of this tree.

    The packages it needs are borrowed from the venv of the tests, by a path file: to install
    them again would take half a minute. Path files inside a borrowed folder are not read, so
    the editable relnotes that may lie there is not seen.
    """
    venv = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
    )
    (site_packages,) = venv.glob("lib/python*/site-packages")
    (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return venv / "bin" / "relnotes"


def run(command: Path, *arguments: str, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    answer = subprocess.run(
        [str(command), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_wheel_carries_the_package_its_templates_its_schemas_and_its_licence(
    wheel: Path, project: Path
) -> None:
    def files(folder: str, suffix: str) -> set[str]:
        found = (project / folder).rglob(f"*{suffix}")
        return {
            each.relative_to(project).as_posix()
            for each in found
            if each.is_file() and "__pycache__" not in each.parts
        }

    names = zipfile.ZipFile(wheel).namelist()

    shipped = {name for name in names if ".dist-info/" not in name}
    templates = {f"relnotes/_{name}" for name in files("templates", "")}
    schemas = {name.replace("site/", "relnotes/_") for name in files("site/schemas", ".json")}
    assert files("relnotes", ".py") | templates | schemas <= shipped
    assert {name.split("/")[0] for name in shipped} == {"relnotes"}
    assert f"relnotes-{__version__}.dist-info/licenses/LICENSE" in names


def test_the_installed_program_runs_away_from_its_sources(installed: Path, tmp_path: Path) -> None:
    lies_in = "import relnotes; print(relnotes.__file__)"

    assert run(installed, "--version", folder=tmp_path) == f"relnotes {__version__}\n"
    assert run(installed.with_name("python"), "-c", lies_in, folder=tmp_path).startswith(
        str(installed.parents[1])
    )


def test_the_installed_program_makes_the_worked_example(installed: Path, tmp_path: Path) -> None:
    run(installed, "demo", "example", "--no-html", folder=tmp_path)

    assert list((tmp_path / "example" / "site" / "releases").rglob("*.md"))


# Pins


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions of each package; fails on a line that is anything else than a hashed pin."""
    lines = [line for line in lock.read_text().splitlines() if not line.strip().startswith("#")]
    found: dict[str, set[str]] = {}
    for entry in "\n".join(lines).replace(" \\\n    ", " ").splitlines():
        match = ENTRY.match(entry)
        assert match, entry
        found.setdefault(match[1], set()).add(match[2])
    return found


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_pin_has_hashes_and_names_no_host(project: Path, name: str) -> None:
    lock = project / "requirements" / f"{name}.lock"

    assert pins(lock)
    assert "://" not in lock.read_text()


def test_the_checks_run_on_the_versions_that_the_program_runs_on(project: Path) -> None:
    run_time = pins(project / "requirements" / "run.lock")
    dev = pins(project / "requirements" / "dev.lock")

    assert {name: dev.get(name) for name in run_time} == run_time


def test_every_dependency_is_pinned(project: Path) -> None:
    settings = tomllib.loads((project / "pyproject.toml").read_text())
    groups = settings["dependency-groups"]

    def named(requirements: list[object]) -> set[str]:
        found = (re.match(r"[\w.-]+", each) for each in requirements if isinstance(each, str))
        return {each[0].lower() for each in found if each}

    run_time = named(settings["project"]["dependencies"]) | named(groups["packaging"])
    assert run_time <= set(pins(project / "requirements" / "run.lock"))
    assert named(groups["dev"]) <= set(pins(project / "requirements" / "dev.lock"))
