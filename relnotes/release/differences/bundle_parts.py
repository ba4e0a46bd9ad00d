"""Say in words what differs in each part of `bundle.yaml`; `diff` finds the differences."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from relnotes.release.differences.tree_diff import ABSENT, ORDER, Difference
from relnotes.release.record import Section
from relnotes.release.written.bundle import Audience


def plain(value: Any) -> Any:
    return None if value is ABSENT else value


def audience_of(*items: Any) -> Audience:
    """Internal where either side says so."""
    return narrowest(
        *(Audience(item.get("audience", "public")) for item in items if isinstance(item, dict))
    )


def item_of(document: Any, key: str, name: str) -> Any:
    for item in document.get(key, ()) if isinstance(document, dict) else ():
        if isinstance(item, dict) and name in (item.get("id"), item.get("name"), item.get("stage")):
            return item
    return None


def narrowest(*audiences: Audience | None) -> Audience:
    return Audience.INTERNAL if Audience.INTERNAL in audiences else Audience.PUBLIC


Described = tuple[str, Section, str, Audience]


def event_of(found: Difference) -> str:
    if found.old is ABSENT:
        return "added"
    return "removed" if found.new is ABSENT else "changed"


def from_to(found: Difference) -> str:
    if found.path and found.path[-1] == ORDER:
        return "put in another order"
    return f"{value_words(found.old)} → {value_words(found.new)}"


def value_words(value: Any) -> str:
    """A value in few words: scalars as they are, branches by their size."""
    if value is ABSENT or value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if len(value) <= 80 else value[:77] + "…"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        text = ", ".join(value) or "none"
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{len(value)} entries"


def _release(found: Difference, _before: Any, _after: Any) -> Described:
    field = ".".join(found.path[1:]) or "release"
    words = f"{field} {from_to(found)}"
    return f"release.{field}", Section.RELEASE, words, Audience.PUBLIC


def _model(found: Difference, before: Any, after: Any) -> Described:
    field = ".".join(found.path[1:]) or "model"
    old, new = before.get("model", {}), after.get("model", {})
    words = f"{field} {from_to(found)}"
    if field == "weights" and ABSENT not in (found.old, found.new):
        same = [name for name in ("provider_id", "version") if _same_name(old, new, name)]
        names = " and ".join(f"{name} {new[name]}" for name in same)
        words = f"new weights under the same {names}" if names else "new weights"
        if "version" in same:
            words += " (the snapshot's name was moved)"
    elif field == "aliases":
        words = _alias_words(found)
    elif field in ("lifecycle", "model"):
        words = f"{field} {event_of(found)}"
    return f"model.{field}", Section.MODEL, words, Audience.PUBLIC


def _same_name(old: Any, new: Any, name: str) -> bool:
    return bool(old.get(name)) and old.get(name) == new.get(name)


def _alias_words(found: Difference) -> str:
    old, new = plain(found.old) or [], plain(found.new) or []
    gained = [alias for alias in new if alias not in old]
    lost = [alias for alias in old if alias not in new]
    parts = [f"alias {alias} now points here" for alias in gained]
    parts += [f"alias {alias} no longer points here" for alias in lost]
    return "; ".join(parts) or "aliases put in another order"


def _prompt_part(found: Difference, _before: Any, _after: Any) -> Described:
    names = found.path[1:]
    if len(names) > 1:
        words = f"{names[0]}: {'.'.join(names[1:])} {from_to(found)}"
        return f"prompt.{names[1]}", Section.PROMPTS, words, Audience.PUBLIC
    return _listed("prompt", Section.PROMPTS, found, Audience.PUBLIC)


def _listed(what: str, section: Section, found: Difference, audience: Audience) -> Described:
    """An item of a list, or the list itself, that came, went or changed its order."""
    name = found.path[1] if len(found.path) > 1 else ""
    if name == ORDER:
        return f"{what}.order", section, f"{_SEVERAL[what]} listed in another order", audience
    event = event_of(found)
    return f"{what}.{event}", section, f"{name or _SEVERAL[what]} {event}", audience


_SEVERAL = {
    "prompt": "prompts",
    "tool": "tools",
    "training": "training changes",
    "rollout": "rollout stages",
}


def _decoding(found: Difference, _before: Any, _after: Any) -> Described:
    field = ".".join(found.path[1:]) or "decoding"
    words = f"{field} {from_to(found)}"
    return f"decoding.{event_of(found)}", Section.DECODING, words, Audience.PUBLIC


def _tool(found: Difference, before: Any, after: Any) -> Described:
    names = found.path[1:]
    sides = [item_of(document, "tools", names[0]) for document in (before, after) if names]
    audience = audience_of(*sides)
    if not names or (len(names) == 1):
        if not names:
            audience = audience_of(*(before.get("tools") or []), *(after.get("tools") or []))
        return _listed("tool", Section.TOOLS, found, audience)
    kind, words = _tool_detail(names[0], names[1:], found, sides)
    return kind, Section.TOOLS, words, audience


def _tool_detail(
    tool: str, names: tuple[str, ...], found: Difference, sides: list[Any]
) -> tuple[str, str]:
    if names[:2] == ("parameters", "properties") and len(names) >= 3:
        parameter, rest = names[2], ".".join(names[3:])
        if rest:
            return (
                "tool.parameter changed",
                f"{tool}: parameter {parameter}: {rest} {from_to(found)}",
            )
        need = _requirement(parameter, sides[-1] if found.new is not ABSENT else sides[0])
        event = event_of(found)
        return f"tool.parameter {event}", f"{tool}: {need} parameter {parameter} {event}"
    if names == ("parameters", "required"):
        return "tool.required", f"{tool}: {_required_words(found)}"
    return f"tool.{names[0]}", f"{tool}: {'.'.join(names)} {from_to(found)}"


def _requirement(parameter: str, tool: Any) -> str:
    schema = tool.get("parameters") if isinstance(tool, dict) else None
    required = schema.get("required") if isinstance(schema, dict) else None
    return "required" if isinstance(required, list) and parameter in required else "optional"


def _required_words(found: Difference) -> str:
    old = found.old if isinstance(found.old, list) else []
    new = found.new if isinstance(found.new, list) else []
    parts = [f"{name} is now required" for name in new if name not in old]
    parts += [f"{name} is no longer required" for name in old if name not in new]
    return "; ".join(parts) or f"required {from_to(found)}"


def _training(found: Difference, before: Any, after: Any) -> Described:
    names = found.path[1:]
    sides = [item_of(document, "training", names[0]) for document in (before, after) if names]
    audience = audience_of(*sides)
    if not names or names[0] == ORDER:
        audience = audience_of(*(before.get("training") or []), *(after.get("training") or []))
    if len(names) > 1:
        words = f"{names[0]}: {'.'.join(names[1:])} {from_to(found)}"
        return f"training.{names[1]}", Section.TRAINING, words, audience
    return _listed("training", Section.TRAINING, found, audience)


def _rollout(found: Difference, _before: Any, _after: Any) -> Described:
    names = found.path[1:]
    if len(names) > 1:
        words = f"{names[0]}: {'.'.join(names[1:])} {from_to(found)}"
        return f"rollout.{names[1]}", Section.ROLLOUT, words, Audience.PUBLIC
    return _listed("rollout", Section.ROLLOUT, found, Audience.PUBLIC)


def _none_known(found: Difference, _before: Any, _after: Any) -> Described:
    words = f"the attestation that no limitation is known was {event_of(found)}"
    return "none_known", Section.LIMITATIONS, words, Audience.PUBLIC


def other_part(found: Difference, _before: Any, _after: Any) -> Described:
    name = ".".join(found.path) or "bundle.yaml"
    return f"{name}.{event_of(found)}", Section.OTHER, f"{name} {from_to(found)}", Audience.PUBLIC


PARTS: dict[str, Callable[[Difference, Any, Any], Described]] = {
    "release": _release,
    "model": _model,
    "prompts": _prompt_part,
    "decoding": _decoding,
    "tools": _tool,
    "training": _training,
    "rollout": _rollout,
    "none_known": _none_known,
}
