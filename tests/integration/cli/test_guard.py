"""`reelmock run --guard`: nothing reaches a provider's real host, and each attempt is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import needs
from tests.support.some import some

Run = Callable[..., subprocess.CompletedProcess[str]]
CREATES = """
import os, sys, httpx
body = {"prompt": "a cat", "model": "veo3_fast"}
try:
    reply = httpx.post(sys.argv[1], json=body, headers={"Authorization": "Bearer sk-real"})
    print(reply.status_code)
except httpx.HTTPError as error:
    print(type(error).__name__)
"""
REAL = "https://api.kie.ai/api/v1/veo/generate"
QUIET = ("run", "--allow-no-calls")


def program(*words: str) -> tuple[str, ...]:
    """A client that creates a job at a URL."""
    return ("--", sys.executable, "-c", CREATES, *words)


def test_a_call_to_a_real_host_is_refused_told_with_its_price_and_fails_the_run(cli: Run) -> None:
    done = cli(*QUIET, "--guard", *program(REAL))
    assert (done.returncode, done.stdout) == (1, "403\n"), done.stderr
    assert f"POST {REAL}, which would have cost 60 credits" in done.stderr
    assert "does not see a program that goes out in another way" in done.stderr
    assert "sk-real" not in done.stderr


def test_plain_http_and_curl_are_seen_too(cli: Run) -> None:
    curl = needs.program("curl")
    url = "https://api.apiyi.com/v1/models?key=sk-secret"
    done = cli(*QUIET, "--guard", "--", curl, "-s", "-o", "/dev/null", url)
    assert done.returncode == 1, done.stderr
    assert "GET https://api.apiyi.com/v1/models\n" in done.stderr
    assert "sk-secret" not in done.stderr
    plain = cli(*QUIET, "--guard", *program("http://api.kie.ai/api/v1/veo/generate"))
    assert plain.stdout == "403\n"
    assert "api.kie.ai/api/v1/veo/generate, which would have cost 60 credits" in plain.stderr


def test_the_mock_is_reached_past_the_guard_whatever_no_proxy_says(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = CREATES.replace("sys.argv[1]", "os.environ['KIE_BASE_URL'] + '/api/v1/veo/generate'")
    call = call.replace("'Bearer sk-real'", "'Bearer ' + os.environ['KIE_API_KEY']")
    call = call.replace('"Bearer sk-real"', "'Bearer ' + os.environ['KIE_API_KEY']")
    for options in ([], ["--tls"]):
        done = cli("run", "--guard", *options, "--", sys.executable, "-c", call)
        assert (done.returncode, done.stdout) == (0, "200\n"), done.stderr
        assert "The guard saw no call to a real host." in done.stderr


def test_other_hosts_are_passed_on_or_refused_as_told(
    cli: Run, serve: Callable[..., object]
) -> None:
    # Another machine is this one by another of its names, which NO_PROXY does not have.
    url = serve().address["base_url"].replace("127.0.0.1", "127.0.0.2")  # type: ignore[attr-defined]
    url = url.replace("127.0.0.2", "localhost.localdomain")
    passed = cli(*QUIET, "--guard", *program(f"{url}/x"))
    refused = cli(*QUIET, "--guard", "all", *program(f"{url}/x"))
    assert passed.returncode == 0, passed.stderr
    assert (refused.returncode, refused.stdout) == (1, "403\n")
    assert "localhost.localdomain" in refused.stderr


def test_a_client_that_does_not_trust_the_guard_is_refused_and_its_host_is_told(cli: Run) -> None:
    curl = needs.program("curl")
    empty = "/dev/null"
    done = cli(*QUIET, "--guard", "--", curl, "-s", "--cacert", empty, REAL)
    assert done.returncode not in (0, 2)
    why = "the client did not take the guard's certificate"
    assert f"api.kie.ai (path not seen: {why})" in done.stderr


def test_without_the_package_for_tls_the_report_says_what_to_install(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trustme.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = cli(*QUIET, "--guard", *program(REAL))
    why = "to see it, the guard needs the package trustme: pip install trustme"
    assert f"api.kie.ai (path not seen: {why})" in done.stderr
    assert done.returncode == 1


SOCKET = """
import http.client, sys
try:
    http.client.HTTPConnection(sys.argv[1], timeout=5).request("GET", "/")
except OSError as error:
    sys.exit(str(error))
"""
NO_PROXY = "(path not seen: the call did not use the guard's proxy)"
OTHER = "--guard=all refuses every other machine; with plain --guard, calls to it pass"
FETCH = (
    "fetch(process.argv[1]).catch(error => { console.log(error.cause.message); process.exit(1) })"
)


def test_a_python_program_that_uses_no_proxy_does_not_get_out(cli: Run) -> None:
    done = cli(*QUIET, "--guard", "--", sys.executable, "-c", SOCKET, "API.kie.ai.")
    assert done.returncode == 1
    assert "the guard lets nothing out to API.kie.ai." in done.stderr
    assert f"The guard refused 1 call to a real host:\n  api.kie.ai {NO_PROXY}" in done.stderr


def test_a_node_program_that_uses_no_proxy_does_not_get_out(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--no-warnings")
    script = "console.log(process.env.NODE_OPTIONS); process.env.NODE_USE_ENV_PROXY = '0';" + FETCH
    done = cli(
        *QUIET, "--guard", "--", needs.program("node"), "-e", script, "https://api.kie.ai./x"
    )
    options, said = done.stdout.splitlines()
    assert options.startswith("--no-warnings --require ")
    assert said == "the guard lets nothing out to api.kie.ai.: use the base URL of the mock"
    assert f"The guard refused 1 call to a real host:\n  api.kie.ai {NO_PROXY}" in done.stderr


@pytest.mark.parametrize("how", ["providers", "all"])
def test_sockets_find_other_hosts_as_told_and_this_machine_always(
    cli: Run, serve: Callable[..., object], how: str
) -> None:
    port = serve().address["base_url"].rpartition(":")[2]  # type: ignore[attr-defined]
    tried = (sys.executable, "-c", SOCKET)
    for here in ("localhost", "127.0.0.1"):
        assert cli(*QUIET, "--guard", how, "--", *tried, f"{here}:{port}").returncode == 0
    other = cli(*QUIET, "--guard", how, "--", *tried, f"localhost.localdomain:{port}")
    refused = f"the guard lets nothing out to localhost.localdomain: {OTHER}"
    assert (refused in other.stderr) is (how == "all"), other.stderr


def test_an_other_host_is_told_apart_from_a_real_one(cli: Run) -> None:
    node = needs.program("node")
    for client in some([(sys.executable, "-c", SOCKET), (node, "-e", FETCH)]):
        host = "https://elsewhere.test/x" if client[0] == node else "elsewhere.test"
        done = cli(*QUIET, "--guard", "all", "--", *client, host)
        assert f"the guard lets nothing out to elsewhere.test: {OTHER}" in done.stdout + done.stderr
        assert "The guard refused 1 call to another machine:" in done.stderr
        real = cli(
            *QUIET, "--guard", "all", "--", *client, host.replace("elsewhere.test", "api.kie.ai")
        )
        assert "api.kie.ai: use the base URL of the mock" in real.stdout + real.stderr
        assert "The guard refused 1 call to a real host:" in real.stderr


def test_a_programs_own_first_module_runs_behind_the_guards(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os\nif '_REELMOCK_GUARD' in os.environ: print('own')"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = cli(*QUIET, "--guard", "--", sys.executable, "-c", SOCKET, "api.kie.ai")
    assert done.stdout == "own\n"
    assert f"api.kie.ai {NO_PROXY}" in done.stderr
