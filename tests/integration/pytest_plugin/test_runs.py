"""Whole test runs of somebody else's: failures, markers, reports, workers, what the plugin costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.nested import ALONE, QUIET

pytest_plugins = ["pytester"]


CALL = """
    import httpx, pytest

    def call(reelmock, path="/v1/videos/undefined"):
        url = reelmock.base_url("apiyi") + path
        key = {"authorization": reelmock.api_key}
        return httpx.get(url, headers=key, trust_env=False)
"""


def only_line(result: pytest.RunResult) -> str:
    """The one line between the head of an error and the summary."""
    lines = [line for line in result.outlines if line.strip()]
    (begins,) = (n for n, line in enumerate(lines) if line.startswith("_") and " ERROR " in line)
    (ends,) = (n for n, line in enumerate(lines) if "short test summary" in line)
    (line,) = lines[begins + 1 : ends]
    return line


def test_a_failing_test_shows_its_time_line_and_seed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALL + "\n    def test_it(reelmock):\n        assert call(reelmock) is None"
    )
    result = pytester.runpytest_inprocess(*QUIET)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*Reelmock time line*",
            "seed '*::test_it', sandbox sb*, clock auto*",
            "! *+0.000s  request   GET /apiyi/v1/videos/undefined -> 404*",
        ]
    )


def test_a_failing_test_that_called_nothing_is_told_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(reelmock): assert 0")
    result = pytester.runpytest_inprocess(*QUIET)
    result.stdout.fnmatch_lines(["*no call reached this sandbox*"])


def test_a_passing_test_shows_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(reelmock): assert reelmock.tasks == []")
    result = pytester.runpytest_inprocess(*QUIET)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*Reelmock*")


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("reelmock(scenaro='fail')", "did you mean 'scenario'"),
        ("reelmock('fail')", "keywords only"),
        ("reelmock(scenario='fal')", "did you mean 'fail'"),
        ("reelmock(keys='close')", "did you mean 'closed'"),
        ("reelmock_faults('exchang')", "did you mean 'exchange'"),
        ("reelmock_faults('exchange', phases='creat')", "did you mean 'create'"),
        ("reelmock_faults('exchange', phase='create')", "did you mean 'phases'"),
        ("reelmock_faults('lifecycle', phases='create')", "no fault of these strikes"),
        ("reelmock_faults('exchange', provider='kei')", "did you mean 'kie'"),
        ("reelmock_faults('exchange', times=0)", "times: 0 is not valid, expected 1 or more"),
        ("reelmock_faults('exchange', not_struck='fall')", "one of: skip, fail"),
    ],
)
def test_a_marker_that_is_wrong_says_what_would_be_right(
    pytester: pytest.Pytester, marker: str, told: str
) -> None:
    pytester.makepyfile(f"import pytest\n@pytest.mark.{marker}\ndef test_it(reelmock): pass")
    result = pytester.runpytest_inprocess(*QUIET, "-p", "no:schemathesis")
    assert result.ret != 0
    assert told in only_line(result)


def test_a_wrong_marker_of_a_unittest_method_is_one_line_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest, unittest

        class Tests(unittest.TestCase):
            @pytest.mark.reelmock_faults("exchang")
            def test_it(self): pass
        """
    )
    result = pytester.runpytest_inprocess(*QUIET)
    assert result.ret != 0
    assert "did you mean 'exchange'" in only_line(result)


def test_a_family_of_faults_makes_tests_with_readable_ids(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALL
        + """
    @pytest.mark.reelmock_faults("http_error", "fail", phases=("poll", "job"), times=1)
    def test_it(reelmock, reelmock_fault):
        url, key = reelmock.base_url("apiyi"), {"authorization": reelmock.api_key}
        body = {"model": "veo-3.1", "prompt": "a cat"}
        video = httpx.post(url + "/v1/videos", json=body, headers=key, trust_env=False).json()["id"]
        replies = [call(reelmock, "/v1/videos/" + video) for _ in range(3)]
        seen = [reply.json().get("status", reply.status_code) for reply in replies]
        assert seen == {
            "http_error": [500, "queued", "processing"],
            "fail": ["queued", "processing", "failed"],
        }[reelmock_fault.fault]
    """
    )
    result = pytester.runpytest_inprocess(*QUIET, "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*::test_it?http_error@poll?*", "*::test_it?fail?*"])


def test_findings_are_written_for_the_whole_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(CALL + "\n    def test_it(reelmock): call(reelmock)")
    result = pytester.runpytest_inprocess(
        *QUIET, "--reelmock-report=found.json", "--junitxml=junit.xml"
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*Reelmock findings*", "error*ignored_envelope_code: 1"])
    report = json.loads((pytester.path / "found.json").read_text())
    assert report["counts"]["error"] == 1
    (found,) = report["tests"].values()
    assert found[0]["name"] == "ignored_envelope_code"
    tree = ElementTree.parse(pytester.path / "junit.xml")
    (named,) = tree.findall(".//testcase/properties/property")
    assert named.get("name") == "reelmock_finding"


def test_what_the_projects_settings_ignore_does_not_count(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALL
        + """
    def test_it(reelmock):
        call(reelmock)
        reelmock.assert_no_findings()
    """
    )
    pytester.runpytest_inprocess(*QUIET).assert_outcomes(failed=1)
    rule = '{finding = "ignored_envelope_code", reason = "ticket 7"}'
    (pytester.path / "reelmock.toml").write_text(f"ignore = [{rule}]")
    result = pytester.runpytest_inprocess(*QUIET, "--reelmock-report=found.json")
    result.assert_outcomes(passed=1)
    assert json.loads((pytester.path / "found.json").read_text())["counts"]["error"] == 0


def test_a_settings_file_that_is_wrong_is_told_in_one_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(reelmock): pass")
    (pytester.path / "reelmock.toml").write_text('ignore = [{finding = "key_in_url"}]')
    result = pytester.runpytest_inprocess(*QUIET)
    result.assert_outcomes(errors=1)
    assert "missing required field reason" in only_line(result)


def test_findings_come_together_from_all_workers(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALL
        + """
    @pytest.mark.parametrize("n", range(4))
    def test_it(reelmock, n):
        call(reelmock)
        assert len(reelmock.journal) == 1
    """
    )
    result = pytester.runpytest_subprocess(*ALONE, "-n", "2", "--reelmock-report=found.json")
    result.assert_outcomes(passed=4)
    report = json.loads((pytester.path / "found.json").read_text())
    assert len(report["tests"]) == 4


def test_the_options_are_in_the_help(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--help")
    result.stdout.fnmatch_lines(["*Reelmock*", "*--reelmock-report=FILE*", "*--reelmock-clock=*"])


def test_the_options_set_every_sandbox_up(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(reelmock):
            assert reelmock.seed == "s1"
            assert reelmock.clock.state().mode == "manual"
        """
    )
    result = pytester.runpytest_inprocess(*QUIET, "--reelmock-clock=manual", "--reelmock-seed=s1")
    result.assert_outcomes(passed=1)


def test_the_same_seed_and_start_give_the_same_ids(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx, pytest

        IDS = set()

        @pytest.mark.parametrize("n", range(2))
        @pytest.mark.reelmock(seed="s1", start="2026-01-01T00:00:00Z")
        def test_it(reelmock, n):
            url, key = reelmock.base_url("apiyi"), {"authorization": reelmock.api_key}
            body = {"model": "veo-3.1", "prompt": "a cat"}
            reply = httpx.post(url + "/v1/videos", json=body, headers=key, trust_env=False)
            IDS.add(reply.json()["id"])
            assert len(IDS) == 1
        """
    )
    pytester.runpytest_inprocess(*QUIET).assert_outcomes(passed=2)


def test_nothing_of_ours_is_loaded_with_the_plugin(tmp_path: Path) -> None:
    program = (
        "import sys, pytest; before = set(sys.modules); import mockserver.pytest_plugin\n"
        "print([m for m in set(sys.modules) - before if not m.startswith('mockserver')])\n"
        "print(sorted(m for m in sys.modules if m.startswith('mockserver')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    foreign, ours = done.stdout.splitlines()
    assert foreign == "[]"
    assert ours == "['mockserver', 'mockserver.pytest_plugin']"


def test_a_run_that_uses_no_fixture_starts_no_server(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        def test_it(): assert "mockserver.app" not in sys.modules
        """
    )
    pytester.runpytest_subprocess(*ALONE).assert_outcomes(passed=1)
