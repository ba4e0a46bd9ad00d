"""Take the indentation out of what the theme puts around an article: a tenth of a page's weight.

The article itself is left as it is, since white space means something in prompts and code.
"""

from __future__ import annotations

import re

_LINE_ENDS = re.compile(r"\s*\n\s*")


def without_theme_space(page: str) -> str:
    """The same page to every reader; one line end stays wherever there was white space with one."""
    start, end = page.find("<article"), page.rfind("</article>")
    if start < 0 or end < start:
        return page
    before, after = (_LINE_ENDS.sub("\n", part) for part in (page[:start], page[end:]))
    return f"{before.lstrip()}{page[start:end]}{after}"
