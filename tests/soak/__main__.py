"""`make soak`: kills under load, a balance under a crowd, hang-ups; ends with 1 where a promise broke.

python -m tests.soak [--kills N] [--restarts N] [--hang-ups N] [--state-kills N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.soak import hang_ups, kills, money, state
from tests.soak.report import line


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=22, help="of replicas, with SIGKILL")
    parser.add_argument("--restarts", type=int, default=2, help="of Redis")
    parser.add_argument("--hang-ups", type=int, default=7000)
    parser.add_argument("--state-kills", type=int, default=10, help="of a server with a state file")
    parser.add_argument("--json", type=Path, help="write figures and checks to a file too")
    options = parser.parse_args()
    runs = {
        "kills": lambda: kills.run(options.kills, options.restarts),
        "money": money.run,
        "hang-ups": lambda: hang_ups.run(options.hang_ups),
        "state file": lambda: state.run(options.state_kills),
    }
    found = {}
    for name, run in runs.items():
        print(f"{name} …", file=sys.stderr, flush=True)
        figures, checks = run()
        found[name] = {"figures": figures, "checks": [check._asdict() for check in checks]}
        print(f"{name}: " + ", ".join(f"{what} {value}" for what, value in figures.items()))
        for each in checks:
            print("  " + line(each))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    broken = any(check["broken"] for run in found.values() for check in run["checks"])
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
