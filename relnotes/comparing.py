"""Compare two sets of eval results that lie in files: read, match, compare. No repository.

The flow of `relnotes compare`; what is said of its rows is in `publish`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.comparability import Override, differing_fields, reason_to_ignore
from relnotes.evals.comparison import Comparison, Settings, adjust, compare
from relnotes.evals.index import EvalIndex, Located, Pair
from relnotes.evals.metrics import Facts, with_facts
from relnotes.evals.pairing import Flips
from relnotes.evals.result import Direction, EvalFile, Measurement
from relnotes.evals.verdict import Verdict
from relnotes.questions import Questions, blob_of, path_of
from relnotes.resultfiles import DEFAULT_READING, Reading, ResultFile, Side, read_sides

COMPARED = frozenset(
    {Verdict.IMPROVED, Verdict.HELD, Verdict.REGRESSED, Verdict.INCONCLUSIVE, Verdict.CHANGED}
)
DEFAULT_SURENESS = Settings()
_SUPERSEDED_SHOWN = 3


@dataclass(frozen=True, slots=True)
class House:
    """What the settings of a repository say, where there are any."""

    file: str | None = None
    samples_mb: int = 1000
    """Memory for comparing the scores of single questions."""
    facts: tuple[tuple[str, Facts], ...] = ()
    overrides: tuple[tuple[str, Override], ...] = ()
    """Each with the glob of the tasks that it holds for."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asks of one comparison; globs are of names as the files write them."""

    sureness: Settings = DEFAULT_SURENESS
    margins: tuple[tuple[str, float], ...] = ()
    """Glob of metrics → the loss that is tolerated, in the metric's own unit."""
    directions: tuple[tuple[str, Direction], ...] = ()
    overrides: tuple[Override, ...] = ()
    tasks: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    reading: Reading = DEFAULT_READING
    house: House = House()


NO_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides, and a row for everything that either of them measures; sorted."""

    old: Side
    new: Side
    options: Options
    rows: tuple[Comparison, ...]
    flips: Mapping[tuple[str, str, str, str], Flips]
    """By the key of the row: questions that went from right to wrong and back."""
    left_out: int
    """Rows that the globs of tasks and metrics leave out: in no count and in no family."""
    remarks: tuple[str, ...]

    @property
    def counts(self) -> Counter[Verdict]:
        return Counter(row.verdict for row in self.rows)

    @property
    def compared(self) -> int:
        return sum(row.verdict in COMPARED for row in self.rows)


def compare_files(old: str, new: str, options: Options = NO_OPTIONS) -> Compared:
    """Compare what lies under two names, each a file or a folder.

    RelnotesError holds every problem of both sides, or every option that names nothing.
    """
    with Questions(options.house.samples_mb) as questions:
        before, after = read_sides(old, new, options.reading, questions.take)
        return compare_sides(before, after, options, questions)


def compare_sides(old: Side, new: Side, options: Options, questions: Questions) -> Compared:
    """The rows of two sides that were read."""
    old, new = (_completed(*one, options, questions) for one in (("old", old), ("new", new)))
    _check_names([*old.files, *new.files], options)
    index = EvalIndex()
    index.apply(_changes("old", old))
    remarks = list(_superseded(index, old))
    gone = [(path_of("old", file), None, None) for file in old.files]
    pairs = index.apply([*gone, *_changes("new", new)])
    remarks += _superseded(index, new)
    wanted = [pair for pair in pairs if _is_wanted(pair, options)]
    files = {
        path_of(role, one): one for role, side in (("old", old), ("new", new)) for one in side.files
    }
    rows = adjust(_row(pair, options, questions, files) for pair in wanted)
    flips = {
        row.key: found
        for pair, row in zip(wanted, rows, strict=True)
        if row.paired and (found := questions.flips(pair))
    }
    remarks += [*_odd(old, new), *_named_otherwise(wanted), *_unused(wanted, options)]
    remarks += _samples_beside(old, new)
    return Compared(old, new, options, rows, flips, len(pairs) - len(wanted), tuple(remarks))


# -- what the files say, with what a person adds ---------------------------------------------------


def _completed(role: str, side: Side, options: Options, questions: Questions) -> Side:
    facts = [
        *options.house.facts,
        *((glob, Facts(direction=direction)) for glob, direction in options.directions),
    ]
    files = questions.with_means(role, side.files)
    return replace(side, files=tuple(_with_facts(file, facts) for file in files))


def _with_facts(file: ResultFile, facts: Sequence[tuple[str, Facts]]) -> ResultFile:
    if not facts:
        return file
    measurements = tuple(_corrected(one, facts) for one in file.results.measurements)
    return replace(file, results=replace(file.results, measurements=measurements))


def _corrected(one: Measurement, facts: Iterable[tuple[str, Facts]]) -> Measurement:
    for glob, said in facts:
        if fnmatchcase(one.metric, glob):
            one = with_facts(one, said)
    return one


def _check_names(files: Iterable[ResultFile], options: Options) -> None:
    """An option that names nothing is a slip of the pen, and would change what is found."""
    measured = [one for file in files for one in file.results.measurements]
    tasks = sorted({one.task for one in measured})
    metrics = sorted({one.metric for one in measured})
    problems = [
        *_unmatched("--task", options.tasks, "task", tasks),
        *_unmatched("--metric", options.metrics, "metric", metrics),
        *_unmatched("--direction", [glob for glob, _ in options.directions], "metric", metrics),
        *_unmatched("--margin", [glob for glob, _ in options.margins], "metric", metrics),
    ]
    if problems:
        raise RelnotesError(problems)


def _unmatched(
    option: str, globs: Iterable[str], what: str, names: Sequence[str]
) -> Iterator[Problem]:
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in names):
            from relnotes.validation import did_you_mean  # slow to import, and seldom needed

            shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
            words = f'no {what} of either side matches "{glob}"{did_you_mean(glob, list(names))}'
            yield Problem(option, words, f"{what}s: {shown}" if names else "")


# -- matching --------------------------------------------------------------------------------------


def _changes(role: str, side: Side) -> list[tuple[str, str, EvalFile]]:
    return [(path_of(role, one), blob_of(role, one), one.results) for one in side.files]


def _superseded(index: EvalIndex, side: Side) -> Iterator[str]:
    """Results that are not compared, because a later run on the same side measured the same."""
    losers: Counter[tuple[str, str]] = Counter()
    for key, all_of_key in index.located.items():
        if len(all_of_key) == 1:
            continue
        winners = {_variant(at): at.path for at in index.current(key)}
        for at in all_of_key:
            if (winner := winners[_variant(at)]) != at.path:
                losers[at.path, winner] += 1
    for (path, newer), count in list(losers.items())[:_SUPERSEDED_SHOWN]:
        results = "result" if count == 1 else "results"
        older, newer = (one.partition("/")[2] for one in (path, newer))
        yield f"{side.name}: {count} {results} of {older} not compared: {newer} is the newer run"
    if (more := len(losers) - _SUPERSEDED_SHOWN) > 0:
        yield f"{side.name}: the same holds for {more} more files"


def _variant(at: Located) -> str | None:
    return dict(at.measurement.conditions).get("shots")


def _is_wanted(pair: Pair, options: Options) -> bool:
    task, metric, _ = pair.key
    return _matches(task, options.tasks) and _matches(metric, options.metrics)


def _matches(name: str, globs: Sequence[str]) -> bool:
    return not globs or any(fnmatchcase(name, glob) for glob in globs)


# -- comparing -------------------------------------------------------------------------------------


def _row(
    pair: Pair, options: Options, questions: Questions, files: Mapping[str, ResultFile]
) -> Comparison:
    task, metric, _ = pair.key
    old = files[pair.old.path] if pair.old else None
    new = files[pair.new.path] if pair.new else None
    return compare(
        pair.old.measurement if pair.old else None,
        pair.new.measurement if pair.new else None,
        options.sureness,
        margin=next((loss for glob, loss in options.margins if fnmatchcase(metric, glob)), None),
        overrides=_overrides(task, options),
        pairs=questions.pairs(pair),
        rerun=_is_rerun(old, new),
        variant=pair.variant,
        source_old=old.place if old else None,
        source_new=new.place if new else None,
    )


def _is_rerun(old: ResultFile | None, new: ResultFile | None) -> bool:
    """Whether the files say that the same ran twice; else equal scores may be chance."""
    if old is None or new is None:
        return False
    model = old.results.model
    return old.sha256 == new.sha256 or (model is not None and model == new.results.model)


def _overrides(task: str, options: Options) -> tuple[Override, ...]:
    house = (one for glob, one in options.house.overrides if fnmatchcase(task, glob))
    return (*options.overrides, *house)


def _odd(old: Side, new: Side) -> Iterator[str]:
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


def _samples_beside(old: Side, new: Side) -> Iterator[str]:
    if (
        not old.is_folder
        and not new.is_folder
        and old.has_samples_beside
        and new.has_samples_beside
    ):
        folders = "name the folders, and every question is compared"
        yield f"samples_*.jsonl lie beside both files: {folders}"


def _named_otherwise(pairs: Sequence[Pair]) -> Iterator[str]:
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


def _unused(pairs: Sequence[Pair], options: Options) -> Iterator[str]:
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
