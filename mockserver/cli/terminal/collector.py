"""What the garbage collector need not do in a process that is a server and nothing else."""

from __future__ import annotations

import gc

GC_EVERY = 2_000  # allocations: rounds of 20,000 took up to 28 ms, these under 1 ms as a rule


def spare_collector() -> None:
    """Takes what is there at the start out of the collector's rounds; garbage goes first.

    Modules, classes and the server itself stay as long as the process, and to walk them took a full
    round tens of milliseconds. What comes later is collected as ever: records of tasks and of the
    journal are untracked anyhow, so that a round has little to walk. Never called where the process
    is somebody else's, as in the pytest plugin.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_EVERY, 20, 100)
