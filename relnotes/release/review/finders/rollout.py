"""Training changes, stages and prompt lines that reach users untested, at once, or again."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.obstacles import Obstacle
from relnotes.release.over_time.dates import own_stages
from relnotes.release.record import Record
from relnotes.release.review.finders.clearing import mend_or_waive
from relnotes.release.review.rules import Rules


def untested_combination(record: Record, at: str) -> Iterator[Obstacle]:
    one = record.combination
    if one.tested_together is False:
        names = " + ".join(one.ids)
        yield Obstacle(
            "COMBINATION_UNTESTED",
            f"{names} were never evaluated together",
            f"{at}/bundle.yaml",
            mend_or_waive("COMBINATION_UNTESTED", "+".join(one.ids), "evaluate them together"),
            "+".join(one.ids),
        )


def skipped_stages(record: Record, rules: Rules, at: str) -> Iterator[Obstacle]:
    """A hotfix says by its reason why it went out at once."""
    if record.kind == "hotfix" and record.reason:
        return
    held = {one.stage for one in own_stages(record) if one.start or one.skipped}
    missing = [stage for stage in rules.stages if stage not in held]
    if missing:
        yield Obstacle(
            "STAGE_SKIPPED",
            f"the rollout has no {' and no '.join(missing)}, and does not say why",
            f"{at}/bundle.yaml",
            "add the stage with its dates, or with `skipped: REASON`, to `rollout`",
            ", ".join(missing),
        )


def relapses(record: Record, at: str) -> Iterator[Obstacle]:
    files = {one.name: one.file for one in record.prompts}
    for one in record.relapses:
        how = "word for word" if one.similarity >= 1 else f"reworded: “{one.found}”"
        yield Obstacle(
            "RELAPSED",
            f"the {one.prompt} prompt: “{one.line}”, taken out in {one.removed_in}, is back {how}",
            f"{at}/{files.get(one.prompt, 'prompts')}",
            mend_or_waive("RELAPSED", one.prompt, "take it out again"),
            one.prompt,
        )
