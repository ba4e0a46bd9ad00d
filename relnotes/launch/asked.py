"""The rules of a team, from its settings."""

from __future__ import annotations

from relnotes.release.rules import Deviation, Rules
from relnotes.settings import Settings


def rules_of(settings: Settings, place: str = "relnotes.toml") -> Rules:
    """`place` is the file that the settings stand in."""
    check = settings.check
    return Rules(
        deviations={one.code: Deviation(one.blocks, one.reason) for one in check.rules},
        approvals=check.approvals,
        approvals_of_hotfix=check.approvals_of_hotfix,
        stages=tuple(stage.value for stage in check.stages),
        settings=place,
    )
