"""A wait for what never comes ends soon and says so; the test's own time limit stays."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading

import pytest

from tests.support.patience import awaiting, joined, next_line, patience_s

SOON_S = 0.05


def test_a_wait_that_blocks_is_broken_off_with_what_was_waited_for() -> None:
    ours, others = socket.socketpair()
    told = pytest.raises(AssertionError, match=r"waited 0\.05 s for a byte")
    with ours, others, told, awaiting("a byte", SOON_S):
        ours.recv(1)


def test_a_loop_is_broken_off_too() -> None:
    told = pytest.raises(AssertionError, match=r"waited 0\.05 s for the end")
    with told, awaiting("the end", SOON_S):
        while True:
            pass


def test_behind_it_the_limit_of_the_whole_test_goes_on() -> None:
    before = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0] > 1
    with awaiting("nothing"):
        pass
    assert (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0] > 1) == before
    assert before[1], "pytest-timeout works in another way than this test thinks"


@pytest.mark.parametrize("program", ["pass", "import sys; sys.stdin.read()"], ids=["ends", "waits"])
def test_a_process_without_a_word_is_named(program: str) -> None:
    command = [sys.executable, "-c", program]
    pipe = subprocess.PIPE
    told = pytest.raises(AssertionError, match="ended, or said nothing for 1 s")
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process, told:
        next_line(process, 1)


def test_a_thread_that_does_not_end_is_named() -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait, args=(10,), name="the listener")
    thread.start()
    with pytest.raises(AssertionError, match=r"waited 0\.05 s for the end of the listener"):
        joined(thread, SOON_S)
    end.set()
    joined(thread)


@pytest.mark.parametrize(("load", "real_s"), [(0, 15), (2, 15), (4, 30), (8, 60), (100, 60)])
def test_a_busy_machine_gets_more_time_but_not_without_end(load: float, real_s: float) -> None:
    assert patience_s(load, cores=2) == real_s
