"""What differs between two bundles, down to the words of a prompt. Pure."""
