"""Release tags: listing, peeling, and the order in which releases follow each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from os import fsdecode

import msgspec

from relnotes.errors import Problem, RelnotesError
from relnotes.repository.process import Git


class Tag(msgspec.Struct, frozen=True):
    """One release tag, peeled."""

    name: str
    oid: str  # of the ref itself: the tag object when annotated
    commit: str
    date: datetime  # of the tagger when annotated, else of the committer
    annotated: bool


_TAGS = "refs/tags"
_FEW = 200  # can be asked for by name
_FORMAT = "%00".join(
    f"%({field})"
    for field in (
        "refname:strip=2",  # `:short` asks for ambiguity and costs ten times as much
        "objectname",
        "objecttype",
        "*objectname",
        "*objecttype",
        "creatordate:raw",
        "*committerdate:raw",
    )
)


def list_tags(git: Git, pattern: str, known: Iterable[Tag] = ()) -> tuple[Tag, ...]:
    """Tags whose whole name matches the glob, in release order.

    A matching tag that leads to no commit is an error: leaving it out would be silent.
    Those of `known` that have not moved since are not read again.
    """
    tags, rows = _told(git, pattern, {tag.name: tag for tag in known})
    problems: list[Problem] = []
    for found in _peeled(git, [row for row in rows if fnmatchcase(row.name, pattern)]):
        if found.kind == "commit":
            tags.append(found.tag())
        else:
            problems.append(_no_commit(found, pattern))
    if problems:
        raise RelnotesError(sorted(problems))
    return tuple(_in_order(tags))


def _told(git: Git, pattern: str, known: Mapping[str, Tag]) -> tuple[list[Tag], Iterable[_Row]]:
    """The known tags that stand where they stood, and what git says of the others."""
    if not known:
        return [], _rows(git)
    listing = git.ask("for-each-ref", "--format=%(objectname) %(refname:strip=2)", _TAGS)
    lines = fsdecode(listing).split("\n")[:-1]
    matching = {
        name: oid
        for oid, _, name in (line.partition(" ") for line in lines)
        if fnmatchcase(name, pattern)
    }
    unmoved = {name: tag for name, tag in known.items() if matching.get(name) == tag.oid}
    others = sorted(matching.keys() - unmoved)
    if len(others) > _FEW:
        return [], _rows(git)
    return [*unmoved.values()], _rows(git, others) if others else ()


def _in_order(tags: Iterable[Tag]) -> Iterator[Tag]:
    """By date; only where several share a second are their names taken apart."""
    for _, group in groupby(sorted(tags, key=_date), key=_date):
        together = list(group)
        if len(together) > 1:
            together.sort(key=lambda tag: natural_key(tag.name))
        yield from together


_date = attrgetter("date")


class _Row(msgspec.Struct, frozen=True):
    name: str
    oid: str
    target: str
    kind: str  # of the target
    date: str  # seconds and offset, as git writes them

    def tag(self) -> Tag:
        date = parse_date(self.date, f"tag {self.name}")
        return Tag(self.name, self.oid, self.target, date, self.oid != self.target)


def _rows(git: Git, names: Sequence[str] = ()) -> Iterator[_Row]:
    """These tags, or all of them."""
    refs = [f"{_TAGS}/{name}" for name in names] or [_TAGS]
    listing = git.ask("for-each-ref", f"--format={_FORMAT}", *refs)
    for line in listing.decode("utf-8", "backslashreplace").split("\n")[:-1]:
        name, oid, kind, target, target_kind, date, target_date = line.split("\0")
        # Very old annotated tags have no tagger, hence no date of their own.
        yield _Row(name, oid, target or oid, target_kind or kind, date or target_date)


def _peeled(git: Git, rows: list[_Row]) -> list[_Row]:
    """Git before 2.45 peels a tag of a tag only once; finish what is left."""
    nested = [row for row in rows if row.kind == "tag"]
    if not nested:
        return rows
    asked = "".join(f"{row.oid}^{{}}\n" for row in nested).encode()
    answers = git.ask("cat-file", "--batch-check", feed=asked).decode().splitlines()
    ends = {row.name: answer.split() for row, answer in zip(nested, answers, strict=True)}
    return [
        msgspec.structs.replace(row, target=ends[row.name][0], kind=ends[row.name][1])
        if row.name in ends
        else row
        for row in rows
    ]


def _no_commit(row: _Row, pattern: str) -> Problem:
    return Problem(
        f"tag {row.name}",
        f"points at a {row.kind}, not at a commit, yet its name matches {pattern!r}",
        "narrow the tag pattern in the settings, or rename the tag",
    )


def parse_date(raw: str, place: str) -> datetime:
    """Git's `1745539200 +0200` as an aware time."""
    try:
        seconds, offset = raw.split()
        return datetime.fromtimestamp(int(seconds), _zone(offset))
    except (ValueError, OverflowError, OSError) as error:
        what = f"has no readable date ({raw!r})"
        mend = "tag it again with a date: `git tag -a -f`"
        raise RelnotesError([Problem(place, what, mend)]) from error


@lru_cache
def _zone(offset: str) -> timezone:
    minutes = int(offset[1:-2] or 0) * 60 + int(offset[-2:])
    if minutes >= 24 * 60:  # seen in old histories; the instant is right all the same
        return UTC
    return timezone(timedelta(minutes=-minutes if offset.startswith("-") else minutes))


_PRE_RELEASE = {
    word: rank
    for rank, words in enumerate(
        ("dev snapshot nightly", "alpha a", "beta b", "rc c pre preview candidate")
    )
    for word in words.split()
}
_DIGITS = frozenset("0123456789")
_BEFORE, _END, _WORD, _NUMBER = range(4)
_PART = re.compile(r"[0-9]+|[^\W\d_]+|[^\W_]+")

NaturalKey = tuple[tuple[tuple[int, int, str], ...], str]


def natural_key(name: str) -> NaturalKey:
    """Sorts names as a reader would: v1.9, v1.10-rc1, v1.10; step3000, step103000.

    Numbers count as numbers, a pre-release comes before what it leads to, separators do not
    matter. A total order: names that read alike are ordered by their characters.
    """
    words = _PART.findall(name.lower())
    neighbours = zip(["", *words], words, [*words[1:], ""], strict=False)
    parts = tuple(_part(before, word, after) for before, word, after in neighbours)
    return (*parts, (_END, 0, "")), name


def _part(before: str, word: str, after: str) -> tuple[int, int, str]:
    if word[0] in _DIGITS:
        significant = word.lstrip("0")
        return _NUMBER, len(significant), significant  # not int(), which refuses very long ones
    # A single letter is a pre-release in 1.0b2, but a size in wren-7b and a patch in 1.0.2b.
    if word in _PRE_RELEASE and before[:1] in _DIGITS and (len(word) > 1 or after[:1] in _DIGITS):
        return _BEFORE, _PRE_RELEASE[word], ""
    return _WORD, 0, word
