"""Two files or folders of eval results, compared without a repository: read, match, compare.

What is said of the rows is in `publish`.
"""

from __future__ import annotations

from relnotes.comparing.flow import COMPARED as COMPARED
from relnotes.comparing.flow import Compared as Compared
from relnotes.comparing.flow import compare_files as compare_files
from relnotes.comparing.flow import compare_sides as compare_sides
from relnotes.comparing.options import House as House
from relnotes.comparing.options import Options as Options
