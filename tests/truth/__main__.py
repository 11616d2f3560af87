"""`python -m tests.truth`: how often Reelmock is right, by verdict, and each difference.

    python -m tests.truth [--quick] [--reelmock PATH] [CLIENT ...]

Ends with 1 when Reelmock differs from the table. `--reelmock` is the command of another version.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.truth import table, trial


def main() -> int:
    """Runs the clients one after the other; their cases run side by side."""
    given = _arguments()
    clients = table.quick(table.read()) if given.quick else table.read()
    chosen = [one for one in clients if not given.client or one.name in given.client]
    reelmock = [given.reelmock] if given.reelmock else [sys.executable, "-m", "mockserver"]
    count, right, found_right, wrong = Counter(), Counter(), Counter(), 0
    for client in chosen:
        found = trial.run(client, reelmock)
        for line in trial.differences(client.rows, found):
            wrong += 1
            print(line, flush=True)
        for row in client.rows:
            verdict, findings = trial.is_right(row, found.get(row.case))
            count[row.verdict] += 1
            right[row.verdict] += verdict
            found_right[row.verdict] += findings
    for word in sorted(count):
        of = f"of {count[word]}"
        print(
            f"{word:<24} verdict right {right[word]} {of}, findings right {found_right[word]} {of}"
        )
    of = f"of {count.total()}"
    print(
        f"{'all':<24} verdict right {right.total()} {of}, findings right {found_right.total()} {of}"
    )
    return 1 if wrong or not chosen else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.truth")
    parser.add_argument("--quick", action="store_true", help="the part of `make test`")
    parser.add_argument("--reelmock", help="the command of another version")
    parser.add_argument("client", nargs="*")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
