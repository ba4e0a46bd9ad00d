"""How each eval went from release to release: its results with their intervals. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from relnotes.evals.comparison import Comparison, Verdict
from relnotes.evals.evidence import spread
from relnotes.evals.result import Direction, Measurement
from relnotes.release.record import Record

_ANEW = frozenset({Verdict.ADDED, Verdict.NOT_COMPARABLE})

RowKey = tuple[str, str, str, str]  # of a comparison
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

    @property
    def starts_anew(self) -> bool:
        """Whether it may not be compared with the result before it."""
        return self.verdict in _ANEW


class Series(msgspec.Struct, frozen=True, gc=False):
    """One metric of an eval over all releases. `results` are packed, to be read only if needed."""

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
    results: msgspec.Raw

    @property
    def key(self) -> SeriesKey:
        return (self.metric, self.filter or "", self.variant)

    def unpacked(self) -> tuple[Result, ...]:
        """Every result, oldest first."""
        return msgspec.msgpack.decode(self.results, type=tuple[Result, ...])


class Trend(msgspec.Struct, frozen=True, gc=False):
    """All metrics of one eval, in the order in which they were first measured.

    `parts` are those of the line's releases that have results of it, counted from 0.
    """

    task: str
    series: tuple[Series, ...]
    parts: tuple[int, ...]


@dataclass(slots=True)
class _Grown:
    """What came to one series: its latest row, and every result, packed as it comes."""

    row: Comparison
    first: Result
    last: Result
    count: int = 0
    packed: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Growth:
    """What some releases add to the trends; kept packed, as there may be very many."""

    found: dict[str, dict[SeriesKey, _Grown]] = field(default_factory=dict)
    parts: dict[str, dict[int, None]] = field(default_factory=dict)  # by task, in their order

    def take(
        self, record: Record, measured: Mapping[RowKey, Measurement | None], number: int
    ) -> None:
        """The rows of a record; `measured` is what each was made from, by its key, `number` that
        of the release in its line, counted from 0."""
        for row in record.evals:
            self.parts.setdefault(row.task, {})[number // RELEASES_IN_PART] = None
            result = _result(row, measured[row.key], record.new)
            series = self.found.setdefault(row.task, {})
            key = (row.metric, row.filter or "", row.variant)
            grown = series.get(key)
            if grown is None:
                grown = series[key] = _Grown(row, result, result)
            grown.row, grown.last = row, result
            grown.count += 1
            _PACK.encode_into(result, grown.packed, -1)

    def onto(self, trends: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
        """The packed trends by task, with what was taken in behind them."""
        grown = dict(trends)
        while self.found:  # what is packed into its trend goes at once: all of it may be large
            task, more = self.found.popitem()
            grown[task] = msgspec.Raw(
                _PACK.encode(self._trend(task, unpack(trends.get(task)), more))
            )
        return dict(sorted(grown.items()))

    def _trend(self, task: str, before: Trend | None, more: Mapping[SeriesKey, _Grown]) -> Trend:
        known = {one.key: one for one in before.series} if before else {}
        known.update({key: _series(known.get(key), grown) for key, grown in more.items()})
        parts = dict.fromkeys((*(before.parts if before else ()), *self.parts[task]))
        return Trend(task, tuple(known.values()), tuple(parts))


def unpack(trend: msgspec.Raw | None) -> Trend | None:
    return msgspec.msgpack.decode(trend, type=Trend) if trend is not None else None


def _series(before: Series | None, grown: _Grown) -> Series:
    row = grown.row
    count = grown.count + (before.count if before else 0)
    return Series(
        task=row.task,
        metric=row.metric,
        filter=row.filter,
        variant=row.variant,
        direction=row.direction,
        unit=row.unit,
        behaviour=row.behaviour,
        blocking=row.blocking,
        count=count,
        first=before.first if before else grown.first,
        last=grown.last,
        results=_array(count, _elements(before.results) if before else b"", grown.packed),
    )


_PACK = msgspec.msgpack.Encoder()


def _array(count: int, *elements: bytes | bytearray) -> msgspec.Raw:
    """A MessagePack array of elements that are packed already."""
    if count < 1 << 4:
        head = bytes((0x90 | count,))
    elif count < 1 << 16:
        head = b"\xdc" + count.to_bytes(2, "big")
    else:
        head = b"\xdd" + count.to_bytes(4, "big")
    return msgspec.Raw(b"".join((head, *elements)))


def _elements(array: msgspec.Raw) -> bytes:
    packed = bytes(array)
    return packed[{0xDC: 3, 0xDD: 5}.get(packed[0], 1) :]


def _result(row: Comparison, measurement: Measurement | None, tag: str) -> Result:
    interval = spread(measurement, row.alpha) if measurement else None
    low, high = interval or (None, None)
    return Result(
        tag=tag,
        value=measurement.value if measurement else None,
        low=low,
        high=high,
        n=row.n_new,
        verdict=row.verdict,
        reason=row.reason,
    )


def stretches(results: Iterable[Result]) -> Iterator[int]:
    """For each result the number of its stretch: those of one may be compared with each other."""
    number, ended = 0, False
    for one in results:
        number += one.starts_anew or ended
        ended = one.value is None
        yield number
