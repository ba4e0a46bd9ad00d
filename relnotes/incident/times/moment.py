"""When something happened, as exactly as it is known and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from relnotes.incident.vocabulary import Precision
from relnotes.yamlfile import Text, Written


def _stamp(value: Any) -> Any:
    """RFC 3339 only: pydantic would take a bare number for seconds since 1970."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or "-" not in value[:8]:
        raise ValueError("write an RFC 3339 time with its offset, such as 2025-04-27T22:28-07:00")
    return str(value)


def _aware(value: datetime) -> datetime:
    """Not pydantic's AwareDatetime: importing it costs a tenth of logging an event."""
    if value.utcoffset() is None:
        raise ValueError("should say its offset, such as 2025-04-27T22:28-07:00")
    return value


Stamp = Annotated[datetime, BeforeValidator(_stamp), AfterValidator(_aware)]


class Moment(Written):
    """A time with its precision. `value` keeps the offset of the zone that it was said in.

    Below minute precision the bounds are explicit, worked out in that zone when the event was
    written: a day that changes to summer time has 23 hours.
    """

    value: Stamp
    precision: Precision = Precision.MINUTE
    not_before: Stamp | None = None
    not_after: Stamp | None = None
    said: Text | None = None  # the source's own words: "late Sunday night"
    zone: Text | None = None  # IANA name that local words were read in

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.precision is not Precision.MINUTE and None in (self.not_before, self.not_after):
            raise ValueError(f"precision {self.precision} needs not_before and not_after")
        if self.not_before is None and self.not_after is None:
            return self
        low, high = self.bounds
        if low > high:
            raise ValueError(f"not_before is {low - high} later than not_after")
        return self

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Earliest and latest instant in UTC; equal where the minute is known."""
        low = self.value if self.not_before is None else self.not_before
        high = self.value if self.not_after is None else self.not_after
        return low.astimezone(UTC), high.astimezone(UTC)
