"""The story of Wren and Finch, top to bottom: what was committed, measured and tagged, and when.

The words that people wrote are files: each step lays its folder of `templates/demo/` over the
repository. The numbers that the harness wrote are made here, from `measurements`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from relnotes.demo.harness import Run
from relnotes.demo.measurements import (
    generation,
    knowledge,
    languages,
    safety,
    safety_v2,
    sycophancy,
)

INTERNAL_WORDS: Final = ("kestrel", "plumbago", "sandpiper", "tamarack")
"""Stand only in what the public must not read: none may reach a public page."""

INES: Final = "Ines Brandt <ines@hedgerow.example>"  # releases
TOMASZ: Final = "Tomasz Lind <tomasz@hedgerow.example>"  # evals
MIRA: Final = "Mira Castellano <mira@hedgerow.example>"  # behaviour
JONAH: Final = "Jonah Adeyemi <jonah@hedgerow.example>"  # small models

WREN: Final = "bundles/wren"
FINCH: Final = "bundles/finch"

_Approvals = tuple[tuple[str, str], ...]
_ALL: Final[_Approvals] = (
    ("quantitative", "Tomasz Lind"),
    ("qualitative", "Mira Castellano"),
    ("safety", "Mira Castellano"),
    ("communications", "Ines Brandt"),
)
_HOTFIX: Final[_Approvals] = (("qualitative", "Mira Castellano"), ("safety", "Tomasz Lind"))
# In May nobody who had talked with it would sign.
_WITHOUT_TESTERS: Final[_Approvals] = tuple(one for one in _ALL if one[0] != "qualitative")


@dataclass(frozen=True, slots=True)
class Step:
    """One commit. A run replaces what its suite had measured before."""

    folder: str | None  # below templates/demo/
    at: str
    author: str
    message: str
    line: str = WREN
    tag: str | None = None
    annotation: str | None = None  # without one, the tag is lightweight
    measured: tuple[Run, ...] = ()
    removed: tuple[str, ...] = ()
    approved: _Approvals = ()  # (role, name): of the bundle as it then is
    restores: str | None = None  # the tag whose bundle comes back, byte for byte


STORY: Final = (
    Step(
        folder="2026-01-06-start",
        at="2026-01-06T09:12:00+01:00",
        author=INES,
        message="Start the release repository",
    ),
    # -- January: a sound first release, and an empty place in behaviours.yaml -----------------
    Step(
        folder="2026-01-13-wren",
        at="2026-01-13T10:04:00+01:00",
        author=INES,
        message="Wren: first release",
        tag="wren/2026-01-13",
        approved=_ALL,
        annotation="Wren, first release",
        measured=(
            knowledge(
                "2026-01-08T21:14:09.331207+01:00",
                "wren-2026",
                mmlu=(3797, 2678, 2760, 2592),
                hellaswag=(6539, 8423),
                truthful=(0.6083, 0.01478),
            ),
            generation(
                "2026-01-08T23:02:51.870442+01:00",
                "wren-2026",
                gsm8k=(1153, 1162),
                ifeval=(444, 730, 460, 749),
            ),
            languages("2026-01-09T08:31:17.104958+01:00", "wren-2026", hebrew_dates=82),
            safety("2026-01-09T08:44:40.662310+01:00", "wren-2026", refused=97),
        ),
    ),
    Step(
        folder="2026-02-03-finch",
        at="2026-02-03T11:20:00+01:00",
        author=JONAH,
        message="Finch: first release\n\nSomebody looked, and nothing is known to be wrong.",
        line=FINCH,
        tag="finch/2026-02-03",
        approved=_ALL,
        annotation="Finch, first release",
        measured=(
            knowledge(
                "2026-01-30T19:07:22.518830+01:00",
                "finch-2026",
                mmlu=(2941, 2160, 2245, 1942),
                hellaswag=(5683, 7603),
            ),
            generation("2026-01-30T19:58:03.220914+01:00", "finch-2026", gsm8k=(871, 889)),
        ),
    ),
    # -- February: what improved can be shown; what is merely different is not claimed ---------
    Step(
        folder="2026-02-17-wren",
        at="2026-02-17T09:48:00+01:00",
        author=INES,
        message="Wren: February update\n\nHebrew dates; search by freshness.",
        tag="wren/2026-02-17",
        approved=_ALL,
        annotation="Wren, February 2026",
        measured=(
            knowledge(
                "2026-02-11T20:40:12.003518+01:00",
                "wren-2026",
                mmlu=(3822, 2692, 2775, 2612),
                hellaswag=(6551, 8440),
                truthful=(0.6110, 0.01471),
            ),
            generation(
                "2026-02-11T22:31:45.417203+01:00",
                "wren-2026",
                gsm8k=(1159, 1169),
                ifeval=(447, 733, 461, 752),
            ),
            languages("2026-02-12T08:15:33.950127+01:00", "wren-2026", hebrew_dates=196),
            safety("2026-02-12T08:29:02.748816+01:00", "wren-2026", refused=96),
        ),
    ),
    # -- March: a prompt, then the decoding; evals of the bare model are not run again ---------
    Step(
        folder="2026-03-03-wren",
        at="2026-03-03T14:26:00+01:00",
        author=MIRA,
        message="Wren: sources behind the sentence that they support",
        tag="wren/2026-03-03",
        approved=_ALL,
        measured=(
            generation(
                "2026-02-26T18:20:31.504822+01:00",
                "wren-2026",
                gsm8k=(1158, 1170),
                ifeval=(445, 731, 462, 752),
            ),
            languages("2026-02-27T15:58:46.093375+01:00", "wren-2026", hebrew_dates=197),
            safety("2026-02-27T16:12:08.281146+01:00", "wren-2026", refused=97),
        ),
    ),
    Step(
        folder="2026-03-24-wren",
        at="2026-03-24T10:31:00+01:00",
        author=MIRA,
        message="Wren: longer answers, a little less alike",
        tag="wren/2026-03-24",
        approved=_ALL,
        measured=(
            generation(
                "2026-03-18T18:03:57.614029+01:00",
                "wren-2026",
                gsm8k=(1155, 1166),
                ifeval=(444, 731, 460, 751),
            ),
            languages("2026-03-18T19:01:22.770418+01:00", "wren-2026", hebrew_dates=196),
            safety("2026-03-18T19:15:09.336097+01:00", "wren-2026", refused=97),
        ),
    ),
    Step(
        folder="2026-04-14-finch",
        at="2026-04-14T11:05:00+02:00",
        author=JONAH,
        message="Finch: formats, and two limitations that users found",
        line=FINCH,
        tag="finch/2026-04-14",
        approved=_ALL,
        measured=(
            knowledge(
                "2026-04-08T19:22:40.117725+02:00",
                "finch-2026",
                mmlu=(2952, 2166, 2249, 1950),
                hellaswag=(5690, 7611),
            ),
            generation("2026-04-08T20:14:19.905381+02:00", "finch-2026", gsm8k=(876, 893)),
        ),
    ),
    # -- May: everything that was measured looked good enough ----------------------------------
    Step(
        folder="2026-05-08-wren",
        at="2026-05-08T17:40:00+02:00",
        author=MIRA,
        message="Notes of the testers on the May candidate\n\nThree of eight would not sign.",
    ),
    Step(
        folder="2026-05-12-wren",
        at="2026-05-12T09:30:00+02:00",
        author=INES,
        message="Wren: May update\n\nMemory, recent events, and a reward from thumbs.",
        tag="wren/2026-05-12",
        approved=_WITHOUT_TESTERS,
        annotation="Wren, May 2026",
        measured=(
            knowledge(
                "2026-05-06T20:11:36.480291+02:00",
                "wren-2026",
                mmlu=(3903, 2733, 2810, 2667),
                hellaswag=(6581, 8474),
                truthful=(0.5449, 0.01512),
            ),
            generation(
                "2026-05-06T22:05:18.226470+02:00",
                "wren-2026",
                gsm8k=(1180, 1190),
                ifeval=(438, 726, 455, 747),
            ),
            languages("2026-05-07T08:20:55.319604+02:00", "wren-2026", hebrew_dates=195),
            safety("2026-05-07T08:35:11.058723+02:00", "wren-2026", refused=96),
        ),
    ),
    Step(
        folder="2026-05-15-wren",
        at="2026-05-15T22:47:00+02:00",
        author=MIRA,
        message="Wren: hotfix, take the mood line out of the prompt",
        tag="wren/2026-05-15",
        approved=_HOTFIX,
        measured=(safety("2026-05-15T21:20:03.771150+02:00", "wren-2026", refused=97),),
    ),
    Step(
        folder=None,
        at="2026-05-18T16:05:00+02:00",
        author=INES,
        message="Wren: back to 24 March",
        tag="wren/2026-05-18",
        annotation="Wren, rolled back to wren/2026-03-24",
        restores="wren/2026-03-24",
    ),
    Step(
        folder="2026-05-19-incident",
        at="2026-05-19T10:30:00+02:00",
        author=INES,
        message="Incident: what was logged while Wren flattered",
    ),
    Step(
        folder="2026-05-21-amendments",
        at="2026-05-21T15:10:00+02:00",
        author=INES,
        message="Say of the May releases what their notes did not say",
    ),
    Step(
        folder="2026-05-28-postmortem",
        at="2026-05-28T15:05:00+02:00",
        author=MIRA,
        message="Incident: the postmortem\n\n"
        "Written by four people, approved by one who was not there.",
    ),
    # -- June: the same gifts without the flattery, and then the same line once more -----------
    Step(
        folder="2026-06-16-wren",
        at="2026-06-16T09:55:00+02:00",
        author=INES,
        message="Wren: June update\n\nMemory and recent events; flattery is measured and blocks.",
        tag="wren/2026-06-16",
        approved=_ALL,
        annotation="Wren, June 2026",
        measured=(
            knowledge(
                "2026-06-09T20:02:44.913057+02:00",
                "wren-2026",
                mmlu=(3899, 2728, 2807, 2661),
                hellaswag=(6577, 8469),
                truthful=(0.6172, 0.01466),
            ),
            generation(
                "2026-06-09T21:58:27.560882+02:00",
                "wren-2026",
                gsm8k=(1178, 1187),
                ifeval=(446, 733, 462, 752),
            ),
            languages("2026-06-10T08:17:02.406139+02:00", "wren-2026", hebrew_dates=197),
            safety_v2("2026-06-10T09:26:48.134270+02:00", "wren-2026", refused=1158),
            sycophancy("2026-06-10T10:40:31.845516+02:00", "wren-2026", gave_in=15),
        ),
    ),
    Step(
        folder="2026-06-23-finch",
        at="2026-06-23T10:00:00+02:00",
        author=JONAH,
        message="Finch: retires at the end of the year",
        line=FINCH,
        tag="finch/2026-06-23",
        approved=_ALL,
        annotation="Finch, its last year",
        # Never resolved: somebody tidied up. The notes say that it was dropped.
        removed=("bundles/finch/limitations/FL0002.yaml",),
    ),
    Step(
        folder="2026-06-25-wren",
        at="2026-06-25T15:42:00+02:00",
        author=JONAH,
        message="Wren: a welcome for those who come from Finch",
        tag="wren/2026-06-25",
        approved=(("communications", "Ines Brandt"),),
    ),
    Step(
        folder="2026-06-30-wren",
        at="2026-06-30T09:15:00+02:00",
        author=MIRA,
        message="Wren: take the mood line out again",
        tag="wren/2026-06-30",
        approved=_HOTFIX,
        measured=(
            languages("2026-06-28T09:12:54.018736+02:00", "wren-2026", hebrew_dates=197),
            safety_v2("2026-06-28T09:31:20.690843+02:00", "wren-2026", refused=1163),
            sycophancy("2026-06-28T10:44:05.227191+02:00", "wren-2026", gave_in=17),
        ),
    ),
    Step(
        folder="2026-07-14-wren",
        at="2026-07-14T11:33:00+02:00",
        author=MIRA,
        message="Wren: longer answers for long documents",
    ),
)
