"""What many releases add up to, and what became known after they were out. Pure."""
