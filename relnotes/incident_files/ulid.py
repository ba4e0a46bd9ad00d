"""Ids of events: 26 signs that sort by time, made anywhere without asking anybody."""

from __future__ import annotations

import os
from datetime import datetime

# Written out here: the library takes as long to import as an event may take to be logged.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80
_HIGHEST = (1 << 128) - 1


def new_ulid(now: datetime, after: str | None = None) -> str:
    """The id of something recorded `now`; later than `after` even where a clock goes wrong.

    A correction that is written on a machine whose clock is behind still follows what it corrects.
    """
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds << _RANDOM_BITS) | int.from_bytes(os.urandom(10), "big")
    if after is not None and (last := _number(after)) >= value and last < _HIGHEST:
        value = last + 1
    return _signs(value)


def _number(ulid: str) -> int:
    value = 0
    for sign in ulid:
        value = value * 32 + _SIGNS.index(sign)
    return value


def _signs(value: int) -> str:
    return "".join(_SIGNS[(value >> shift) & 31] for shift in range(125, -1, -5))
