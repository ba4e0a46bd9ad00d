"""A long history of releases, made up: what each release changes, by path. Touches no disk.

The same shape gives the same bytes, and a longer history begins as the shorter one does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from benchmarks.results import ResultFile

FIRST_DAY = 1_609_459_200  # 2021-01-01, in seconds
DAY = 86_400
NOTES_KEPT = 30  # older ones are tidied away, as teams do
PROMPT_EVERY = 7
LIMITATION_EVERY, RESOLVED_AFTER, TIDIED_AFTER = 10, 15, 25
REGRESSION_EVERY = 40
MEASURED_ALWAYS = 2  # files of the suites that behaviours depend on

Files = dict[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """How long and how wide a history is."""

    releases: int
    files: int  # eval results in the bundle
    changed: int  # of them, in each release
    tasks: int = 3  # in each: 3 are about 20 KB, 1 is about 9
    behaviours: bool = True
    unrelated: int = 0  # commits beside the bundle, spread over the whole history
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Release:
    """What one release commits below the bundle; None deletes."""

    number: int  # from 1
    files: Files

    @property
    def tag(self) -> str:
        return f"v{self.number // 100}.{self.number % 100}.0"

    @property
    def date(self) -> int:
        return FIRST_DAY + self.number * DAY


SETTINGS = b"""[project]
name = "Bench"

[[lines]]
name = "bench"
bundle = "bundle"
tags = "v*"
"""


def wide(releases: int, files: int, *, seed: int = 1) -> Shape:
    """A bundle of many results, of which a tenth is measured again for each release."""
    return Shape(releases, files, max(1, files // 10), seed=seed)


def small(releases: int) -> Shape:
    """A handful of files: two results, a prompt, a limitation, a note."""
    return Shape(releases, files=2, changed=2, tasks=1, behaviours=False)


def releases(shape: Shape) -> Iterator[Release]:
    """Each release's changes, oldest first; the first one brings everything."""
    line = _Line(shape)
    for number in range(1, shape.releases + 1):
        yield Release(number, line.step(number))


@dataclass
class _Line:
    shape: Shape
    results: list[ResultFile] = field(init=False)
    prompt: list[str] = field(init=False)

    def __post_init__(self) -> None:
        random = Random(f"{self.shape.seed} start")
        self.results = [ResultFile(at, self.shape.tasks, random) for at in range(self.shape.files)]
        self.prompt = [_paragraph(random) for _ in range(12)]

    def step(self, number: int) -> Files:
        random = Random(f"{self.shape.seed} release {number}")
        files: Files = {"bundle.yaml": self._bundle(number)}
        files.update(self._measured(number, random))
        files.update(self._prompt(number, random))
        files.update(_notes(number, random))
        files.update(_limitations(number))
        if number == 1 and self.shape.behaviours:
            files["behaviours.yaml"] = self._behaviours()
        return files

    def _bundle(self, number: int) -> bytes:
        weights = hashlib.sha256(f"{self.shape.seed} {number}".encode()).hexdigest()
        return _BUNDLE.format(number=number, weights=weights).encode()

    def _measured(self, number: int, random: Random) -> Files:
        always = min(MEASURED_ALWAYS, self.shape.changed)
        rest = range(always, self.shape.files)
        chosen = [*range(always), *sorted(random.sample(rest, self.shape.changed - always))]
        if number == 1:
            chosen = list(range(self.shape.files))
        regressing = random.choice(chosen) if number % REGRESSION_EVERY == 0 else -1
        started = FIRST_DAY + number * DAY - 40_000
        files: Files = {}
        for at in chosen:
            result = self.results[at]
            result.move(random, regress=at == regressing)
            files[result.path] = result.text(started + at)
        return files

    def _prompt(self, number: int, random: Random) -> Files:
        if number > 1 and number % PROMPT_EVERY:
            return {}
        self.prompt[random.randrange(len(self.prompt))] = _paragraph(random)
        return {"prompts/system.md": ("\n\n".join(self.prompt) + "\n").encode()}

    def _behaviours(self) -> bytes:
        """The first two rest on suites of every release, the others on what comes up."""
        suites = [result.name for result in self.results[:6]]
        entries = (
            f"  - id: behaviour{at}\n"
            f"    principle: Answers of kind {at} are right, and say so when they are not.\n"
            f"    blocking: {'true' if at == 0 else 'false'}\n"
            "    margin: 0.05\n"
            f"    evals: ['{suite}_*']\n"
            for at, suite in enumerate(suites)
        )
        return ("behaviours:\n" + "".join(entries)).encode()


_BUNDLE = """release:
  kind: mainline
  summary: Update {number} answers a little better and costs the same.
model:
  name: Bench
  version: bench-{number}
  weights: "sha256:{weights}"
  base: bench-base
prompts:
  - name: system
    file: prompts/system.md
decoding:
  temperature: 0.7
  top_p: 0.95
  max_tokens: 4096
tools:
  - name: search
    description: Look something up on the web.
    parameters:
      type: object
      properties:
        query: {{type: string}}
        max_results: {{type: integer, minimum: 1, maximum: 20}}
      required: [query]
training:
  - id: instructions
    kind: sft-data
    summary: Instructions and answers written by our editors.
    tested: both
"""
_PHRASES = (
    "Answer in the language of the question.",
    "Say so when you do not know.",
    "Give the source of every number.",
    "Prefer short sentences to long ones.",
    "Ask back when the request has two meanings.",
    "Never repeat private details of the people in a text.",
    "Write dates with the month as a word.",
    "Keep the tone of a patient colleague.",
)


def _paragraph(random: Random) -> str:
    lines = (f"{random.choice(_PHRASES)} ({random.randrange(1000)})" for _ in range(8))
    return " ".join(lines)


def _notes(number: int, random: Random) -> Files:
    kind = random.choice(("improvement", "behaviour", "fix", "feature"))
    body = f"**Change {number}.** {random.choice(_PHRASES)} It does so more often now."
    files: Files = {f"notes/{number:05}.md": f"---\nkind: {kind}\n---\n{body}\n".encode()}
    if number > NOTES_KEPT:
        files[f"notes/{number - NOTES_KEPT:05}.md"] = None
    return files


def _limitations(number: int) -> Files:
    """One begins at every tenth release, is resolved later, and later still its file goes."""
    files: Files = {}
    for age, state in ((0, "open"), (RESOLVED_AFTER, "resolved"), (TIDIED_AFTER, None)):
        begun = number - age
        if begun < 1 or begun % LIMITATION_EVERY != 1:
            continue
        path = f"limitations/KL{begun:05}.yaml"
        files[path] = None if state is None else _limitation(begun, state)
    return files


def _limitation(number: int, state: str) -> bytes:
    text = f"Tables of more than {number % 90 + 10} rows break off in the middle."
    evidence = 'evidence: ["Twenty long tables, asked by hand."]\n' if state == "resolved" else ""
    return (f"id: KL{number:05}\nstate: {state}\ntext: {text}\n{evidence}").encode()
