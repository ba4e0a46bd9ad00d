"""Unpack members of a zip archive, within bounds: an archive of a few bytes can hold gigabytes.

The standard library finds the members. They are unpacked here, because it knows Zstandard only
since Python 3.14.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import BinaryIO

from relnotes.errors import RelnotesError, fail

MAGIC = b"PK\x03\x04"
MAX_MEMBERS = 500_000
MAX_UNPACKED = 512_000_000
"""Bytes, of all members together that one reading unpacks."""
MAX_RATIO = 2_000
"""Of unpacked to packed, for what is not small."""

_SMALL = 16_000_000
_MAX_WINDOW = 1 << 27  # what unpacking Zstandard may hold in memory at once
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
_ENTRY = 46  # the least that the directory spends on a member
_ENCRYPTED = 1
_STORED, _DEFLATE, _ZSTANDARD = 0, 8, 93
_DAMAGED = (zipfile.BadZipFile, EOFError, OSError, struct.error, ValueError, OverflowError)
_MEND = "copy or write it again"


class Archive:
    """A zip archive in a seekable file; every error says which file and what is wrong with it."""

    def __init__(self, file: BinaryIO | bytes, place: str) -> None:
        self.place = place
        self._file = BytesIO(file) if isinstance(file, bytes) else file
        self._left = MAX_UNPACKED
        self._members = {info.filename: info for info in self._directory()}

    @property
    def names(self) -> tuple[str, ...]:
        """Of the members, sorted."""
        return tuple(sorted(self._members))

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """What a member holds; RelnotesError if it is damaged or too large."""
        info = self._members[name]
        place = self.place_of(name)
        self._check_declared(info, place)
        try:
            packed = self._packed(info)
            unpacked = _unpacked(info.compress_type, packed, info.file_size + 1, place)
        except _DAMAGED as error:
            raise _damaged(place) from error
        if len(unpacked) != info.file_size or zlib.crc32(unpacked) != info.CRC:
            raise _damaged(place)
        self._left -= len(unpacked)
        return unpacked

    def place_of(self, name: str) -> str:
        return f"{self.place}/{name}"

    def _directory(self) -> list[zipfile.ZipInfo]:
        try:
            if _most_members(self._file) > MAX_MEMBERS:
                raise fail(self.place, f"an archive of more than {MAX_MEMBERS:,} members")
            with zipfile.ZipFile(self._file) as archive:
                return archive.infolist()
        except (*_DAMAGED, NotImplementedError) as error:
            what = "the archive ends too early or is damaged"
            raise fail(self.place, what, _MEND) from error

    def _check_declared(self, info: zipfile.ZipInfo, place: str) -> None:
        if info.flag_bits & _ENCRYPTED:
            raise fail(place, "encrypted", "write it without a password")
        if info.file_size > self._left:
            what = f"unpacks to more than {MAX_UNPACKED / 1e6:,.0f} MB"
            raise fail(place, what, "split the run into several files")
        if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
            raise fail(place, f"unpacks to more than {MAX_RATIO:,} times its size; refused")

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        """The raw bytes of a member, behind its local header."""
        self._file.seek(info.header_offset)
        header = _LOCAL_HEADER.unpack(self._file.read(_LOCAL_HEADER.size))
        if header[0] != MAGIC:
            raise zipfile.BadZipFile("no local header")
        self._file.seek(header[9] + header[10], 1)
        return self._file.read(info.compress_size)


def _unpacked(method: int, packed: bytes, most: int, place: str) -> bytes:
    """At most `most` bytes, which is one more than was declared."""
    if method == _STORED:
        return packed[:most]
    if method == _DEFLATE:
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
        except zlib.error as error:
            raise _damaged(place) from error
    if method == _ZSTANDARD:
        return _from_zstandard(packed, most, place)
    raise fail(place, f"packed with method {method}, which is not known here", "use deflate")


def _from_zstandard(packed: bytes, most: int, place: str) -> bytes:
    import zstandard  # only some archives need it

    unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
    try:
        with unpacker.stream_reader(packed, read_across_frames=True) as stream:
            return stream.read(most)
    except (zstandard.ZstdError, MemoryError) as error:
        raise _damaged(place) from error


def _most_members(file: BinaryIO) -> int:
    """How many members the directory has room for, without reading it."""
    size = file.seek(0, 2)
    tail = min(size, _END.size + 0xFFFF)
    file.seek(size - tail)
    end = file.read(tail)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < _END.size:
        return 0  # no archive, as is said later
    declared: int = _END.unpack_from(end, at)[5]
    return min(declared, size) // _ENTRY


def _damaged(place: str) -> RelnotesError:
    return fail(place, "damaged: it does not unpack to what its archive says", _MEND)
