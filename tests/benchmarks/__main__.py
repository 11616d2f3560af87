"""Runs the benchmarks: `make bench`, or `python -m tests.benchmarks [--seconds S] [--json FILE]`.

Nothing here is asserted: the figures are printed with the versions that gave them.
"""

from __future__ import annotations

import argparse
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

from tests.benchmarks import exchanges, plugin, scale

PACKAGES = ("reelmock", "uvicorn", "uvloop", "httptools", "msgspec", "starlette")
SCALE: dict[str, Any] = {
    "streams": lambda options: scale.many_streams(options.streams),
    "memory": lambda options: scale.memory(options.seconds * 5),
    "day": lambda options: scale.virtual_day(options.tasks),
    "callbacks": lambda options: scale.callbacks(options.callbacks),
    "latency": lambda options: scale.latency_fidelity(seconds=options.seconds * 2),
    "rules": lambda options: scale.rules_that_do_not_match(options.seconds, options.rounds),
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--callbacks", type=int, default=2000)
    parser.add_argument(
        "--only", nargs="*", default=[], help="exchanges, cold, plugin, " + ", ".join(SCALE)
    )
    parser.add_argument("--store", default="memory")
    parser.add_argument("--json", type=Path, help="write the results to a file too")
    return parser.parse_args()


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


async def _measured(options: argparse.Namespace, wants: Any) -> dict[str, Any]:
    results: dict[str, Any] = {}
    if wants("exchanges"):
        serve = ("--store", options.store)
        results["exchanges"] = [
            {
                "case": ratio.case,
                "ours_per_s": round(ratio.ours.per_s),
                "floor_per_s": round(ratio.floor.per_s),
                "ratio": round(ratio.wall, 2),
                "cpu_ratio": round(ratio.cpu, 2),
                "ours_cpu_us": round(ratio.ours.cpu_us, 1),
                "floor_cpu_us": round(ratio.floor.cpu_us, 1),
                "failed": ratio.ours.failed + ratio.floor.failed,
                "aim": ratio.aim,
            }
            for ratio in await exchanges.ratios(options.seconds, options.rounds, serve)
        ]
    for name, measure in SCALE.items():
        if wants(name):
            results[name] = await measure(options)
    return results


def main() -> None:
    options = _options()

    def wants(name: str) -> bool:
        return not options.only or name in options.only

    results: dict[str, Any] = {"versions": _versions(), "cores": _cores()}
    results |= uvloop.run(_measured(options, wants))
    if wants("cold"):
        results["cold"] = scale.cold_start(options.rounds)
    if wants("plugin"):
        results["plugin"] = plugin.start(options.rounds)
    _show(results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def _show(results: dict[str, Any]) -> None:
    console = Console()
    for name, result in results.items():
        rows = result if isinstance(result, list) else [result]
        if not isinstance(rows[0], dict):
            continue
        table = Table(*rows[0], title=name)
        for row in rows:
            table.add_row(*map(str, row.values()))
        console.print(table)


if __name__ == "__main__":
    main()
