"""`relnotes serve`: what is published, rebuilt when an input changes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bundlekit import bundle, project


def wait_for(check, seconds=60.0):
    """The first true answer of `check`, asked again and again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came in time")


def page(address: str) -> str:
    try:
        with urlopen(address, timeout=5) as answer:
            return answer.read().decode()
    except URLError:
        return ""


def test_the_site_is_served_and_rebuilt_when_an_amendment_comes(tmp_path):
    repository = project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    log = tmp_path.parent / f"{tmp_path.name}.log"
    with log.open("w") as talk:
        server = subprocess.Popen(
            [sys.executable, "-m", "relnotes", "serve", "--port", "0", "--every", "0.2"],
            cwd=tmp_path,
            stderr=talk,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
    try:
        found = wait_for(lambda: re.search(r"http://127\.0\.0\.1:\d+/", log.read_text()))
        address = f"{found[0]}releases/wren/v1/"
        assert "Wren v1" in page(address)

        repository.write({"amendments/a.yaml": "release: v1\non: 2026-01-03\ntext: Amended.\n"})
        wait_for(lambda: "Amended." in page(address))

        repository.write({"amendments/b.yaml": "release: v2\non: 2026-01-03\ntext: x\n"})
        wait_for(lambda: '"v2" is no release' in log.read_text())
        assert "Amended." in page(address)
    finally:
        server.terminate()
        server.wait(10)


def test_a_port_in_use_is_said(tmp_path):
    import socket

    project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "relnotes", "serve", "--port", str(taken.getsockname()[1])],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )

    assert done.returncode == 2
    assert "cannot listen" in done.stderr
