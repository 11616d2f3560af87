"""Compares: `python -m tests.benchmarks.peers [--bin DIR …] [--only aimock …] [--json FILE]`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path
from typing import Any

import uvloop

from tests.benchmarks.peers import __doc__ as installation
from tests.benchmarks.peers.catalogue import PEERS
from tests.benchmarks.peers.measure import CASES, compare
from tests.benchmarks.report import about, save, show

TITLES = {"status": "read a status", "create": "create", "stream": "a whole stream of 16 events"}
RUNTIMES = {"node": ("node", "--version"), "java": ("java", "-version")}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.peers",
        description=installation,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streams", type=int, default=2000, help="open at once; 0: none")
    parser.add_argument("--only", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--bin", nargs="*", type=Path, default=[], help="folders before PATH")
    parser.add_argument("--json", type=Path, help="write the results to a file too")
    return parser.parse_args()


def _runtime(command: tuple[str, ...]) -> str:
    """The first line in which a program tells its version; java writes it to standard error."""
    if shutil.which(command[0]) is None:
        return "not installed"
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return (done.stdout or done.stderr).splitlines()[0]


def _show(rows: list[dict[str, Any]]) -> None:
    for case in CASES:
        measured = [row for row in rows if row.get(case)]
        if measured:
            show(
                TITLES[case],
                [{"peer": _marked(row, case), **row[case]} for row in measured],
                "* a fixed text or id, whatever was asked",
            )
    columns = ("peer", "version", "cold_start_s", "resident_mb")
    show("start to the first job; memory then", [{c: row.get(c) for c in columns} for row in rows])
    paced = [{"peer": row["peer"], **row["paced"]} for row in rows if row.get("paced")]
    if paced:
        show("streams of five seconds, all at once", paced)
    for row in rows:
        for problem in row.get("problems", ()):
            print(f"{row['peer']}: {problem}")


def _marked(row: dict[str, Any], case: str) -> str:
    return str(row["peer"]) + (" *" if case in row["canned"] else "")


def main() -> None:
    options = _options()
    wanted = {name: PEERS[name] for name in options.only}
    measured = compare(wanted, options.bin, options.seconds, options.rounds, options.streams)
    rows = uvloop.run(measured)
    _show(rows)
    origin = about("tests.benchmarks.peers")
    origin["versions"] |= {name: _runtime(command) for name, command in RUNTIMES.items()}
    save(options.json, {"about": origin, "peers": rows})


if __name__ == "__main__":
    main()
