"""What is published for programs, against the JSON Schema that is published beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from relnotes.errors import Problem

_NAMED = re.compile(r"relnotes\.([a-z0-9.-]+)/\d+\Z")
_SHOWN = 3  # of one file; the rest are of the same sort


def schema_problems(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """`files` are all JSON files of the site; one that names no schema of ours is passed over."""
    validators: dict[str, Any] = {}
    for path, data in files.items():
        if path.startswith("schemas/"):
            continue
        try:
            value = json.loads(data)
        except ValueError as error:
            yield Problem(path, f"this is not JSON: {error}")
            continue
        named = value.get("schema") if isinstance(value, dict) else None
        match = _NAMED.match(named) if isinstance(named, str) else None
        if match is None:
            continue
        schema = f"schemas/{match[1]}.json"
        if schema not in files:
            yield Problem(path, f"it says {named}, and {schema} is not published")
            continue
        if schema not in validators:
            validators[schema] = jsonschema_rs.validator_for(json.loads(files[schema]))
        for number, found in enumerate(validators[schema].iter_errors(value)):
            if number == _SHOWN:
                break
            at = "".join(f"/{step}" for step in found.instance_path)
            yield Problem(
                path, f"{at or 'the file'} is not as {schema} says: {found.message[:200]}"
            )
