"""Releases of an invented model, Wren, as records: what the pages are drawn from in tests."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from relnotes.evals.comparison import Comparison, Verdict
from relnotes.evals.result import Direction
from relnotes.publish.sitemap import SiteMap, site_map
from relnotes.release.differences.prompt_diff import diff_texts
from relnotes.release.limitations.known import LedgerEntry, LedgerState, News, Origin, Unmeasured
from relnotes.release.over_time.annotations import Amend, Annotations
from relnotes.release.over_time.overview import LifeEvent, LimitationLife, ReleaseSummary
from relnotes.release.record import (
    SCHEMA,
    Change,
    Combination,
    EvalSummary,
    Lifecycle,
    Note,
    PromptChange,
    Provenance,
    Record,
    Rollback,
    RolloutStage,
    Section,
)
from relnotes.release.written.bundle import Audience

OLD, NEW, BACK = "wren/2026-03-27", "wren/2026-04-25", "wren/2026-04-28"
OLD_WEIGHTS = "sha256:" + "9f2c41d07be8a6530f1d" + "4c" * 22
NEW_WEIGHTS = "sha256:" + "41aa77c09e12d4b8630a" + "5e" * 22
OLD_TREE, NEW_TREE = "77d0" + "1b3c" * 9, "c3a9" + "5d20" * 9

OLD_PROMPT = """\
You are Wren, an assistant made by Example Labs.

Be direct. Say when you are unsure. If a plan could hurt the user or others, say so plainly.

Use the search tool for anything that may have changed since your training.

Answer in the language of the question.
"""
NEW_PROMPT = """\
You are Wren, an assistant made by Example Labs.

Answer in the language of the question.

Match the user's mood. Say when you are unsure. If a plan could hurt others, say so kindly.

Use the search tool for anything that may have changed since your training, and say how fresh it is.
"""


def comparison(
    task: str,
    metric: str = "acc",
    old: float | None = 0.5,
    new: float | None = 0.5,
    se: float | None = 0.01,
    verdict: Verdict = Verdict.HELD,
    **more: Any,
) -> Comparison:
    """One row; its interval is that of a normal with this standard error."""
    delta = round(new - old, 6) if old is not None and new is not None else None
    ci = (delta - 1.96 * se, delta + 1.96 * se) if delta is not None and se else None
    values: dict[str, Any] = {
        "filter": None,
        "variant": "",
        "direction": Direction.HIGHER,
        "unit": "fraction",
        "reason": "",
        "delta": delta,
        "se": se if ci else None,
        "ci": ci,
        "p": 0.001 if verdict in (Verdict.IMPROVED, Verdict.REGRESSED) else 0.4,
        "p_adjusted": 0.2 if ci and not more.get("blocking") else None,
        "method": "unpaired, conservative" if ci else "none",
        "n": 1000,
        "n_old": 1000,
        "n_new": 1000,
        "source_old": f"{OLD}:bundles/wren/evals/{task}.json",
        "source_new": f"{NEW}:bundles/wren/evals/{task}.json",
        "mde": 2.8 * se if se else None,
        "worst": None,
        "n_needed": None,
        "margin": 0.02,
        "alpha": 0.05,
        "blocking": False,
        "behaviour": None,
        "remarks": (),
    }
    return Comparison(
        task=task, metric=metric, verdict=verdict, old=old, new=new, **{**values, **more}
    )


HELD = (
    *("ARC-Challenge", "BBH", "BoolQ", "DROP", "GPQA", "GSM8K", "HellaSwag", "HumanEval"),
    *("IFEval", "LAMBADA", "MATH", "MBPP", "MGSM", "MuSR", "OpenBookQA", "PIQA", "QuAC"),
    *("RACE", "SQuAD", "SciQ", "WinoGrande", "XNLI", "XStoryCloze", "BBQ", "BOLD"),
    *("CrowS-Pairs", "StereoSet", "RealToxicityPrompts", "ToxiGen", "XSTest", "AdvGLUE"),
    *("SimpleQA", "NQ-open", "TriviaQA", "WebQA", "FEVER", "TyDiQA"),
)

EVALS = (
    comparison(
        "MMLU", "acc", 0.8612, 0.8741, 0.0036, Verdict.IMPROVED, n=14042, n_old=14042, n_new=14042
    ),
    comparison(
        "TruthfulQA", "mc2", 0.6121, 0.5812, 0.0107, Verdict.REGRESSED, n=817, n_old=817, n_new=817
    ),
    comparison(
        "HarmBench",
        "refusal_rate",
        0.97,
        0.96,
        0.0255,
        Verdict.INCONCLUSIVE,
        reason="a loss of 0.02 cannot be excluded: 1,900 questions would settle it, 100 were asked",
        n=100,
        n_old=100,
        n_new=100,
        n_needed=1900,
        blocking=True,
        behaviour="safety/refusals",
    ),
    comparison(
        "MT-Bench",
        "score",
        8.41,
        8.77,
        None,
        Verdict.NOT_COMPARABLE,
        reason="judge J-2 → J-3",
        unit=None,
        n=80,
        n_old=80,
        n_new=80,
    ),
    comparison(
        "AlpacaEval",
        "win_rate",
        0.41,
        0.46,
        None,
        Verdict.NOT_COMPARABLE,
        reason="judge J-2 → J-3",
    ),
    comparison(
        "dates-he", "exact_match", None, 0.41, None, Verdict.ADDED, source_old=None, n_old=None
    ),
    comparison(
        "memory-recall", "f1", None, 0.883, None, Verdict.ADDED, source_old=None, n_old=None
    ),
    *(
        comparison(task, "acc", 0.62 + 0.007 * at, 0.62 + 0.007 * at + 0.0011 * (at % 5 - 2))
        for at, task in enumerate(HELD)
    ),
)

NOTES = (
    Note(
        "notes/memory.md",
        "feature",
        "memory",
        "**Memory** is used in more answers. It is on by default for new chats; you can turn it "
        "off under *Settings → Personal*.",
        Audience.PUBLIC,
    ),
    Note(
        "notes/tone.md",
        "behaviour",
        "tone",
        "Answers are **warmer and more agreeable**. We intended the first and not the second.\n\n"
        "If an answer flatters instead of helping, say so with the thumbs-down button.",
        Audience.PUBLIC,
    ),
    Note(
        "notes/search.md",
        "migration",
        "tools",
        "The search tool takes a new optional argument:\n\n"
        '```json\n{"query": "elections", "freshness": "week"}\n```\n\n'
        "- Nothing breaks if you leave it out.\n- It becomes the default on 1 June.",
        Audience.PUBLIC,
    ),
)


def change(
    kind: str, path: str, old: Any, new: Any, section: Section, words: str, *notes: str
) -> Change:
    return Change(kind, path, old, new, section, words, explained_by=notes)


CHANGES = (
    change(
        "release.summary", "bundle.yaml:release.summary", "a", "b", Section.RELEASE, "summary a → b"
    ),
    change(
        "model.weights",
        "bundle.yaml:model.weights",
        OLD_WEIGHTS,
        NEW_WEIGHTS,
        Section.MODEL,
        "new weights under the same provider_id wren-2026",
    ),
    change(
        "model.aliases",
        "bundle.yaml:model.aliases",
        ["wren"],
        ["wren", "wren-latest"],
        Section.MODEL,
        "alias wren-latest now points here",
    ),
    change(
        "prompt.edited",
        "prompts/system.md",
        "sha256:" + "a1" * 32,
        "sha256:" + "b2" * 32,
        Section.PROMPTS,
        "prompt edited",
    ),
    change(
        "decoding.changed",
        "bundle.yaml:decoding.temperature",
        0.9,
        1.0,
        Section.DECODING,
        "temperature 0.9 → 1.0",
    ),
    change(
        "tool.parameter added",
        "bundle.yaml:tools.search.parameters.properties.freshness",
        None,
        {"type": "string"},
        Section.TOOLS,
        "search: optional parameter freshness added",
        "notes/search.md",
    ),
    *(
        change(
            "training.added",
            f"bundle.yaml:training.{name}",
            None,
            {"id": name},
            Section.TRAINING,
            f"{name} added",
            *notes,
        )
        for name, *notes in (
            ("feedback-reward", "notes/tone.md"),
            ("memory-data", "notes/memory.md"),
            ("fresh-data",),
        )
    ),
    *(
        change(
            "rollout.added",
            f"bundle.yaml:rollout.{stage}",
            None,
            {"stage": stage},
            Section.ROLLOUT,
            f"{stage} added",
        )
        for stage in ("alpha", "canary", "full")
    ),
    *(
        change("eval file.changed", f"evals/{one.task}.json", "1", "2", Section.EVALS, "eval file")
        for one in EVALS
    ),
    *(change("note.added", note.path, None, "1", Section.NOTES, "release note") for note in NOTES),
    change("file.added", "licence.txt", None, "1", Section.OTHER, "file added"),
    change(
        "file.reformatted", "bundle.yaml", "1", "2", Section.OTHER, "comments, order or spacing"
    ),
)


def entry(identity: str, text: str, news: News, **more: Any) -> LedgerEntry:
    states = {
        News.RESOLVED: LedgerState.RESOLVED,
        News.WITHDRAWN: LedgerState.WITHDRAWN,
        News.DROPPED: LedgerState.DROPPED,
        News.MITIGATED: LedgerState.MITIGATED,
    }
    values: dict[str, Any] = {
        "state": states.get(news, LedgerState.OPEN),
        "since": NEW,
        "origin": Origin.AUTHORED,
        "path": f"limitations/{identity}.yaml",
    }
    return LedgerEntry(id=identity, text=text, news=news, **{**values, **more})


LIMITATIONS = (
    entry(
        "KL0031",
        "May prefer an answer that users like over one that is true.",
        News.NEW,
        behaviour="honesty",
        evidence=(f"{NEW}:bundles/wren/evals/TruthfulQA.json",),
        workaround="Ask for the strongest objection to your own view.",
    ),
    entry(
        "D5be1c09a",
        "sycophancy was not measured: no eval covers this behaviour. "
        "Intended: Do not flatter the user or validate harmful plans.",
        News.NEW,
        behaviour="sycophancy",
        origin=Origin.UNMEASURED,
        blocking=True,
        path=None,
    ),
    entry(
        "D07c2aa41",
        "feedback-reward, memory-data and fresh-data reached users together, but were never "
        "tested together",
        News.NEW,
        origin=Origin.COMBINATION,
        path=None,
    ),
    entry(
        "KL0012",
        "Invents citations in legal answers.",
        News.STILL_OPEN,
        since="wren/2025-11-02",
        last_confirmed="2026-04-20",
        workaround="Check every citation in a register of decisions.",
    ),
    entry(
        "KL0019",
        "Dates in Hebrew were reversed.",
        News.RESOLVED,
        since="wren/2026-03-27",
        resolved_in=NEW,
        evidence=("dates-he 0.41 → 0.98", f"{NEW}:bundles/wren/evals/dates-he.json"),
    ),
    entry(
        "KL0007",
        "Loses the thread in conversations over 60,000 words.",
        News.DROPPED,
        since="wren/2025-09-14",
        evidence=(f"{NEW}:bundles/wren/limitations/KL0007.yaml is gone, without a resolution",),
    ),
)

SUMMARY = EvalSummary(
    files=43,
    compared=40,
    not_comparable=2,
    added=2,
    removed=0,
    carried_over=0,
    counts={"improved": 1, "regressed": 1, "inconclusive": 1, "held": 37},
    largest_unseen=0.041,
    stale=False,
    alpha=0.05,
)

UPDATE = Record(
    schema=SCHEMA,
    line="wren",
    old=OLD,
    new=NEW,
    title="Wren 2026-04-25",
    kind="mainline",
    summary="Wren remembers more of your earlier conversations and follows recent events better. "
    "Answers are longer and warmer in tone. We changed how it learns from thumbs-up and "
    "thumbs-down.",
    reason=None,
    audience=Audience.PUBLIC,
    model=Lifecycle(
        name="Wren",
        version="wren-2026-04-25",
        provider_id="wren-2026",
        weights=NEW_WEIGHTS,
        aliases=("wren", "wren-latest"),
        released="2026-04-25",
        deprecated=None,
        retires="2027-04-25",
        replacement=None,
    ),
    provenance=Provenance(
        tag=NEW,
        commit="4be1c27a90" * 4,
        tree=NEW_TREE,
        date="2026-04-25T09:12:44+02:00",
        bundle="bundles/wren",
    ),
    previous=Provenance(
        tag=OLD,
        commit="0d9e55b1c3" * 4,
        tree=OLD_TREE,
        date="2026-03-27T10:02:10+01:00",
        bundle="bundles/wren",
    ),
    notes=NOTES,
    changes=CHANGES,
    prompts=(
        PromptChange(
            "system",
            "prompts/system.md",
            "full",
            "sha256:" + "a1" * 32,
            "sha256:" + "b2" * 32,
            diff_texts(OLD_PROMPT, NEW_PROMPT),
            NEW_PROMPT,
        ),
        PromptChange(
            "safety",
            "prompts/safety.md",
            "digest",
            "sha256:" + "c3" * 32,
            "sha256:" + "d4" * 32,
            None,
            None,
        ),
    ),
    combination=Combination(
        ids=("feedback-reward", "memory-data", "fresh-data"),
        alone=("feedback-reward", "memory-data", "fresh-data"),
        together=(),
        untested=(),
        tested_together=False,
    ),
    evals=EVALS,
    eval_summary=SUMMARY,
    limitations=LIMITATIONS,
    none_known=None,
    unmeasured=(
        Unmeasured(
            "sycophancy",
            "Do not flatter the user or validate harmful plans.",
            True,
            "no eval covers this behaviour",
            Audience.PUBLIC,
        ),
        Unmeasured(
            "long-context",
            "Keep to what was said earlier in a long conversation.",
            False,
            "last measured at wren/2026-03-27, and what runs has changed since",
            Audience.PUBLIC,
        ),
    ),
    rollout=(
        RolloutStage("alpha", None, None, None, "the change was thought subtle"),
        RolloutStage("canary", 0.01, "2026-04-24", "2026-04-24", None),
        RolloutStage("full", 1.0, "2026-04-25", None, None),
    ),
    rollback=None,
    relapses=(),
    remarks=(),
    withheld={"other": 2, "evals": 3},
)

UPDATE_LATER = Annotations(
    previous=OLD,
    next=BACK,
    latest=BACK,
    withdrawn_by=BACK,
    withdrawn_on="2026-04-28",
    withdrawn_reason="It flattered users and validated harmful plans.",
    restored=OLD,
    amendments=(
        Amend(
            "2026-05-02",
            "KL0032 was added after the fact; we should have known it before.",
            Audience.PUBLIC,
            entry(
                "KL0032",
                "Flatters, and validates doubts, anger and impulsive actions.",
                News.NEW,
                origin=Origin.AMENDMENT,
                behaviour="sycophancy",
            ),
        ),
    ),
)

NO_EVALS = EvalSummary(0, 0, 0, 0, 0, 0, {}, None, False, 0.05)
NO_COMBINATION = Combination((), (), (), (), None)

ROLLBACK = replace(
    UPDATE,
    old=NEW,
    new=BACK,
    title="Wren 2026-04-28",
    kind="rollback",
    summary="We took the update of 25 April back. Wren answers as it did before.",
    reason="It flattered users and validated harmful plans.",
    model=replace(UPDATE.model, version="wren-2026-03-27", weights=OLD_WEIGHTS, retires=None),
    provenance=Provenance(
        tag=BACK,
        commit="91c0de4411" * 4,
        tree=OLD_TREE,
        date="2026-04-28T23:40:00+02:00",
        bundle="bundles/wren",
    ),
    previous=UPDATE.provenance,
    notes=(),
    changes=(
        change(
            "model.weights",
            "bundle.yaml:model.weights",
            NEW_WEIGHTS,
            OLD_WEIGHTS,
            Section.MODEL,
            "new weights under the same provider_id wren-2026",
        ),
        change(
            "decoding.changed",
            "bundle.yaml:decoding.temperature",
            1.0,
            0.9,
            Section.DECODING,
            "temperature 1.0 → 0.9",
        ),
        change(
            "rollout.start",
            "bundle.yaml:rollout.full.start",
            "2026-04-25",
            "2026-04-28",
            Section.ROLLOUT,
            "full: start 2026-04-25 → 2026-04-28",
        ),
    ),
    prompts=(),
    combination=NO_COMBINATION,
    evals=(),
    eval_summary=replace(NO_EVALS, carried_over=41),
    limitations=(
        entry("KL0019", "Dates in Hebrew were reversed.", News.REOPENED, since=BACK),
        entry(
            "KL0012",
            "Invents citations in legal answers.",
            News.STILL_OPEN,
            since="wren/2025-11-02",
            last_confirmed="2026-04-20",
        ),
    ),
    unmeasured=(),
    rollout=(RolloutStage("full", 1.0, "2026-04-28", None, None),),
    rollback=Rollback(
        restores=OLD,
        restored_tree=OLD_TREE,
        identical=True,
        differs=(),
        withdraws=(NEW,),
        lost=("dates in Hebrew (KL0019)", "memory in more answers", "search: freshness"),
    ),
    withheld={},
)

FIRST = replace(
    UPDATE,
    old=None,
    new="wren/2025-09-14",
    title="Wren 2025-09-14",
    kind="first",
    summary=None,
    provenance=Provenance("wren/2025-09-14", "5" * 40, "6" * 40, "2025-09-14T12:00:00Z", "bundle"),
    previous=None,
    notes=(),
    changes=(),
    prompts=(),
    combination=NO_COMBINATION,
    evals=(),
    eval_summary=NO_EVALS,
    limitations=(),
    unmeasured=(),
    rollout=(),
    withheld={},
)


def summary(tag: str, title: str, date: str, **more: Any) -> ReleaseSummary:
    values: dict[str, Any] = {
        "kind": "mainline",
        "summary": None,
        "areas": (),
        "improved": 0,
        "regressed": 0,
        "inconclusive": 0,
        "not_comparable": 0,
        "limitations_new": 0,
        "limitations_open": 0,
        "limitations_resolved": 0,
        "restores": None,
        "withdraws": (),
    }
    return ReleaseSummary(line="wren", tag=tag, title=title, date=date, **{**values, **more})


SUMMARIES = (
    summary(
        BACK,
        "Wren 2026-04-28",
        "2026-04-28T23:40:00+02:00",
        kind="rollback",
        summary=ROLLBACK.summary,
        areas=("model", "decoding"),
        limitations_open=2,
        restores=OLD,
        withdraws=(NEW,),
    ),
    summary(
        NEW,
        "Wren 2026-04-25",
        "2026-04-25T09:12:44+02:00",
        summary=UPDATE.summary,
        areas=("model", "prompts", "decoding", "tools", "training"),
        improved=1,
        regressed=1,
        inconclusive=1,
        not_comparable=2,
        limitations_new=3,
        limitations_open=5,
        limitations_resolved=1,
        withdrawn=True,
    ),
    summary(
        OLD,
        "Wren 2026-03-27",
        "2026-03-27T10:02:10+01:00",
        summary="Faster answers, and a fix for tables in PDF files.",
        areas=("model",),
        improved=4,
        limitations_new=1,
        limitations_open=3,
    ),
    summary(
        "wren/2025-11-02",
        "Wren 2025-11-02",
        "2025-11-02T08:00:00+01:00",
        kind="hotfix",
        areas=("prompts",),
        limitations_new=1,
        limitations_open=2,
    ),
    summary(
        "wren/2025-09-14",
        "Wren 2025-09-14",
        "2025-09-14T12:00:00Z",
        kind="first",
        limitations_new=1,
        limitations_open=1,
    ),
)

LIVES = (
    LimitationLife(
        line="wren",
        id="KL0012",
        origin=Origin.AUTHORED,
        state=LedgerState.OPEN,
        since="wren/2025-11-02",
        text="Invents citations in legal answers.",
        behaviour="honesty",
        blocking=False,
        workaround="Check every citation in a register of decisions.",
        last_confirmed="2026-04-20",
        resolved_in=None,
        evidence=(),
        audience=Audience.PUBLIC,
        events=(
            LifeEvent(
                "wren/2025-11-02",
                "2025-11-02T08:00:00+01:00",
                News.NEW,
                "Invents citations.",
                ("https://example.org/report/citations",),
            ),
        ),
    ),
    LimitationLife(
        line="wren",
        id="KL0019",
        origin=Origin.AUTHORED,
        state=LedgerState.OPEN,
        since=BACK,
        text="Dates in Hebrew are reversed.",
        behaviour=None,
        blocking=False,
        workaround=None,
        last_confirmed=None,
        resolved_in=None,
        evidence=(),
        audience=Audience.PUBLIC,
        events=(
            LifeEvent(OLD, "2026-03-27T10:02:10+01:00", News.NEW, "Dates in Hebrew reversed.", ()),
            LifeEvent(
                NEW,
                "2026-04-25T09:12:44+02:00",
                News.RESOLVED,
                "Dates in Hebrew were reversed.",
                ("dates-he 0.41 → 0.98", f"{NEW}:bundles/wren/evals/dates-he.json"),
            ),
            LifeEvent(BACK, "2026-04-28T23:40:00+02:00", News.REOPENED, "Dates in Hebrew.", ()),
        ),
    ),
    LimitationLife(
        line="wren",
        id="D5be1c09a",
        origin=Origin.UNMEASURED,
        state=LedgerState.RESOLVED,
        since=NEW,
        text="sycophancy was not measured: no eval covers this behaviour.",
        behaviour="sycophancy",
        blocking=True,
        workaround=None,
        last_confirmed=None,
        resolved_in=BACK,
        evidence=(f"{BACK}:bundles/wren/evals/sycophancy.json",),
        audience=Audience.PUBLIC,
        events=(
            LifeEvent(NEW, "2026-04-25T09:12:44+02:00", News.NEW, "sycophancy not measured", ()),
            LifeEvent(
                BACK,
                "2026-04-28T23:40:00+02:00",
                News.RESOLVED,
                "sycophancy was not measured",
                (f"{BACK}:bundles/wren/evals/sycophancy.json",),
            ),
        ),
    ),
)


def a_site(**more: Any) -> SiteMap:
    ids = {life.id for life in LIVES} | {one.id for one in LIMITATIONS} | {"KL0032"}
    return site_map(
        "Wren",
        {"wren": "Wren"},
        [(one.line, one.tag, one.title) for one in SUMMARIES],
        [("wren", identity) for identity in sorted(ids)],
        disclaimer="Wren is invented; any likeness to a real model is chance.",
        **more,
    )
