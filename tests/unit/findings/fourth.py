"""A provider that Reelmock has never heard of: its envelope, words and names are like nobody's.

Success is HTTP 200 with `code` 1000, a refusal too, with its status as a text in `outcome`.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from mockserver.domain.journal.journal import Entry
from mockserver.domain.provider.judging import Judging, Parameters, json_of, text_at
from mockserver.domain.provider.provider import PollAdvice, Provider
from tests.unit.findings.story import PROVIDERS, Story

OK = {"code": 1000, "outcome": "ok"}
NO_MONEY = {"code": 1000, "outcome": "402"}


def _status(status: int, body: bytes) -> int:
    outcome = text_at(json_of(body), "outcome")
    return int(outcome) if outcome.isdecimal() else status


def _created_id(content: Any) -> str:
    return text_at(content, "job", "ref")


FOURTH: Provider = replace(
    PROVIDERS["kie"],
    name="lumen",
    poll=PollAdvice(interval_ms=1000, deadline_ms=60_000),
    judging=Judging(
        _status,
        _created_id,
        _created_id,
        unset_id=lambda text: text in ("", "0"),
        parameters={"make": Parameters(frozenset(("text", "shape")))},
        idempotency_header="once",
    ),
)


class FourthStory(Story):
    """A client's life at the fourth provider."""

    providers = PROVIDERS | {"lumen": FOURTH}

    def add(self, kind: type[Entry], **fields: Any) -> int:
        return super().add(kind, **({"provider": "lumen"} | fields))

    def call(self, phase: str, status: int = 200, reply: Any = None, **fields: Any) -> int:
        given: dict[str, Any] = {"operation": "make"} if phase == "create" else {}
        return super().call(phase, status, OK if reply is None else reply, **(given | fields))
