"""Runs the benchmarks: `make bench`, or `python -m tests.benchmarks [--seconds S] [--json FILE]`.

Nothing here is asserted: the figures are printed with the versions that gave them.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop

from tests.benchmarks import callbacks, exchanges, layers, plugin, scale
from tests.benchmarks.report import about, save, show, show_facts

Options = argparse.Namespace
PARTS: dict[str, Callable[[Options], Awaitable[Any]]] = {
    "exchanges": lambda options: _exchanges(options),
    "layers": lambda options: _layers(options),
    "streams": lambda options: scale.many_streams(options.streams),
    "memory": lambda options: scale.memory(options.seconds * 5),
    "day": lambda options: callbacks.virtual_day(options.tasks),
    "callbacks": lambda options: callbacks.callbacks(options.callbacks),
    "waiting": lambda options: callbacks.waiting(options.waiting),
    "latency": lambda options: scale.latency_fidelity(seconds=options.seconds * 2),
    "rules": lambda options: scale.rules_that_do_not_match(options.seconds, options.rounds),
}
STARTS: dict[str, Callable[[int], dict[str, float]]] = {
    "cold": scale.cold_start,
    "plugin": plugin.start,
}


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--tasks", type=int, default=10_000, help="of the virtual day")
    parser.add_argument("--callbacks", type=int, default=2000)
    parser.add_argument("--waiting", type=int, default=3000, help="sandboxes that await a callback")
    parser.add_argument("--only", nargs="*", choices=[*PARTS, *STARTS], default=[*PARTS, *STARTS])
    parser.add_argument("--store", default="memory", help="of the exchanges")
    parser.add_argument("--stored", type=int, default=0, help="jobs there before the exchanges")
    parser.add_argument("--json", type=Path, help="write the results to a file too")
    return parser.parse_args()


async def _exchanges(options: Options) -> list[dict[str, Any]]:
    serve = ("--store", options.store)
    found = await exchanges.ratios(options.seconds, options.rounds, options.stored, serve)
    return [
        {
            "case": ratio.case,
            "ours_per_s": round(ratio.ours.per_s),
            "floor_per_s": round(ratio.floor.per_s),
            "ratio": round(ratio.wall, 2),
            "cpu_ratio": round(ratio.cpu, 2),
            "aim": ratio.aim,
            "ours_cpu_us": round(ratio.ours.cpu_us, 1),
            "floor_cpu_us": round(ratio.floor.cpu_us, 1),
            "p99_ratio": round(ratio.p99, 2),
            "p99_aim": 1.5,
            "ours_p50_p99_max_ms": _waits(ratio.ours),
            "floor_p50_p99_max_ms": _waits(ratio.floor),
            "failed": ratio.ours.failed + ratio.floor.failed,
        }
        for ratio in found
    ]


def _waits(figure: exchanges.Figure) -> str:
    return f"{figure.p50_ms:.2f} / {figure.p99_ms:.2f} / {figure.max_ms:.1f}"


async def _layers(options: Options) -> Any:
    try:
        return await layers.by_layer(options.seconds)
    except layers.NoProfileError as error:
        return {"problem": str(error)}


async def _measured(options: Options) -> dict[str, Any]:
    return {name: await part(options) for name, part in PARTS.items() if name in options.only}


def main() -> None:
    options = _options()
    results: dict[str, Any] = uvloop.run(_measured(options))
    results |= {
        name: start(options.rounds) for name, start in STARTS.items() if name in options.only
    }
    origin = about("tests.benchmarks")
    show_facts("where these figures come from", origin | origin.pop("versions"))
    for name, result in results.items():
        if isinstance(result, list):
            show(name, result)
        else:
            show_facts(name, result)
    save(options.json, {"about": about("tests.benchmarks")} | results)


if __name__ == "__main__":
    main()
