"""What goes wrong unseen turns the test red during which it went wrong."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.support.nested import ALONE

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[2]
IMPORTS = "import asyncio, logging, subprocess, sys, threading, pytest\n"
UNSEEN = {
    "a record of a logger": 'logging.getLogger("any").error("boom")',
    "a task's exception": """
        async def bad():
            raise ValueError("boom")
        async def go():
            task = asyncio.get_running_loop().create_task(bad())
            await asyncio.wait([task])
        asyncio.run(go())
    """,
    "a task's exception in a circle": """
        async def bad(kept):
            kept.append(asyncio.current_task())
            raise ValueError("boom")
        async def go():
            task = asyncio.get_running_loop().create_task(bad([]))
            await asyncio.wait([task])
        asyncio.run(go())
    """,
    "a thread's exception": """
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    """,
    "an exception while something is thrown away": """
        class Boom:
            def __del__(self):
                raise ValueError("boom")
        Boom()
    """,
    "a process on the same standard error": """
        subprocess.run([sys.executable, "-c", "1 / 0"])
    """,
    "a Reelmock behind a pipe": """
        command = [sys.executable, "-c", "name = 'mockserver'; 1 / 0"]
        subprocess.run(command, capture_output=True)
    """,
}


def ran(pytester: pytest.Pytester, mark: str, body: str) -> pytest.RunResult:
    """One test with that body between two that do nothing."""
    body = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    idle = "def test_{}(): pass\n"
    pytester.makepyfile(
        f"{IMPORTS}\n{idle.format('before')}\n{mark}\ndef test_it():\n{body}\n\n{idle.format('after')}"
    )
    pytester.makeini(f"[pytest]\npythonpath = {ROOT}\nfilterwarnings = error\n")
    return pytester.runpytest_subprocess(*ALONE, "-p", "tests.support.troubles")


def outcome(result: pytest.RunResult) -> str:
    """How the test in the middle ended; the other two have to pass."""
    counts = result.parseoutcomes()
    # What is told when it is thrown away may come behind the test, in its own teardown.
    assert counts.pop("passed") + counts.get("failed", 0) == 3, result.stdout.str()
    return " ".join(sorted(counts)) or "passed"


@pytest.mark.parametrize("what", UNSEEN)
def test_what_goes_wrong_unseen_fails_the_test(pytester: pytest.Pytester, what: str) -> None:
    result = ran(pytester, "", UNSEEN[what])
    assert outcome(result) == ("errors" if "circle" in what else "failed")
    result.stdout.fnmatch_lines(["*test_it*"])


def test_an_error_that_is_meant_to_be_logged_is_allowed(pytester: pytest.Pytester) -> None:
    result = ran(
        pytester, '@pytest.mark.troubles("boom")', 'logging.getLogger("any").error("boom")'
    )
    assert outcome(result) == "passed"


@pytest.mark.parametrize("body", ["pass", 'logging.getLogger("any").error("another")'])
def test_an_error_that_is_meant_and_does_not_come_fails_the_test(
    pytester: pytest.Pytester, body: str
) -> None:
    assert outcome(ran(pytester, '@pytest.mark.troubles("boom")', body)) == "failed"


def test_a_test_that_fails_anyway_shows_what_went_wrong(pytester: pytest.Pytester) -> None:
    result = ran(pytester, "", 'logging.getLogger("any").error("boom")\nassert 1 == 2')
    assert outcome(result) == "failed"
    result.stdout.fnmatch_lines(["*assert 1 == 2*", "*Captured troubles call*", "any: boom"])


@pytest.mark.parametrize("level", ["info", "warning"])
def test_a_record_of_less_weight_is_let_pass(pytester: pytest.Pytester, level: str) -> None:
    assert outcome(ran(pytester, "", f'logging.getLogger("any").{level}("fine")')) == "passed"
