"""The pytest plugin: a provider in one fixture, and what the client did wrong at the end of the run.

All our modules are imported when a fixture is first used, so loading the plugin costs almost
nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockserver.embedded.guard import Guard
    from mockserver.embedded.servers import RunningServer, Servers
    from mockserver.engine.matrix import Case
    from mockserver.pytest_plugin.receiver import Receiver
    from mockserver.pytest_plugin.recorded import Recorded
    from mockserver.pytest_plugin.sandbox import Reelmock

MARKERS = (
    "reelmock(scenario=…, clock=…, seed=…, keys=…, speed=…, rate=…, start=…, dialect=…, balances=…, "
    "webhook_key=…, patience=…, tape=…): sets up the sandbox of the test's `reelmock` fixture.",
    "reelmock_recorded(provider=…, tape=…, budget=0): for the fixture `reelmock_recorded`, which tapes a "
    "real provider if REELMOCK_RECORD=1, and replays the tape otherwise.",
    "reelmock_faults(*families_or_names, phases=(), times=None, provider=None, not_struck='skip'): "
    "runs the test once for every fault of the families, at every call phase that it strikes.",
)


SANDBOX: pytest.StashKey[Reelmock] = pytest.StashKey()  # the sandbox that a test's fixture opened


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin's options, in a group of their own."""
    group = parser.getgroup("reelmock", "Reelmock, a mock server for AI-video providers")
    group.addoption(
        "--reelmock-report",
        metavar="FILE",
        help="write what the tested clients did wrong to FILE (JSON), and to JUnit properties",
    )
    group.addoption(
        "--reelmock-clock",
        choices=("auto", "manual", "real"),
        default="auto",
        help=(
            "the clock mode of every sandbox whose marker does not set one (default: auto, no "
            "waiting)"
        ),
    )
    group.addoption(
        "--reelmock-speed",
        type=float,
        default=60.0,
        metavar="X",
        help="how much faster jobs are than the providers' jobs (default: 60)",
    )
    group.addoption(
        "--reelmock-patience",
        default="10s",
        metavar="SPAN",
        help="how long a fault holds a connection before the test fails because its client does not "
        "give up (default: 10s)",
    )
    group.addoption(
        "--reelmock-url",
        metavar="URL",
        help="use the server at URL, which somebody else has started (default: one of this run's own)",
    )
    group.addoption(
        "--reelmock-plugins",
        action="append",
        default=[],
        metavar="DIR",
        help="a folder with plug-ins; may be repeated (default: `plugins` of reelmock.toml)",
    )
    group.addoption(
        "--reelmock-seed",
        metavar="SEED",
        help="one seed for every sandbox (default: each test's own id)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declares the markers, and keeps a report if the user asked for one."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if hasattr(config, "workerinput"):
        return  # only the process that gets the results of all workers counts
    from mockserver.pytest_plugin.tally import Tally

    config.pluginmanager.register(Tally(), "reelmock-tally")
    if config.getoption("--reelmock-report"):
        from mockserver.pytest_plugin.report import RunReport

        config.pluginmanager.register(RunReport(config), "reelmock-report")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case of the marker `reelmock_faults`."""
    if _is_marked(metafunc.definition):
        from mockserver.pytest_plugin.faults import parametrize

        parametrize(metafunc)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """One test for each case, for marked methods of unittest classes."""
    report = yield
    if isinstance(collector, pytest.Class) and any(map(_is_marked, report.result or ())):
        from mockserver.pytest_plugin.faults import multiplied
        from mockserver.pytest_plugin.tally import fail

        try:
            report.result = multiplied(collector, report.result)
        except collector.CollectError as error:
            fail(report, str(error))
    return report


def _is_marked(item: pytest.Item | pytest.Collector) -> bool:
    return item.get_closest_marker("reelmock_faults") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Says whether the test's case struck. A test that fails shows the time line of its sandbox."""
    report = yield
    reelmock = item.stash.get(SANDBOX, None)
    if report.passed and report.when == "call" and reelmock is not None and reelmock.outlasted:
        from mockserver.pytest_plugin.tally import fail

        fail(report, f"held {reelmock.patience}, the client did not give up")
    if _is_marked(item):
        from mockserver.pytest_plugin.striking import judge

        judge(item, report)
    if report.failed and report.when == "call" and reelmock is not None:
        report.sections.append(("Reelmock time line", reelmock.timeline()))
    return report


@pytest.fixture(scope="session")
def reelmock_servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """The servers of this run: one for each key policy that a test asks for."""
    from mockserver.control import ControlError
    from mockserver.domain.input.errors import BadInput
    from mockserver.embedded.servers import Servers
    from mockserver.pytest_plugin.plugged import plugins_of
    from mockserver.settings import FILE

    config = request.config
    try:
        plugins = plugins_of(config)
        plugins.check()
        speed = config.getoption("--reelmock-speed")
        url = config.getoption("--reelmock-url")
        servers = Servers(speed, config.rootpath / FILE, plugins.folders, url)
        if url:
            servers.get("open")  # whether somebody answers there is told before the first test
    except (BadInput, ControlError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    yield servers
    servers.stop()


@pytest.fixture(scope="session")
def reelmock_server(reelmock_servers: Servers) -> RunningServer:
    """A Reelmock on a real socket, for the whole run: `base_url`, `control`."""
    return reelmock_servers.get("open")


@pytest.fixture
def reelmock(request: pytest.FixtureRequest, reelmock_servers: Servers) -> Iterator[Reelmock]:
    """A fresh sandbox: base URLs, a key, a clock, faults, and what the client did."""
    from mockserver.pytest_plugin.setup import opened

    with opened(request, reelmock_servers) as sandbox:
        yield sandbox


@pytest.fixture
def reelmock_recorded(
    request: pytest.FixtureRequest, reelmock_servers: Servers
) -> Iterator[Recorded]:
    """A base URL and a key: the real provider's once, a tape's from then on."""
    from mockserver.pytest_plugin.recorded import recorded

    with recorded(request, reelmock_servers) as made:
        yield made


@pytest.fixture
def reelmock_receiver() -> Iterator[Receiver]:
    """A callback URL, and the callbacks that came."""
    from mockserver.pytest_plugin.receiver import Receiver

    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def reelmock_sleep(reelmock: Reelmock) -> Iterator[None]:
    """Sleeps of a client in this process move the sandbox's clock and do not wait."""
    from mockserver.pytest_plugin.sleeping import turning

    with turning(reelmock):
        yield


@pytest.fixture
def reelmock_guard(reelmock_servers: Servers) -> Iterator[Guard]:
    """No socket of this process reaches a provider's real host; a test that tried fails at its end."""
    from mockserver.embedded.guard import Guard, guarded_sockets, told

    guard = Guard(reelmock_servers.get("open").providers.values())
    with guarded_sockets(guard):
        yield guard
    if guard.attempts:
        pytest.fail(told(guard), pytrace=False)


@pytest.fixture
def reelmock_fault(reelmock: Reelmock) -> Case:
    """The case of `reelmock_faults` in which this test runs; `reelmock` has set its fault."""
    if reelmock.case is None:
        pytest.fail("reelmock_fault: the test has no marker reelmock_faults", pytrace=False)
    return reelmock.case
