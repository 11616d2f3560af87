"""Texts that others wrote become numbers in two places: `quantity.py`, and `_codec.py` of the client.

`int()` and `float()` read more than a number: `nan`, `1_0`, digits of other scripts; and they raise
in their own words over thousands of digits. Where one of them stands elsewhere, the list says why
what it is given is a number already.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.repository import ROOT, name, sources

READERS = ("mockserver/domain/input/quantity.py", "clientlib/_codec.py")
OWN = ("mockserver/stores/",)  # what a store reads is what it wrote
NO_TEXT = "a number before, never a text"
MATCHED = "a pattern has matched so many ASCII digits and nothing else"
ALLOWED = {
    "clientlib/_chat.py: float(found[1])": MATCHED,
    "clientlib/_chat.py: int(found[1] or len(self.videos))": MATCHED,
    "clientlib/_download.py: int(found[1])": MATCHED,
    "clientlib/_download.py: int(found[3])": MATCHED,
    "clientlib/_download.py: int(length)": MATCHED,
    "clientlib/_sse.py: int(value[:12])": "ASCII digits are asked for in the line above",
    "clientlib/_webhooks.py: int(stamp)": "ASCII digits, at most 12, are asked for above",
    "contracts/problem.py: int(part)": "a place in a pointer that our own documents hold",
    "contracts/readable.py: int(inner.relative_schema_path[0])": "the number of a schema's branch",
    "contracts/sse.py: float(match[1])": "digits, by the pattern of our own documents",
    "contracts/verifier/listener.py: int(length)": MATCHED,
    "mockserver/cli/campaigns/fetched.py: int(found[1])": MATCHED,
    "mockserver/cli/campaigns/links.py: int(reply.status)": NO_TEXT,
    "mockserver/cli/campaigns/proof.py: int(seen.streamed)": NO_TEXT,
    "mockserver/cli/campaigns/usual.py: int(seen.streamed)": NO_TEXT,
    "mockserver/control/schemas.py: int(MAX_RATE)": NO_TEXT,
    "mockserver/control/struck.py: int(rule['struck'])": "a counter that our own server tells",
    "mockserver/domain/chance/chance.py: float(1 << 32)": NO_TEXT,
    "mockserver/domain/chance/chance.py: float(1 << 53)": NO_TEXT,
    "mockserver/domain/chance/chance.py: int(chance * STEPS)": NO_TEXT,
    "mockserver/domain/fault/fault.py: int(found)": "finite: `number` has read it",
    "mockserver/domain/fault/rule.py: int(aware.timestamp() * 1000)": NO_TEXT,
    "mockserver/domain/fault/rule.py: int(every[1])": MATCHED,
    "mockserver/domain/fault/rule.py: int(found[1])": MATCHED,
    "mockserver/domain/fault/rule.py: int(found[3] or found[1])": MATCHED,
    "mockserver/domain/finding/arrived.py: int(span[1])": MATCHED,
    "mockserver/domain/finding/arrived.py: int(span[3])": MATCHED,
    "mockserver/domain/input/reading.py: int(index)": "a place in a list, as msgspec names it",
    "mockserver/domain/job/task.py: int(found['index'])": MATCHED,
    "mockserver/domain/reply/ranges.py: int(first)": MATCHED,
    "mockserver/domain/reply/ranges.py: int(last)": MATCHED,
    "mockserver/domain/time/clock.py: float(rate)": NO_TEXT,
    "mockserver/domain/time/clock.py: int(-real_ms // 1000)": NO_TEXT,
    "mockserver/domain/time/clock.py: int(elapsed_ms * rate)": NO_TEXT,
    "mockserver/engine/callbacks.py: int(answer.head_sent or answer.status is not None)": NO_TEXT,
    "mockserver/faults/cut.py: int(size * at)": NO_TEXT,
    "mockserver/faults/http_error.py: int(seconds)": "our own Retry-After, in whole seconds",
    "mockserver/faults/latency.py: int(options['delay'])": NO_TEXT,
    "mockserver/faults/truncate.py: int(len(body) * at)": NO_TEXT,
    "mockserver/outbound/targets.py: int(address)": "an address that was read as one",
    "mockserver/providers/apiyi/encode.py: int(state.progress)": NO_TEXT,
    "mockserver/providers/apiyi/errors.py: int(dialect['quota_status'])": "one of a few words",
    "mockserver/providers/kie/errors.py: int(dialect['pending_1080p_code'])": "one of a few words",
    "mockserver/providers/kie/events.py: int(index)": "from the name of an event of our own",
    "mockserver/providers/xcompute/encode.py: int(state.progress)": NO_TEXT,
    "mockserver/web/protocol.py: float(self.timeout_keep_alive)": NO_TEXT,
    "mockserver/cli/terminal/guard_hooks/sitecustomize.py: int(PORT)": "the guard's own port",
}
KINDS = ("int", "float")


def _readings(source: str) -> Iterator[str]:
    """Each place that makes a number of something, as it is written."""
    for call in ast.walk(ast.parse(source)):
        match call:
            case ast.Call(func=ast.Name(id="int" | "float"), args=[_, *_]):
                yield ast.unparse(call)
            case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="int" | "float"), *_]):
                yield ast.unparse(call)


def _found() -> set[str]:
    asked = [path for path in sources() if not name(path).startswith((*READERS, *OWN))]
    assert len(asked) > 300
    return {f"{name(path)}: {said}" for path in asked for said in _readings(path.read_text())}


def test_texts_of_others_become_numbers_in_two_places() -> None:
    assert _found() <= ALLOWED.keys(), f"use a reader of {' or '.join(READERS)}, or say why not"


def test_each_exception_is_needed() -> None:
    assert ALLOWED.keys() <= _found()
    for reader in READERS:
        assert list(_readings((ROOT / reader).read_text())), f"{reader} reads no number"


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("int(text)", True),
        ("float(headers['retry-after'])", True),
        ("int(text, 16)", True),
        ("map(int, parts)", True),
        ("int()", False),
        ("isinstance(value, int)", False),
        ("whole_number(text)", False),
    ],
)
def test_the_rule_sees_what_it_is_for(source: str, is_found: bool) -> None:
    assert bool(list(_readings(source))) == is_found
