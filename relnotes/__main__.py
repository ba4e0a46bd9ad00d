"""`python -m relnotes`, the same as `relnotes`."""

import sys

from relnotes.cli import main

if __name__ == "__main__":  # a second process imports this file under another name
    sys.exit(main())
