"""Reads the clients and the table of right verdicts."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
NO_FAULT = "no fault"
CANNOT_JUDGE = "cannot_judge"  # the campaign refuses: exit code 2 and a line
RUNS = {".py": [sys.executable], ".mjs": ["node"], ".sh": ["bash"]}
NEEDS = {".mjs": ["node"], ".sh": ["bash", "curl"]}
WORDS = {"is", "finds", "may", "why", "quick", "says"}
BAD = {"lied", "overspent", "hung", "failed_with_a_traceback", "failed_cleanly", CANNOT_JUDGE}


@dataclass(frozen=True)
class Row:
    """What one client has to be found to do in one case, and why."""

    client: str
    case: str
    verdict: str
    why: str
    finds: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    says: str = ""
    quick: bool = False


@dataclass(frozen=True)
class Client:
    """A planted client. `flags` are options of its campaign, `more` arguments of its own."""

    name: str
    file: str
    calls: str
    by: str
    character: str
    rows: tuple[Row, ...]
    more: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    saves: bool = True

    @property
    def command(self) -> list[str]:
        """The command line, with `{tmp}` for the folder of a run."""
        file = HERE / self.file
        target = ["{tmp}/video.mp4"]
        return [*RUNS[file.suffix], str(file.resolve()), *target, *self.more]


def read(clients: str | None = None, table: str | None = None) -> tuple[Client, ...]:
    """The clients with their rows. Raises ValueError for a table that is not one."""
    known = tomllib.loads(_text("clients.toml") if clients is None else clients)
    rows = yaml.safe_load(_text("table.yaml") if table is None else table) or {}
    if not rows or not all(rows.values()):
        raise ValueError("the table has no rows, or a client in it has none")
    if set(known) != set(rows):
        raise ValueError(f"in one of the two files alone: {sorted(set(known) ^ set(rows))}")
    return tuple(_client(name, given, rows[name]) for name, given in known.items())


def _text(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _client(name: str, given: dict[str, Any], rows: dict[str, dict[str, Any]]) -> Client:
    lists = {word: tuple(given.pop(word, ())) for word in ("more", "flags")}
    return Client(name, rows=tuple(_row(name, *pair) for pair in rows.items()), **lists, **given)


def _row(client: str, case: str, given: dict[str, Any]) -> Row:
    strange = set(given) - WORDS
    if strange or not given.get("is") or not given.get("why"):
        raise ValueError(f"{client}, {case}: `is` and `why` are needed, not {sorted(strange)}")
    return Row(
        client,
        case,
        given["is"],
        given["why"],
        frozenset(given.get("finds", ())),
        frozenset(given.get("may", ())),
        given.get("says", ""),
        given.get("quick", False),
    )


def quick(clients: tuple[Client, ...]) -> tuple[Client, ...]:
    """The part that runs with every `make test`."""
    short = (replace(one, rows=tuple(row for row in one.rows if row.quick)) for one in clients)
    return tuple(one for one in short if one.rows)
