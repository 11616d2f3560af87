"""Each test that the guides show goes red when the thing that it shows is taken away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.pytest_plugin.conftest import Ran

pytest_plugins = ["pytester"]

EXAMPLES = Path(__file__).parents[2] / "examples"
WITHOUT = """
import pytest

@pytest.fixture
def reelmock(reelmock, request):
    {reelmock}
    return reelmock

@pytest.fixture
def reelmock_receiver(reelmock_receiver):
    {receiver}
    return reelmock_receiver
"""
# For each file: what takes away what it shows, from the sandbox and from the receiver.
TAKEN = {
    "test_first_video.py": ("reelmock.scenario('fail')", "pass"),
    "test_faults.py": (
        "reelmock.control.clear_faults(reelmock.id); reelmock.scenario('succeed'); "
        "reelmock.fault = lambda *name, **rule: None",
        "pass",
    ),
    "test_callbacks.py": (
        "reelmock.control.change_sandbox(reelmock.id, webhook_key='')",
        "reelmock_receiver.answer = lambda *statuses: None",
    ),
    "test_async.py": (
        "reelmock.scenario('fail'); reelmock.clock.advance = lambda *by, **to: None",
        "pass",
    ),
    "test_programs.py": (  # nobody listens there
        "told = {**reelmock.full_env(), 'KIE_BASE_URL': 'http://127.0.0.1:9'}; "
        "reelmock.full_env = lambda: told",
        "pass",
    ),
}


def test_every_example_is_tried() -> None:
    own = {path.name for path in EXAMPLES.glob("test_*.py")}
    assert own == set(TAKEN)


@pytest.mark.parametrize("file", TAKEN)
def test_an_example_goes_red_without_the_thing_that_it_shows(
    pytester: pytest.Pytester, run: Callable[..., Ran], file: str
) -> None:
    for program in ("reference_client.py", file):
        (pytester.path / program).write_text((EXAMPLES / program).read_text("utf-8"))
    whole = run(file)
    assert whole.tests
    assert whole.code == 0, whole.output
    reelmock, receiver = TAKEN[file]
    (pytester.path / "conftest.py").write_text(WITHOUT.format(reelmock=reelmock, receiver=receiver))
    taken = run(file)
    last_of = {name.partition("[")[0] for name in taken.became("failed")}
    assert last_of == {name.partition("[")[0] for name in whole.tests}
