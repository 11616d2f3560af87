"""Saves the garbage collector work in a process that is only a server."""

from __future__ import annotations

import gc

GC_EVERY = 2_000  # allocations: rounds of 20,000 took up to 28 ms, these usually take under 1 ms


def spare_collector() -> None:
    """Takes the objects that exist at the start out of the collector's rounds.

    Garbage is collected first. Modules, classes and the server itself live as long as the process,
    and a full round took tens of milliseconds to walk them. Later objects are collected as usual:
    records of tasks and of the journal are not tracked anyway, so a round has little to walk. This
    is never called in other people's processes, such as in the pytest plugin.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_EVERY, 20, 100)
