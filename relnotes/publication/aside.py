"""A temporary file for what is too much to hold in memory until it is wanted."""

from __future__ import annotations

from typing import BinaryIO


class Aside:
    """Made when it is first needed, and gone when it is closed."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._size = 0

    def close(self) -> None:
        if self._file:
            self._file.close()

    def put(self, data: bytes | bytearray) -> int:
        """Where it begins, to ask for it again."""
        if self._file is None:
            from tempfile import TemporaryFile  # 10 ms, and few histories are that long

            self._file = TemporaryFile(prefix="relnotes-")  # noqa: SIM115  (closed at the end)
        start = self._size
        self._file.seek(start)
        self._file.write(data)
        self._size += len(data)
        return start

    def get(self, start: int, size: int) -> bytes:
        assert self._file is not None
        self._file.seek(start)
        return self._file.read(size)
