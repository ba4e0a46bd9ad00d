"""The second process: what it answers, and how the two of them end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from functools import partial
from time import monotonic, sleep

import pytest

from relnotes.beside import MANY, Beside, answer, meanwhile
from relnotes.errors import RelnotesError
from relnotes.freshness import survey

START = """
import os, time
from contextlib import closing
from relnotes.beside import MANY, Beside, answer
if __name__ == "__main__":
    with closing(Beside()) as beside:
        beside.expect(MANY)
        print(answer(beside.do(os.getpid)), flush=True)
        time.sleep(60)
"""


def test_what_is_done_meanwhile_is_the_same_as_what_is_done_here(tmp_path):
    (tmp_path / "a.md").write_text("a")
    look = partial(survey, tmp_path)

    with meanwhile(look) as found:
        assert found() == look()


def test_what_fails_meanwhile_is_tried_again_where_its_error_can_be_told():
    with meanwhile(partial(int, "x")) as found, pytest.raises(ValueError, match="invalid literal"):
        found()


def test_there_is_none_for_a_few_pages():
    with closing(Beside()) as beside:
        beside.expect(1)

        assert not beside.is_there


def test_jobs_are_done_elsewhere_and_their_errors_come_back():
    with closing(Beside()) as beside:
        beside.expect(MANY)

        assert answer(beside.do(os.getpid)) != os.getpid()
        with pytest.raises(ValueError, match="invalid literal"):
            answer(beside.do(int, "x"))


def test_a_second_process_that_somebody_ends_is_an_error_with_words():
    with closing(Beside()) as beside:
        beside.expect(MANY)
        os.kill(answer(beside.do(os.getpid)), signal.SIGKILL)

        with pytest.raises(RelnotesError, match="was ended by the system"):
            answer(beside.do(sleep, 60))


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_the_second_process_does_not_outlive_one_that_was_killed(tmp_path):
    script = tmp_path / "start.py"
    script.write_text(START)
    first = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    second = int(first.stdout.readline())

    first.kill()
    first.communicate()

    until = monotonic() + 10
    while _is_running(second) and monotonic() < until:
        sleep(0.1)
    assert not _is_running(second)


def _is_running(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
