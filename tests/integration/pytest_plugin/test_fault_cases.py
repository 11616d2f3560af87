"""The marker `reelmock_faults` in runs of somebody else's: what strikes, what is said where nothing does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.engine.matrix import cases
from tests.integration.pytest_plugin.conftest import Ran
from tests.support.some import some

pytest_plugins = ["pytester"]

Run = Callable[..., Ran]
CASES = ["test_it[http_error@poll]", "test_it[reset@poll]", "test_it[truncated_json@poll]"]
AT_POLLS = (
    '@pytest.mark.reelmock_faults("http_error", "reset", "truncated_json", phases="poll", times=1)'
)
IN_ANY_RUN = pytest.mark.parametrize(
    "options", [(), ("-n", "2"), ("-p", "no:terminal")], ids=["plain", "xdist", "no terminal"]
)
ASK_FOR_CREDIT = (
    "key = {'authorization': 'Bearer ' + reelmock.api_key}\n"
    "    httpx.get(reelmock.base_url('kie') + '/api/v1/chat/credit', headers=key)"
)


def written(pytester: pytest.Pytester, *parts: str) -> None:
    """A test file that knows the clients."""
    head = "import unittest, httpx, pytest, naive, robust\n\n"
    pytester.makepyfile(test_app=head + "\n\n".join(parts) + "\n")


def calls(client: str) -> str:
    return f"{client}.make(reelmock.base_url('kie'), reelmock.api_key)"


@IN_ANY_RUN
def test_a_client_without_error_handling_fails_every_case(
    pytester: pytest.Pytester, run: Run, options: tuple[str, ...]
) -> None:
    written(pytester, f"{AT_POLLS}\ndef test_it(reelmock):\n    {calls('naive')}")
    done = run(*options)
    assert done.code == 1
    assert done.became("failed") == CASES


@IN_ANY_RUN
def test_a_client_that_polls_again_passes_every_case(
    pytester: pytest.Pytester, run: Run, options: tuple[str, ...]
) -> None:
    written(pytester, f"{AT_POLLS}\ndef test_it(reelmock):\n    {calls('robust')}")
    done = run(*options)
    assert done.code == 0
    assert done.became("passed") == CASES


FORMS = {
    "only reelmock": f"{AT_POLLS}\ndef test_it(reelmock):\n    {calls('naive')}",
    "the case first": f"{AT_POLLS}\ndef test_it(reelmock_fault, reelmock):\n    {calls('naive')}",
    "the case last": f"{AT_POLLS}\ndef test_it(reelmock, reelmock_fault):\n    {calls('naive')}",
    "a fixture of one's own": f"""
@pytest.fixture
def made(reelmock):
    return lambda: {calls("naive")}

{AT_POLLS}
def test_it(made):
    made()
""",
    "usefixtures": f"""
@pytest.fixture(autouse=True)
def environment(reelmock):
    reelmock.setenv()

{AT_POLLS}
@pytest.mark.usefixtures("reelmock")
def test_it():
    import os
    naive.make(os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"])
""",
    "asked for by name": f"""
{AT_POLLS}
def test_it(request):
    reelmock = request.getfixturevalue("reelmock")
    {calls("naive")}
""",
    "a fixture of the same name": f"""
@pytest.fixture
def reelmock(reelmock):
    reelmock.setenv()
    return reelmock

{AT_POLLS}
def test_it(reelmock):
    {calls("naive")}
""",
    "a marked class": f"""
{AT_POLLS}
class TestApp:
    def test_it(self, reelmock):
        {calls("naive")}
""",
    "a marked module": f"pytestmark = {AT_POLLS[1:]}\n\ndef test_it(reelmock):\n    {calls('naive')}",
    "several markers": f"""
@pytest.mark.reelmock_faults("http_error", phases="poll", times=1)
@pytest.mark.reelmock_faults("reset", "truncated_json", phases="poll", times=1)
def test_it(reelmock):
    {calls("naive")}
""",
    "an event loop": f"""
@pytest.fixture
def anyio_backend():
    return "asyncio"

{AT_POLLS}
@pytest.mark.anyio
async def test_it(reelmock):
    {calls("naive")}
""",
    "a marked method of unittest": f"""
@pytest.mark.usefixtures("reelmock")
class Tests(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def keep(self, reelmock):
        self.reelmock = reelmock

    {AT_POLLS}
    def test_it(self):
        reelmock = self.reelmock
        {calls("naive")}
""",
    "a marked class of unittest": f"""
{AT_POLLS}
@pytest.mark.usefixtures("reelmock")
class Tests(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def keep(self, reelmock):
        self.reelmock = reelmock

    async def test_it(self):
        reelmock = self.reelmock
        {calls("naive")}
""",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_faults_strike_whatever_the_test_takes(
    pytester: pytest.Pytester, run: Run, form: str
) -> None:
    written(pytester, FORMS[form])
    assert run().became("failed") == CASES


@pytest.mark.parametrize("form", ["only reelmock", "a marked method of unittest"])
def test_one_case_is_chosen_by_its_node_id(pytester: pytest.Pytester, run: Run, form: str) -> None:
    written(pytester, FORMS[form])
    where = "test_app.py::Tests" if "unittest" in form else "test_app.py"
    done = run(f"{where}::test_it[reset@poll]")
    assert list(done.tests) == ["test_it[reset@poll]"]
    assert done.became("failed") == ["test_it[reset@poll]"]


def test_a_class_of_unittest_that_inherits_runs_every_case_once(
    pytester: pytest.Pytester, run: Run
) -> None:
    again = "class More(Tests):\n    def test_more(self):\n        pass"
    written(pytester, FORMS["a marked method of unittest"], again)
    done = run("-v")
    assert done.became("failed") == CASES
    for class_ in ("Tests", "More"):
        for case in CASES:
            assert f"test_app.py::{class_}::{case} FAILED" in done.output
    assert "6 failed, 1 passed" in done.output


SOME = (
    '@pytest.mark.reelmock_faults("http_error", phases=("poll", "download"), times=1{more})\n'
    "def test_it(reelmock):\n    {does}"
)
STRUCK, NOT_STRUCK = "test_it[http_error@poll]", "test_it[http_error@download]"


@IN_ANY_RUN
def test_a_case_that_did_not_strike_is_skipped_with_the_reason(
    pytester: pytest.Pytester, run: Run, options: tuple[str, ...]
) -> None:
    written(pytester, SOME.format(more="", does=calls("robust")))
    done = run(*options)
    assert done.code == 0
    assert done.tests == {
        STRUCK: "passed",
        NOT_STRUCK: "skipped: not struck: no call of phase download came: nearest was kie generate "
        "(journal 2): call_phase was create, not download",
    }


def test_what_did_not_strike_is_counted_in_the_summary(pytester: pytest.Pytester, run: Run) -> None:
    written(pytester, SOME.format(more="", does=calls("robust")))
    done = run("-rs")
    assert "1 passed, 1 skipped" in done.output
    assert "test_app.py::test_it: 1 of 2 cases struck" in done.output
    assert "1 not struck: no call of phase download came" in done.output
    assert "SKIPPED [1] test_app.py:" in done.output


def test_a_run_in_which_every_case_struck_adds_no_lines(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(pytester, f"{AT_POLLS}\ndef test_it(reelmock):\n    {calls('robust')}")
    assert "not strike" not in run().output


@IN_ANY_RUN
def test_a_case_that_did_not_strike_fails_where_the_marker_says_so(
    pytester: pytest.Pytester, run: Run, options: tuple[str, ...]
) -> None:
    written(pytester, SOME.format(more=", not_struck='fail'", does=calls("robust")))
    done = run(*options)
    assert done.code == 1
    assert done.tests[STRUCK] == "passed"
    assert "not struck: no call of phase download came" in done.tests[NOT_STRUCK]
    assert done.became("failed") == [NOT_STRUCK]


NOTHING = f"{AT_POLLS}\ndef test_it(reelmock):\n    pass"


@IN_ANY_RUN
def test_where_no_case_struck_the_last_one_fails(
    pytester: pytest.Pytester, run: Run, options: tuple[str, ...]
) -> None:
    written(pytester, NOTHING)
    done = run(*options)
    assert done.code == 1
    assert sorted(done.tests) == CASES
    (failed,) = done.became("failed")
    if "-n" not in " ".join(options):  # workers report side by side: which came last is not told
        assert failed == list(done.tests)[-1]
    assert "0 of 3 cases struck" in done.tests[failed]
    assert len(done.became("skipped: not struck: no call reached the sandbox")) == 2


def test_in_a_random_order_the_one_that_came_last_fails(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytest.importorskip("pytest_randomly")
    written(pytester, NOTHING)
    done = run("-p", "no:cacheprovider", "--randomly-seed=2", quiet=())
    assert list(done.tests) != CASES
    assert sorted(done.tests) == CASES
    assert done.became("failed") == [list(done.tests)[-1]]


def test_what_failed_because_nothing_struck_fails_again_when_it_is_run_alone(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(pytester, NOTHING)
    kept = ("-p", "no:randomly")
    assert run(quiet=kept).became("failed") == [CASES[-1]]
    again = run("--lf", quiet=kept)
    assert list(again.tests) == [CASES[-1]]
    assert "0 of 1 case struck" in again.tests[CASES[-1]]
    written(pytester, f"{AT_POLLS}\ndef test_it(reelmock):\n    {calls('robust')}")
    assert run("--lf", quiet=kept).tests == {CASES[-1]: "passed"}


def test_a_run_without_a_terminal_that_struck_nothing_ends_with_1(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(pytester, NOTHING)
    assert run("-p", "no:terminal").code == 1


def test_a_failure_says_first_that_nothing_struck(pytester: pytest.Pytester, run: Run) -> None:
    written(pytester, NOTHING)
    output = run().output
    assert f"FAILED test_app.py::{CASES[-1]} - Failed: 0 of 3 cases" in output
    assert "3 not struck: no call reached the sandbox: check base URL and key" in output
    assert "test_app.py::test_it: 0 of 3 cases struck" in output


def test_a_test_that_failed_stays_failed_and_says_that_nothing_struck(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(pytester, SOME.format(more="", does=f"{calls('robust')}\n    assert 0, 'my own'"))
    done = run()
    assert done.became("failed") == [NOT_STRUCK, STRUCK]
    assert all("my own" in told for told in some(done.tests.values()))
    assert "http_error@download: not struck: no call of phase download came" in done.output
    assert "http_error@poll: struck" in done.output


def test_where_nothing_struck_a_failure_of_the_tests_own_is_kept(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(pytester, f"{AT_POLLS}\ndef test_it(reelmock):\n    assert 0, 'my own'")
    done = run()
    assert done.became("failed") == CASES
    assert ["my own" in told for told in done.tests.values()] == [True, True, True]


def test_a_test_that_was_expected_to_fail_under_its_fault_stays_so(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(
        pytester, f"@pytest.mark.xfail\n{AT_POLLS}\ndef test_it(reelmock):\n    {calls('naive')}"
    )
    done = run()
    assert done.code == 0
    assert "3 xfailed" in done.output


def test_a_test_that_should_have_failed_but_met_no_fault_is_no_surprise(
    pytester: pytest.Pytester, run: Run
) -> None:
    does = calls("robust") + "\n    assert reelmock_fault.phase != 'poll'"
    written(
        pytester,
        "@pytest.mark.xfail\n"
        + SOME.format(more="", does=does).replace("(reelmock)", "(reelmock, reelmock_fault)"),
    )
    done = run()
    assert "1 skipped, 1 xfailed" in done.output


def test_tests_that_skip_themselves_are_no_cases_that_did_not_strike(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(pytester, f"{AT_POLLS}\ndef test_it(reelmock):\n    pytest.skip('not here')")
    done = run()
    assert done.code == 0
    assert done.became("skipped: not here") == CASES


def test_where_some_skip_themselves_the_last_still_fails_if_no_other_struck(
    pytester: pytest.Pytester, run: Run
) -> None:
    does = "if reelmock_fault.fault == 'truncated_json':\n        pytest.skip('not here')"
    written(pytester, f"{AT_POLLS}\ndef test_it(reelmock, reelmock_fault):\n    {does}")
    done = run()
    assert done.code == 1
    assert "0 of 3 cases struck" in done.tests[CASES[-1]]


def test_each_set_of_other_parameters_needs_a_case_that_strikes(
    pytester: pytest.Pytester, run: Run
) -> None:
    does = f"if calls:\n        {calls('robust')}"
    written(
        pytester,
        f"@pytest.mark.parametrize('calls', [True, False])\n{AT_POLLS}\n"
        f"def test_it(reelmock, calls):\n    {does}",
    )
    done = run()
    assert len(done.became("passed")) == 3
    (failed,) = done.became("failed")
    assert "False" in failed
    assert "0 of 3 cases struck" in done.tests[failed]


def test_a_scenario_strikes_with_the_first_job(pytester: pytest.Pytester, run: Run) -> None:
    marker = '@pytest.mark.reelmock_faults("fail", "refuse")\n'
    written(pytester, f"{marker}def test_it(reelmock):\n    {calls('naive')}")
    assert run().became("failed") == ["test_it[fail]", "test_it[refuse]"]


def test_a_scenario_without_a_job_did_not_strike(pytester: pytest.Pytester, run: Run) -> None:
    written(
        pytester,
        '@pytest.mark.reelmock_faults("fail", "http_error", phases=("job", "account"), times=1)\n'
        f"def test_it(reelmock):\n    {ASK_FOR_CREDIT}",
    )
    done = run()
    assert done.tests["test_it[fail]"] == "skipped: not struck: no job was submitted"


def test_a_test_that_opens_no_sandbox_is_told_so(pytester: pytest.Pytester, run: Run) -> None:
    written(pytester, f"{AT_POLLS}\ndef test_it():\n    pass")
    done = run()
    assert "the test does not use the fixture reelmock" in done.tests[CASES[0]]
    assert "0 of 3 cases struck" in done.tests[CASES[-1]]


def test_a_rule_that_the_test_takes_away_did_not_strike(
    pytester: pytest.Pytester, run: Run
) -> None:
    does = f"reelmock.control.clear_faults(reelmock.id)\n    {calls('robust')}"
    written(pytester, f"{AT_POLLS}\ndef test_it(reelmock):\n    {does}")
    assert "its rule was taken away" in run().tests[CASES[0]]


def test_the_case_is_asked_for_without_its_marker(pytester: pytest.Pytester, run: Run) -> None:
    written(pytester, "def test_it(reelmock_fault):\n    pass")
    done = run()
    assert done.code == 1
    assert "the test has no marker reelmock_faults" in done.output


ONLY = "@pytest.mark.reelmock_faults({words}, provider='{provider}')\ndef test_it(reelmock):\n    {does}"


def test_a_matrix_of_one_provider_leaves_out_what_it_does_not_have(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(pytester, ONLY.format(words="'reset'", provider="kie", does="pass"))
    lines = run("--collect-only", "-q").output.splitlines()
    assert [line for line in lines if "::" in line] == [
        f"test_app.py::test_it[reset@{phase}]"
        for phase in ("create", "poll", "upgrade", "download", "account")
    ]


def test_a_matrix_of_one_provider_strikes_that_provider_alone(
    pytester: pytest.Pytester, run: Run
) -> None:
    words = "'http_error', 'fail', phases=('poll', 'job'), times=1"
    written(pytester, ONLY.format(words=words, provider="kie", does=calls("naive")))
    done = run()
    assert done.became("failed: TypeError") == ["test_it[http_error@poll]"]
    assert done.became("failed: TimeoutError") == ["test_it[fail]"]


def test_a_matrix_of_one_provider_spares_the_others(pytester: pytest.Pytester, run: Run) -> None:
    words = "'http_error', 'fail', phases=('poll', 'job'), times=1"
    written(pytester, ONLY.format(words=words, provider="apiyi", does=calls("naive")))
    done = run()
    why = (
        "skipped: not struck: no call of phase poll to apiyi came: nearest was kie record_info "
        "(journal 3): provider was kie, not apiyi"
    )
    assert done.tests["test_it[http_error@poll]"] == why
    assert "0 of 2 cases struck" in done.tests["test_it[fail]"]


def test_every_case_there_is_is_taken_where_none_is_named(
    pytester: pytest.Pytester, run: Run
) -> None:
    written(pytester, "@pytest.mark.reelmock_faults\ndef test_it(reelmock):\n    pass")
    done = run("--collect-only", "-q")
    assert f"{len(cases())} tests collected" in done.output
