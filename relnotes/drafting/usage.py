"""Tokens and what they cost: an estimate before asking, the count afterwards. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LETTERS_OF_A_TOKEN = 4
ANSWER_TOKENS = 800  # what an answer of a few sentences usually takes


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens sent and received."""

    sent: int = 0
    received: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.sent + other.sent, self.received + other.received)


NOTHING_USED = Usage()


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million tokens; None is unknown."""

    sent: float | None = None
    received: float | None = None
    currency: str = "USD"


def estimated(messages: Iterable[Mapping[str, str]]) -> Usage:
    """What one question takes: four Latin letters make a token, a sign of another script one."""
    texts = [one["content"] for one in messages]
    narrow = sum(char.isascii() for text in texts for char in text)
    wide = sum(map(len, texts)) - narrow
    return Usage(-(-narrow // LETTERS_OF_A_TOKEN) + wide, ANSWER_TOKENS)


def cost_words(usage: Usage | None, prices: Prices) -> str:
    """ "0.0123 USD"; "cost unknown" where the prices or the tokens are not known."""
    if usage is None or prices.sent is None or prices.received is None:
        return "cost unknown"
    cost = (usage.sent * prices.sent + usage.received * prices.received) / 1e6
    return f"{cost:.4f} {prices.currency}"


def usage_words(usage: Usage | None, prices: Prices) -> str:
    if usage is None:
        return "the server did not say how many tokens it took"
    return f"{usage.sent:,} tokens sent, {usage.received:,} received, {cost_words(usage, prices)}"
