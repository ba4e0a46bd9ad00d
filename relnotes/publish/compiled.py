"""Keep compiled templates from one run to the next, in a folder of the user's own.

They are Python code and run as such, so they are read only where nobody else can have put them,
and only if they were compiled from the same text by the same code. Whatever stands in the way,
the templates are compiled again, and nothing is said.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from relnotes import __version__
from relnotes.user_cache import is_private, user_cache

_DIGEST = hashlib.sha256
_SIZE = _DIGEST().digest_size


class CompiledTemplates(BytecodeCache):
    """A file a template: a digest of what it was compiled from, one of its code, the code.

    A template of another version takes the place of the one before.
    """

    def __init__(self, folder: Path, compiled_by: bytes) -> None:
        self._folder, self._compiled_by = folder, compiled_by

    def get_source_checksum(self, source: str) -> str:
        return _DIGEST(self._compiled_by + source.encode("utf-8", "surrogatepass")).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError), self._place(bucket).open("rb") as file:
            if is_private(os.fstat(file.fileno())):
                bucket.code = _read(file.read(), bytes.fromhex(bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is None:
            return
        code = marshal.dumps(bucket.code)
        content = b"".join((bytes.fromhex(bucket.checksum), _DIGEST(code).digest(), code))
        with suppress(OSError):
            _write(self._place(bucket), content)

    def _place(self, bucket: Bucket) -> Path:
        return self._folder / bucket.key


def compiled_templates(settled_by: Iterable[str | None]) -> CompiledTemplates | None:
    """None where the user has no folder for it.

    `settled_by` are the files of the code that says how templates are compiled, and what becomes
    of the values that are known by then.
    """
    folder = user_cache("templates")
    if folder is None:
        return None
    digest = _DIGEST(f"{__version__} {jinja2.__version__} {sys.version}".encode())
    try:
        for file in settled_by:
            digest.update(_DIGEST(Path(file or "").read_bytes()).digest())
    except OSError:
        return None
    return CompiledTemplates(folder, digest.digest())


def _read(content: bytes, compiled_from: bytes) -> CodeType | None:
    """The code; None where it was compiled from something else, or is damaged."""
    known, digest, code = content[:_SIZE], content[_SIZE : 2 * _SIZE], content[2 * _SIZE :]
    if known != compiled_from or digest != _DIGEST(code).digest():
        return None
    found: CodeType = marshal.loads(code)
    return found


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, for its owner alone."""
    with NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
