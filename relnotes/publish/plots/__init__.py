"""Drawings as SVG: no script, no font, no colour of their own."""
