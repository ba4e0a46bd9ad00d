"""Read and write the folders of incidents; the only room that touches `incidents/`.

Reading is tolerant: a broken file is a problem of its incident, never the end of the work.
Writing is all or nothing, and what was logged is never changed.
"""

from __future__ import annotations

from relnotes.incident_files.reading import read_incident, read_incidents

__all__ = ["read_incident", "read_incidents"]
