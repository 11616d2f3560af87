"""Whole test runs of somebody else's, and what their JUnit file says of each test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from mockserver.engine.matrix import cases
from tests.support.nested import ALONE, QUIET

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mockserver.embedded.servers import RunningServer

WORKERS = "-n"  # runs with it need a process of their own

# A client that polls once a call and believes all that it is told.
NAIVE = '''
"""A client without any error handling."""

import httpx


def make(url, key):
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, trust_env=False) as http:
        order = {"prompt": "a cat", "model": "veo3_fast"}
        task = http.post("/api/v1/veo/generate", json=order).json()["data"]["taskId"]
        for _ in range(6):
            reply = http.get("/api/v1/veo/record-info", params={"taskId": task})
            job = reply.json()["data"]
            if job["successFlag"] == 1:
                return job["response"]["resultUrls"][0]
        raise TimeoutError("no video")
'''

# The same, but what goes wrong at a poll is tried again.
ROBUST = NAIVE.replace("without any error handling", "that polls again after an error").replace(
    """            reply = http.get("/api/v1/veo/record-info", params={"taskId": task})
            job = reply.json()["data"]
""",
    """            try:
                reply = http.get("/api/v1/veo/record-info", params={"taskId": task})
                job = reply.raise_for_status().json()["data"]
            except (httpx.HTTPError, ValueError):
                continue
""",
)


@dataclass(frozen=True)
class Ran:
    """A finished run: its exit code, its output, and what became of each test by its name."""

    code: int
    output: str
    tests: dict[str, str]

    def became(self, outcome: str) -> list[str]:
        """The names of the tests with an outcome, in alphabetical order."""
        return sorted(name for name, found in self.tests.items() if found.startswith(outcome))


@pytest.fixture(scope="session", autouse=True)
def loaded(reelmock_server: RunningServer) -> None:
    """Loads what a run within this process would load first, forget afterwards and load again.

    There would be two classes of one name then, and not every library in C can be loaded twice.
    """
    control = reelmock_server.control
    sandbox = control.create_sandbox().id
    control.add_fault(cases(["http_error"])[0].rule, sandbox)
    control.findings(sandbox)
    control.timeline(sandbox)
    control.delete_sandbox(sandbox)


@pytest.fixture
def run(pytester: pytest.Pytester) -> Callable[..., Ran]:
    """Runs pytest in the folder of `pytester`, which has the clients `naive` and `robust`."""
    pytester.makepyfile(naive=NAIVE, robust=ROBUST)

    def once(*options: str, quiet: tuple[str, ...] = QUIET) -> Ran:
        junit = pytester.path / "junit.xml"
        given = (*quiet, f"--junitxml={junit}", *options)
        if WORKERS in options or "no:terminal" in options:
            done = pytester.runpytest_subprocess(*ALONE, *given)
        else:
            done = pytester.runpytest_inprocess(*given)
        output = "\n".join([*done.outlines, *done.errlines])
        return Ran(int(done.ret), output, _outcomes(junit) if junit.exists() else {})

    return once


def _outcomes(junit: Path) -> dict[str, str]:
    """For each test: passed, or failed, error, skipped with a colon and the message."""
    found: dict[str, str] = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        told = "passed"
        for tag, word in (("failure", "failed"), ("error", "error"), ("skipped", "skipped")):
            element = case.find(tag)
            if element is not None:
                told = f"{word}: {element.get('message')}"
        found[str(case.get("name"))] = told
    return found
