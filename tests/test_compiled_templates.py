"""Compiled templates are kept in the user's cache, and read only where nobody else could write."""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from relnotes.errors import RelnotesError
from relnotes.publish.templates import Templates, _Environment
from relnotes.user_cache import user_cache

Compiled = Callable[[], list[str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "home"
    found.mkdir()
    monkeypatch.setenv("HOME", str(found))
    return found


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Compiled:
    """What was compiled since it was asked last."""
    names: list[str] = []
    compile_it = _Environment.compile

    def noted(self: _Environment, source: Any, name: str, *more: Any, **options: Any) -> Any:
        names.append(name)
        return compile_it(self, source, name, *more, **options)

    def since() -> list[str]:
        found = list(names)
        names.clear()
        return found

    monkeypatch.setattr(_Environment, "compile", noted)
    return since


def overriding(folder: Path, text: str) -> Callable[[], str]:
    """A page of a template with this text, by an environment that starts anew."""
    folder.mkdir(exist_ok=True)
    (folder / "one.md.j2").write_text(text, "utf-8")
    return lambda: Templates(folder).render("one.md.j2", words="a|b")


def files_of(home: Path) -> list[Path]:
    return sorted((home / ".cache/relnotes/templates").glob("*"))


def test_what_was_compiled_once_is_not_compiled_again(
    home: Path, tmp_path: Path, compiled: Compiled
) -> None:
    page = overriding(tmp_path / "templates", '{{ words }} {{ "*" }}')
    first = page()
    assert compiled() == ["one.md.j2"]
    assert page() == first == "a&#124;b \\*"
    assert compiled() == []
    assert len(files_of(home)) == 1


def test_what_comes_from_there_runs_in_the_sandbox_as_before(
    home: Path, tmp_path: Path, compiled: Compiled
) -> None:
    page = overriding(tmp_path / "templates", "{{ words.__class__.__mro__ }}")
    for _ in range(2):
        with pytest.raises(RelnotesError, match="unsafe"):
            page()
    assert compiled() == ["one.md.j2"]
    assert len(files_of(home)) == 1


def test_only_the_user_can_read_and_write_it(home: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        overriding(tmp_path / "templates", "one")()
    finally:
        os.umask(before)
    (file,) = files_of(home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_another_text_is_compiled_and_takes_the_place_of_the_one_before(
    home: Path, tmp_path: Path, compiled: Compiled
) -> None:
    overriding(tmp_path / "templates", "one")()
    compiled()
    assert overriding(tmp_path / "templates", "two")() == "two"
    assert compiled() == ["one.md.j2"]
    assert len(files_of(home)) == 1


def test_another_version_compiles_anew(
    home: Path, tmp_path: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = overriding(tmp_path / "templates", "one")
    page()
    compiled()
    monkeypatch.setattr("relnotes.publish.compiled.__version__", "99")
    page()
    assert compiled() == ["one.md.j2"]
    assert files_of(home)


def test_a_damaged_file_is_passed_over_and_mended(
    home: Path, tmp_path: Path, compiled: Compiled
) -> None:
    page = overriding(tmp_path / "templates", "one")
    page()
    (file,) = files_of(home)
    whole = file.read_bytes()
    for damaged in (b"", whole[:40], whole[:-1], whole[:-1] + b"\xff", b"x" * 500):
        file.write_bytes(damaged)
        compiled()
        assert page() == "one"
        assert compiled() == ["one.md.j2"]
        assert file.read_bytes() == whole


PLANTED = "raise AssertionError('what somebody else wrote was run')"


def plant(file: Path) -> None:
    """Other code under the same name, with digests that are right."""
    code = marshal.dumps(compile(PLANTED, "one.md.j2", "exec"))
    file.write_bytes(file.read_bytes()[:32] + hashlib.sha256(code).digest() + code)


def test_what_is_in_the_users_own_folder_is_run(home: Path, tmp_path: Path) -> None:
    page = overriding(tmp_path / "templates", "one")
    page()
    plant(files_of(home)[0])
    with pytest.raises(AssertionError, match="was run"):
        page()


@pytest.mark.parametrize("open_to_others", ["relnotes", "relnotes/templates", "the file"])
def test_what_others_could_have_written_is_not_run(
    home: Path, tmp_path: Path, open_to_others: str
) -> None:
    page = overriding(tmp_path / "templates", "one")
    page()
    (file,) = files_of(home)
    plant(file)
    path = file if open_to_others == "the file" else home / ".cache" / open_to_others
    path.chmod(path.stat().st_mode | stat.S_IWGRP)
    assert page() == "one"


def test_the_folder_of_somebody_else_is_not_used(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = overriding(tmp_path / "templates", "one")
    page()
    plant(files_of(home)[0])
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    assert page() == "one"


def test_a_folder_behind_a_link_is_not_used(home: Path, tmp_path: Path) -> None:
    page = overriding(tmp_path / "templates", "one")
    page()
    plant(files_of(home)[0])
    (home / ".cache/relnotes").rename(tmp_path / "elsewhere")
    (home / ".cache/relnotes").symlink_to(tmp_path / "elsewhere")
    assert page() == "one"


@pytest.mark.parametrize("cache", ["", ".cache", "deep/below/.cache"])
def test_a_repository_brings_no_compiled_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: str
) -> None:
    folder = tmp_path / "repository"
    (folder / cache).mkdir(parents=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / cache))
    page = overriding(tmp_path / "templates", "one")
    page()
    (file,) = (folder / cache).glob("relnotes/templates/*")
    plant(file)
    (folder / ".git").mkdir()
    assert page() == "one"


@pytest.mark.parametrize("base", ["missing/deep", "file", "file/below", "loop"])
def test_a_folder_that_cannot_be_made_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / base))
    assert overriding(tmp_path / "templates", "one")() == "one"


def test_a_file_that_cannot_be_written_is_done_without(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("relnotes.publish.compiled.NamedTemporaryFile", full)
    assert overriding(tmp_path / "templates", "one")() == "one"
    assert files_of(home) == []


def test_a_home_that_is_not_there_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    assert user_cache("templates") is None
    assert overriding(tmp_path / "templates", "one")() == "one"
    assert not (tmp_path / "nowhere").exists()


def test_an_address_that_is_not_absolute_is_passed_over(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    assert user_cache("templates") == home / ".cache/relnotes/templates"
