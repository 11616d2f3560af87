"""The control API shows every kind of entry in one form, which its readers know."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import to_builtins
from msgspec.structs import fields

from mockserver.admin.responses.entry import entry_shown
from mockserver.domain.journal.journal import (
    ClockMoved,
    ClockSet,
    Closed,
    Controlled,
    DeliveryTried,
    Entry,
    Exchange,
    Kind,
    Matched,
    Sent,
)
from mockserver.domain.reply.performed import Performed
from mockserver.domain.scenario.scenario import Undecided

GUIDE = (Path(__file__).parents[3] / "docs" / "guides" / "journal.md").read_text("utf-8")
KINDS = get_args(Kind)
NOTHING: dict[str, Any] = {
    "seq": 7,
    "real_ms": 1,
    "virtual_ms": 2,
    "provider": "",
    "operation": "",
    "call_phase": "",
    "method": "",
    "path": "",
    "query": "",
    "key": "",
    "model": "",
    "task_id": "",
    "status": 0,
    "code": 0,
    "reason": "",
    "request_headers": [],
    "request_body": None,
    "reply_headers": [],
    "reply_body": None,
    "faults": [],
    "scenario": "",
    "scenario_struck": False,
    "undecided": [],
    "detail": {},
}
RULE = Matched("r1", "latency", True, False, "always")
RULE_SHOWN = {
    "rule": "r1",
    "fault": "latency",
    "applied": True,
    "struck": False,
    "fired": True,
    "why": "always",
}
SHOWN: list[tuple[Entry, dict[str, Any]]] = [
    (
        Exchange(
            1,
            2,
            7,
            provider="kie",
            operation="generate",
            call_phase="create",
            method="POST",
            path="/api/v1/veo/generate",
            query="a=b",
            key="k1",
            model="veo3",
            task_id="t1",
            status=200,
            reason="why",
            request_headers=((b"accept", b"*/*"),),
            request_body=b"{}",
            request_size_bytes=9,
            request_digest="0f",
            connection=3,
            reply_headers=((b"x-a", b"1"), (b"x-a", b"2")),
            reply_body=b"\xff",
            reply_size_bytes=1,
            faults=(RULE,),
            scenario="stall",
            scenario_struck=True,
            pending=True,
            undecided=(Undecided(2, "slow", "too late"),),
        ),
        {
            "kind": "exchange",
            "provider": "kie",
            "operation": "generate",
            "call_phase": "create",
            "method": "POST",
            "path": "/api/v1/veo/generate",
            "query": "a=b",
            "key": "k1",
            "model": "veo3",
            "task_id": "t1",
            "status": 200,
            "code": 200,
            "reason": "why",
            "request_headers": [("accept", "*/*")],
            "request_body": {"text": "{}", "size_bytes": 9, "truncated": True},
            "reply_headers": [("x-a", "1"), ("x-a", "2")],
            "reply_body": {"base64": "/w==", "size_bytes": 1, "truncated": False},
            "faults": [RULE_SHOWN],
            "scenario": "stall",
            "scenario_struck": True,
            "undecided": [{"rule": 2, "scenario": "slow", "applied": False, "why": "too late"}],
        },
    ),
    (
        DeliveryTried(
            1,
            2,
            7,
            provider="kie",
            url="http://h/c",
            task_id="t1",
            delivery="t1:finished",
            attempt=3,
            state="pending",
            status=500,
            reason="why",
            request_body=b"{}",
            request_size_bytes=2,
            faults=(RULE,),
            scenario="stall",
            scenario_struck=True,
        ),
        {
            "kind": "delivery",
            "provider": "kie",
            "operation": "callback",
            "call_phase": "callback",
            "method": "POST",
            "path": "http://h/c",
            "task_id": "t1",
            "status": 500,
            "code": 500,
            "reason": "why",
            "request_body": {"text": "{}", "size_bytes": 2, "truncated": False},
            "faults": [RULE_SHOWN],
            "scenario": "stall",
            "scenario_struck": True,
            "detail": {"delivery": "t1:finished", "attempt": 3, "state": "pending"},
        },
    ),
    (
        Sent(
            1,
            2,
            7,
            of=6,
            performed=Performed(
                9, True, False, status=206, chunks=2, outlasted=True, pieces=((3, 4), (5, 9))
            ),
            provider="kie",
            method="GET",
            path="/media/v.mp4",
            done=True,
            asset="v.mp4",
            struck=("r1",),
            struck_pieces={"r1": 2},
            scenario_struck=True,
        ),
        {
            "kind": "sent",
            "provider": "kie",
            "method": "GET",
            "path": "/media/v.mp4",
            "status": 206,
            "code": 206,
            "reply_body": {"text": "", "size_bytes": 9, "truncated": True},
            "scenario_struck": True,
            "detail": {
                "of": 6,
                "client_left": True,
                "whole": False,
                "done": True,
                "asset": "v.mp4",
                "chunks": 2,
                "pieces": [[3, 4], [5, 9]],
                "outlasted": True,
                "struck": ["r1"],
                "struck_pieces": {"r1": 2},
            },
        },
    ),
    (
        Closed(1, 2, 7, of=6, provider="kie", struck=("r1",)),
        {"kind": "closed", "provider": "kie", "detail": {"of": 6, "struck": ["r1"]}},
    ),
    (
        ClockMoved(1, 2, 7, from_ms=1),
        {"kind": "clock", "detail": {"from_ms": 1, "to_ms": 2}},
    ),
    (
        ClockSet(1, 2, 7, mode="real", rate=2.5),
        {
            "kind": "clock",
            "reason": "clock in mode real, rate 2.5",
            "detail": {"mode": "real", "rate": 2.5},
        },
    ),
    (
        ClockSet(1, 2, 7, mode="auto", rate=0.0),
        {
            "kind": "clock",
            "reason": "clock in mode auto",
            "detail": {"mode": "auto", "rate": 0.0},
        },
    ),
    (Controlled(1, 2, 7, what="keys: k1"), {"kind": "control", "reason": "keys: k1"}),
]


@pytest.mark.parametrize(("entry", "shown"), SHOWN)
def test_an_entry_is_shown_with_what_it_has_and_every_other_field_empty(
    entry: Entry, shown: dict[str, Any]
) -> None:
    assert to_builtins(entry_shown(entry)) == NOTHING | shown


def test_the_cases_above_are_all_kinds_that_there_are() -> None:
    assert {type(entry) for entry, _ in SHOWN} == set(get_args(Entry))
    assert {shown["kind"] for _, shown in SHOWN} == set(KINDS)


def test_the_guide_names_the_fields_of_each_kind_and_no_others() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| ([a-z, ]+) \| \S.* \|$", GUIDE, re.MULTILINE)
    told = {field: set(KINDS if kinds == "all" else kinds.split(", ")) for field, kinds in rows}
    assert len(told) == len(rows)
    had: dict[str, set[str]] = {name: set(KINDS) for name in ("seq", "real_ms", "virtual_ms")}
    for _, shown in SHOWN:
        details = [f"detail.{name}" for name in shown.get("detail", ())]
        for name in (*(shown.keys() - {"detail"}), *details):
            had.setdefault(name, set()).add(shown["kind"])
    assert told == had


def test_the_guide_tells_every_kind() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", GUIDE, re.MULTILINE)) == KINDS


@pytest.mark.parametrize("entry", [entry for entry, _ in SHOWN])
def test_the_cases_above_fill_every_field(entry: Entry) -> None:
    filled = {f.name for f in fields(entry) if getattr(entry, f.name) != f.default}
    own = {"operation", "call_phase"}  # of a delivery, always the same
    assert filled | own == set(entry.__struct_fields__) | own
