"""Archives that are damaged or made to fill the memory are refused, and quickly."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
import zstandard
from evals.inspect_examples import archive, header
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.errors import RelnotesError
from relnotes.evals.readers import archive as bounds
from relnotes.evals.readers import read_eval
from relnotes.evals.readers.archive import Archive
from relnotes.evals.result import EvalFile

LOG = (Path(__file__).parent / "fixtures" / "inspect" / "old.eval").read_bytes()
ZSTANDARD = 93


def raw(
    name: str, packed: bytes, unpacked: bytes, method: int, claimed: int | None = None
) -> bytes:
    """An archive of one member, packed by us; `claimed` is the size that it pretends to have."""
    size = len(unpacked) if claimed is None else claimed
    crc = zlib.crc32(unpacked)
    about = struct.pack("<3H3I2H", method, 0, 0, crc, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<2H", 20, 0) + about + name.encode() + packed
    entry = (
        b"PK\x01\x02"
        + struct.pack("<3H", 20, 20, 0)
        + about
        + struct.pack("<3H2I", 0, 0, 0, 0, 0)
        + name.encode()
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + end


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def refusal(data: bytes) -> str:
    with pytest.raises(RelnotesError) as caught:
        read_eval(data, "v1:evals/x.eval")
    (problem,) = caught.value.problems
    assert problem.place.startswith("v1:evals/x.eval")
    return problem.what


@pytest.mark.parametrize("kept", [4, 100, 5_000, len(LOG) - 1, len(LOG) - 30])
def test_a_truncated_archive_is_refused(kept: int) -> None:
    assert refusal(LOG[:kept] if kept > 40 else LOG[:40])


def test_a_truncated_archive_says_that_it_ends_too_early() -> None:
    assert refusal(LOG[:5_000]) == "the archive ends too early or is damaged"


def test_several_frames_of_zstandard_are_one_member() -> None:
    frames = zstandard.compress(b"one ") + zstandard.compress(b"and two")
    found = Archive(raw("a", frames, b"one and two", ZSTANDARD), "x").read("a")

    assert found == b"one and two"


@pytest.mark.parametrize("method", [8, ZSTANDARD])
def test_a_bomb_that_tells_its_size_is_refused_by_its_size(method: int) -> None:
    zeros = bytes(64_000_000)
    packed = zstandard.compress(zeros) if method == ZSTANDARD else deflated(zeros)
    data = raw("header.json", packed, b"", method, claimed=3_000_000_000)

    assert refusal(data) == "unpacks to more than 512 MB"


def test_a_bomb_that_stays_below_the_limit_is_refused_by_its_ratio() -> None:
    zeros = bytes(64_000_000)
    data = raw("header.json", zstandard.compress(zeros), zeros, ZSTANDARD)

    assert "times its size" in refusal(data)


@pytest.mark.parametrize("method", [8, ZSTANDARD])
def test_a_bomb_that_lies_about_its_size_is_unpacked_no_further_than_it_says(
    method: int,
) -> None:
    zeros = bytes(32_000_000)
    packed = zstandard.compress(zeros) if method == ZSTANDARD else deflated(zeros)

    assert "damaged" in refusal(raw("header.json", packed, zeros, method, claimed=100))


def test_all_members_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_UNPACKED", 10_000)
    data = archive({"a": bytes(6_000), "b": bytes(6_000)})
    opened = Archive(data, "x")

    assert len(opened.read("a")) == 6_000
    with pytest.raises(RelnotesError, match="unpacks to more than"):
        opened.read("b")


def test_the_number_of_members_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_MEMBERS", 100)
    data = archive({"header.json": header()} | {f"samples/{i}.json": b"" for i in range(200)})

    assert refusal(data) == "an archive of more than 100 members"


def test_a_frame_that_wants_too_much_memory_is_refused() -> None:
    """A window of 1 GiB; then one raw block, the last, of two bytes."""
    data = b"\x28\xb5\x2f\xfd" + b"\x00" + b"\xa0" + b"\x11\x00\x00" + b"{}"

    assert "damaged" in refusal(raw("header.json", data, b"{}", ZSTANDARD))


def test_another_method_is_named() -> None:
    assert "method 12" in refusal(raw("header.json", b"x", b"x", 12))


def test_a_wrong_checksum_is_found() -> None:
    data = raw("header.json", deflated(b"{}"), b"{}", 8)
    at = data.index(struct.pack("<I", zlib.crc32(b"{}")), 40)

    assert "damaged" in refusal(data[:at] + b"\0\0\0\0" + data[at + 4 :])


def test_an_encrypted_member_is_named() -> None:
    data = bytearray(archive({"header.json": header()}))
    data[data.index(b"PK\x01\x02") + 8] |= 1

    assert refusal(bytes(data)) == "encrypted"


def test_an_archive_reads_from_a_file_as_well() -> None:
    assert Archive(io.BytesIO(LOG), "x").names == Archive(LOG, "x").names
    with zipfile.ZipFile(io.BytesIO(LOG)) as known:
        assert Archive(LOG, "x").names == tuple(sorted(known.namelist()))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_log_is_read_or_refused_with_a_place(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(LOG) - 1), "at")
    stop = data.draw(st.integers(at, min(len(LOG), at + 400)), "stop")
    damaged = LOG[:at] + data.draw(st.binary(max_size=8), "in between") + LOG[stop:]

    assert is_read_or_refused(damaged)


def is_read_or_refused(data: bytes) -> bool:
    try:
        return isinstance(read_eval(data, "x"), EvalFile)
    except RelnotesError as error:
        return all(problem.place.startswith("x") for problem in error.problems)
