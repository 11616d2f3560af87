"""What every benchmark prints and writes: tables that go into a page, figures with their origin."""

from __future__ import annotations

import json
import os
import platform
import shlex
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

PACKAGES = ("reelmock", "uvicorn", "uvloop", "httptools", "msgspec", "starlette", "httpx")
WIDTH = 1000  # columns where the output goes into a file: a row of Markdown is one line


def about(module: str) -> dict[str, Any]:
    """Where figures come from: the command line, the machine, the versions."""
    return {
        "command": shlex.join(["python", "-m", module, *sys.argv[1:]]),
        "machine": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "cores": os.cpu_count() or 1,
        "versions": {"python": platform.python_version()}
        | {package: version(package) for package in PACKAGES},
    }


def show(title: str, rows: Sequence[Mapping[str, Any]], note: str = "") -> None:
    """Prints a table of Markdown: one column for each name of the rows; None is an empty cell."""
    table = Table(
        title=title,
        title_justify="left",
        caption=note or None,
        caption_justify="left",
        box=MARKDOWN,
    )
    for name in rows[0]:
        numbers = all(isinstance(row[name], int | float | None) for row in rows)
        table.add_column(_heading(name), justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    _print(table)


def show_facts(title: str, facts: Mapping[str, Any]) -> None:
    """Prints a record downwards, one name and value a line."""
    table = Table("what", "value", title=title, title_justify="left", box=MARKDOWN)
    for name, value in facts.items():
        table.add_row(_heading(name), _cell(value))
    _print(table)


def _print(table: Table) -> None:
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


def save(file: Path | None, results: Mapping[str, Any]) -> None:
    """Writes the results as JSON, where a file is given."""
    if file is not None:
        file.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


def _heading(name: str) -> str:
    return name.replace("_per_s", "/s").replace("_", " ").replace(" us", " µs")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
