"""The fold over the releases of a line: read what differs, measure, make the record."""

from relnotes.history.fold import Fold, Point

__all__ = ["Fold", "Point"]
