"""Lets what the tests start hear Ctrl-C and Ctrl-\\, however the tests themselves were started."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    # A shell without job control has its background jobs ignore it, and they hand that on.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
