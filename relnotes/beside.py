"""A second process for work that can be done beside the first one's."""

from __future__ import annotations

import gc
import marshal
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from relnotes.errors import RelnotesError, fail

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

P = ParamSpec("P")
T = TypeVar("T")

MANY = 100  # pages; below it a second process costs more than it saves
_MANY_FOR_A_FORK = 20


class Beside:
    """None until `expect` says that it pays; to be closed.

    It does its jobs one after the other, so one may go on from what another left in a module.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self.is_forked = False  # so that it has all that was there when it began

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    @property
    def is_there(self) -> bool:
        return self._pool is not None

    def expect(self, pages: int) -> None:
        """Get ready for the work of so many; to be called while no other process is open."""
        if self._pool is not None or (os.cpu_count() or 1) == 1:
            return
        can_fork = _can_fork()
        if pages >= (_MANY_FOR_A_FORK if can_fork else MANY):
            from concurrent.futures import ProcessPoolExecutor  # 10 ms, and mostly there are few
            from multiprocessing import get_context

            context = get_context("fork" if can_fork else "spawn")
            self._pool = ProcessPoolExecutor(
                1, context, initializer=_begin, initargs=(os.getpid(),)
            )
            self.is_forked = can_fork
            self.do(_nothing)  # starts it now

    def do(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have `job` done; only where the process is there. `answer` waits for what it gives."""
        from concurrent.futures.process import BrokenProcessPool

        assert self._pool is not None
        try:
            return self._pool.submit(job, *args, **kwargs)
        except BrokenProcessPool as error:
            raise _gone() from error


def answer(asked: Future[T]) -> T:
    """What a job gives, or raises; RelnotesError where somebody ended the second process."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        return asked.result()
    except BrokenProcessPool as error:
        raise _gone() from error


def _gone() -> RelnotesError:
    what = "the second process of this build was ended by the system, or by somebody"
    return fail("", what, "see that there is memory left, and build again; nothing was written")


@contextmanager
def meanwhile(job: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Begin a job that looks at files, while the caller goes on; call what is given for its answer.

    The answer is made of what `marshal` knows. Where nothing can be begun, or it fails, the job
    is done when its answer is asked for.
    """
    if not _can_fork():
        yield job
        return
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.close(reading)
            made: Any = job()
            with os.fdopen(writing, "wb") as pipe:
                marshal.dump(made, pipe)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            yield lambda: _told(pipe.read(), job)
    finally:
        os.waitpid(child, 0)  # it ends with its answer, or as soon as nobody reads it


def _told(said: bytes, job: Callable[[], T]) -> T:
    try:
        found: T = marshal.loads(said)
    except (EOFError, ValueError, TypeError):
        return job()
    return found


def _can_fork() -> bool:
    """A fork has every module imported already, but of other threads only their locks."""
    return sys.platform == "linux" and threading.active_count() == 1


# -- the second process ----------------------------------------------------------------------------


def _begin(first: int) -> None:
    gc.disable()  # what it keeps has no cycles either, see `build`
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends both
    threading.Thread(target=_end_with, args=(first,), daemon=True).start()


def _end_with(first: int) -> NoReturn:
    """A process that was killed cannot end the other one, which would wait for ever."""
    while os.getppid() == first:
        sleep(1)
    os._exit(1)


def _nothing() -> None:
    pass
