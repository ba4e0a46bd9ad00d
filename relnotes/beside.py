"""A second process for work that can be done beside the first one's.

It does its jobs one after the other, so a job may go on from what an earlier one left in a module.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

P = ParamSpec("P")
T = TypeVar("T")

MANY = 100  # pages; below it a second process costs more than it saves
_MANY_FOR_A_FORK = 20


class Beside:
    """None until `expect` says that it pays; leaving the `with` block ends it."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
            # What it keeps has no cycles either, see `build`.
            self._pool = ProcessPoolExecutor(1, context, initializer=gc.disable)
            self._pool.submit(_nothing)  # starts it now

    def do(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The answer of `job`, some time later; only where the process is there."""
        assert self._pool is not None
        return self._pool.submit(job, *args, **kwargs)


def _can_fork() -> bool:
    """A fork has every module imported already, but of other threads only their locks."""
    return sys.platform == "linux" and threading.active_count() == 1


def _nothing() -> None:
    pass
