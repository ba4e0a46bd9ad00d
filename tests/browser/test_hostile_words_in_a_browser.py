"""Words that try to become markup or script, in every field that an author fills."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from browserkit import Watched
from bundlekit import behaviours, bundle, limitation, native_eval, project
from playwright.sync_api import Browser
from statichost import served

EVIL = (
    '"><img src=x onerror="window.owned=1"><script>window.owned=2</script></p></div></details>'
    " [x](javascript:window.owned=3) {: onclick=window.owned=4 } <svg onload=window.owned=5>"
    " &lt;script&gt; {{ 7*7 }} {% raw %} | a | `b` *c* \\ עברית العربية 漢字 🐦‍🔥 \u202etxt"
)
LONG = "an_eval_with_a_very_long_name_" * 6
ESCAPED = "50%_#1_ü_&_co"  # a tag that an address cannot hold as it is


@pytest.fixture(scope="module")
def evil_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of a team that means no good, and their built site."""
    folder = tmp_path_factory.mktemp("evil")
    signal = {
        **{"kind": "spot-check", "on": "2026-01-04", "verdict": "uneasy", "found": EVIL},
        **{"behaviours": ["honesty"], "role": EVIL, "tried": EVIL, "quotes": [EVIL]},
        "audience": "public",
    }
    project(
        folder,
        {
            "v1": {"bundle.yaml": bundle(), "prompts/s.md": "Be kind.\n"},
            f"v2-{ESCAPED}": {
                "bundle.yaml": bundle(
                    release={"summary": EVIL, "reason": EVIL, "title": EVIL},
                    decoding={"stop": EVIL},
                    prompts=[{"name": EVIL, "file": "prompts/s.md"}],
                    tools=[{"name": EVIL, "description": EVIL}],
                    training=[{"id": EVIL, "kind": "rl", "summary": EVIL}],
                    rollout=[{"stage": "canary", "skipped": EVIL}],
                ),
                "prompts/s.md": f"{EVIL}\n\n```\n{EVIL}\n",
                "notes/n.md": "A note in שלום, 漢字 and 🐦, with *emphasis*.\n",
                "limitations/KL0001.yaml": limitation(text=EVIL, workaround=EVIL, evidence=[EVIL]),
                "behaviours.yaml": behaviours(
                    {"id": "honesty", "principle": EVIL, "blocking": True, "evals": ["honesty"]}
                ),
                "signals/2026-01-04-tone.yaml": yaml.safe_dump(signal, allow_unicode=True),
                "evals/e.yaml": native_eval("honesty"),
                "evals/f.yaml": native_eval(EVIL.replace("/", "")),
                "evals/g.yaml": native_eval(LONG),
            },
        },
    )
    done = subprocess.run(
        [sys.executable, "-m", "relnotes", "build", "--verify"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "build" / "site"


def test_nothing_runs_nothing_breaks_out_and_nothing_is_pushed_sideways(
    browser: Browser, evil_site: Path
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 720})
    with served(evil_site, "/") as address:
        opened = context.new_page()
        watched = Watched(opened, address)
        for path in sorted(evil_site.rglob("*.html")):
            if path.name == "404.html":
                continue
            name = path.relative_to(evil_site).as_posix()
            opened.goto(address + name.replace("%", "%25").replace("#", "%23"))
            assert opened.evaluate("window.owned") is None, name
            assert opened.evaluate("document.querySelectorAll('h1').length") == 1, name
            assert opened.evaluate("document.querySelector('footer').closest('article')") is None
            wide = opened.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, name
    context.close()
    assert watched.complaints == []
    assert watched.asked == []
