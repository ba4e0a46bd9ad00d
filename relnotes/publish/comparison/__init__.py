"""Two results compared, for a terminal, for programs and as a report."""
