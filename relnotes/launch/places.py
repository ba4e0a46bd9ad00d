"""The line of a file that an obstacle is about. Pure."""

from __future__ import annotations

from relnotes import yamlfile
from relnotes.obstacles import Obstacle
from relnotes.release.written.snapshot import Snapshot

_KEYS = {
    "COMBINATION_UNTESTED": "training",
    "STAGE_SKIPPED": "rollout",
    "NONE_KNOWN_NOT_ATTESTED": "release",
}


def place_of(obstacle: Obstacle, snapshot: Snapshot, bundle: str) -> str:
    """`path:line`, where the file is one that people write and the line can be told."""
    inside = obstacle.place.removeprefix(f"{bundle}/")
    parsed = snapshot.documents.get(inside) or snapshot.statement(inside)
    path = _path(obstacle, inside, snapshot)
    if parsed is None or not path:
        return obstacle.place
    document = yamlfile.Document(obstacle.place, parsed.text, None)
    return yamlfile.locate(document, path).rpartition(":")[0] or obstacle.place


def _path(obstacle: Obstacle, file: str, snapshot: Snapshot) -> tuple[int | str, ...]:
    if file == "behaviours.yaml":
        ids = [one.id for one in snapshot.behaviours]
        known = obstacle.subject in ids
        return ("behaviours", ids.index(obstacle.subject), "id") if known else ()
    if file == "bundle.yaml" and (key := _KEYS.get(obstacle.code)):
        return (key,)
    return ("verdict",) if file.startswith("signals/") else ()
