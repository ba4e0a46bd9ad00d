"""What a person knows of the evals and the files do not say: directions, other names, a choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from relnotes.comparing.files import ResultFile, Side
from relnotes.comparing.options import Options
from relnotes.comparing.questions import Questions
from relnotes.errors import Problem, RelnotesError
from relnotes.evals.metrics import Facts, with_facts
from relnotes.evals.result import Measurement


def completed(role: str, side: Side, options: Options, questions: Questions) -> Side:
    """A side with the totals that no file gives, and with what the options say of its metrics."""
    facts = [
        *options.house.facts,
        *((glob, Facts(direction=direction)) for glob, direction in options.directions),
    ]
    files = questions.with_means(role, side.files)
    return replace(side, files=tuple(_with_facts(file, facts) for file in files))


def renamed(old: Side, new: Side, renames: Sequence[str]) -> Side:
    """The older side with the names of the newer; of a name either side may hold `=` itself."""
    if not renames:
        return old
    ours, theirs = _names(old), _names(new)
    called: dict[str, str] = {}
    problems = []
    for text in renames:
        splits = [(text[:at], text[at + 1 :]) for at, sign in enumerate(text) if sign == "="]
        found = next(((a, b) for a, b in splits if a in ours and b in theirs), None)
        if found is None:
            mend = f"OLD has: {', '.join(ours)}\n    NEW has: {', '.join(theirs)}"
            problems.append(Problem("--rename", f'"{text}" names nothing of both sides', mend))
        else:
            called[found[0]] = found[1]
    if problems:
        raise RelnotesError(problems)
    return replace(old, files=tuple(_with_names(file, called) for file in old.files))


def check_names(files: Iterable[ResultFile], options: Options) -> None:
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


def _names(side: Side) -> list[str]:
    keys = (one.key for file in side.files for one in file.results.measurements)
    return list(dict.fromkeys(part for key in keys for part in key if part))


def _with_names(file: ResultFile, called: Mapping[str, str]) -> ResultFile:
    """Its questions keep their names, so what is renamed is compared by its totals."""
    measurements = tuple(
        replace(
            one,
            task=called.get(one.task, one.task),
            metric=called.get(one.metric, one.metric),
            filter=called.get(one.filter, one.filter) if one.filter else None,
        )
        for one in file.results.measurements
    )
    return replace(file, results=replace(file.results, measurements=measurements))


def _unmatched(
    option: str, globs: Iterable[str], what: str, names: Sequence[str]
) -> Iterator[Problem]:
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in names):
            from relnotes.validation import did_you_mean  # slow to import, and seldom needed

            shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
            words = f'no {what} of either side matches "{glob}"{did_you_mean(glob, list(names))}'
            yield Problem(option, words, f"{what}s: {shown}" if names else "")
