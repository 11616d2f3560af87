"""`reelmock serve` as a process: what it prints, how it says no, how it ends."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.patience import awaiting, next_line
from tests.support.some import some

Run = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., Any]


def test_the_json_line_names_every_provider_and_the_server_answers(serve: Serve) -> None:
    address = serve().address
    assert set(address["providers"]) == {"apiyi", "kie", "xcompute"}
    health = httpx.get(f"{address['control_url']}/health", trust_env=False)
    assert health.status_code == 200
    assert address["speed"] == 60
    assert address["admin_token"] == ""
    assert "admin_token_given" not in address


def test_every_curl_line_creates_a_job(serve: Serve) -> None:
    for provider in some(serve().address["providers"].values()):
        done = subprocess.run(
            [*shlex.split(provider["curl"]), "-w", "%{http_code}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=15,
        )
        assert done.stdout.endswith("200"), done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_an_open_stream_at_once_and_cleanly(serve: Serve, number: int) -> None:
    served = serve("--clock", "manual")
    where = urlsplit(served.address["base_url"])
    assert where.hostname is not None
    body = b'{"model":"veo-3.1","messages":[{"role":"user","content":"x"}],"stream":true}'
    head = "POST /apiyi/v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: sk-1\r\n"
    with socket.create_connection((where.hostname, where.port), 10) as stream:
        stream.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        received = b""
        while b"assistant" not in received:
            received += stream.recv(4096)
        assert served.ended_by(number) == (0, "")
        while chunk := stream.recv(4096):  # the end of the stream, not a reset
            received += chunk
    assert b"[DONE]" not in received


def test_ctrl_c_is_clean_after_a_callback_to_a_receiver_that_is_gone(serve: Serve) -> None:
    served = serve()
    base, headers = served.address["base_url"], {"authorization": "Bearer sk-1"}
    with socket.create_server(("127.0.0.1", 0)) as receiver:
        url = f"http://127.0.0.1:{receiver.getsockname()[1]}/callback"
        body = {"prompt": "a cat [mock:instant]", "callBackUrl": url}
        path = f"{base}/kie/api/v1/veo/generate"
        assert httpx.post(path, json=body, headers=headers, trust_env=False).status_code == 200
        receiver.settimeout(10)
        delivery, _ = receiver.accept()
        with delivery:
            assert delivery.recv(65536).startswith(b"POST /callback")
            delivery.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            callbacks = f"{base}/_mock/v1/sandboxes/current/callbacks"
            state = "pending"
            with awaiting("the end of the callback"):
                while state == "pending":
                    found = httpx.get(callbacks, headers=headers, trust_env=False).json()
                    state = found["callbacks"][0]["state"]
    assert served.ended_by(signal.SIGINT) == (0, "")


def banner_of(tmp_path: Path, *options: str) -> tuple[str, list[str]]:
    """What `serve` prints at its start, and the dashboard's page."""
    from tests.integration.cli.conftest import REELMOCK, environment

    command = [REELMOCK, "serve", "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment(tmp_path)
    ) as process:
        lines = []
        while "Ctrl-C" not in (line := next_line(process)):
            lines.append(line)
        banner = "".join(lines)
        links = re.findall(r"  dashboard  (http\S+)", banner)
        pages = [httpx.get(link, trust_env=False).text for link in links]
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    return banner, pages


def test_the_banner_names_pace_clock_and_control(tmp_path: Path) -> None:
    banner, pages = banner_of(tmp_path, "--speed", "30", "--clock", "auto")
    assert ["<title>Reelmock" in page for page in pages] == [True]
    for word in ("/apiyi", "/kie", "/xcompute", "speed      30", "clock      auto", "/_mock/v1"):
        assert word in banner


def test_a_token_is_printed_only_where_the_user_did_not_give_it(tmp_path: Path) -> None:
    given, _ = banner_of(tmp_path, "--admin-token", "the-secret-token")
    assert "token      as given (Authorization: Bearer, on /_mock)" in given
    assert "the-secret-token" not in given
    made, _ = banner_of(tmp_path, "--host", "0.0.0.0")
    assert re.search(r"token      [\w-]{32} \(Authorization", made)


def test_a_taken_port_is_one_line_and_exit_2(cli: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = cli("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Address already in use; --port 0 takes a free port" in _one_line(done)


def test_what_every_worker_meets_is_told_once(cli: Run) -> None:
    done = cli("serve", "--port", "0", "--workers", "3", "--store", "redis://127.0.0.1:1/0")
    assert done.returncode == 2
    assert "a Redis that answers" in _one_line(done)


def test_an_unreadable_config_is_one_line_and_exit_2(cli: Run) -> None:
    done = cli("serve", "--config", "nowhere.toml")
    assert done.returncode == 2
    assert "nowhere.toml" in _one_line(done)


@pytest.mark.parametrize(
    ("content", "expected"),
    [("prot = 1", "did you mean 'port'?"), ("port = 'x'", "port"), ("port =", "valid TOML")],
)
def test_a_wrong_config_is_one_line_and_exit_2(
    cli: Run, tmp_path: Path, content: str, expected: str
) -> None:
    (tmp_path / "reelmock.toml").write_text(content)
    done = cli("serve")
    assert done.returncode == 2
    assert expected in _one_line(done)


def test_reelmock_toml_in_the_folder_is_read_and_flags_go_first(
    serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "reelmock.toml").write_text('speed = 7\nclock = "manual"')
    address = serve("--speed", "8").address
    assert (address["speed"], address["clock"]) == (8, "manual")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["srve"], "did you mean 'serve'?"),
        (["serve", "--prot", "1"], "--port"),
        (["serve", "--port", "70000"], "0 (any free one) to 65535"),
        (["serve", "--port", "0", "--scenario", "suceed"], "did you mean 'succeed'?"),
        (["serve", "--clock", "fake"], "'real', 'manual', 'auto'"),
        (["serve", "--seed", "\udcff"], "text in UTF-8"),  # bytes that are none
    ],
)
def test_a_wrong_word_is_one_line_with_what_was_meant(
    cli: Run, arguments: list[str], expected: str
) -> None:
    done = cli(*arguments)
    assert done.returncode == 2
    assert expected in _one_line(done)


def test_off_loopback_a_token_is_made_and_asked_for(serve: Serve) -> None:
    address = serve("--host", "0.0.0.0").address
    control, token = address["control_url"], address["admin_token"]
    assert len(token) >= 32
    assert "admin_token_given" not in address
    assert httpx.get(f"{control}/health", trust_env=False).status_code == 200
    assert httpx.get(f"{control}/sandboxes", trust_env=False).status_code == 401
    headers = {"x-mock-admin-token": token}
    assert httpx.get(f"{control}/sandboxes", headers=headers, trust_env=False).status_code == 200


def test_a_token_that_the_user_gave_is_not_printed(serve: Serve) -> None:
    given = "a-token-of-the-user"
    served = serve("--admin-token", given)
    assert given not in json.dumps(served.address)
    assert served.address["admin_token_given"] is True
    headers = {"x-mock-admin-token": given}
    sandboxes = f"{served.address['control_url']}/sandboxes"
    assert httpx.get(sandboxes, headers=headers, trust_env=False).status_code == 200


def test_with_tls_the_printed_ca_is_trusted_and_links_are_https(serve: Serve) -> None:
    address = serve("--tls").address
    trusting = ssl.create_default_context(cafile=address["ca"])
    with httpx.Client(verify=trusting, trust_env=False) as client:
        base = address["providers"]["apiyi"]["base_url"]
        assert base.startswith("https://")
        headers = {"authorization": "sk-1"}
        body = {"model": "veo-3.1", "prompt": "a cat [mock:instant]"}
        task = client.post(f"{base}/v1/videos", json=body, headers=headers).json()
        found = client.get(f"{base}/v1/videos/{task['id']}/content", headers=headers).json()
        assert found["url"].startswith("https://")
        assert found["url"].endswith(".mp4")
        assert client.get(found["url"]).content[4:8] == b"ftyp"


def test_the_certificate_carries_the_providers_names(serve: Serve) -> None:
    address = serve("--tls").address
    where = urlsplit(address["base_url"])
    trusting = ssl.create_default_context(cafile=address["ca"])
    for name in ("api.apiyi.com", "api.kie.ai", "xcompute.us", "localhost", "::1"):
        plain = socket.create_connection((str(where.hostname), where.port), 10)
        with plain, trusting.wrap_socket(plain, server_hostname=name) as secure:
            assert secure.version() is not None


def _one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("reelmock")
    return done.stderr
