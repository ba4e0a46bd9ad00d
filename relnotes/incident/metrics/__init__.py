"""How long it took, of one incident and of many, and how well that is known. Pure."""
