"""The collector: spared what stays for ever in `serve`, left alone in somebody else's process."""

from __future__ import annotations

import gc
import subprocess
import sys

from mockserver.app import Running
from mockserver.settings import load_settings

PROBE = """
import gc, weakref
from mockserver.cli.terminal.collector import spare_collector

class Knot:
    def __init__(self):
        self.me = self

def tied():
    return weakref.ref(Knot())

before = tied()  # garbage that is there at the start
gc.disable()
spare_collector()
walked = len(gc.get_objects())
later = [tied() for _ in range(100)]
gc.collect()
print(before() is None, all(knot() is None for knot in later))
print(walked < 1000, gc.get_freeze_count() > 10_000)
"""


def test_what_is_there_at_the_start_is_walked_no_more_and_no_garbage_is_kept() -> None:
    command = [sys.executable, "-c", "import mockserver.app\n" + PROBE]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["True"] * 4


def test_a_server_in_somebody_elses_process_leaves_the_collector_alone() -> None:
    before = (gc.get_threshold(), gc.get_freeze_count(), gc.isenabled(), list(gc.callbacks))
    server = Running(load_settings({"port": 0}, {}))
    try:
        during = (gc.get_threshold(), gc.get_freeze_count(), gc.isenabled(), list(gc.callbacks))
    finally:
        server.stop()
    assert during == before
