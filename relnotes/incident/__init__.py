"""Incidents of model behaviour: record and events → timeline → metrics → postmortem.

Pure: no files, no git, no clock. Knows nothing of releases but their tags.
"""
