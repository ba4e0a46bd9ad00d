"""Read a built site again, as its readers' browsers and programs will, before anyone does.

Knows files and what stands in them; nothing of git, of bundles or of how the pages were made.
"""
