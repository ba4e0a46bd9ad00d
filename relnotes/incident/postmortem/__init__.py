"""The postmortem: taken apart at its markers, read, approved, published. Pure."""
