"""What went wrong unseen fails the test during which it went wrong.

Three things are watched: records of level ERROR in this process (a server's traceback, asyncio's
"exception was never retrieved"), exceptions that Python could only print (pytest's own plug-ins make
warnings of them, and warnings are errors here), and the standard error of processes: what they wrote
to the one that they share with the test, and what a Reelmock wrote into a pipe that the test reads.

A test in which such a thing is meant to happen says so: `@pytest.mark.troubles("part of the text")`.
What it names must come, and nothing else may.
"""

from __future__ import annotations

import gc
import logging
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

SIGNS = (
    "Traceback (most recent call last)",
    "was never retrieved",
    "was never awaited",
    "Exception ignored",
    "Task was destroyed",
    "Fatal Python error",
)
"""What Python prints when something went wrong that nobody dealt with."""
MARK = "troubles"


class Watch(logging.Handler):
    """Keeps the errors that nobody has answered for yet."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))

    def settle(self, expected: tuple[str, ...] = ()) -> None:
        """Fails over what came and was not expected; forgets it."""
        heard, self.heard = self.heard, []
        unexpected = [text for text in heard if not any(part in text for part in expected)]
        if unexpected:
            pytest.fail("something went wrong unseen:\n" + "\n".join(unexpected), pytrace=False)

    def missed(self, expected: tuple[str, ...]) -> list[str]:
        """Which of the expected texts have not come so far."""
        return [part for part in expected if not any(part in text for text in self.heard)]


_watch = Watch()


def blame(text: str, whose: str = "a process") -> None:
    """Fails the running test at its end where `text`, somebody's standard error, shows a failure."""
    if any(sign in text for sign in SIGNS):
        _watch.heard.append(f"{whose} wrote:\n{text}")


@contextmanager
def _pipes_watched() -> Iterator[None]:
    """Looks at what a Reelmock in a process of its own said, when a test reads it to the end."""
    usual = subprocess.Popen.communicate

    def communicate(self: Any, *given: Any, **named: Any) -> Any:
        out, errors = usual(self, *given, **named)
        if any(name in str(self.args) for name in ("mockserver", "reelmock")):
            blame(errors.decode() if isinstance(errors, bytes) else errors or "", str(self.args))
        return out, errors

    subprocess.Popen.communicate = communicate  # type: ignore[method-assign]
    yield
    subprocess.Popen.communicate = usual  # type: ignore[method-assign]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}(*texts): errors that are meant to be logged")
    logging.getLogger().addHandler(_watch)
    config.add_cleanup(lambda: logging.getLogger().removeHandler(_watch))
    watched = ExitStack()
    watched.enter_context(_pipes_watched())
    config.add_cleanup(watched.close)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _judged(item, "setup"):
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _judged(item, "call"):
        yield
        missing = _watch.missed(_expected(item))
        assert not missing, f"these were expected to be logged: {missing}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    with _judged(item, "teardown"):
        yield
        # What nobody retrieved is told when it is thrown away.
        gc.collect(1 if nextitem else 2)


@contextmanager
def _judged(item: pytest.Item, when: str) -> Iterator[None]:
    """Fails a phase of a test over what went wrong in it; where it has failed already, shows it."""
    try:
        yield
        for phase, kind, text in item._report_sections:
            if (phase, kind) == (when, "stderr"):
                blame(text)
        _watch.settle(_expected(item))
    finally:
        if _watch.heard:
            item.add_report_section(when, "troubles", "\n".join(_watch.heard))
            _watch.heard.clear()


def _expected(item: pytest.Item) -> tuple[str, ...]:
    return tuple(text for mark in item.iter_markers(MARK) for text in mark.args)
