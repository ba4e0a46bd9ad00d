"""How each eval went from release to release: its results with their intervals. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from relnotes.evals.comparison import Comparison, Verdict
from relnotes.evals.evidence import spread
from relnotes.evals.result import Direction, Measurement
from relnotes.release.record import Record

_ANEW = frozenset({Verdict.ADDED, Verdict.NOT_COMPARABLE})

SeriesKey = tuple[str, str, str]  # metric, filter, variant

RELEASES_IN_PART = 500  # what is written of a part is closed when the next one begins


class Result(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An eval at one release that measured it; `value` is None where it was no longer measured."""

    tag: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    verdict: Verdict
    reason: str
    source: str = ""  # its file, a path in the repository; empty where it was no longer measured

    @property
    def starts_anew(self) -> bool:
        """Whether it may not be compared with the result before it."""
        return self.verdict in _ANEW


class SeriesHead(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One metric of an eval over all releases, without what lies between its first and last."""

    task: str
    metric: str
    filter: str | None
    variant: str
    direction: Direction
    unit: str | None
    behaviour: str | None
    blocking: bool
    count: int
    first: Result
    last: Result

    @property
    def key(self) -> SeriesKey:
        return (self.metric, self.filter or "", self.variant)


class TrendHead(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All metrics of one eval, in the order in which they were first measured.

    `parts` are those of the line's releases that have results of it, counted from 0.
    """

    task: str
    series: tuple[SeriesHead, ...]
    parts: tuple[int, ...]


class Series(msgspec.Struct, frozen=True):
    """One metric of an eval with every result, oldest first, and of each the number of its
    stretch."""

    head: SeriesHead
    results: Sequence[Result]
    stretches: Sequence[int]


class Standing(NamedTuple):
    """Results of one metric that are published, oldest first, and of each the number of its
    stretch."""

    results: list[Result]
    stretches: list[int]


Packed = Mapping[SeriesKey, bytes]
"""Results of one eval, cheap to hold and to send; `series_of` knows what is in it."""


class Aside(Protocol):
    """Keeps bytes elsewhere, by where they begin."""

    def put(self, data: bytearray, /) -> int: ...

    def get(self, start: int, size: int, /) -> bytes: ...


class _Grown(msgspec.Struct):
    """What came to one series: its latest row, and every result, packed as it comes."""

    row: Comparison
    first: Result
    last: Result
    count: int = 0
    aside: list[tuple[int, int]] = []  # start and size, oldest first
    packed: bytearray = msgspec.field(default_factory=bytearray)  # those behind them


class Growth(msgspec.Struct):
    """What some releases add to the trends; kept packed, and from a size on aside, as there may
    be very many."""

    aside: Aside
    most: int = 16_000_000  # bytes that are held
    found: dict[str, dict[SeriesKey, _Grown]] = {}
    parts: dict[str, dict[int, None]] = {}  # by task, in their order
    held: int = 0

    def take(self, record: Record, measured: Sequence[Measurement | None], number: int) -> None:
        """The rows of a record; `measured` is what each of them was made from, `number` that of
        the release in its line, counted from 0."""
        tag, part = record.new, number // RELEASES_IN_PART
        for row, measurement in zip(record.evals, measured, strict=True):
            series = self.found.get(row.task)
            if series is None:
                series = self.found[row.task] = {}
                self.parts[row.task] = {}
            self.parts[row.task][part] = None
            result = _result(row, measurement, tag)
            key = (row.metric, row.filter or "", row.variant)
            grown = series.get(key)
            if grown is None:
                grown = series[key] = _Grown(row, result, result)
            grown.row, grown.last = row, result
            grown.count += 1
            self.held -= len(grown.packed)
            _PACK.encode_into(result, grown.packed, -1)
            self.held += len(grown.packed)
        if self.held > self.most:
            self._put_aside()

    def onto(self, heads: Mapping[str, TrendHead]) -> dict[str, TrendHead]:
        """The heads by task, with what was taken in behind them."""
        grown = {task: self._head(heads.get(task), task) for task in self.found}
        return dict(sorted({**heads, **grown}.items()))

    def hand_out(self, task: str) -> Packed:
        """What was taken in of one eval; it is not held any longer."""
        come = self.found.pop(task, {})
        return {key: _array(one.count, *self._packed(one)) for key, one in come.items()}

    def is_all_of(self, head: TrendHead) -> bool:
        """Whether every result of it was taken in here."""
        come = self.found.get(head.task, {})
        return all(one.key in come and come[one.key].count == one.count for one in head.series)

    def _put_aside(self) -> None:
        for series in self.found.values():
            for grown in series.values():
                grown.aside.append((self.aside.put(grown.packed), len(grown.packed)))
                grown.packed = bytearray()
        self.held = 0

    def _packed(self, grown: _Grown) -> Iterator[bytes | bytearray]:
        yield from (self.aside.get(*piece) for piece in grown.aside)
        yield grown.packed

    def _head(self, before: TrendHead | None, task: str) -> TrendHead:
        known = {one.key: one for one in before.series} if before else {}
        known.update({key: _head(known.get(key), one) for key, one in self.found[task].items()})
        parts = dict.fromkeys((*(before.parts if before else ()), *self.parts[task]))
        return TrendHead(task, tuple(known.values()), tuple(parts))


def series_of(
    trend: TrendHead, before: Mapping[SeriesKey, Standing], come: Packed
) -> tuple[Series, ...]:
    """Every metric of an eval with its results: those `before`, and what came behind them."""
    return tuple(
        _series(one, before.get(one.key, _NONE), _UNPACK.decode(come.get(one.key, _NOTHING)))
        for one in trend.series
    )


def _series(head: SeriesHead, before: Standing, come: Sequence[Result]) -> Series:
    numbers = [*before.stretches, *stretches(come, before)]
    return Series(head, [*before.results, *come], numbers)


def _head(before: SeriesHead | None, grown: _Grown) -> SeriesHead:
    row = grown.row
    return SeriesHead(
        task=row.task,
        metric=row.metric,
        filter=row.filter,
        variant=row.variant,
        direction=row.direction,
        unit=row.unit,
        behaviour=row.behaviour,
        blocking=row.blocking,
        count=grown.count + (before.count if before else 0),
        first=before.first if before else grown.first,
        last=grown.last,
    )


_PACK = msgspec.msgpack.Encoder()
_UNPACK = msgspec.msgpack.Decoder(tuple[Result, ...])
_NOTHING = _PACK.encode(())
_NONE = Standing([], [])


def _array(count: int, *elements: bytes | bytearray) -> bytes:
    """A MessagePack array of elements that are packed already."""
    if count < 1 << 4:
        head = bytes((0x90 | count,))
    elif count < 1 << 16:
        head = b"\xdc" + count.to_bytes(2, "big")
    else:
        head = b"\xdd" + count.to_bytes(4, "big")
    return b"".join((head, *elements))


def _result(row: Comparison, measurement: Measurement | None, tag: str) -> Result:
    if measurement is None:
        return Result(tag, None, None, None, row.n_new, row.verdict, row.reason)
    low, high = spread(measurement, row.alpha) or (None, None)
    file = (row.source_new or "").partition(":")[2]
    return Result(tag, measurement.value, low, high, row.n_new, row.verdict, row.reason, file)


def stretches(results: Iterable[Result], before: Standing = _NONE) -> Iterator[int]:
    """For each result the number of its stretch: those of one may be compared with each other.

    The first one goes on from those `before`.
    """
    number = before.stretches[-1] if before.stretches else 0
    ended = bool(before.results) and before.results[-1].value is None
    for one in results:
        number += one.starts_anew or ended
        ended = one.value is None
        yield number
