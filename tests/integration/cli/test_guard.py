"""`reelmock run --guard`: nothing reaches a provider's real host, and each attempt is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

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
    assert "It does not see a program with another environment" in done.stderr
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


@pytest.mark.parametrize(
    ("body", "price"),
    [
        ("json={'model': 'veo3_fast', 'prompt': 'a cat', 'image': 'x' * 3_000_000}", "60"),
        ('content=iter([b\'{"model":"veo3_fast",\', b\'"prompt":"a cat"}\'])', "60"),
        ("json={'model': 'gpt-5', 'prompt': 'a cat'}", ""),
        ("content=b'no JSON'", ""),
    ],
    ids=["long", "in chunks", "an unknown model", "no JSON"],
)
def test_a_job_has_its_price_however_its_body_comes(cli: Run, body: str, price: str) -> None:
    script = f"import httpx; print(httpx.post({REAL!r}, {body}).status_code)"
    done = cli(*QUIET, "--guard", "--", sys.executable, "-c", script)
    assert done.stdout == "403\n"
    cost = f", which would have cost {price} credits" if price else ""
    assert f"  POST {REAL}{cost}\n" in done.stderr


def test_a_form_has_its_price_too(cli: Run) -> None:
    url = "https://api.apiyi.com/v1/videos"
    png = "b'\\x89PNG\\r\\n\\x1a\\n'"
    form = f"data={{'model': 'veo-3.1-fl', 'prompt': 'a cat'}}, files={{'input_reference': {png}}}"
    script = f"import httpx; print(httpx.post({url!r}, {form}).status_code)"
    done = cli(*QUIET, "--guard", "--", sys.executable, "-c", script)
    assert f"  POST {url}, which would have cost " in done.stderr


def test_a_call_without_tls_is_told_as_it_was_made(cli: Run) -> None:
    """Some libraries ask for a tunnel also where they speak plain HTTP."""
    url = "http://api.kie.ai/api/v1/veo/generate"
    plain = cli(*QUIET, "--guard", *program(url))
    tunnel = cli(*QUIET, "--guard", "--", sys.executable, "-c", TUNNEL)
    for done in (plain, tunnel):
        assert (done.returncode, done.stdout) == (1, "403\n"), done.stderr
        assert f"  POST {url}, which would have cost 60 credits\n" in done.stderr


TUNNEL = """
import http.client, os
client = http.client.HTTPConnection(os.environ["HTTP_PROXY"].removeprefix("http://"))
client.set_tunnel("api.kie.ai", 80)
client.request("POST", "/api/v1/veo/generate", '{"model": "veo3_fast", "prompt": "a cat"}')
print(client.getresponse().status)
"""
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


TRIES = """
import sys
host, port = {host!r}, {port}
try:
{way}
except OSError as error:
    sys.exit(f"{{type(error).__name__}}: {{error}}")
"""
WAYS_OUT = {
    "connect_ex": "import socket; socket.socket().connect_ex(('127.0.0.2', port))",
    "gethostbyname": "import socket; socket.create_connection((socket.gethostbyname(host), port))",
    "gethostbyname_ex": "import socket; socket.gethostbyname_ex(host)",
    "a cleared environment": "import os, socket; os.environ.clear()\n"
    "socket.create_connection((host, port))",
    "uvloop": "import asyncio, uvloop; uvloop.run(asyncio.open_connection(host, port))",
    "uvloop by name": "import asyncio, uvloop\n"
    "async def goes():\n"
    "    await asyncio.get_running_loop().create_connection(asyncio.Protocol, host=host, port=port)\n"
    "uvloop.run(goes())",
    "uvloop's look-up": "import asyncio, uvloop\n"
    "async def looks():\n"
    "    await asyncio.get_running_loop().getaddrinfo(host, port)\n"
    "uvloop.run(looks())",
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_of_python_to_find_a_host_is_open(
    cli: Run, serve: Callable[..., object], way: str
) -> None:
    port = serve().address["base_url"].rpartition(":")[2]  # type: ignore[attr-defined]
    host = "localhost.localdomain"
    script = TRIES.format(host=host, port=port, way=indent(WAYS_OUT[way], "    "))
    done = cli(*QUIET, "--guard", "all", "--", sys.executable, "-c", script)
    host = "127.0.0.2" if way == "connect_ex" else host
    assert f"Refused: the guard lets nothing out to {host}: {OTHER}\n" in done.stderr
    assert f"The guard refused 1 call to another machine:\n  {host} {NO_PROXY}" in done.stderr


@pytest.mark.parametrize(
    "way",
    [
        "dns.setServers(none); dns.resolve4(host, told)",
        "dns.setServers(none); dns.resolveAny(host, told)",
        "dns.promises.setServers(none); dns.promises.resolve6(host).catch(told)",
        "const own = new dns.Resolver(); own.setServers(none); own.resolve(host, 'A', told)",
        "const own = new dns.promises.Resolver(); own.setServers(none); own.resolve4(host).catch(told)",
    ],
)
def test_no_way_of_node_to_find_a_host_is_open(cli: Run, way: str) -> None:
    script = (
        "const dns = require('dns'); const host = 'api.kie.ai', none = ['127.0.0.1:1'];"
        f"const told = error => console.log(error.message); {way}"
    )
    done = cli(*QUIET, "--guard", "--", needs.program("node"), "-e", script)
    assert done.stdout == "the guard lets nothing out to api.kie.ai: use the base URL of the mock\n"
    assert f"The guard refused 1 call to a real host:\n  api.kie.ai {NO_PROXY}" in done.stderr
