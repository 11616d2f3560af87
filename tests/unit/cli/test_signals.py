"""A signal that asks for an end is heard at once, whatever the main thread is at."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import pytest

from mockserver.cli.terminal.signals import ENDING, handled, leave, result


@pytest.mark.usefixtures("hears_hang_up")
@pytest.mark.parametrize("number", ENDING)
def test_a_signal_that_does_not_wake_the_main_thread_is_heard_all_the_same(number: int) -> None:
    main, begun, over = threading.get_ident(), threading.Event(), threading.Event()

    def work() -> None:
        begun.wait(30)
        while sys._current_frames()[main].f_code.co_name != "wait":
            pass
        # To this thread, as if it had come a moment before the main one waits: it ends no wait.
        signal.pthread_kill(threading.get_ident(), number)
        over.wait(10)

    with handled(leave), ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        with pytest.raises(SystemExit) as left:
            begun.set()
            result(working)
        assert not working.done()
        over.set()
    assert left.value.code == 128 + number


def test_what_another_thread_raises_is_raised() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(ZeroDivisionError):
        result(pool.submit(lambda: 1 // 0))


def test_an_ignored_signal_stays_ignored_and_handlers_come_back() -> None:
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)

    usual = {number: signal.getsignal(number) for number in ENDING}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup has it
    try:
        with handled(hear):
            os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGTERM)
        assert heard == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, usual[signal.SIGHUP])
    assert {number: signal.getsignal(number) for number in ENDING} == usual
