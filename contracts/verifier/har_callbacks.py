"""Callbacks in recorded traffic: posts of a provider to the address of a creation."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.operations import callback_messages, nearest
from contracts.problem import at_pointer


@dataclass(frozen=True, slots=True)
class Posted:
    """One recorded callback."""

    number: int
    body: object

    def __str__(self) -> str:
        return f"entry {self.number} (a callback)"


def posted(recorded: Sequence[Any], addresses: frozenset[str]) -> Iterator[Posted]:
    """Yield the entries that are callbacks with a JSON body: entries that are marked as callbacks,
    and posts to an address that a creation named. The entries must have been read.
    """
    for number, raw in enumerate(recorded):
        request = raw["request"]
        marked = (raw.get("_reelmock") or {}).get("kind") == "callback"
        if not marked and (request["method"] != "POST" or request["url"] not in addresses):
            continue
        text = at_pointer(request, "/postData/text")[1]
        try:
            body = json.loads(text) if isinstance(text, str) else None
        except (ValueError, RecursionError):
            continue
        if isinstance(body, dict):
            yield Posted(number, body)


def judged(provider: str, callback: Posted) -> Iterator[str]:
    """Check a callback against the nearest documented callback of the provider."""
    for problem in nearest(provider, callback_messages(provider), callback.body):
        yield f"{callback}: {problem}"
