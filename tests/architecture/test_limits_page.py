"""The page of bounds says the numbers that the code has."""

from __future__ import annotations

import re
from pathlib import Path

from mockserver.domain import bounds, errors, journal, pattern
from mockserver.engine import exchange, sandboxes
from mockserver.outbound import sender
from mockserver.settings import load_settings
from mockserver.stores import redis_journal, ring
from mockserver.web import addressing, heads, multipart, protocol, reading

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "limits.md").read_text("utf-8")
BOUNDS: dict[str, float] = {
    "the head of a request": protocol.MAX_HEAD_BYTES,
    "an unfinished head": protocol.HEAD_TIMEOUT_S,
    "an idle connection": load_settings({}, {}).keep_alive_ms / 1000,
    "the body of a request": reading.MAX_BODY_BYTES,
    "parts of a form": multipart.MAX_PARTS,
    "a prompt": bounds.MAX_PROMPT_BYTES,
    "the rest of a submission": bounds.MAX_REST_BYTES,
    "a reason, also in `X-Mock-Reason`": errors.REASON_CHARS,
    "one attempt of a rule's regular expression": pattern.LONGEST_S,
    "tasks of a sandbox": exchange.MAX_TASKS,
    "sandboxes": sandboxes.MAX_OPEN_SANDBOXES,
    "an unused sandbox that a key opened": sandboxes.IDLE_REAL_MS / 3_600_000,
    "journal of a sandbox, in memory": ring.MAX_ENTRIES,
    "the same, by weight": ring.MAX_BYTES,
    "journal of a sandbox, on Redis": redis_journal.JOURNAL_ENTRIES,
    "a body in the journal": journal.BODY_CAP_BYTES,
    "what a receiver of a callback answers": sender.ANSWER_CAP_BYTES,
    "calls that are known again": addressing.REMEMBERED,
    "each of them (`web/addressing.py`)": addressing.LONGEST_ASKED,
    "heads that are remembered": heads.REMEMBERED,
    "each of them (`web/heads.py`)": heads.MAX_BYTES,
}


def test_the_page_of_bounds_says_what_the_code_has() -> None:
    rows = re.findall(r"^\| (.+?) \| ([\d.,]+).*? \| (.+?) \|$", PAGE, re.MULTILINE)
    said = {
        f"{what} ({where})" if what == "each of them" else what: float(number.replace(",", ""))
        for what, number, where in rows
    }
    assert said == BOUNDS


def test_each_bound_is_set_in_the_file_that_the_page_names() -> None:
    files = re.findall(r"\| `(\w+/\w+\.py)` \|$", PAGE, re.MULTILINE)
    assert len(files) == len(BOUNDS) - 1  # one is an option of the command line
    assert [name for name in files if not (ROOT / "mockserver" / name).is_file()] == []
