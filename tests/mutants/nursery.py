"""`python -m tests.mutants.nursery`: runs pytest in forks of a process that has the libraries loaded.

They take five times as long to load as most tests take to run. Nothing of this repository is loaded
before a fork but this file. Reads the words of a command line as JSON, a line a run, and answers each with
the exit code.
"""

from __future__ import annotations

import faulthandler
import gc
import importlib
import json
import os
import sys
from tempfile import TemporaryDirectory

import pytest

LIBRARIES = (
    "anyio httpx hypothesis.strategies msgspec openai redis.asyncio regex rich starlette uvicorn"
)


def main() -> None:
    """Loads the libraries, then runs what standard input says until it ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with TemporaryDirectory() as empty:
        # pytest loads its plug-ins in a way of its own, once; ours it meets in the forks.
        pytest.main([empty, "-q", f"--rootdir={empty}", "-p", "no:reelmock"])
    for library in LIBRARIES.split():
        importlib.import_module(library)
    gc.freeze()
    for line in sys.stdin:
        words = json.loads(line)
        child = os.fork()
        if not child:
            _run(words["seconds"], words["arguments"])
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _run(seconds: float, arguments: list[str]) -> None:
    """Runs pytest and ends this process: with 1 when the time is over."""
    code: int = 1
    gc.unfreeze()  # tests count what is frozen
    try:
        faulthandler.dump_traceback_later(seconds, exit=True)
        code = pytest.main(["-o", "faulthandler_timeout=0", *arguments])
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
