"""The parts of a HELM run folder that are read; everything else is skipped unparsed."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec


class Name(msgspec.Struct):
    """What a statistic is of."""

    name: str
    split: Any = None
    sub_split: Any = None
    perturbation: dict[str, Any] | None = None


class Stat(msgspec.Struct):
    """`count` counts trials, or the additions of one instance: never the instances."""

    name: Name
    count: Any = None
    mean: Any = None


class Instance(msgspec.Struct):
    """The statistics of one instance in one trial."""

    instance_id: Any
    train_trial_index: Any = 0
    stats: list[Stat] = []


class Scenario(msgspec.Struct):
    class_name: Any = None
    args: Any = None


class RunSpec(msgspec.Struct):
    """`name` is scenario, arguments and model: `mmlu:subject=law,model=example_wren`."""

    name: str
    scenario_spec: Scenario | None = None
    adapter_spec: dict[str, Any] = {}
    data_augmenter_spec: dict[str, Any] | None = None
    annotators: Any = None


STATS = msgspec.json.Decoder(list[Stat])
INSTANCES = msgspec.json.Decoder(list[Instance])
RUN_SPEC = msgspec.json.Decoder(RunSpec)


class Context(NamedTuple):
    """The instances that a statistic is over: siblings that must never be merged."""

    split: str
    perturbation: str
    """Without what it was computed on."""
    computed_on: str

    @property
    def shown(self) -> str | None:
        parts = (self.split, f"{self.perturbation} {self.computed_on}".strip())
        return ", ".join(part for part in parts if part) or None


def context_of(name: Name) -> Context:
    """Split, sub-split and perturbation, each with all that tells it from another."""
    split = "/".join(str(part) for part in (name.split, name.sub_split) if part)
    settings = dict(name.perturbation or {})
    called = str(settings.pop("name", "")) if name.perturbation else ""
    computed_on = str(settings.pop("computed_on", "perturbed")) if name.perturbation else ""
    for role in ("robustness", "fairness"):
        settings.pop(role, None)
    rest = " ".join(
        f"{key}={settings[key]}" for key in sorted(settings) if settings[key] is not None
    )
    return Context(split, f"{called} {rest}".strip(), computed_on)
