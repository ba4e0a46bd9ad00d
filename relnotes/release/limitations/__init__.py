"""What is known to be wrong, what follows from the facts, and how long it lives. Pure."""
