"""Reading the folder of an incident, whatever state it is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from relnotes.incident.record import Incident
from relnotes.incident_files.reading import read_incident, read_incidents

ID = "2025-04-25-flattery"
HEAD = f"""\
schema: relnotes.incident/1
id: {ID}
title: Wren flatters
...
"""
EVENT = """\
schema: relnotes.event/1
id: 01JSS000000000000000000001
kind: note
at:
  value: 2025-04-25T19:00-07:00
recorded_at: 2025-04-27T10:33:12Z
text: "22:28"
...
"""
NAME = "20250426T020000Z-01JSS000000000000000000001-note.yaml"


def folder_with(root: Path, files: dict[str, str | bytes]) -> Path:
    folder = root / "incidents" / ID
    for name, content in {"incident.yaml": HEAD, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def read(root: Path, files: dict[str, str | bytes]) -> Incident:
    return read_incident(folder_with(root, files), root)


def problems(incident: Incident) -> list[str]:
    return [str(one) for one in incident.problems]


def test_a_whole_folder_is_read(tmp_path: Path) -> None:
    followup = "schema: relnotes.followup/1\nwhat: Add an eval\ntype: eval\n...\n"
    incident = read(
        tmp_path,
        {
            f"events/{NAME}": EVENT.replace("...", "attachments: [77d0aa-shot.png]\n..."),
            "followups/01-add-an-eval.yaml": followup,
            "attachments/77d0aa-shot.png": b"\x89PNG",
            "postmortem.md": "# What happened\n",
        },
    )
    assert incident.problems == ()
    assert incident.head is not None
    assert incident.head.title == "Wren flatters"
    assert [event.text for event in incident.events] == ["22:28"]
    assert [one.id for one in incident.followups] == ["01-add-an-eval"]
    assert incident.attachments == ("77d0aa-shot.png",)
    assert incident.postmortem == "# What happened\n"


def test_no_incidents_is_an_answer(tmp_path: Path) -> None:
    assert read_incidents(tmp_path) == ()


def test_incidents_come_by_id_and_other_files_beside_them_do_not_matter(tmp_path: Path) -> None:
    folder_with(tmp_path, {})
    (tmp_path / "incidents/README.md").write_text("ours")
    (tmp_path / "incidents/drafts").mkdir()
    assert [one.id for one in read_incidents(tmp_path)] == [ID]


def test_events_come_in_the_order_of_their_ids_whatever_time_they_are_about(
    tmp_path: Path,
) -> None:
    later = EVENT.replace("0001", "0002").replace("19:00", "11:00")
    name = "20250425T180000Z-01JSS000000000000000000002-note.yaml"
    incident = read(tmp_path, {f"events/{NAME}": EVENT, f"events/{name}": later})
    assert [event.id[-1] for event in incident.events] == ["1", "2"]


@pytest.mark.parametrize("kept", range(1, len(HEAD) - 4, 7))
def test_a_head_that_was_cut_off_is_refused_wherever_it_was_cut(tmp_path: Path, kept: int) -> None:
    incident = read(tmp_path, {"incident.yaml": HEAD[:kept], f"events/{NAME}": EVENT})
    assert incident.head is None
    assert len(incident.events) == 1
    assert "the file is cut off" in problems(incident)[0]
    assert problems(incident)[0].startswith(f"incidents/{ID}/incident.yaml:")


def test_an_event_that_was_cut_off_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    other = EVENT.replace("0001", "0002")
    incident = read(tmp_path, {f"events/{NAME}": EVENT[:-5], "events/b.yaml": other})
    assert [event.id[-1] for event in incident.events] == ["2"]
    assert "cut off" in problems(incident)[0]


def test_a_head_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, {f"events/{NAME}": EVENT})
    (folder / "incident.yaml").unlink()
    incident = read_incident(folder, tmp_path)
    assert problems(incident) == [f"incidents/{ID}/incident.yaml: is missing"]


def test_a_hand_edited_head_names_line_and_column(tmp_path: Path) -> None:
    incident = read(tmp_path, {"incident.yaml": HEAD.replace("title", "titel")})
    assert f'incidents/{ID}/incident.yaml:3:1: unknown key "titel"' in "\n".join(problems(incident))


@pytest.mark.parametrize("name", ["incident.yaml", f"events/{NAME}", "followups/01-a.yaml"])
def test_a_conflict_mark_is_found_in_any_file(tmp_path: Path, name: str) -> None:
    torn = "<<<<<<< ours\nkind: note\n=======\nkind: signal\n>>>>>>> theirs\n...\n"
    incident = read(tmp_path, {name: torn})
    assert (
        f"incidents/{ID}/{name}:1: a merge conflict is left in this file" in problems(incident)[0]
    )


def test_a_conflict_mark_is_found_in_the_postmortem(tmp_path: Path) -> None:
    torn = "# What happened\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n"
    incident = read(tmp_path, {"postmortem.md": torn})
    assert "postmortem.md:2: a merge conflict" in problems(incident)[0]


def test_a_folder_that_was_renamed_by_hand_is_a_problem(tmp_path: Path) -> None:
    incident = read(tmp_path, {"incident.yaml": HEAD.replace(ID, "2025-04-25-other")})
    assert "is not the folder's name" in problems(incident)[0]


def test_a_copied_event_counts_once(tmp_path: Path) -> None:
    incident = read(tmp_path, {f"events/{NAME}": EVENT, "events/a-copy.yaml": EVENT})
    assert len(incident.events) == 1
    assert "has the same id" in problems(incident)[0]


def test_what_is_no_event_is_named_and_what_was_never_finished_is_not(tmp_path: Path) -> None:
    files = {"events/notes.txt": "hm", "events/.20250426T020000Z.yaml": EVENT[:20]}
    assert [one.what for one in read(tmp_path, files).problems] == ["is not a .yaml file"]


def test_an_attachment_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    event = EVENT.replace("...", "attachments: [77d0aa-shot.png]\n...")
    incident = read(tmp_path, {f"events/{NAME}": event})
    assert "attachments/77d0aa-shot.png is not there" in problems(incident)[0]


def test_bytes_that_are_no_text_are_a_problem(tmp_path: Path) -> None:
    assert "not UTF-8" in problems(read(tmp_path, {"incident.yaml": b"id: \xff\n...\n"}))[0]
