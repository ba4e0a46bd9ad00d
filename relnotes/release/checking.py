"""Find what stands between a release and its users, in its record. Pure.

Every finder looks at the record alone, so that a release of long ago is checked like today's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from relnotes.evals.comparison import Comparison
from relnotes.evals.verdict import Verdict
from relnotes.obstacles import Obstacle
from relnotes.release.bundle import Audience
from relnotes.release.dates import own_stages
from relnotes.release.drafts import unapproved_drafts
from relnotes.release.findings import NOT_JUDGED, eval_name, why_not_judged
from relnotes.release.known import LedgerState, News, Origin, Unmeasured
from relnotes.release.ledger import LIVE
from relnotes.release.record import Change, PromptChange, Record, Section
from relnotes.release.review_files import SignalVerdict
from relnotes.release.review_record import ApprovalEntry, Conflict
from relnotes.release.rules import Ruled, Rules, ruled
from relnotes.release.unexplained import unexplained

_NAMED = 3  # evals of one behaviour that are named; the others are counted


def check(
    record: Record,
    rules: Rules,
    today: date | None = None,
    beside: Iterable[Obstacle] = (),
    facts: Collection[str] | None = None,
) -> tuple[Ruled, ...]:
    """Every obstacle of a release, weighed. `today` decides which waivers count; without it, the
    release's own day. `beside` are obstacles that do not stand in its record; `facts` the keys of
    what drafts may still cite."""
    day = today or _day(record)
    waivers = record.review.waivers if record.review else ()
    return ruled((*obstacles(record, rules, facts), *beside), waivers, rules, day)


def _day(record: Record) -> date:
    on = record.provenance.date
    return date.fromisoformat(on[:10]) if on else date.min


def obstacles(
    record: Record, rules: Rules, facts: Collection[str] | None = None
) -> Iterator[Obstacle]:
    """Before settings and waivers have their say."""
    at = record.provenance.bundle
    yield from _notes(record, at)
    yield from unapproved_drafts(record.drafts, facts, f"{at}/")
    yield from _limitations(record, at)
    if not (record.rollback and record.rollback.identical):
        yield from _behaviours(record, at)
        yield from _signals(record, at)
        yield from _approvals(record, rules, at)
        yield from _combination(record, at)
        yield from _stages(record, rules, at)
    yield from _relapses(record, at)


# -- notes ---------------------------------------------------------------------------------------


def _notes(record: Record, at: str) -> Iterator[Obstacle]:
    if record.old is None and not record.notes and not record.summary:
        what = "the first release says nothing to its users"
        yield Obstacle("NOTE_MISSING", what, f"{at}/notes", "write a note, or release.summary")
    silent = unexplained(record)
    prompts = {one.file: one for one in record.prompts}
    for name, change in silent.items():
        if change.described_in is Section.PROMPTS:
            file = change.path.partition(":")[0]
            what = f"{_edited(name, prompts.get(file))}: no note says why"
            clear = f"a note in {at}/notes/ with `explains: [{_written(change.path)}]`"
            yield Obstacle("PROMPT_UNEXPLAINED", what, f"{at}/{file}", clear, name)
    rest = {name: one for name, one in silent.items() if _is_for_users(one)}
    if rest:
        names = ", ".join(rest)
        clear = f"a note in {at}/notes/ with `explains: [{', '.join(_places(rest.values()))}]`"
        what = f"no note explains: {names}"
        yield Obstacle("NOTE_MISSING", what, f"{at}/bundle.yaml", clear, names)


def _is_for_users(change: Change) -> bool:
    return change.described_in is not Section.PROMPTS and change.audience is Audience.PUBLIC


def _places(changes: Iterable[Change]) -> Iterator[str]:
    return (_written(one.path) for one in changes)


def _written(path: str) -> str:
    """As a note names it; a key of an item stands for the whole item."""
    place = path.removeprefix("bundle.yaml:")
    return place if ":" in place or "/" in place else ".".join(place.split(".")[:2])


def _edited(name: str, prompt: PromptChange | None) -> str:
    if prompt is None or prompt.diff is None:
        return f"{name} changed"
    numbers = [hunk.new_paragraph or hunk.old_paragraph for hunk in prompt.diff.hunks]
    known = [str(number) for number in dict.fromkeys(numbers) if number]
    if not known:
        return f"{name} changed"
    return f"{name}, paragraph{'s' if len(known) > 1 else ''} {', '.join(known)}"


# -- limitations -----------------------------------------------------------------------------------


def _limitations(record: Record, at: str) -> Iterator[Obstacle]:
    for entry in record.limitations:
        if entry.state is LedgerState.DROPPED:
            since = "" if entry.news is News.DROPPED else " in an earlier release"
            yield Obstacle(
                "LIMITATION_DROPPED",
                f"{entry.id} was dropped{since}: its file is gone without a resolution",
                f"{at}/{entry.path}" if entry.path else "",
                "put the file back, or resolve or withdraw it",
                entry.id,
            )
    if record.none_known is None and not any(one.state in LIVE for one in record.limitations):
        yield Obstacle(
            "NONE_KNOWN_NOT_ATTESTED",
            "no limitation is open, and nobody attested that none is known",
            f"{at}/bundle.yaml",
            "write down what is known in limitations/, or set `none_known` in bundle.yaml",
        )


# -- behaviours ------------------------------------------------------------------------------------


def _behaviours(record: Record, at: str) -> Iterator[Obstacle]:
    place = f"{at}/behaviours.yaml"
    yield from _not_measured(record, place)
    blocking = [one for one in record.evals if one.blocking and one.behaviour]
    if record.rollback:
        return  # the numbers are those of the restored release again
    lost = _by_behaviour(one for one in blocking if one.verdict is Verdict.REGRESSED)
    for behaviour, rows in lost.items():
        what = f"{behaviour} is blocking and got worse: {_listed([eval_name(r) for r in rows])}"
        clear = _mend_or_waive("BEHAVIOUR_REGRESSED", behaviour)
        yield Obstacle("BEHAVIOUR_REGRESSED", what, place, clear, behaviour)
    unsure = _by_behaviour(one for one in blocking if one.verdict in NOT_JUDGED)
    for behaviour, rows in unsure.items():
        why = _listed([f"{eval_name(row)} {_unsure(row)}" for row in rows])
        what = f"{behaviour} is blocking: {why}"
        clear = _mend_or_waive("BEHAVIOUR_INCONCLUSIVE", behaviour, "measure more")
        yield Obstacle("BEHAVIOUR_INCONCLUSIVE", what, place, clear, behaviour)
    told = {*lost, *unsure, *(one.behaviour for one in record.unmeasured)}
    yield from _still_open(record, place, told)


def _not_measured(record: Record, place: str) -> Iterator[Obstacle]:
    uneasy = _uneasy_about(record)
    for one in record.unmeasured:
        why = "is blocking" if one.blocking else "is tracked"
        if one.behaviour in uneasy:
            why = f"{why}, and somebody was uneasy about it"
        yield Obstacle(
            "BEHAVIOUR_NOT_MEASURED",
            f"{one.behaviour} {why}; {one.reason}",
            place,
            _mend_or_waive("BEHAVIOUR_NOT_MEASURED", one.behaviour, _measure(one)),
            one.behaviour,
            one.blocking or one.behaviour in uneasy,
        )


def _measure(one: Unmeasured) -> str:
    return "run its evals again" if one.last_measured else "add an eval"


def _uneasy_about(record: Record) -> set[str]:
    signals = record.review.signals if record.review else ()
    return {name for one in signals if one.verdict != SignalVerdict.FINE for name in one.behaviours}


def _unsure(row: Comparison) -> str:
    if row.verdict is Verdict.INCONCLUSIVE and row.n_needed and row.n:
        return f"is inconclusive, {why_not_judged(row)}"
    return why_not_judged(row)


def _still_open(record: Record, place: str, told: set[str]) -> Iterator[Obstacle]:
    """Losses and doubts of an earlier release that nothing has cleared since."""
    for entry in record.limitations:
        code = _CODE_OF.get(entry.origin)
        behaviour = entry.behaviour or ""
        if code and entry.blocking and entry.news is News.STILL_OPEN and behaviour not in told:
            told.add(behaviour)
            what = f"{behaviour} is blocking, and since {entry.since}: {entry.text}"
            yield Obstacle(code, what, place, _mend_or_waive(code, behaviour), behaviour)


_CODE_OF = {
    Origin.REGRESSION: "BEHAVIOUR_REGRESSED",
    Origin.INCONCLUSIVE: "BEHAVIOUR_INCONCLUSIVE",
}


def _by_behaviour(rows: Iterable[Comparison]) -> dict[str, list[Comparison]]:
    found: dict[str, list[Comparison]] = {}
    for one in rows:
        found.setdefault(one.behaviour or "", []).append(one)
    return found


def _listed(words: list[str]) -> str:
    more = len(words) - _NAMED
    return "; ".join(words[:_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _mend_or_waive(code: str, subject: str, mend: str = "mend it and measure again") -> str:
    return f"{mend}, or `relnotes waive {code}/{subject}` with a reason and an end"


# -- signals ---------------------------------------------------------------------------------------


def _signals(record: Record, at: str) -> Iterator[Obstacle]:
    if record.review is None:
        return
    for conflict in record.review.conflicts:
        if not conflict.is_decided:
            yield _conflict(conflict, at)
    for one in record.review.signals:
        if one.verdict == SignalVerdict.BLOCK:
            subject = one.path.rpartition("/")[2].rpartition(".")[0]
            what = f"{one.role or one.kind}: do not release ({', '.join(one.behaviours) or 'all'})"
            clear = _mend_or_waive("SIGNAL_BLOCKS", subject, "mend it and let them look again")
            yield Obstacle("SIGNAL_BLOCKS", what, f"{at}/{one.path}", clear, subject)


def _conflict(conflict: Conflict, at: str) -> Obstacle:
    name = conflict.behaviour or "the release as a whole"
    favouring = ", ".join(f"{one.kind} {one.words}" for one in conflict.favouring)
    opposing = ", ".join(f"{one.kind} {one.words}" for one in conflict.opposing)
    sides = "; ".join(filter(None, (opposing, favouring and f"against {favouring}")))
    decision = conflict.decision
    state = f"decision not valid: {decision.missing}" if decision else "no decision recorded"
    files = [one.name for one in conflict.opposing if one.kind != "eval"]
    return Obstacle(
        "SIGNAL_CONFLICT",
        f"{name}: {sides}; {state}",
        f"{at}/{files[0] if files else 'behaviours.yaml'}",
        f"`relnotes decide {conflict.behaviour or '--whole'}`",
        conflict.behaviour or "",
    )


# -- approvals -------------------------------------------------------------------------------------


def _approvals(record: Record, rules: Rules, at: str) -> Iterator[Obstacle]:
    given = record.review.approvals if record.review else ()
    is_hotfix = record.kind == "hotfix" and rules.approvals_of_hotfix is not None
    needed = rules.approvals_of_hotfix if is_hotfix else rules.approvals
    missing = []
    for role, count in sorted((needed or {}).items()):
        fresh = [one for one in given if one.role == role and one.is_fresh]
        stale = [one for one in given if one.role == role and not one.is_fresh]
        there = len({one.by or number for number, one in enumerate(fresh)})
        if there < count and stale:
            yield _stale(stale[-1], at)
        elif there < count:
            missing.append(role if count == 1 else f"{role} ({there} of {count})")
    if missing:
        yield _missing(missing, at)


def _stale(one: ApprovalEntry, at: str) -> Obstacle:
    who = f"{one.by} ({one.role})" if one.by else one.role
    what = f"{who} approved another bundle on {one.on}; it has changed since"
    clear = f"look at what changed, then `relnotes approve --as {one.role}`"
    return Obstacle("APPROVAL_STALE", what, f"{at}/{one.path}", clear, one.role)


def _missing(roles: list[str], at: str) -> Obstacle:
    named = ", ".join(roles)
    role = roles[0].partition(" (")[0] if len(roles) == 1 else "ROLE"
    clear = f"look at the candidate, then `relnotes approve --as {role}`"
    what = f"not approved by: {named}"
    return Obstacle("APPROVAL_MISSING", what, f"{at}/approvals", clear, named)


# -- the rest --------------------------------------------------------------------------------------


def _combination(record: Record, at: str) -> Iterator[Obstacle]:
    one = record.combination
    if one.tested_together is False:
        names = " + ".join(one.ids)
        yield Obstacle(
            "COMBINATION_UNTESTED",
            f"{names} were never evaluated together",
            f"{at}/bundle.yaml",
            _mend_or_waive("COMBINATION_UNTESTED", "+".join(one.ids), "evaluate them together"),
            "+".join(one.ids),
        )


def _stages(record: Record, rules: Rules, at: str) -> Iterator[Obstacle]:
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


def _relapses(record: Record, at: str) -> Iterator[Obstacle]:
    files = {one.name: one.file for one in record.prompts}
    for one in record.relapses:
        how = "word for word" if one.similarity >= 1 else f"reworded: “{one.found}”"
        yield Obstacle(
            "RELAPSED",
            f"the {one.prompt} prompt: “{one.line}”, taken out in {one.removed_in}, is back {how}",
            f"{at}/{files.get(one.prompt, 'prompts')}",
            _mend_or_waive("RELAPSED", one.prompt, "take it out again"),
            one.prompt,
        )
