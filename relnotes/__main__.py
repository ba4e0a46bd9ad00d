"""`python -m relnotes`, the same as `relnotes`."""

import sys

from relnotes.cli import main

sys.exit(main())
