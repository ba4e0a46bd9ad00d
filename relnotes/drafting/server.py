"""Which server to ask, with which key; a key goes only where its owner sent it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from relnotes.drafting.client import Server
from relnotes.errors import fail
from relnotes.settings import Drafting

OWN_KEY, USUAL_KEY = "RELNOTES_API_KEY", "OPENAI_API_KEY"
_ACCOUNT = {"OPENAI_ORG_ID": "OpenAI-Organization", "OPENAI_PROJECT_ID": "OpenAI-Project"}
_ITS_HOST = "api.openai.com"


def server_of(
    settings: Drafting, model: str | None, base_url: str | None, variables: Mapping[str, str]
) -> Server:
    """Options win over settings; RelnotesError where no model is named, or no key is at hand."""
    name = model or settings.model
    if not name:
        raise fail("", "no model is named", "give --model, or set drafting.model")
    address = (base_url or settings.base_url).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise fail(
            "", f'"{parts.path}" is no address of a server', "such as http://localhost:11434/v1"
        )
    key, account = variables.get(OWN_KEY), {}
    if not key and (base_url or parts.hostname == _ITS_HOST):
        # A settings file comes with a repository: it may not send a key to where it likes.
        key = variables.get(USUAL_KEY)
        account = {name: variables[one] for one, name in _ACCOUNT.items() if variables.get(one)}
    if not key and parts.hostname == _ITS_HOST:
        mend = f"set {USUAL_KEY}, or name a server of your own with --base-url"
        raise fail(_ITS_HOST, "it needs a key", mend)
    return Server(name, address, key or None, settings.timeout_s, settings.retries, account)
