"""From a bundle to the record of a release: diff, limitations, notes. Pure."""
