"""Read and write the folders of incidents; the only room that touches `incidents/`.

Reading is tolerant: a broken file is a problem of its incident, never the end of the work.
Writing is all or nothing, and what was logged is never changed.
Names nothing itself: whoever logs an event at night must not wait for what reads them all.
"""
