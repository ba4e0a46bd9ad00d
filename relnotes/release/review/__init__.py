"""What people said before a release, and what stands between it and its users. Pure."""
