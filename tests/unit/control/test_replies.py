"""Replies are read by as many threads as there are, although msgspec bears no two that learn a type."""

from __future__ import annotations

import subprocess
import sys

from tests.support.patience import PATIENCE_S

# A crash ends the whole process. A hundred new types are enough for it, where it can happen.
PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from threading import Barrier

from msgspec import defstruct

from mockserver.control.replies import decoded

THREADS, DEPTH = 4, 6
TEXT = '{"part": ' * DEPTH + "7" + "}" * DEPTH
sys.setswitchinterval(1e-6)

def holder(part, number):
    others = [(f"other{n}", str, "") for n in range(12)]
    return defstruct(f"Holder{number}", [("part", part), *others])

def read(kind, start):
    start.wait()
    return decoded(TEXT, kind)

with ThreadPoolExecutor(THREADS) as pool:
    for _ in range(100):
        kind, start = reduce(holder, range(DEPTH), int), Barrier(THREADS)
        first, *others = [pool.submit(read, kind, start) for _ in range(THREADS)]
        assert all(one.result() == first.result() for one in others)
"""


def test_threads_that_read_the_first_replies_at_the_same_time_do_not_crash() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr or f"it ended with {done.returncode}"
