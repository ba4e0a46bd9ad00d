"""What an incident lacks, and what it still asks of a team. Pure."""
