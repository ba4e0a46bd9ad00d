"""Release notes with known limitations, incident records and a public site, from git."""

__version__ = "0.1.0"
