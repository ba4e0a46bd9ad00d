"""The codes of obstacles: what each means, why it matters, how to clear it. Words only.

A code is stable: settings, waivers and other programs name it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from relnotes.validation import did_you_mean


class Promise(StrEnum):
    """Which part of the promise to its users a release breaks with an obstacle."""

    NOTES = "notes"
    LIMITATIONS = "limitations"
    BEHAVIOURS = "behaviours"
    SIGNALS = "signals"
    APPROVALS = "approvals"
    ROLLOUT = "rollout"
    INCIDENTS = "incidents"


class Code(msgspec.Struct, frozen=True):
    """`blocks`: whether it makes a check fail where the settings say nothing of it."""

    name: str
    promise: Promise
    title: str
    meaning: str
    matters: str
    clear: str
    blocks: bool = True
    waivable: bool = True


CODES: dict[str, Code] = {
    one.name: one
    for one in (
        Code(
            "NOTE_MISSING",
            Promise.NOTES,
            "a change that users can feel has no note",
            "The model, its decoding parameters, tools or training differ from the last release, "
            "and no note in notes/ explains it.",
            "An update that was thought subtle is how users were surprised before. What nobody "
            "puts into words, nobody has thought through.",
            "Write a note in notes/ and name the change under `explains:`, such as "
            "`explains: [decoding.temperature]`. A first release needs a note or a summary.",
            waivable=False,
        ),
        Code(
            "PROMPT_UNEXPLAINED",
            Promise.NOTES,
            "a prompt was edited and no note says why",
            "A prompt that the model reads differs from the last release, and no note names it.",
            "One line of a prompt can change how a model treats everybody, and leaves no trace "
            "in the weights.",
            "Write a note in notes/ and name the prompt: `explains: [prompts/system.md]`.",
            waivable=False,
        ),
        Code(
            "DRAFT_UNAPPROVED",
            Promise.NOTES,
            "words of a model that no person stands behind",
            "A file holds words that a language model drafted, and nobody approved them, or they "
            "or their facts have changed since.",
            "A model writes plausibly whether or not it is so. Unapproved words are left out of "
            "the notes, so the notes are not whole.",
            "Read and edit the draft, then approve it with `relnotes draft --approve`; or delete "
            "it.",
            waivable=False,
        ),
        Code(
            "LIMITATION_DROPPED",
            Promise.LIMITATIONS,
            "a known limitation vanished without a resolution",
            "The file of a limitation that was open is gone, and nothing says that it was "
            "resolved or never applied.",
            "Known issues that silently vanish at the next release are the reason why nobody "
            "trusts such lists.",
            "Put the file back. If it is over, set `state: resolved` with `evidence`, or "
            "`state: withdrawn` with a `reason`.",
            waivable=False,
        ),
        Code(
            "NONE_KNOWN_NOT_ATTESTED",
            Promise.LIMITATIONS,
            "no limitation is listed, and nobody says that none is known",
            "The ledger has no open limitation, and bundle.yaml has no `none_known`.",
            "An empty list can mean that somebody looked and found nothing, or that nobody "
            "looked. Readers have to be able to tell.",
            "Write down what is known to be wrong in limitations/; or let somebody look, and set "
            "`none_known: {by: NAME, on: DATE}` in bundle.yaml.",
            waivable=False,
        ),
        Code(
            "BEHAVIOUR_REGRESSED",
            Promise.BEHAVIOURS,
            "a blocking behaviour got worse",
            "An eval that covers a blocking behaviour shows a loss that is no chance, in this "
            "release or in an earlier one that has not recovered.",
            "Blocking means that a release has to show that this did not get worse. A loss that "
            "is released once becomes the level that the next one is compared with.",
            "Mend the model and measure again; or waive it, with a name, a reason and an end.",
        ),
        Code(
            "BEHAVIOUR_INCONCLUSIVE",
            Promise.BEHAVIOURS,
            "the evals of a blocking behaviour cannot tell whether it held",
            "The numbers neither show a loss nor exclude one larger than the margin: too few "
            "questions, or results that cannot be compared.",
            "Absence of evidence is how a regression passes as noise.",
            "Run as many questions as the obstacle says would settle it; or run the old release "
            "again under the new conditions; or waive it, with a name, a reason and an end.",
        ),
        Code(
            "BEHAVIOUR_NOT_MEASURED",
            Promise.BEHAVIOURS,
            "no eval speaks of a behaviour for this release",
            "No eval covers the behaviour, or its results are of an earlier release and what "
            "runs has changed since. It blocks where the behaviour is blocking, and where "
            "somebody was uneasy about it.",
            "What nobody measures cannot get worse in any report. That is how flattery got out.",
            "Add an eval and name it under `evals:` in behaviours.yaml; or waive it, with a name, "
            "a reason and an end.",
        ),
        Code(
            "SIGNAL_CONFLICT",
            Promise.SIGNALS,
            "signals disagree, and nobody decided",
            "People were uneasy where numbers were good, or the other way round; or something "
            "gains at once and loses in the long run; or users preferred what a principle speaks "
            "against; or somebody was uneasy and no number answers them.",
            "Metrics looked good, people felt that something was off, and nobody had to say why "
            "it shipped anyway.",
            "`relnotes decide BEHAVIOUR` writes down who decided what, and why. A decision counts "
            "for the candidate and the evidence that it was made about: a later signal asks for "
            "a new one.",
            waivable=False,
        ),
        Code(
            "SIGNAL_BLOCKS",
            Promise.SIGNALS,
            "somebody said: do not release this",
            "A signal that came with this candidate has the verdict `block`.",
            "Whoever tests has to be able to stop a release, or tests are theatre.",
            "Mend what they found and let them look again (a new signal, and the old one's "
            "file says what became of it); or waive it, with a name, a reason and an end.",
        ),
        Code(
            "APPROVAL_MISSING",
            Promise.APPROVALS,
            "a role that has to agree has not",
            "The settings ask for approvals by role, and nobody in this role has approved.",
            "Numbers, people, safety and words are looked at by different eyes; each has to have "
            "looked.",
            "`relnotes approve --as ROLE`, by somebody who has looked at the candidate.",
            waivable=False,
        ),
        Code(
            "APPROVAL_STALE",
            Promise.APPROVALS,
            "what was approved is not what would ship",
            "The bundle changed after it was approved. An approval is bound to the digest of "
            "every file of the bundle, without approvals, decisions and waivers themselves.",
            "What was tested is what ships, or the test was of something else.",
            "Look at what changed, which is listed field by field, and approve again.",
            waivable=False,
        ),
        Code(
            "COMBINATION_UNTESTED",
            Promise.BEHAVIOURS,
            "training changes were never tested together",
            "Several training changes are new in this release, and each was evaluated only "
            "without the others.",
            "Changes that are harmless alone can be harmful together; that is what happened.",
            "Evaluate them together and set `tested: both` or `tested: combination`; or waive it.",
        ),
        Code(
            "STAGE_SKIPPED",
            Promise.ROLLOUT,
            "a stage of the rollout was left out without a reason",
            "The settings expect stages (`check.stages`), and the rollout of this release has "
            "one neither held nor `skipped:` with a reason.",
            "A stage is where few meet what everybody would meet the next day.",
            "Add the stage to `rollout:` in bundle.yaml with its dates, or with `skipped: REASON`.",
        ),
        Code(
            "RELAPSED",
            Promise.BEHAVIOURS,
            "a line that a mitigation took out of a prompt is back",
            "A prompt holds a line, word for word or reworded, that an earlier release removed "
            "as a mitigation.",
            "It has happened in public, within a week.",
            "Take the line out again; or waive it, and say why it is harmless now.",
        ),
        Code(
            "FOLLOWUP_OVERDUE",
            Promise.INCIDENTS,
            "a follow-up of an incident is past its day",
            "A postmortem promised something by a day, the day is over, and it is not done.",
            "An incident whose follow-ups are forgotten happens again.",
            "Do it, or agree on a new day with its owner; then write that into the incident.",
        ),
        Code(
            "EVAL_DEBT",
            Promise.INCIDENTS,
            "an eval that an incident promised is still not there",
            "An incident showed what nothing measured, an eval was promised, and no release since "
            "has a result of it.",
            "What went wrong once and is not measured goes wrong unseen the next time.",
            "Put results of the eval into the bundle; the debt closes by itself.",
            blocks=False,
        ),
        Code(
            "CHECK_CHANGED",
            Promise.SIGNALS,
            "the settings change what blocks",
            "A `[[check.rules]]` entry makes a code block that does not by default, or not block "
            "that does.",
            "Lowering the bar is a decision too, so it is shown wherever the bar is used.",
            "Nothing has to be cleared. Remove the entry to go back to the default.",
            blocks=False,
            waivable=False,
        ),
    )
}


def unknown_code(name: str) -> str:
    """What is wrong with the name of a code; "" where it is one."""
    if name in CODES:
        return ""
    return f'there is no code "{name}"{did_you_mean(name, list(CODES))}'


def not_waivable(name: str) -> str:
    """Why there can be no waiver for it; "" where there can."""
    if said := unknown_code(name):
        return said
    return "" if CODES[name].waivable else f"{name} cannot be waived: {CODES[name].clear}"


def explanation(code: Code) -> str:
    """A paragraph each: what it means, why it matters, how to clear it."""
    block = "blocks a release" if code.blocks else "is said and does not block"
    waived = "can be waived" if code.waivable else "cannot be waived"
    return (
        f"{code.name}: {code.title}\n\n{code.meaning}\n\nWhy it matters: {code.matters}\n\n"
        f"How to clear it: {code.clear}\n\nBy default it {block}; it {waived}.\n"
    )
