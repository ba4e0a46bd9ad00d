"""What stands between a release and its users, in words and for other programs."""
