"""What git witnesses of an incident, so that nobody has to remember it.

Reads repository and releases; writes nothing and knows no terminal.
"""
