"""Join diff, comparisons and ledger into the record of one release. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from relnotes.evals.comparison import Comparison, Verdict
from relnotes.evals.evidence import SCALE
from relnotes.evals.verdict import CLAIMS
from relnotes.release.differences import diff as bundle_diff
from relnotes.release.differences.prompt_diff import diff_texts
from relnotes.release.limitations.known import LedgerEntry, Unmeasured
from relnotes.release.record import (
    SCHEMA,
    Change,
    Combination,
    Draft,
    EvalSummary,
    Flipped,
    Lifecycle,
    Note,
    PromptChange,
    Provenance,
    Record,
    Relapse,
    Rollback,
    RolloutStage,
    Section,
)
from relnotes.release.review.record import Review
from relnotes.release.written.bundle import (
    Audience,
    Bundle,
    FragmentKind,
    Publish,
    Tested,
    TrainingChange,
    TrainingKind,
    iso,
)
from relnotes.release.written.parsing import Fragment
from relnotes.release.written.snapshot import Snapshot

_COMPARED = frozenset(
    {Verdict.IMPROVED, Verdict.HELD, Verdict.REGRESSED, Verdict.INCONCLUSIVE, Verdict.CHANGED}
)

_UNCLAIMED = _COMPARED - CLAIMS


class Material(msgspec.Struct, frozen=True):
    """All that the record of a release is made of."""

    line: str
    title: str  # of the line
    short_tag: str
    provenance: Provenance
    previous: Provenance | None
    old: Snapshot | None
    new: Snapshot
    changes: tuple[Change, ...]
    comparisons: tuple[Comparison, ...]
    summary: EvalSummary
    limitations: tuple[LedgerEntry, ...]
    unmeasured: tuple[Unmeasured, ...]
    combination: Combination
    rollback: Rollback | None
    relapses: tuple[Relapse, ...]
    remarks: tuple[str, ...]
    prompt_policy: Publish
    flips: tuple[Flipped, ...] = ()
    drafts: tuple[Draft, ...] = ()
    review: Review | None = None


def make_record(material: Material) -> Record:
    """The record for the internal audience; `audience.for_public` cuts it down."""
    bundle = material.new.bundle
    own_words = not (material.rollback and material.rollback.identical)
    fragments = bundle_diff.new_fragments(material.old, material.new) if own_words else ()
    attested = bundle.none_known
    return Record(
        schema=SCHEMA,
        line=material.line,
        old=material.previous.tag if material.previous else None,
        new=material.provenance.tag,
        title=(own_words and bundle.release.title) or f"{material.title} {material.short_tag}",
        kind=_kind(material),
        summary=_summary(fragments, material) if own_words else None,
        reason=bundle.release.reason if own_words else None,
        audience=Audience.INTERNAL,
        model=_lifecycle(bundle),
        provenance=material.provenance,
        previous=material.previous,
        notes=tuple(_note(one) for one in fragments if not _is_summary(one)),
        changes=material.changes,
        prompts=_prompts(material),
        combination=material.combination,
        evals=material.comparisons,
        eval_summary=material.summary,
        limitations=material.limitations,
        none_known=f"{attested.by}, {attested.on.isoformat()}" if attested else None,
        unmeasured=material.unmeasured,
        rollout=_rollout(bundle) if own_words else (),
        rollback=material.rollback,
        relapses=material.relapses,
        remarks=material.remarks,
        withheld={},
        flips=material.flips,
        drafts=material.drafts,
        review=material.review,
    )


def _kind(material: Material) -> str:
    if material.previous is None:
        return "first"
    return "rollback" if material.rollback else material.new.bundle.release.kind.value


def _lifecycle(bundle: Bundle) -> Lifecycle:
    model, dates = bundle.model, bundle.model.lifecycle
    return Lifecycle(
        name=model.name,
        version=model.version,
        provider_id=model.provider_id,
        weights=model.weights,
        aliases=model.aliases,
        released=iso(dates.released),
        deprecated=iso(dates.deprecated),
        retires=iso(dates.retires),
        replacement=dates.replacement,
    )


def _is_summary(fragment: Fragment) -> bool:
    """Whether it stands at the top of the page; a summary for some readers is a note for them."""
    head = fragment.head
    return (
        head.kind is FragmentKind.SUMMARY
        and head.readers is None
        and head.audience is Audience.PUBLIC
    )


def _summary(fragments: Iterable[Fragment], material: Material) -> str | None:
    """A note that is a summary goes before the one of `bundle.yaml`."""
    words = [word for one in fragments if _is_summary(one) for word in one.text.split()]
    if words:
        return " ".join(words)
    if summary_is_left_over(material.old, material.new):
        return None
    return material.new.bundle.release.summary


def summary_is_left_over(old: Snapshot | None, new: Snapshot) -> bool:
    """Whether `bundle.yaml` still says, word for word, what the release before was for."""
    summary = new.bundle.release.summary
    return summary is not None and old is not None and old.bundle.release.summary == summary


def _note(fragment: Fragment) -> Note:
    head = fragment.head
    return Note(
        fragment.path,
        head.kind.value,
        head.readers if head.kind is FragmentKind.SUMMARY else head.area,
        fragment.text,
        head.audience,
        fragment.first_line,
    )


def _rollout(bundle: Bundle) -> tuple[RolloutStage, ...]:
    return tuple(
        RolloutStage(
            stage=one.stage.value,
            share=one.share,
            start=iso(one.start),
            end=iso(one.end),
            skipped=one.skipped,
        )
        for one in bundle.rollout
    )


# -- prompts -----------------------------------------------------------------------------------


def _prompts(material: Material) -> tuple[PromptChange, ...]:
    old = material.old.bundle.prompts if material.old else ()
    new = material.new.bundle.prompts
    before = {prompt.name: prompt for prompt in old}
    after = {prompt.name: prompt for prompt in new}
    changes = (
        _prompt(name, material, before.get(name), after.get(name)) for name in {**before, **after}
    )
    return tuple(change for change in changes if change)


def _prompt(
    name: str,
    material: Material,
    before: object,
    after: object,
) -> PromptChange | None:
    old_text = _text(material.old, before)
    new_text = _text(material.new, after)
    old_digest, new_digest = bundle_diff.text_digest(old_text), bundle_diff.text_digest(new_text)
    if old_digest == new_digest:
        return None
    one = after or before
    publish = _narrowest(material.prompt_policy, before, after)
    return PromptChange(
        name=name,
        file=getattr(one, "file", ""),
        publish=publish.value,
        old_digest=old_digest,
        new_digest=new_digest,
        diff=diff_texts(old_text, new_text),
        text=new_text,
    )


def _text(snapshot: Snapshot | None, prompt: object) -> str | None:
    if snapshot is None or prompt is None:
        return None
    return snapshot.prompts.get(getattr(prompt, "file", ""))


def _narrowest(default: Publish, *prompts: object) -> Publish:
    """A diff shows both texts, so the stricter policy of the two releases holds."""
    order = [Publish.DIGEST, Publish.DIFF, Publish.FULL]
    policies = [getattr(one, "publish", None) or default for one in prompts if one is not None]
    return min(policies, key=order.index)


# -- parts that need the previous release ------------------------------------------------------


def combine(old: Snapshot | None, new: Snapshot) -> Combination:
    """The training changes that came with this release, by how they were tested."""
    known = {one.id for one in old.bundle.training} if old else None
    come = [] if known is None else [one for one in new.bundle.training if one.id not in known]
    together = _ids(come, Tested.COMBINATION, Tested.BOTH)
    return Combination(
        ids=tuple(one.id for one in come),
        alone=_ids(come, Tested.ALONE, Tested.BOTH),
        together=together,
        untested=_ids(come, Tested.UNTESTED),
        tested_together=len(together) == len(come) if len(come) > 1 else None,
    )


def _ids(changes: Sequence[TrainingChange], *tested: Tested) -> tuple[str, ...]:
    return tuple(one.id for one in changes if one.tested in tested)


def what_is_lost(old: Snapshot, new: Snapshot, changes: Iterable[Change]) -> tuple[str, ...]:
    """What users had before a rollback and have no longer, in public words."""
    kept = {one.id for one in new.bundle.training}
    training = [
        one.summary or one.id
        for one in old.bundle.training
        if one.id not in kept
        and one.audience is Audience.PUBLIC
        and one.kind not in (TrainingKind.REWARD_SIGNAL, TrainingKind.RL)  # means, not ends
    ]
    tools = [
        f"the tool {change.path.rpartition('.')[2]}"
        if change.kind == "tool.removed"
        else change.words
        for change in changes
        if change.described_in is Section.TOOLS
        and change.kind.endswith("removed")
        and change.audience is Audience.PUBLIC
    ]
    return tuple(words.rstrip(".") for words in (*training, *tools))


# -- counting ----------------------------------------------------------------------------------


def summarise(
    comparisons: Sequence[Comparison], *, files: int, carried_over: int, stale: bool, alpha: float
) -> EvalSummary:
    """Counts of the verdicts; `carried_over` results stand in files that did not change."""
    counts = Counter([one.verdict for one in comparisons])
    return EvalSummary(
        files=files,
        compared=sum(counts[verdict] for verdict in _COMPARED),
        not_comparable=counts[Verdict.NOT_COMPARABLE],
        added=counts[Verdict.ADDED],
        removed=counts[Verdict.REMOVED],
        carried_over=carried_over,
        counts=dict(sorted((verdict.value, count) for verdict, count in counts.items())),
        largest_unseen=_largest_unseen(comparisons),
        stale=stale and carried_over > 0,
        alpha=alpha,
    )


def _largest_unseen(comparisons: Sequence[Comparison]) -> float | None:
    """The largest effect that could have gone unseen, as a fraction, where a scale is known."""
    seen = [
        one.mde / SCALE[one.unit]
        for one in comparisons
        if one.mde is not None and one.unit in SCALE and one.verdict in _UNCLAIMED
    ]
    return round(max(seen), 6) if seen else None
