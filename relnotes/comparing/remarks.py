"""What somebody should know who compares these two sides, beside the rows. Each is a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from relnotes.comparing.files import Side
from relnotes.comparing.options import Options
from relnotes.evals.comparability import differences, differing_fields, reason_to_ignore
from relnotes.evals.comparison import Comparison
from relnotes.evals.index import EvalIndex, Pair

_SUPERSEDED_SHOWN = 3


def superseded(index: EvalIndex, side: Side) -> Iterator[str]:
    """Results that are not compared, because a later run on the same side measured the same."""
    losers: Counter[tuple[str, str, str]] = Counter()
    for key in index.located:
        for at in index.current(key):
            for other in index.superseded(key, at):
                ways = differences(other.measurement, at.measurement)
                losers[other.path, at.path, ways[0] if ways else ""] += 1
    for (path, newer, way), count in list(losers.items())[:_SUPERSEDED_SHOWN]:
        results = "result" if count == 1 else "results"
        older, newer = (one.partition("/")[2] for one in (path, newer))
        reason = f"{newer} is the newer run" + (f", made in another way: {way}" if way else "")
        yield f"{side.name}: {count} {results} of {older} not compared: {reason}"
    if (more := len(losers) - _SUPERSEDED_SHOWN) > 0:
        yield f"{side.name}: the same holds for {more} more files"


def odd(old: Side, new: Side) -> Iterator[str]:
    """What makes two sides look as if they were not those that somebody meant."""
    before, after = ({one.sha256 for one in side.files} for side in (old, new))
    if before == after:
        yield "both sides hold the same files, byte for byte"
        return
    if same := len(before & after):
        yield f"{same} of {len(after)} files of {new.name} are in {old.name} too, byte for byte"
    started = [sorted(one.results.started or "" for one in side.files) for side in (old, new)]
    if started[0][0] > started[1][-1] > "":
        yield f"{old.name} was measured after {new.name}; is the older one named first?"


def unlike(again: Sequence[Side], rows: Sequence[Comparison]) -> Iterator[str]:
    """What was measured again and is like nothing on the old side says nothing of its noise."""
    if again and not any(row.noise is not None for row in rows):
        names = ", ".join(side.name for side in again)
        yield f"--again {names}: nothing in it was measured as it was on the old side"


def samples_beside(old: Side, new: Side) -> Iterator[str]:
    if (
        not old.is_folder
        and not new.is_folder
        and old.has_samples_beside
        and new.has_samples_beside
    ):
        folders = "name the folders, and every question is compared"
        yield f"samples_*.jsonl lie beside both files: {folders}"


def named_otherwise(pairs: Sequence[Pair]) -> Iterator[str]:
    """Tasks of both sides of which no metric is, mostly since two harnesses name it differently."""
    metrics: dict[str, tuple[set[str], set[str]]] = {}
    for pair in pairs:
        old, new = metrics.setdefault(pair.key[0], (set(), set()))
        name = ",".join(filter(None, pair.key[1:]))
        old.update([name] if pair.old else [])
        new.update([name] if pair.new else [])
    for task, (old, new) in metrics.items():
        if old and new and not old & new:
            names = ", ".join(sorted(old)), ", ".join(sorted(new))
            yield f"{task}: measured on both sides, by other metrics: {names[0]} → {names[1]}"


def no_name_in_common(pairs: Sequence[Pair]) -> Iterator[str]:
    """Two sides that share no task, mostly since two formats name one otherwise."""
    old = dict.fromkeys(pair.key[0] for pair in pairs if pair.old)
    new = dict.fromkeys(pair.key[0] for pair in pairs if pair.new)
    if old and new and not old.keys() & new.keys():
        example = f"{next(iter(old))}={next(iter(new))}"
        yield f"no task has the same name on both sides; if two are the same: --rename '{example}'"


def unused(pairs: Sequence[Pair], options: Options) -> Iterator[str]:
    """An override that nothing needed: perhaps a slip of the pen, perhaps a harness mended."""
    unused = list(options.overrides)
    for pair in pairs:
        if not unused:
            return
        if pair.old and pair.new:
            found = [*differing_fields(pair.old.measurement, pair.new.measurement)]
            unused = [
                one for one in unused if not any(reason_to_ignore(each, (one,)) for each in found)
            ]
    for one in unused:
        yield f"--override {one.field}: nothing differs in it, so it was not needed"
