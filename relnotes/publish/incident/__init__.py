"""Incidents for readers, for a terminal and for other programs."""
