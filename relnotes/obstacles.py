"""What stands between a release or a postmortem and its publication, as values.

The checks of releases and of incidents find these; the command line prints them in its formats.
"""

from __future__ import annotations

import msgspec


class Obstacle(msgspec.Struct, frozen=True):
    """One thing to clear. `code` is stable: programs and settings name it."""

    code: str  # "BEHAVIOUR_NOT_MEASURED"
    what: str  # one sentence, without a full stop
    place: str  # `path:line` as far as known; "" where nothing is written yet
    clear: str  # how to clear it: an action or a command
    subject: str = ""  # what it is about: a behaviour, a prompt, a follow-up
    blocking: bool = True  # False: said, but it does not make a check fail
