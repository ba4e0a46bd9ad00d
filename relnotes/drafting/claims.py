"""What an English sentence claims: better, worse, up, down, the same, settled, certain. Pure.

A list of words, and on purpose a wide one: a sentence refused for nothing costs a question to
the model; one that passes wrongly costs a reader's trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Claim(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UP = "up"
    DOWN = "down"
    SAME = "unchanged"
    SETTLED = "resolved"
    CERTAIN = "certain"
    DEGREE = "a degree, such as slightly"
    SHARE = "a share, such as most"
    WHEN = "a day seen from today"
    OPEN = "that it is not settled"
    UNMEASURED = "that it was not measured"
    INCOMPARABLE = "that it cannot be compared"
    TOGETHER = "tested together"
    LEFT_OUT = "that it was left out"


DIRECTIONS = frozenset({Claim.BETTER, Claim.WORSE, Claim.UP, Claim.DOWN, Claim.SAME})
HEDGES = frozenset({Claim.OPEN, Claim.UNMEASURED, Claim.INCOMPARABLE, Claim.LEFT_OUT})

_BY_STEM = DIRECTIONS | {Claim.SETTLED, Claim.DEGREE, Claim.SHARE}

_QUALITIES = (
    r"(?:accurate|reliable|helpful|capable|honest|truthful|robust|precise|consistent|useful|safe"
    r"|sound|correct|factual|polite|natural|fluent|secure|trustworthy)"
)
_WORDS = {
    Claim.BETTER: (
        r"better|best|improv\w*|strong\w*|smart\w*|superior|outperform\w*|enhanc\w*|gain\w*"
        rf"|progress\w*|safer|(?:more|most)\s+{_QUALITIES}|excel\w*|advanc\w*|upgrad\w*|wins?|won"
        r"|state[- ]of[- ]the[- ]art|recover\w*"
    ),
    Claim.WORSE: (
        r"worse\w*|worst|regress\w*|deteriorat\w*|weak\w*|degrad\w*|poor\w*|inferior|fail\w*"
        rf"|suffer\w*|(?:less|least)\s+{_QUALITIES}|declin\w*|slip\w*|setback\w*"
    ),
    Claim.UP: (
        r"ros[et]|ris(?:e[ns]?|ing)|increas\w*|higher|highest|gr[eo]w\w*|climb\w*|upwards?|more"
        r"|greater|larger|(?<!no )longer|faster|quicker|surg\w*|jump\w*|boost\w*|soar\w*|rais\w*"
        r"|up(?!\s+to)|expand\w*|extend\w*"
    ),
    Claim.DOWN: (
        r"fell|fall(?:s|en|ing)?|drop\w*|declin\w*|decreas\w*|lower\w*|lowest|less|fewer|smaller"
        r"|shorter|slower|sank|sunk|shr[aiu]nk\w*|reduc\w*|los[est]\w*|dip\w*|plung\w*|down|cut"
        r"|plummet\w*|slump\w*"
    ),
    Claim.SAME: (
        r"held|hold(?:s|ing)?|unchanged|the\s+same|stable|steady|no\s+(?:change|difference)"
        r"|remain\w*|maintain\w*|as\s+(?!well|soon|long|far)\w+\s+as|equal\w*|identical\w*|preserv\w*|constant\w*"
        r"|flat|match\w*|on\s+par|kept"
    ),
    Claim.SETTLED: (
        r"resolv\w*|fix(?:e[sd]|ing)?|solv\w*|closed|cur(?:e[sd]?|ing)|eliminat\w*|gone|address\w*"
        r"|no\s+longer|overc[oa]me\w*|repair\w*|correct(?:s|ed|ing)|prevent\w*|mitigat\w*|remov\w*"
    ),
    Claim.CERTAIN: (
        r"guarant\w*|always|never|fully|complete(?:ly)?|entire(?:ly)?|perfect\w*|flawless\w*"
        r"|prov(?:e[ns]?|ed|ing)|certain(?:ly)?|definite(?:ly)?|undoubted\w*|safe(?:ly)?|impossible"
        r"|all\s+(?:the\s+)?(?:evals?|evaluations?|tests?|benchmarks?|metrics|results|tasks|behaviou?rs)"
        r"|(?:every|each|any|no)\s+(?:evals?|evaluations?|tests?|benchmarks?|metrics?|tasks?|behaviou?rs?"
        r"|(?:known\s+)?(?:issues?|limitations?|problems?|risks?|regressions?|concerns?))"
        r"|across\s+the\s+board|everything|nothing|everywhere|everyone|nobody|none|no\s+one|confirm\w*"
        r"|demonstrat\w*|zero"
    ),
    Claim.DEGREE: (
        r"significant\w*|slight\w*|dramatic\w*|substantial\w*|sharp\w*|massive\w*|marginal\w*"
        r"|consider\w*ably|considerabl[ey]|noticeabl[ey]|huge\w*|tiny|minor|major|modest\w*|clear(?:ly)?"
        r"|notabl[ey]|strongly|steep\w*|drastic\w*|vast\w*|remarkabl[ey]|greatly|much|far|barely"
        r"|nearly|almost|hardly|exceed\w*"
        r"|(?:more|less|fewer|greater|higher|lower)\s+than|over(?=\s+\d)|under(?=\s+\d)"
        r"|above|below|at\s+(?:least|most)|up\s+to"
    ),
    Claim.SHARE: (
        r"most(?!\s+recent)|majority|minority|half|quarters?|dozens|hundreds|thousands|millions"
        r"|several|many|numerous|countless|overwhelming\w*|mostly|largely|generally|typical\w*|often"
        r"|rare(?:ly)?|frequent\w*|usual(?:ly)?"
    ),
    Claim.WHEN: (
        r"today|yesterday|tomorrow|tonight|ago|recent(?:ly)?|soon|current(?:ly)?"
        r"|(?:last|next|this|past|coming)\s+(?:day|week|weekend|month|quarter|year|night|morning)s?"
    ),
    Claim.OPEN: (
        r"inconclusive|unclear|undecided|unknown|undetermined|too\s+few|would\s+settle"
        r"|(?:cannot|\w+n't|not)\s+(?:yet\s+)?(?:be\s+)?(?:shown|told|said|settled|excluded|judged"
        r"|clear|known|enough|conclusive|certain|ruled\s+out)"
    ),
    Claim.UNMEASURED: (
        r"not\s+(?:\w+\s+)?(?:measured|evaluated|tested|covered)|unmeasured|untested|blind\s+spots?"
        r"|never\s+(?:measured|evaluated|tested)|no\s+(?:evals?|evaluations?|results?|measurements?)"
    ),
    Claim.TOGETHER: (
        r"(?<!never )(?<!not )(?<!not been )(?<!never been )(?<!without being )"
        r"(?<!without ever being )(?:tested|evaluated|measured|tried)\s+(?:all\s+)?"
        r"(?:together|jointly|in\s+combination)"
    ),
    Claim.LEFT_OUT: r"left\s+out|skipped|omitted|dispensed|no|not|nor|without|never",
    Claim.INCOMPARABLE: (
        r"not\s+(?:be\s+)?(?:comparable|compared)|incomparable|cannot\s+be\s+compared"
    ),
}
_PATTERNS = {
    claim: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
    for claim, words in _WORDS.items()
}
_DENIAL = re.compile(
    r"(?:\b(?:not|never|no|nor|neither|without|hardly|barely|scarcely|cannot|stop\w*|fail\w*\s+to"
    r"|far\s+from|anything\s+but|instead\s+of|rather\s+than)|n[’']t)\b[^\w:;()]+(?:\w+[^\w:;()]+){0,2}\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claimed:
    claim: Claim
    word: str

    @property
    def stem(self) -> str:
        """What "improved" and "improvement" share; "everyone" and "everything" are two claims."""
        word = self.word.casefold()
        return word[:4] if self.claim in _BY_STEM else word


def claims_of(sentence: str) -> tuple[Claimed, ...]:
    """What is claimed, each with the word that claims it; hedges are claims too."""
    return tuple(
        Claimed(claim, found[0])
        for claim, pattern in _PATTERNS.items()
        for found in pattern.finditer(sentence)
    )


def denied(sentence: str) -> Iterator[str]:
    """Words of direction or doubt behind a "not": such a sentence is easily misread."""
    for claim in sorted(DIRECTIONS | HEDGES - {Claim.LEFT_OUT}):
        for found in _PATTERNS[claim].finditer(sentence):
            if _DENIAL.search(sentence[: found.start()]):
                yield found[0]
